Attribute VB_Name = "Bridge"
' From a button to Python and back: a copy of the workbook goes into a job folder, Python works on the copy and
' writes a result file, and the result is carried out on the open workbook. Python starts before the copy is saved:
' it loads its parts meanwhile and waits for request.txt, which comes last.
' ASCII only; every word the clerk sees comes from the hidden sheet of texts. No Declare, no reference: the same
' code runs in Excel and in LibreOffice, where a single compile error anywhere would silence every macro.
Option Explicit

Private Const PATIENCE As Long = 60
Private busy As Boolean
Private process As Object
Private outcome As String
Private waited As Long
Private request As String
Private handedOver As Boolean

Public Sub PressVerb(verbName As String)
    Dim job As String, options As String, finished As Boolean, problem As String, failure As Long
    If busy Then Exit Sub
    If Not Ready(verbName) Then Exit Sub
    options = AskOptions(verbName)
    If options = "cancel" Then Exit Sub
    busy = True
    On Error GoTo Crashed
    HoldState
    LetEscape 2
    job = NewJob()
    If job = "" Then
        Report Words("fail.job", TempFolder())
        GoTo Done
    End If
    request = options & "book" & vbTab & Escaped(BookPath()) & vbCrLf
    handedOver = False
    finished = RunPython(verbName, job)
    LetEscape 0
    If finished Then
        finished = TakeResult(job & "result.txt", HalfWritten(job))
    Else
        RestoreState
        Report outcome
    End If
    If finished Then RemoveJob job
Done:
    On Error Resume Next
    LetEscape 0
    RestoreState
    Set process = Nothing
    busy = False
    Exit Sub
Crashed:
    ' kept first: what is called next may clear it
    failure = Err.Number
    problem = Words("fail.macro", failure & " " & Err.Description)
    If failure = 18 Then problem = Words("fail.cancelled", verbName)
    LetEscape 0
    StopProcess
    If HalfWritten(job) Then problem = Words("fail.write", "Python")
    RestoreState
    Report problem
    ' a Python that waits for its request ends when the folder is gone
    If Not handedOver And job <> "" Then RemoveJob job
    Resume Done
End Sub

' Whether anything can be done at all; says what to do where not.
Private Function Ready(verbName As String) As Boolean
    Ready = False
    If Not HasTexts() Then
        MsgBox "jixiao: the hidden sheet of texts is missing. Please start from a new master (jixiao new)."
        Exit Function
    End If
    If InStr(Application.OperatingSystem, "Mac") > 0 Then
        Report Words("fail.mac", "")
        Exit Function
    End If
    If OpenElsewhere() And verbName <> "export" Then
        Report Words("fail.readonly", "")
        Exit Function
    End If
    Ready = True
End Function

Private Function OpenElsewhere() As Boolean
    Dim answer As Variant
    answer = False
    On Error Resume Next
    If InLibre() Then
        answer = LibreReadOnly()
    Else
        answer = ThisWorkbook.ReadOnly
    End If
    OpenElsewhere = answer
End Function

' --- the job folder ---

Private Function TempFolder() As String
    Dim found As String
    found = Variable("JIXIAO_TEMP")
    If found = "" Then
        If OnWindows() Then found = Variable("TEMP") Else found = Variable("TMPDIR")
    End If
    If found = "" Then found = "/tmp"
    If Right(found, 1) <> Slash() Then found = found & Slash()
    TempFolder = found
End Function

Private Function NewJob() As String
    Dim folder As String, attempt As Long
    NewJob = ""
    Randomize
    For attempt = 1 To 5
        folder = TempFolder() & "jixiao-" & CStr(CLng(Rnd() * 100000000)) & CStr(attempt)
        If MakeFolder(folder) Then
            NewJob = folder & Slash()
            Exit Function
        End If
    Next
End Function

' The copy, and then the request that tells Python that the copy is whole.
Private Sub HandOver(verbName As String, job As String)
    If handedOver Then Exit Sub
    ShowStatus Words("status.saving", verbName)
    SaveCopy job
    WriteText job & "request.new", request
    RenameFile job & "request.new", job & "request.txt"
    WatchRows
    handedOver = True
End Sub

Private Sub SaveCopy(job As String)
    If InLibre() Then
        ' what nobody has changed since it was opened or saved lies on the disk as it is
        If LibreUnchanged() Then
            FileCopy LibreUrl(), job & "book.xlsm"
        Else
            LibreSaveCopy job & "book.xlsx"
        End If
    Else
        ThisWorkbook.SaveCopyAs job & "book.xlsm"
    End If
End Sub

Private Sub RemoveJob(job As String)
    Dim parts As Variant, position As Long
    parts = Array("run.sh", "request.txt", "request.new", "result.txt", "book.xlsx", "book.xlsm", "log.txt", "exit.txt", "writing.txt")
    For position = 0 To UBound(parts)
        RemoveFile job & parts(position)
    Next
    RemoveFolder Left(job, Len(job) - 1)
End Sub

' --- Python ---

' Try each Python in turn; True where one wrote a result, else outcome says why none did.
Private Function RunPython(verbName As String, job As String) As Boolean
    Dim candidates As Variant, position As Long, state As String
    RunPython = False
    outcome = Words("fail.python", "")
    candidates = Split(Candidate(), vbLf)
    For position = 0 To UBound(candidates)
        If candidates(position) <> "" Then
            state = RunOne(CStr(candidates(position)), verbName, job)
            If state = "result" Then
                RunPython = True
                Exit Function
            End If
            If state = "timeout" Then
                outcome = Words("fail.timeout", CStr(waited))
                If HalfWritten(job) Then outcome = Words("fail.write", "Python")
                Exit Function
            End If
            If state = "blocked" Then outcome = Words("fail.blocked", "")
            If state = "module" Then outcome = Words("fail.module", CStr(candidates(position)))
            If state = "store" Then outcome = Words("fail.store", CStr(candidates(position)))
            If state = "crashed" Then
                outcome = Words("fail.crashed", job & "log.txt")
                If HalfWritten(job) Then outcome = Words("fail.write", "Python")
                If HalfWritten(job) Then Exit Function
            End If
        End If
    Next
End Function

' The Pythons to try, one a line: told by the environment, written by jixiao new, installed for clerks, found by name.
Private Function Candidate() As String
    Dim told As String, own As String
    told = Variable("JIXIAO_PYTHON")
    If told <> "" Then
        Candidate = told
        Exit Function
    End If
    own = WordOf("python")
    If own <> "" Then
        If Not FileThere(own) Then own = ""
    End If
    If OnWindows() Then
        Candidate = own & vbLf & Installed() & vbLf & "pyw.exe -3" & vbLf & "pythonw.exe"
    Else
        Candidate = own & vbLf & "python3" & vbLf & "python"
    End If
End Function

Private Function Installed() As String
    Installed = Variable("LOCALAPPDATA") & "\jixiao\env\Scripts\pythonw.exe"
    If Not FileThere(Installed) Then Installed = ""
End Function

Private Function RunOne(python As String, verbName As String, job As String) As String
    If OnWindows() Then
        RunOne = StartOnWindows(python, verbName, job)
    Else
        RunOne = StartElsewhere(python, verbName, job)
    End If
    If RunOne <> "started" Then Exit Function
    HandOver verbName, job
    RunOne = WaitFor(verbName, job)
End Function

Private Function StartOnWindows(python As String, verbName As String, job As String) As String
    Dim shellObject As Object, command As String, failure As Long, before As String
    command = Quoted(python) & " -P -X utf8 -m macros.buttons " & verbName & " " & Chr(34) & Left(job, Len(job) - 1) & Chr(34)
    command = command & " --waits" & LiveArguments()
    On Error Resume Next
    Err.Clear
    Set shellObject = CreateObject("WScript.Shell")
    If Err.Number <> 0 Then
        StartOnWindows = "blocked"
        Exit Function
    End If
    ' a bare name is looked for in the current folder first, where the clerk's files lie
    before = shellObject.CurrentDirectory
    shellObject.CurrentDirectory = Environ("SystemRoot")
    If Err.Number <> 0 Then
        StartOnWindows = "blocked"
        Exit Function
    End If
    Set process = shellObject.Exec(command)
    failure = Err.Number
    shellObject.CurrentDirectory = before
    If failure = 0 Then
        StartOnWindows = "started"
    ElseIf failure = -2147024894 Or failure = -2147024893 Then
        StartOnWindows = "missing"
    Else
        StartOnWindows = "blocked"
    End If
End Function

' What xlwings' Book.caller() reads; nothing off Excel.
Private Function LiveArguments() As String
    Dim window As Variant
    LiveArguments = ""
    If InLibre() Then Exit Function
    ' xlwings looks the workbook up by its name, which it cuts at an equals sign
    If InStr(ThisWorkbook.Name, "=") > 0 Then Exit Function
    On Error Resume Next
    window = Application.Hwnd
    If Err.Number = 0 Then
        LiveArguments = " --wb=" & Chr(34) & ThisWorkbook.Name & Chr(34) & " --from_xl=1 --hwnd=" & CStr(window)
    End If
End Function

Private Function StartElsewhere(python As String, verbName As String, job As String) As String
    Dim bare As String, quote As String
    quote = Chr(34)
    bare = Left(job, Len(job) - 1)
    WriteText job & "run.sh", RunScript()
    RemoveFile job & "exit.txt"
    On Error Resume Next
    Err.Clear
    Shell "/bin/sh " & quote & job & "run.sh" & quote & " " & quote & python & quote & " " & verbName & " " & quote & bare & quote, 0
    If Err.Number = 0 Then StartElsewhere = "started" Else StartElsewhere = "missing"
End Function

Private Function RunScript() As String
    Dim quote As String, lines As String
    quote = Chr(34)
    lines = quote & "$1" & quote & " -P -X utf8 -m macros.buttons " & quote & "$2" & quote & " " & quote & "$3" & quote
    lines = lines & " --waits > " & quote & "$3/log.txt" & quote & " 2>&1" & vbLf
    lines = lines & "code=$?" & vbLf
    ' only where no result came: the folder of one that did may be going just now, this script first
    lines = lines & "if [ ! -f " & quote & "$3/result.txt" & quote & " ] && [ -f " & quote & "$3/run.sh" & quote & " ]; then" & vbLf
    lines = lines & "echo $code > " & quote & "$3/exit.new" & quote & vbLf
    lines = lines & "mv " & quote & "$3/exit.new" & quote & " " & quote & "$3/exit.txt" & quote & vbLf
    RunScript = lines & "fi" & vbLf
End Function

Private Function WaitFor(verbName As String, job As String) As String
    Dim start As Date, seconds As Long, shown As Long, limit As Long
    start = Now
    shown = -1
    limit = CLng(Val(Variable("JIXIAO_LIMIT")))
    If limit = 0 Then limit = CLng(Val(WordOf("limit." & verbName)))
    If limit = 0 Then limit = CLng(Val(WordOf("limit")))
    Do
        If FileThere(job & "result.txt") Then
            WaitFor = "result"
            Exit Function
        End If
        If HasEnded(job) Then
            ' the result may have come between the two looks
            If FileThere(job & "result.txt") Then WaitFor = "result" Else WaitFor = WhyEnded(job)
            Exit Function
        End If
        seconds = CLng((Now - start) * 86400)
        If seconds <> shown Then
            shown = seconds
            ' whoever waits so long must be able to stop it, which may take the keyboard; rows are looked at again then
            If seconds > PATIENCE Then LetInput True
            ShowStatus Words("status.working", verbName) & " " & CStr(seconds) & " / " & CStr(limit)
        End If
        DoEvents
    Loop While seconds < limit
    StopProcess
    waited = seconds
    WaitFor = "timeout"
End Function

Private Function HasEnded(job As String) As Boolean
    HasEnded = False
    If OnWindows() Then
        If Not process Is Nothing Then HasEnded = (process.Status <> 0)
    Else
        HasEnded = FileThere(job & "exit.txt")
    End If
End Function

Private Function WhyEnded(job As String) As String
    Dim said As String, code As String
    On Error Resume Next
    If OnWindows() Then
        ' what it said before it wrote its log itself
        said = process.StdErr.ReadAll
        If said <> "" Then WriteText job & "log.txt", said
    Else
        code = ReadLines(job & "exit.txt")
        said = ReadLines(job & "log.txt")
    End If
    WhyEnded = "crashed"
    If Val(code) = 127 Or Val(code) = 126 Then WhyEnded = "missing"
    If InStr(said, "No module named") > 0 Then WhyEnded = "module"
    If InStr(said, "WindowsApps") > 0 Then WhyEnded = "store"
End Function

' Whether Python was stopped while it wrote into the open workbook.
Private Function HalfWritten(job As String) As Boolean
    HalfWritten = False
    If job <> "" Then HalfWritten = FileThere(job & "writing.txt")
End Function

Private Sub StopProcess()
    On Error Resume Next
    If Not process Is Nothing Then process.Terminate
End Sub

Private Function Quoted(program As String) As String
    ' "pyw.exe -3" is a program and its argument; a path may hold spaces
    If InStr(program, "\") > 0 Then Quoted = Chr(34) & program & Chr(34) Else Quoted = program
End Function

' --- what the clerk is asked ---

' Lines for the request, or "cancel".
Private Function AskOptions(verbName As String) As String
    Dim answer As String
    AskOptions = ""
    If verbName = "adopt" Then
        answer = KeyAtHand()
        If answer = "cancel" Then AskOptions = "cancel" Else AskOptions = "key" & vbTab & Escaped(answer) & vbCrLf
        Exit Function
    End If
    If WordOf("ask." & verbName) = "" Then Exit Function
    answer = AskPath(verbName, HomeText("cell." & verbName))
    If answer = "cancel" Then
        AskOptions = "cancel"
    ElseIf answer <> "" Then
        AskOptions = "path" & vbTab & Escaped(answer) & vbCrLf
    End If
End Function

' The office's own dialog: a folder to import from or write to, a workbook or report to compare with. Where nobody sits
' before the screen (JIXIAO_ASK=no), and where there is no dialog, what stands on the sheet holds.
Private Function AskPath(verbName As String, before As String) As String
    Dim kind As Long, chosen As String
    AskPath = before
    If Variable("JIXIAO_ASK") = "no" Then Exit Function
    kind = 4
    If verbName = "compare" Then kind = 3
    If InLibre() Then
        chosen = LibrePick(kind, WordOf("ask." & verbName), before)
    Else
        chosen = ExcelPick(kind, WordOf("ask." & verbName), before)
    End If
    If chosen <> "" Then AskPath = chosen
    If chosen <> "" And chosen <> "cancel" Then WriteHome "cell." & verbName, chosen
End Function

' What was picked, "cancel" where that was given up, "" where there is no dialog.
Private Function ExcelPick(kind As Long, title As String, before As String) As String
    Dim dialog As Object
    ExcelPick = ""
    On Error Resume Next
    Set dialog = Application.FileDialog(kind)
    If dialog Is Nothing Then Exit Function
    dialog.Title = title
    dialog.AllowMultiSelect = False
    If before <> "" Then dialog.InitialFileName = before
    ExcelPick = "cancel"
    If dialog.Show = -1 Then ExcelPick = dialog.SelectedItems(1)
End Function

Private Sub ShowStatus(text As String)
    On Error Resume Next
    Application.StatusBar = text
End Sub
