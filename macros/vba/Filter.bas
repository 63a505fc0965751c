Attribute VB_Name = "Filter"
' Only what one asks for: the departments of one verdict, the findings that are still open. No Python is needed.
Option Explicit

Private hiding As Boolean

Public Sub ShowOpen()
    FilterTable WordOf("sheet.findings"), WordOf("findings.table"), CLng(WordOf("findings.status")), WordOf("filter.open")
End Sub

Public Sub ShowAll()
    FilterTable WordOf("sheet.findings"), WordOf("findings.table"), CLng(WordOf("findings.status")), ""
End Sub

Public Sub TileReady()
    FilterUnits "units.verdict", "tile.ready"
End Sub

Public Sub TilePending()
    FilterUnits "units.verdict", "tile.pending"
End Sub

Public Sub TileBlocked()
    FilterUnits "units.verdict", "tile.blocked"
End Sub

Public Sub TileMissing()
    FilterUnits "units.reported", "tile.missing"
End Sub

Private Sub FilterUnits(field As String, wanted As String)
    Dim sheet As String, other As String
    sheet = WordOf("units.sheet")
    other = "units.reported"
    If field = other Then other = "units.verdict"
    FilterTable sheet, WordOf("units.table"), CLng(WordOf(other)), ""
    FilterTable sheet, WordOf("units.table"), CLng(WordOf(field)), WordOf(wanted)
End Sub

' Show the rows of a table whose cell in a column begins so, all of them where nothing is asked for.
Private Sub FilterTable(title As String, table As String, field As Long, wanted As String)
    Dim sheet As Object, kept As Variant
    Set sheet = ThisWorkbook.Worksheets(title)
    sheet.Activate
    If InLibre() Then
        HideRows sheet, table, field, wanted
        Exit Sub
    End If
    kept = OpenSheet(sheet)
    On Error Resume Next
    If wanted = "" Then
        sheet.ListObjects(table).Range.AutoFilter field
    Else
        sheet.ListObjects(table).Range.AutoFilter field, wanted & "*"
    End If
    CloseSheet sheet, kept
End Sub

' LibreOffice's filters want structures that Excel's compiler does not know: the rows are hidden one by one.
Private Sub HideRows(sheet As Object, table As String, field As Long, wanted As String)
    Dim area As Variant, held As Variant, row As Long
    area = LibreRows(table)
    sheet.Range(sheet.Cells(area(0), 1), sheet.Cells(area(1), 1)).EntireRow.Hidden = False
    hiding = (wanted <> "")
    If Not hiding Then Exit Sub
    held = sheet.Range(sheet.Cells(area(0), field), sheet.Cells(area(1) + 1, field)).Value
    For row = area(0) To area(1)
        If Left(CStr(held(row - area(0) + 1, 1)), Len(wanted)) <> wanted Then sheet.Rows(row).Hidden = True
    Next
End Sub

' Let all rows be seen again, before others stand in them.
Public Sub UnhideRows()
    Dim title As Variant, sheet As Object, area As Variant
    If Not hiding Then Exit Sub
    hiding = False
    On Error Resume Next
    For Each title In Array("findings.table", "units.table")
        area = LibreRows(WordOf(CStr(title)))
        Set sheet = ThisWorkbook.Worksheets(WordOf("sheet.findings"))
        If title = "units.table" Then Set sheet = ThisWorkbook.Worksheets(WordOf("units.sheet"))
        sheet.Range(sheet.Cells(area(0), 1), sheet.Cells(area(1), 1)).EntireRow.Hidden = False
    Next
End Sub
