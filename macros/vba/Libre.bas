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
