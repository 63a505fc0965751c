"""The verbs, a module a verb: what buttons and commands both call. Only here do files, formulas and rules meet.

May import everything below but the command line and the macros. A verb that changes a workbook works out its `Edits` first
(pure) and hands them to the patcher, so a run that fails leaves the workbook as it was. A new verb: a row in
`workbook/model/verbs.py` and a module here with `press(pressed) -> Edits | str` for its button; a command of its own, where the
button's is not enough, in `workbook/cli`. Modules import at their top what they need: the doors (`workbook/cli`,
`macros/buttons.py`) load the module of the one verb that was asked for. `api` has all verbs as functions.
"""
