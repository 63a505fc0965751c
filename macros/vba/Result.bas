Attribute VB_Name = "Result"
' The result file carried out on the open workbook: read whole, looked through, then written block by block.
' Its lines: "jixiao 1", "state TAB ok|failed|done", "message TAB words", "table TAB name TAB rows",
' "values|formulas TAB sheet TAB row TAB column TAB rows TAB columns" and then as many lines of cells,
' "look TAB sheet TAB row TAB column TAB pieces", and "end".
' A cell is n and a number, t and a text, f and a formula, or nothing.
Option Explicit

Private lines As Variant
Private touched As Object

' Carry out a result file; True where all went well. Rows that Python itself moved, before it failed, are no reason not to.
Public Function TakeResult(path As String, begun As Boolean) As Boolean
    Dim message As String, state As String, problem As String
    TakeResult = False
    lines = Split(ReadWide(path), vbCrLf)
    If Not Whole() Then
        Report Words("fail.result", path)
        Exit Function
    End If
    state = Part(1, 1)
    message = Plain(Part(2, 1))
    If state = "failed" Then
        Report message
        TakeResult = True
        Exit Function
    End If
    If state = "ok" Then
        problem = Missing()
        If problem = "" And Not begun Then
            If RowsMoved() Then problem = WordOf("fail.changed")
        End If
        If problem <> "" Then
            Report problem
            Exit Function
        End If
        problem = CarryOut()
        If problem <> "" Then
            Report problem
            Exit Function
        End If
    End If
    TellQuietly message
    TakeResult = True
End Function

Private Function Whole() As Boolean
    Dim last As Long
    Whole = False
    last = UBound(lines)
    If last < 3 Then Exit Function
    If lines(last) = "" Then last = last - 1
    Whole = (lines(0) = "jixiao 1" And lines(last) = "end")
End Function

Private Function Part(row As Long, position As Long) As String
    Dim parts As Variant
    parts = Split(lines(row), vbTab)
    Part = ""
    If UBound(parts) >= position Then Part = parts(position)
End Function

' What the workbook lacks for this result, "" where nothing.
Private Function Missing() As String
    Dim row As Long, parts As Variant, seen As String
    Missing = ""
    row = 3
    Do While row <= UBound(lines)
        parts = Split(lines(row), vbTab)
        If UBound(parts) >= 5 Then
            If parts(1) <> seen Then
                seen = parts(1)
                If Not SheetThere(Plain(seen)) Then Missing = Words("fail.sheet", Plain(seen))
            End If
            row = row + CLng(parts(4))
        ElseIf UBound(parts) = 2 Then
            If Not TableThere(CStr(parts(1))) Then Missing = Words("fail.table", CStr(parts(1)))
        End If
        If Missing <> "" Then Exit Function
        row = row + 1
    Loop
End Function

Private Function SheetThere(title As String) As Boolean
    Dim sheet As Object
    On Error Resume Next
    Set sheet = ThisWorkbook.Worksheets(title)
    SheetThere = Not (sheet Is Nothing)
End Function

Private Function TableThere(title As String) As Boolean
    If InLibre() Then
        TableThere = LibreHasTable(title)
    Else
        TableThere = Not (FindTable(title) Is Nothing)
    End If
End Function

Private Function FindTable(title As String) As Object
    Dim sheet As Object, found As Object
    Set FindTable = Nothing
    On Error Resume Next
    For Each sheet In ThisWorkbook.Worksheets
        Set found = Nothing
        Set found = sheet.ListObjects(title)
        If Not found Is Nothing Then
            Set FindTable = found
            Exit Function
        End If
    Next
End Function

' Write everything; "" where all went well. Calculation, screen and protection are put back in every case.
Private Function CarryOut() As String
    Dim calculation As Variant, front As Object
    CarryOut = ""
    Set front = ActiveSheet
    calculation = Application.Calculation
    HoldScreen True
    Application.Calculation = -4135
    LetEvents False
    CarryOut = OpenSheets()
    If CarryOut = "" Then CarryOut = WriteAll()
    CloseSheets
    On Error Resume Next
    LetEvents True
    Application.Calculation = calculation
    If Not front Is ActiveSheet Then front.Activate
    HoldScreen False
End Function

' LibreOffice measures every row of the workbook anew when ScreenUpdating comes back: there the window is held instead.
Private Sub HoldScreen(wanted As Boolean)
    On Error Resume Next
    If InLibre() Then
        LibreHold wanted
    Else
        Application.ScreenUpdating = Not wanted
    End If
End Sub

Private Sub LetEvents(wanted As Boolean)
    On Error Resume Next
    Application.EnableEvents = wanted
End Sub

Private Function WriteAll() As String
    Dim row As Long, parts As Variant
    WriteAll = ""
    On Error GoTo Failed
    row = 3
    Do While row <= UBound(lines)
        parts = Split(lines(row), vbTab)
        If UBound(parts) >= 5 Then
            WriteBlock parts, row
            row = row + CLng(parts(4))
        ElseIf UBound(parts) = 4 Then
            Dress parts
        ElseIf UBound(parts) = 2 Then
            ResizeTable CStr(parts(1)), CLng(parts(2))
        End If
        row = row + 1
    Loop
    Exit Function
Failed:
    WriteAll = Words("fail.write", Err.Number & " " & Err.Description)
End Function

Private Sub WriteBlock(parts As Variant, head As Long)
    Dim cells() As Variant, target As Object, down As Long, across As Long, pieces As Variant
    Dim high As Long, wide As Long, text As String
    high = CLng(parts(4))
    wide = CLng(parts(5))
    If parts(0) = "formulas" And InLibre() Then
        If LibreFormulas(Plain(CStr(parts(1))), CLng(parts(2)), CLng(parts(3)), lines, head, high, wide) Then Exit Sub
    End If
    ReDim cells(1 To high, 1 To wide)
    For down = 1 To high
        text = lines(head + down)
        If Len(text) >= wide Then
            ' more than the tabs between blanks
            pieces = Split(text, vbTab)
            For across = 1 To wide
                If pieces(across - 1) <> "" Then cells(down, across) = ValueOf(CStr(pieces(across - 1)))
            Next
        End If
    Next
    Set target = BlockOf(parts, high, wide)
    If parts(0) = "formulas" And InLibre() Then
        For down = 1 To high
            For across = 1 To wide
                target.Cells(down, across).Formula = CStr(cells(down, across))
            Next
        Next
    ElseIf parts(0) = "formulas" Then
        target.Formula = cells
    Else
        target.Value = cells
    End If
End Sub

' Let pieces of a text stand out ("first,length,colour,bold,underline;..."); a look that fails costs no content.
Private Sub Dress(parts As Variant)
    Dim pieces As Variant, numbers As Variant, position As Long, target As Object
    On Error Resume Next
    Set target = ThisWorkbook.Worksheets(Plain(CStr(parts(1)))).Cells(CLng(parts(2)), CLng(parts(3)))
    pieces = Split(CStr(parts(4)), ";")
    For position = 0 To UBound(pieces)
        numbers = Split(pieces(position), ",")
        With target.Characters(CLng(numbers(0)), CLng(numbers(1))).Font
            .Color = CLng(numbers(2))
            .Bold = (numbers(3) = "1")
            .Underline = CLng(numbers(4))
        End With
    Next
End Sub

Private Function BlockOf(parts As Variant, high As Long, wide As Long) As Object
    Dim sheet As Object, top As Long, side As Long
    Set sheet = ThisWorkbook.Worksheets(Plain(CStr(parts(1))))
    top = CLng(parts(2))
    side = CLng(parts(3))
    Set BlockOf = sheet.Range(sheet.Cells(top, side), sheet.Cells(top + high - 1, side + wide - 1))
End Function

Private Function ValueOf(piece As String) As Variant
    Dim kind As String
    kind = Left(piece, 1)
    If kind = "n" Then
        ValueOf = CDbl(Val(Mid(piece, 2)))
    ElseIf kind = "t" Or kind = "f" Then
        ValueOf = Plain(Mid(piece, 2))
    Else
        ValueOf = Empty
    End If
End Function

' Text without its escapes: \t \n \r \\ (everything else stands as it is).
Public Function Plain(text As String) As String
    Dim made As String
    made = text
    If InStr(made, "\") > 0 Then
        made = Replace(made, "\\", Chr(1))
        made = Replace(made, "\t", vbTab)
        made = Replace(made, "\n", vbLf)
        made = Replace(made, "\r", vbCr)
        made = Replace(made, Chr(1), "\")
    End If
    Plain = made
End Function

' --- tables ---

Private Sub ResizeTable(title As String, rows As Long)
    Dim table As Object, area As Object, before As Long, after As Long, high As Variant
    after = rows
    If after < 1 Then after = 1
    If InLibre() Then
        before = LibreResize(title, after)
        If before > rows Then LibreBlank title, rows, before
        If before < after Then LibreHeights title, before
        Exit Sub
    End If
    Set table = FindTable(title)
    before = table.ListRows.Count
    Set area = table.Range
    If before <> after Then table.Resize area.Resize(after + 1, area.Columns.Count)
    ' the rows that it gains are as high as its first one
    high = area.Rows(2).RowHeight
    If before < after And WordOf("high." & title) <> "" Then area.Offset(before + 1, 0).Resize(after - before, 1).RowHeight = high
    If before > rows Then area.Offset(rows + 1, 0).Resize(before - rows, area.Columns.Count).ClearContents
End Sub

' --- protection ---

' Take the protection off every sheet that is written; the words where one has a password of its own.
Private Function OpenSheets() As String
    Dim sheet As Object, kept As Variant, place As Long
    Set touched = New Collection
    OpenSheets = ""
    If InLibre() Then
        UnhideRows
        Exit Function
    End If
    On Error Resume Next
    For Each sheet In ThisWorkbook.Worksheets
        If Written(sheet.Name) Then
            Err.Clear
            kept = OpenSheet(sheet)
            If Err.Number <> 0 Or sheet.ProtectContents Then
                OpenSheets = Words("fail.password", sheet.Name)
                Exit Function
            End If
            touched.Add Array(sheet, kept)
            ' a filter that hides rows would make Excel write past them
            If sheet.FilterMode Then sheet.ShowAllData
            For place = 1 To sheet.ListObjects.Count
                If sheet.ListObjects(place).ShowAutoFilter Then
                    If sheet.ListObjects(place).AutoFilter.FilterMode Then sheet.ListObjects(place).AutoFilter.ShowAllData
                End If
            Next
        End If
    Next
End Function

Private Sub CloseSheets()
    Dim entry As Variant
    On Error Resume Next
    For Each entry In touched
        CloseSheet entry(0), entry(1)
    Next
    Set touched = Nothing
End Sub

Private Function Written(title As String) As Boolean
    Dim row As Long, parts As Variant, table As Object
    Written = False
    row = 3
    Do While row <= UBound(lines)
        parts = Split(lines(row), vbTab)
        If UBound(parts) >= 5 Then
            If Plain(CStr(parts(1))) = title Then Written = True
            row = row + CLng(parts(4))
        ElseIf UBound(parts) = 2 Then
            Set table = FindTable(CStr(parts(1)))
            If Not table Is Nothing Then
                If table.Parent.Name = title Then Written = True
            End If
        End If
        If Written Then Exit Function
        row = row + 1
    Loop
End Function
