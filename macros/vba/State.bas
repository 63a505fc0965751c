Attribute VB_Name = "State"
' What a press changes in Excel itself, put back in every end of it: after Esc, time-out and errors, and where Python,
' which writes into the open workbook, was stopped half-way.
Option Explicit

Private held As Boolean
Private calculation As Variant
Private events As Variant
Private guarded As Object
Private keys As String

Public Sub HoldState()
    Dim sheet As Object
    held = False
    LetInput False
    ' LibreOffice writes through protection, and Python not at all
    If InLibre() Then Exit Sub
    calculation = Application.Calculation
    events = Application.EnableEvents
    Set guarded = New Collection
    For Each sheet In ThisWorkbook.Worksheets
        guarded.Add Array(sheet, ProtectionOf(sheet))
    Next
    held = True
End Sub

Public Sub RestoreState()
    Dim entry As Variant
    On Error Resume Next
    Application.StatusBar = False
    LetEscape 1
    LetInput True
    If Not held Then Exit Sub
    held = False
    For Each entry In guarded
        If Not entry(0).ProtectContents Then CloseSheet entry(0), entry(1)
    Next
    Set guarded = Nothing
    Application.Calculation = calculation
    Application.EnableEvents = events
    Application.ScreenUpdating = True
End Sub

' Whether keys and clicks reach Excel: a row sorted or inserted while Python works would lie where the results of another
' belong.
Public Sub LetInput(wanted As Boolean)
    On Error Resume Next
    If Not InLibre() Then Application.Interactive = wanted
End Sub

' Remember the rows of all tables as they were handed over.
Public Sub WatchRows()
    keys = RowKeys()
End Sub

' Whether rows were put in, taken out or sorted since.
Public Function RowsMoved() As Boolean
    RowsMoved = (RowKeys() <> keys)
End Function

' What tells rows apart: where each table stands, and the first cells of its rows. LibreOffice has no ListObjects.
Private Function RowKeys() As String
    Dim sheet As Object, table As Object, values As Variant, row As Long, wide As Long, across As Long
    Dim pieces() As String
    RowKeys = ""
    If InLibre() Then Exit Function
    For Each sheet In ThisWorkbook.Worksheets
        For Each table In sheet.ListObjects
            values = table.Range.Value
            wide = UBound(values, 2)
            If wide > 4 Then wide = 4
            ReDim pieces(1 To UBound(values, 1))
            For row = 1 To UBound(values, 1)
                For across = 1 To wide
                    If Not IsError(values(row, across)) Then pieces(row) = pieces(row) & vbTab & CStr(values(row, across))
                Next
            Next
            RowKeys = RowKeys & table.Range.Address & Join(pieces, vbLf)
        Next
    Next
End Function

' What Esc does: 0 nothing, 1 what it always does, 2 it is an error (18).
Public Sub LetEscape(kind As Long)
    On Error Resume Next
    Application.EnableCancelKey = kind
End Sub
