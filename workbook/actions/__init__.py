"""The verbs: what buttons and commands both call. Only here do files, formulas and rules meet.

A verb that changes a workbook works out its `Edits` first (pure) and hands them to the patcher, so a run that fails
leaves the workbook as it was. What a verb needs is imported when it runs, the verb itself when it is asked for: behind a
button stands one process, and the clerk waits for it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbook.actions.books import (
        FORMS_FOLDER,
        by_unit,
        carry_out,
        expand,
        filings_of,
        forms,
        has_parts,
        is_book,
        open_book,
        open_master,
        over_parts,
        read_files,
        refuse_none,
        scheme_of,
        use_forms_beside,
    )
    from workbook.actions.bureau import DEMO_NOTE, STEPS, demo, demo_many, rollup, sample
    from workbook.actions.checks import (
        change,
        check,
        check_edits,
        check_filing,
        check_master,
        checked_in,
        clear,
        compare_schemes,
        edits,
        fill,
        import_,
        import_edits,
        remove,
        upgrade,
    )
    from workbook.actions.exports import (
        FORMATS,
        drop,
        export,
        export_file,
        export_into,
        export_one,
        name_for,
        new,
        python_for_buttons,
        safe_name,
        write_own,
    )
    from workbook.actions.history import log, states_of, undo
    from workbook.actions.outcome import ActionError, Checked, Outcome, Progress, Refused, Tick, silent
    from workbook.actions.returning import Terms, return_
    from workbook.readers.detect import is_master

__all__ = [
    "DEMO_NOTE",
    "FORMATS",
    "FORMS_FOLDER",
    "STEPS",
    "ActionError",
    "Checked",
    "Outcome",
    "Progress",
    "Refused",
    "Terms",
    "Tick",
    "by_unit",
    "carry_out",
    "change",
    "check",
    "check_edits",
    "check_filing",
    "check_master",
    "checked_in",
    "clear",
    "compare_schemes",
    "demo",
    "demo_many",
    "drop",
    "edits",
    "expand",
    "export",
    "export_file",
    "export_into",
    "export_one",
    "filings_of",
    "fill",
    "forms",
    "has_parts",
    "import_",
    "import_edits",
    "is_book",
    "is_master",
    "log",
    "name_for",
    "new",
    "open_book",
    "open_master",
    "over_parts",
    "python_for_buttons",
    "read_files",
    "refuse_none",
    "remove",
    "return_",
    "rollup",
    "safe_name",
    "sample",
    "scheme_of",
    "silent",
    "states_of",
    "undo",
    "upgrade",
    "use_forms_beside",
    "write_own",
]

# in the order in which they are looked through: what every press and every check needs stands first
ROOMS = ("outcome", "books", "checks", "exports", "history", "bureau", "returning")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for room in ROOMS:
            module = importlib.import_module(f"workbook.actions.{room}")
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
