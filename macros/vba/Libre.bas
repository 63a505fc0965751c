Attribute VB_Name = "Libre"
' What LibreOffice has instead of SaveCopyAs, ReadOnly and ListObjects. Without Option Explicit: ThisComponent is
' LibreOffice's own, and for Excel, which never comes here, a variable like any other.

Public Sub LibreSaveCopy(path As String)
    Dim settings(0), given
    given = ThisComponent.getArgs()
    Set settings(0) = given(0)
    settings(0).Name = "FilterName"
    settings(0).Value = "Calc MS Excel 2007 XML"
    ThisComponent.storeToURL "file://" & path, settings
End Sub

' Whether the file on the disk is what is open: there, not changed since, an Excel workbook, and not encrypted.
Public Function LibreUnchanged() As Boolean
    Dim given, position As Long, ending As String
    LibreUnchanged = False
    If ThisComponent.isModified() Then Exit Function
    ending = LCase(Right(ThisComponent.getURL(), 5))
    If ending <> ".xlsm" And ending <> ".xlsx" Then Exit Function
    If Left(ThisComponent.getURL(), 5) <> "file:" Then Exit Function
    If Not FileThere(ThisComponent.getURL()) Then Exit Function
    given = ThisComponent.getArgs()
    For position = 0 To UBound(given)
        If given(position).Name = "EncryptionData" Then Exit Function
    Next
    LibreUnchanged = True
End Function

Public Function LibreUrl() As String
    LibreUrl = ThisComponent.getURL()
End Function

Public Function LibreReadOnly() As Boolean
    LibreReadOnly = ThisComponent.isReadonly()
End Function

Public Function LibreHasTable(title As String) As Boolean
    LibreHasTable = ThisComponent.DatabaseRanges.hasByName(title)
End Function

' Give a table so many data rows and return how many it had.
Public Function LibreResize(title As String, rows As Long) As Long
    Dim held, area
    Set held = ThisComponent.DatabaseRanges.getByName(title)
    area = held.DataArea
    LibreResize = area.EndRow - area.StartRow
    area.EndRow = area.StartRow + rows
    held.DataArea = area
End Function

' Make the rows that a table gained as high as its first one, where that has a height of its own.
Public Sub LibreHeights(title As String, before As Long)
    Dim area, rows, model
    If WordOf("high." & title) = "" Then Exit Sub
    area = ThisComponent.DatabaseRanges.getByName(title).DataArea
    Set rows = ThisComponent.Sheets.getByIndex(area.Sheet).getRows()
    Set model = ThisComponent.Sheets.getByIndex(area.Sheet).getCellRangeByPosition(0, area.StartRow + 1 + before, 0, area.EndRow).getRows()
    model.Height = rows.getByIndex(area.StartRow + 1).Height
End Sub

' The first and the last data row of a table.
Public Function LibreRows(title As String) As Variant
    Dim area
    area = ThisComponent.DatabaseRanges.getByName(title).DataArea
    LibreRows = Array(area.StartRow + 2, area.EndRow + 1)
End Function

' Blank the rows that a table had beyond those it has now.
Public Sub LibreBlank(title As String, first As Long, last As Long)
    Dim area, sheet, blanks()
    area = ThisComponent.DatabaseRanges.getByName(title).DataArea
    Set sheet = ThisWorkbook.Worksheets(ThisComponent.Sheets.getByIndex(area.Sheet).Name)
    ReDim blanks(1 To last - first, 1 To area.EndColumn - area.StartColumn + 1)
    sheet.Range(sheet.Cells(area.StartRow + 2 + first, area.StartColumn + 1), sheet.Cells(area.StartRow + 1 + last, area.EndColumn + 1)).Value = blanks
End Sub

' Keep the windows as they are while cells are written, and let them follow again.
Public Sub LibreHold(wanted As Boolean)
    If wanted Then
        ThisComponent.lockControllers
    Else
        ThisComponent.unlockControllers
    End If
End Sub

' Write the formulas of a block (lines of the result file after its head) in one go; False where the sheet does not let
' itself be written so. Range.Formula takes a tenth of a millisecond for every cell, blanks too.
Public Function LibreFormulas(title As String, top As Long, side As Long, source As Variant, head As Long, high As Long, wide As Long) As Boolean
    Dim down As Long, sheet, guarded As Boolean, text As String
    Dim whole() As Variant, blank() As Variant
    LibreFormulas = False
    ReDim whole(0 To high - 1)
    ReDim blank(0 To wide - 1)
    For down = 0 To wide - 1
        blank(down) = ""
    Next
    For down = 1 To high
        text = source(head + down)
        ' no more than the tabs between blanks
        If Len(text) < wide Then whole(down - 1) = blank Else whole(down - 1) = LibreRow(text, wide)
    Next
    On Error GoTo Closed
    Set sheet = ThisComponent.Sheets.getByName(title)
    guarded = sheet.isProtected()
    If guarded Then sheet.unprotect ""
    sheet.getCellRangeByPosition(side - 1, top - 1, side + wide - 2, top + high - 2).setFormulaArray whole
    LibreFormulas = True
Closed:
    On Error Resume Next
    ' a sheet with a password is still protected
    If guarded And Not sheet.isProtected() Then sheet.protect ""
End Function

Private Function LibreRow(text As String, wide As Long) As Variant
    Dim made() As Variant, pieces As Variant, across As Long
    ReDim made(0 To wide - 1)
    pieces = Split(text, vbTab)
    For across = 0 To wide - 1
        made(across) = ""
        If pieces(across) <> "" Then made(across) = LibreFormula(Plain(Mid(pieces(across), 2)))
    Next
    LibreRow = made
End Function

' A formula of Excel as LibreOffice's own interface takes it: other signs between arguments, and after a sheet's name.
Private Function LibreFormula(text As String) As String
    Dim parts, position As Long
    LibreFormula = text
    If text = "" Then Exit Function
    parts = Split(text, Chr(34))
    ' every second piece stands in quotes
    For position = 0 To UBound(parts) Step 2
        parts(position) = Replace(Replace(parts(position), ",", ";"), "!", ".")
    Next
    LibreFormula = Join(parts, Chr(34))
End Function

' Let the clerk pick a folder, or a file where kind is 3 (as Excel's own dialogs are numbered): its path, "cancel" where that
' was given up, "" where there is no dialog. The manager of services is a word of LibreOffice's own.
Public Function LibrePick(kind As Long, title As String, before As String) As String
    Dim manager, paths, dialog, given, address As String
    LibrePick = ""
    On Error GoTo Failed
    Set manager = GetProcessServiceManager
    Set paths = manager.createInstance("com.sun.star.ucb.FileContentProvider")
    If kind = 3 Then
        Set dialog = manager.createInstance("com.sun.star.ui.dialogs.FilePicker")
    Else
        Set dialog = manager.createInstance("com.sun.star.ui.dialogs.FolderPicker")
    End If
    dialog.setTitle title
    If before = "" Then address = ThisComponent.getURL() Else address = paths.getFileURLFromSystemPath("", before)
    If kind = 3 Or before = "" Then address = Left(address, InStrRev(address, "/"))
    LibreShow dialog, address
    LibrePick = "cancel"
    If dialog.execute() <> 1 Then Exit Function
    If kind = 3 Then
        given = dialog.getFiles()
        address = given(0)
    Else
        address = dialog.getDirectory()
    End If
    LibrePick = paths.getSystemPathFromFileURL(address)
Failed:
End Function

' Begin a dialog in a folder; one that is gone is no reason not to ask.
Private Sub LibreShow(dialog, address As String)
    On Error Resume Next
    dialog.setDisplayDirectory address
End Sub
