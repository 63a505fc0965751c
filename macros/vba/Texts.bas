Attribute VB_Name = "Texts"
' Words, paths and small files: what the other modules share.
Option Explicit

Private Const SHEET_OF_TEXTS As String = "_texts"
Private held As Variant
Private libreKnown As Long
Private filesKnown As Boolean
Private fileSystem As Object

Public Function HasTexts() As Boolean
    HasTexts = False
    On Error Resume Next
    held = ThisWorkbook.Worksheets(SHEET_OF_TEXTS).Range("A1:B200").Value
    If Err.Number = 0 Then HasTexts = (WordOf("sheet.home") <> "")
End Function

' The words under a key, "" where there are none.
Public Function WordOf(key As String) As String
    Dim row As Long
    WordOf = ""
    If IsEmpty(held) Then held = ThisWorkbook.Worksheets(SHEET_OF_TEXTS).Range("A1:B200").Value
    For row = 1 To UBound(held, 1)
        If CStr(held(row, 1)) = key Then
            WordOf = CStr(held(row, 2))
            Exit Function
        End If
    Next
End Function

' A sentence with its slot {0} filled; a verb is shown by its caption.
Public Function Words(key As String, slot As String) As String
    Dim shown As String
    shown = WordOf("verb." & slot)
    If shown = "" Then shown = slot
    Words = Replace(WordOf(key), "{0}", shown)
End Function

' Tell the clerk: in the status cell on the first sheet, and in a box.
Public Sub Report(message As String)
    TellQuietly message
    LetInput True
    MsgBox message, 48, WordOf("title")
End Sub

Public Sub TellQuietly(message As String)
    On Error Resume Next
    WriteHome "cell.status", message
End Sub

' What stands in a place that the texts name ("sheet!cell").
Public Function HomeText(key As String) As String
    Dim found As Variant, spot As String
    HomeText = ""
    On Error Resume Next
    spot = WordOf(key)
    found = ThisWorkbook.Worksheets(Left(spot, InStr(spot, "!") - 1)).Range(Mid(spot, InStr(spot, "!") + 1)).Value
    HomeText = Trim(CStr(found))
End Function

Public Sub WriteHome(key As String, text As String)
    Dim sheet As Object, kept As Variant, spot As String
    spot = WordOf(key)
    Set sheet = ThisWorkbook.Worksheets(Left(spot, InStr(spot, "!") - 1))
    kept = OpenSheet(sheet)
    sheet.Range(Mid(spot, InStr(spot, "!") + 1)).Value = "'" & text
    CloseSheet sheet, kept
End Sub

' --- sheet protection: ours has no password; it is taken off for the writing and put back as it was ---

' What protection a sheet has, and off with it; Empty where it has none. LibreOffice writes through it.
Public Function OpenSheet(sheet As Object) As Variant
    OpenSheet = ProtectionOf(sheet)
    If Not IsEmpty(OpenSheet) Then sheet.Unprotect ""
End Function

Public Function ProtectionOf(sheet As Object) As Variant
    Dim kept(0 To 15) As Boolean
    ProtectionOf = Empty
    If InLibre() Then Exit Function
    If Not sheet.ProtectContents Then Exit Function
    kept(0) = sheet.ProtectDrawingObjects
    kept(1) = sheet.ProtectScenarios
    With sheet.Protection
        kept(2) = .AllowFormattingCells
        kept(3) = .AllowFormattingColumns
        kept(4) = .AllowFormattingRows
        kept(5) = .AllowInsertingColumns
        kept(6) = .AllowInsertingRows
        kept(7) = .AllowInsertingHyperlinks
        kept(8) = .AllowDeletingColumns
        kept(9) = .AllowDeletingRows
        kept(10) = .AllowSorting
        kept(11) = .AllowFiltering
        kept(12) = .AllowUsingPivotTables
    End With
    ProtectionOf = kept
End Function

Public Sub CloseSheet(sheet As Object, kept As Variant)
    If IsEmpty(kept) Then Exit Sub
    sheet.Protect "", kept(0), True, kept(1), False, kept(2), kept(3), kept(4), kept(5), kept(6), kept(7), kept(8), kept(9), kept(10), kept(11), kept(12)
End Sub

' --- the machine ---

Public Function OnWindows() As Boolean
    OnWindows = (InStr(Application.OperatingSystem, "Windows") > 0)
End Function

' LibreOffice calls itself Excel, but its application has no build number.
Public Function InLibre() As Boolean
    Dim probe As Variant
    If libreKnown = 0 Then
        libreKnown = 2
        On Error Resume Next
        Err.Clear
        probe = Application.Build
        If Err.Number <> 0 Then libreKnown = 1
        Err.Clear
    End If
    InLibre = (libreKnown = 1)
End Function

Public Function Slash() As String
    If OnWindows() Then Slash = "\" Else Slash = "/"
End Function

Public Function BookPath() As String
    If InLibre() Then
        BookPath = LibreUrl()
    Else
        BookPath = ThisWorkbook.FullName
    End If
End Function

' A variable of the environment, "" where it is not set. Environ gives question marks for what the code page lacks.
Public Function Variable(title As String) As String
    Dim given As String
    Variable = Environ(title)
    If InLibre() Or Not OnWindows() Then Exit Function
    On Error Resume Next
    Err.Clear
    given = CreateObject("WScript.Shell").ExpandEnvironmentStrings("%" & title & "%")
    If Err.Number = 0 And given <> "%" & title & "%" Then Variable = given
End Function

' --- small files ---

' Windows' own hand on files, Nothing elsewhere: VBA's statements know no name beyond the machine's code page.
Private Function Files() As Object
    If Not filesKnown Then
        filesKnown = True
        Set fileSystem = Nothing
        On Error Resume Next
        If OnWindows() And Not InLibre() Then Set fileSystem = CreateObject("Scripting.FileSystemObject")
    End If
    Set Files = fileSystem
End Function

Public Function FileThere(path As String) As Boolean
    Dim system As Object
    FileThere = False
    Set system = Files()
    On Error Resume Next
    If system Is Nothing Then
        FileThere = (Dir(path) <> "")
    Else
        FileThere = system.FileExists(path)
    End If
End Function

' False where it is there already, or cannot be made.
Public Function MakeFolder(path As String) As Boolean
    Dim system As Object
    Set system = Files()
    On Error Resume Next
    Err.Clear
    If system Is Nothing Then
        MkDir path
    Else
        system.CreateFolder path
    End If
    MakeFolder = (Err.Number = 0)
End Function

Public Sub RenameFile(path As String, other As String)
    Dim system As Object
    Set system = Files()
    If system Is Nothing Then
        Name path As other
    Else
        system.MoveFile path, other
    End If
End Sub

Public Sub RemoveFile(path As String)
    Dim system As Object
    Set system = Files()
    On Error Resume Next
    If system Is Nothing Then
        Kill path
    Else
        system.DeleteFile path, True
    End If
End Sub

Public Sub RemoveFolder(path As String)
    Dim system As Object
    Set system = Files()
    On Error Resume Next
    If system Is Nothing Then
        RmDir path
    Else
        ' only an empty one, as RmDir does: DeleteFolder takes what is in it along
        If system.GetFolder(path).Files.Count = 0 And system.GetFolder(path).SubFolders.Count = 0 Then system.DeleteFolder path
    End If
End Sub

' Text, written as it is (ASCII).
Public Sub WriteText(path As String, text As String)
    Dim number As Integer, system As Object, stream As Object
    Set system = Files()
    If system Is Nothing Then
        number = FreeFile
        Open path For Output As #number
        Print #number, text;
        Close #number
    Else
        Set stream = system.CreateTextFile(path, True, False)
        stream.Write text
        stream.Close
    End If
End Sub

' Lines of a small file; only off Windows.
Public Function ReadLines(path As String) As String
    Dim number As Integer, piece As String
    ReadLines = ""
    number = FreeFile
    Open path For Input As #number
    Do While Not EOF(number)
        Line Input #number, piece
        ReadLines = ReadLines & piece & vbLf
    Loop
    Close #number
End Function

' A file of UTF-16 as a string.
Public Function ReadWide(path As String) As String
    Dim number As Integer, content() As Byte, size As Long, system As Object, stream As Object
    ReadWide = ""
    Set system = Files()
    If Not system Is Nothing Then
        Set stream = system.OpenTextFile(path, 1, False, -1)
        If Not stream.AtEndOfStream Then ReadWide = stream.ReadAll
        stream.Close
        Exit Function
    End If
    number = FreeFile
    Open path For Binary Access Read As #number
    size = LOF(number)
    If size > 1 Then
        ReDim content(size - 1)
        ' bytes become characters in one go
        Get #number, , content
        ReadWide = content
    End If
    Close #number
End Function

' Text as ASCII: every other character as \uXXXX.
Public Function Escaped(text As String) As String
    Dim position As Long, code As Long, made As String
    made = ""
    For position = 1 To Len(text)
        code = AscW(Mid(text, position, 1))
        If code < 0 Then code = code + 65536
        If code < 32 Or code > 126 Or code = 92 Then
            made = made & "\u" & Right("0000" & Hex(code), 4)
        Else
            made = made & Chr(code)
        End If
    Next
    Escaped = made
End Function
