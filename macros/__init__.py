"""What stands between Excel and the program: VBA, the process behind a button, worksheet functions, the installer.

May import all of `workbook`; nothing there knows this room, and only `live` and `functions` know xlwings. `build` makes the
VBA project, the ribbon and the shipped master of the table of verbs (`python -m macros.build`): a new button is a row there, not
a line here. Words that the macros say stand in `texts.toml`, VBA by hand in `vba`.
"""
