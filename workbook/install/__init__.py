"""The program on a machine.

| file | holds |
|---|---|
| `doctor` | what is there and what is missing |
| `bundle` | the package that is taken to a machine without a network |
| `portable` | the folder that needs no installation |
| `addin` | the add-in for WPS |

May import anything below the commands. A new check of a machine: a row in `doctor`; a new file of the package: `bundle`.
"""
