Attribute VB_Name = "State"
' What a press changes in Excel itself, put back in every end of it: after Esc, time-out and errors, and where Python,
' which writes into the open workbook, was stopped half-way.
Option Explicit

Private held As Boolean
Private calculation As Variant
Private events As Variant
Private guarded As Object

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

' What Esc does: 0 nothing, 1 what it always does, 2 it is an error (18).
Public Sub LetEscape(kind As Long)
    On Error Resume Next
    Application.EnableCancelKey = kind
End Sub
