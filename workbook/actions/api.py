"""Every verb as a function, in one place: for programs and tests; a command or a button loads the module of its verb alone."""

from workbook.actions.adopt import adopt
from workbook.actions.beside import read_beside
from workbook.actions.books import carry_out, filings_of, open_book, open_master, refuse_none, scheme_of
from workbook.actions.checks import check, check_edits, check_master, checked_in
from workbook.actions.clear import clear
from workbook.actions.demo import DEMO_NOTE, STEPS, demo, demo_many
from workbook.actions.drop import drop
from workbook.actions.exports import export, export_file
from workbook.actions.files import by_unit, expand, is_book, read_files
from workbook.actions.fill import fill
from workbook.actions.fill_report import fill_report
from workbook.actions.forms import forms
from workbook.actions.imports import import_, import_edits
from workbook.actions.into_template import export_into
from workbook.actions.log import log, states_of
from workbook.actions.new import new, python_for_buttons
from workbook.actions.press import Press, carried_out, edits
from workbook.actions.remove import remove
from workbook.actions.returning import Terms, return_
from workbook.actions.review import review
from workbook.actions.rollup import frames, rollup, sample
from workbook.actions.schemes import compare_schemes
from workbook.actions.session import FORMS_FOLDER
from workbook.actions.undo import undo
from workbook.actions.upgrade import upgrade
from workbook.checking.check import check_filing
from workbook.checking.ledgers import ledger_of
from workbook.checking.outcome import ActionError, Checked, Outcome, Progress, Refused, Tick, silent
from workbook.exports import FORMATS, export_one, in_edition
from workbook.exports.names import name_for, safe_name
from workbook.exports.xlsm import write_own
from workbook.model.issued import EDITIONS, FILED, REVIEW
from workbook.readers.detect import is_master

__all__ = [
    "DEMO_NOTE",
    "EDITIONS",
    "FILED",
    "FORMATS",
    "FORMS_FOLDER",
    "REVIEW",
    "STEPS",
    "ActionError",
    "Checked",
    "Outcome",
    "Press",
    "Progress",
    "Refused",
    "Terms",
    "Tick",
    "adopt",
    "by_unit",
    "carried_out",
    "carry_out",
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
    "fill_report",
    "forms",
    "frames",
    "import_",
    "import_edits",
    "in_edition",
    "is_book",
    "is_master",
    "ledger_of",
    "log",
    "name_for",
    "new",
    "open_book",
    "open_master",
    "python_for_buttons",
    "read_beside",
    "read_files",
    "refuse_none",
    "remove",
    "return_",
    "review",
    "rollup",
    "safe_name",
    "sample",
    "scheme_of",
    "silent",
    "states_of",
    "undo",
    "upgrade",
    "write_own",
]
