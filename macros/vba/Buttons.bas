Attribute VB_Name = "Buttons"
' Made by python -m macros.build from workbook/model/verbs.py: one Sub a button.
Option Explicit

Public Sub ButtonImport()
    PressVerb "import"
End Sub

Public Sub ButtonFill()
    PressVerb "fill"
End Sub

Public Sub ButtonCheck()
    PressVerb "check"
End Sub

Public Sub ButtonReview()
    PressVerb "review"
End Sub

Public Sub ButtonWalk()
    LocalWalk
End Sub

Public Sub ButtonAdopt()
    PressVerb "adopt"
End Sub

Public Sub ButtonExplain()
    LocalExplain
End Sub

Public Sub ButtonCompare()
    PressVerb "compare"
End Sub

Public Sub ButtonExport()
    PressVerb "export"
End Sub

Public Sub ButtonReturn()
    PressVerb "return"
End Sub

Public Sub ButtonRollup()
    PressVerb "rollup"
End Sub

Public Sub ButtonPrev()
    LocalPrev
End Sub

Public Sub ButtonNext()
    LocalNext
End Sub

Public Sub ButtonClear()
    PressVerb "clear"
End Sub

Public Sub ButtonHelp()
    LocalHelp
End Sub
