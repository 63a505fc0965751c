Attribute VB_Name = "Walk"
' What needs no Python: from finding to finding, to the explanation, to the rules.
Option Explicit

Private place As Long
Private found As Variant
Private columnsOf As Variant
Private settled As Variant

' Go to the cell of the next open finding; in the view of a department, to the next one there.
Public Sub LocalNext()
    StepOn 1
End Sub

Public Sub LocalPrev()
    StepOn -1
End Sub

' Go to the view of a department, at the first finding that asks for something.
Public Sub LocalWalk()
    Dim row As Long
    If Not Load() Then Exit Sub
    row = NextOpen(1, 1)
    If row = 0 Then
        Report WordOf("next.none")
    Else
        ShowInView row
    End If
End Sub

Private Sub StepOn(direction As Long)
    Dim row As Long, first As Long
    If Not Load() Then Exit Sub
    If InView() Then
        first = RowInView() + direction
    Else
        first = place + direction
        If OnFindings() > 0 And OnFindings() <> place Then first = OnFindings()
    End If
    row = NextOpen(first, direction)
    If row = 0 And direction > 0 Then row = NextOpen(1, 1)
    If row = 0 And direction < 0 Then row = NextOpen(UBound(found, 1), -1)
    If row = 0 Then
        place = 0
        Report WordOf("next.none")
    ElseIf InView() Then
        ShowInView row
    Else
        place = row
        GoToKey CStr(found(row, columnsOf(0)))
        TellPlace row
    End If
End Sub

Private Sub TellPlace(row As Long)
    Application.StatusBar = Words("next.place", CStr(row) & "/" & CStr(UBound(found, 1))) & CStr(found(row, columnsOf(4)))
End Sub

' Go to the cell for the explanation of the finding at hand, else of the first warning that lacks one.
Public Sub LocalExplain()
    Dim row As Long, sheet As Object
    If Not Load() Then Exit Sub
    row = Chosen()
    If row = 0 Then row = Unexplained()
    If row = 0 Then
        Report WordOf("explain.none")
        Exit Sub
    End If
    place = row
    Set sheet = ThisWorkbook.Worksheets(WordOf("sheet.findings"))
    sheet.Activate
    sheet.Cells(TopRow() + row, columnsOf(3)).Select
    Application.StatusBar = WordOf("explain.how")
End Sub

' The key of the finding at hand, "" where there is none, "cancel" where the clerk was told what is missing.
Public Function KeyAtHand() As String
    Dim row As Long
    KeyAtHand = "cancel"
    If Not Load() Then Exit Function
    row = Chosen()
    KeyAtHand = ""
    If row > 0 Then KeyAtHand = CStr(found(row, columnsOf(7)))
End Function

Private Function Chosen() As Long
    If InView() Then Chosen = RowInView() Else Chosen = AtHand()
End Function

' --- the view of a department ---

Private Function InView() As Boolean
    InView = (ActiveSheet.Name = WordOf("view.sheet"))
End Function

' The finding that the view shows, 0 where none.
Private Function RowInView() As Long
    Dim held As Variant
    RowInView = 0
    held = ThisWorkbook.Worksheets(WordOf("view.sheet")).Range(WordOf("view.row")).Value
    If IsError(held) Then Exit Function
    If CStr(held) = "" Then Exit Function
    RowInView = CLng(Val(CStr(held))) - TopRow()
    If RowInView < 0 Or RowInView > UBound(found, 1) Then RowInView = 0
End Function

' Have the view show a finding: its department, its number there, and its cell selected.
Private Sub ShowInView(row As Long)
    Dim sheet As Object, unit As String, number As Long, at As Long, held As Variant, across As Long
    unit = CStr(found(row, columnsOf(5)))
    number = 0
    For at = 1 To row
        If CStr(found(at, columnsOf(5))) = unit Then number = number + 1
    Next
    Set sheet = ThisWorkbook.Worksheets(WordOf("view.sheet"))
    sheet.Activate
    ' a name from outside, kept a text whatever it begins with
    sheet.Range(WordOf("view.unit")).Value = "'" & unit
    sheet.Range(WordOf("view.current")).Value = number
    place = row
    TellPlace row
    held = sheet.Range(WordOf("view.numbers")).Value
    For at = 1 To UBound(held, 1)
        For across = 1 To UBound(held, 2)
            If CStr(held(at, across)) = CStr(number) Then
                sheet.Cells(sheet.Range(WordOf("view.numbers")).Row + at - 1, across + CLng(WordOf("view.left"))).Select
                Exit Sub
            End If
        Next
    Next
    sheet.Range(WordOf("view.current")).Select
End Sub

' Go to the rule of the finding at hand, where there is one; else to the manual.
Public Sub LocalHelp()
    Dim sheet As Object, ids As Variant, row As Long, wanted As String, at As Long
    wanted = ""
    If InView() Or ActiveSheet.Name = WordOf("sheet.findings") Then
        If Load() Then
            If InView() Then at = RowInView() Else at = OnFindings()
            If at > 0 Then wanted = CStr(found(at, columnsOf(2)))
        End If
    End If
    If wanted = "" Then
        ThisWorkbook.Worksheets(WordOf("sheet.manual")).Activate
        ActiveSheet.Cells(1, 2).Select
        Exit Sub
    End If
    Set sheet = ThisWorkbook.Worksheets(WordOf("sheet.rules"))
    sheet.Activate
    at = CLng(Val(WordOf("rules.top"))) + 1
    ids = sheet.Range("A1:A400").Value
    For row = at To UBound(ids, 1)
        If CStr(ids(row, 1)) = wanted Then at = row
    Next
    sheet.Cells(at, 1).Select
    Application.StatusBar = WordOf("help.how")
End Sub

' --- the list of findings ---

Private Function TopRow() As Long
    TopRow = CLng(Val(WordOf("findings.top")))
End Function

' Read the findings; False and a word to the clerk where there are none.
Private Function Load() As Boolean
    Dim sheet As Object, heads As Variant, last As Long, row As Long
    Load = False
    Set sheet = Nothing
    On Error Resume Next
    Set sheet = ThisWorkbook.Worksheets(WordOf("sheet.findings"))
    On Error GoTo 0
    If sheet Is Nothing Then
        Report Words("fail.sheet", WordOf("sheet.findings"))
        Exit Function
    End If
    heads = sheet.Range(sheet.Cells(TopRow(), 1), sheet.Cells(TopRow(), 60)).Value
    columnsOf = Array(HeadOf(heads, "head.key"), HeadOf(heads, "head.status"), HeadOf(heads, "head.rule"), HeadOf(heads, "head.explanation"), HeadOf(heads, "head.message"), HeadOf(heads, "head.unit"), HeadOf(heads, "head.level"), HeadOf(heads, "head.id"))
    For row = 0 To 7
        If columnsOf(row) = 0 Then
            Report Words("fail.head", WordOf("sheet.findings"))
            Exit Function
        End If
    Next
    settled = Array(WordOf("status.explained"), WordOf("status.remark"), WordOf("status.changed"))
    last = sheet.Cells(20000, columnsOf(2)).End(-4162).Row
    If last <= TopRow() Then
        Report WordOf("next.unchecked")
        Exit Function
    End If
    found = sheet.Range(sheet.Cells(TopRow() + 1, 1), sheet.Cells(last, 60)).Value
    If place > UBound(found, 1) Then place = 0
    Load = True
End Function

Private Function HeadOf(heads As Variant, key As String) As Long
    Dim across As Long
    HeadOf = 0
    For across = 1 To UBound(heads, 2)
        If CStr(heads(1, across)) = WordOf(key) Then
            HeadOf = across
            Exit Function
        End If
    Next
End Function

' The first finding from a row on (backwards where direction is -1) that is open, has a cell to go to and is not
' hidden by a filter; 0 where none.
Private Function NextOpen(first As Long, direction As Long) As Long
    Dim row As Long, sheet As Object, last As Long
    NextOpen = 0
    last = UBound(found, 1)
    If direction < 0 Then last = 1
    If first < 1 And direction > 0 Then first = 1
    Set sheet = ThisWorkbook.Worksheets(WordOf("sheet.findings"))
    For row = first To last Step direction
        If CStr(found(row, columnsOf(0))) <> "" And IsOpen(row) Then
            If Not sheet.Cells(TopRow() + row, 1).EntireRow.Hidden Then
                NextOpen = row
                Exit Function
            End If
        End If
    Next
End Function

Private Function IsOpen(row As Long) As Boolean
    Dim state As String
    state = CStr(found(row, columnsOf(1)))
    IsOpen = (state <> settled(0) And state <> settled(1) And state <> settled(2))
End Function

' The first warning that lacks an explanation: an error wants mending, not words.
Private Function Unexplained() As Long
    Dim row As Long
    Unexplained = 0
    For row = 1 To UBound(found, 1)
        If Trim(CStr(found(row, columnsOf(3)))) = "" And InStr(CStr(found(row, columnsOf(6))), WordOf("level.warning")) > 0 Then
            Unexplained = row
            Exit Function
        End If
    Next
End Function

' The finding whose row is selected on its sheet, 0 where the clerk is elsewhere.
Private Function OnFindings() As Long
    OnFindings = 0
    If ActiveSheet.Name = WordOf("sheet.findings") Then
        If ActiveCell.Row > TopRow() And ActiveCell.Row - TopRow() <= UBound(found, 1) Then OnFindings = ActiveCell.Row - TopRow()
    End If
End Function

' The finding at hand: selected in the list, or of the selected cell (the one walked to before others).
Private Function AtHand() As Long
    Dim row As Long, here As String
    AtHand = OnFindings()
    If AtHand > 0 Then Exit Function
    here = ActiveSheet.Name & "!" & Replace(ActiveCell.Address, "$", "")
    If place > 0 Then
        If CellOf(CStr(found(place, columnsOf(0)))) = here Then AtHand = place
    End If
    If AtHand > 0 Then Exit Function
    For row = 1 To UBound(found, 1)
        If CellOf(CStr(found(row, columnsOf(0)))) = here Then
            AtHand = row
            Exit Function
        End If
    Next
End Function

' "sheet!cell" of a key "sheet!cell|letter".
Private Function CellOf(key As String) As String
    CellOf = ""
    If InStr(key, "|") > 0 Then CellOf = Left(key, InStr(key, "|") - 1)
End Function

Private Sub GoToKey(key As String)
    Dim target As String, cut As Long, sheet As Object
    target = CellOf(key)
    cut = InStrRev(target, "!")
    Set sheet = ThisWorkbook.Worksheets(Left(target, cut - 1))
    sheet.Activate
    sheet.Range(Mid(target, cut + 1)).Select
End Sub
