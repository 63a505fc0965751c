"""The program on a machine: what is there and what is missing (`doctor`), the package that is taken to one (`bundle`).

May import anything below the commands. A new check of a machine: a row in `doctor`; a new file of the package: `bundle`.
"""
