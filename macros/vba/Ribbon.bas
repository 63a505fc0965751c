Attribute VB_Name = "Ribbon"
' Made by python -m macros.build from workbook/model/verbs.py. The control comes as a plain object: no reference is needed.
Option Explicit

Public Sub RibbonPress(control As Object)
    Select Case Mid(control.ID, 2)
        Case "import": ButtonImport
        Case "fill": ButtonFill
        Case "check": ButtonCheck
        Case "review": ButtonReview
        Case "walk": ButtonWalk
        Case "adopt": ButtonAdopt
        Case "explain": ButtonExplain
        Case "compare": ButtonCompare
        Case "export": ButtonExport
        Case "return": ButtonReturn
        Case "rollup": ButtonRollup
        Case "prev": ButtonPrev
        Case "next": ButtonNext
        Case "clear": ButtonClear
        Case "help": ButtonHelp
    End Select
End Sub
