"""The house as it is built: no circle, imports at the top of a module, what is loaded late only where it is named here."""

import ast
import re
from pathlib import Path

import pytest

import workbook

PROGRAM = Path(workbook.__file__).parents[1]

MODULES = sorted(path for room in ("workbook", "macros") for path in (PROGRAM / room).rglob("*.py"))
# what a module may import where it is used: of other systems, or of an extra that is not everywhere
ELSEWHERE = {
    "winreg",
    "msvcrt",
    "fcntl",
    "resource",
    "ctypes",
    "xlwings",
    "distributed",
    "matplotlib",
    "openpyxl",
    "pdfplumber",
}
# who may load by name what few runs need, besides the doors (the commands and the buttons): by their modules
LATE = {
    "workbook/start.py": "Ctrl-C is answered while the command loads",
    "workbook/actions/press.py": "the verb of a button",
    "workbook/actions/checks.py": "many departments",
    "workbook/actions/reports.py": "many files, the tables beside a report",
    "workbook/bulk/engine.py": "processes",
    "workbook/storage/cache.py": "the user's folder for caches",
    "workbook/storage/store.py": "DuckDB",
    "workbook/bulk/volumes.py": "the index over parts",
    "workbook/master/read.py": "a bureau's own rules",
    "workbook/master/checked.py": "the list of rules",
    "workbook/master/prose_sheet.py": "a master whose prose is checked",
    "workbook/model/quantity.py": "numbers in Chinese characters that are not plain",
    "workbook/readers/__init__.py": "the kind of the file and of the form",
    "workbook/readers/detect.py": "files of before 2007",
    "workbook/readers/excel.py": "files of before 2007",
    "workbook/readers/survey.py": "XML that is not well-formed",
    "workbook/readers/text.py": "text that says nothing of its encoding",
    "workbook/rules/engine.py": "a bureau's own rules, a rule that crashed",
    "workbook/rules/examples.py": "the cases of the rules",
    "workbook/rules/prose/document.py": "a filing with prose",
    "workbook/rules/prose/figures.py": "a filing with prose",
    "workbook/rules/goals.py": "goals told in words with figures of their own",
    "workbook/writers/package.py": "a workbook written by a command",
}


def functions_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (inner for inner in ast.walk(node) if inner is not node)


def imported_in_functions(path: Path):
    for node in functions_of(path):
        names = [entry.name for entry in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in names if name.partition(".")[0] not in ELSEWHERE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PROGRAM).as_posix())
def test_a_module_imports_at_its_top(path):
    assert list(imported_in_functions(path)) == []


def loads_by_name(path: Path) -> bool:
    imports = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom))
    return any(node.module == "workbook.process" and "named" in {e.name for e in node.names} for node in imports)


def test_only_the_doors_and_those_named_here_load_by_name():
    users = {path.relative_to(PROGRAM).as_posix() for path in MODULES if loads_by_name(path)}
    doors = {name for name in users if name.startswith("workbook/cli/")} | {"macros/buttons.py"}
    assert users - doors == LATE.keys()


def told(node: ast.AST, name: str = ""):
    """Yield the public names below a node that say nothing of themselves."""
    for inner in getattr(node, "body", []):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and not inner.name.startswith("_"):
            if not ast.get_docstring(inner):
                yield f"{name}{inner.name}"
            if isinstance(inner, ast.ClassDef):
                yield from told(inner, f"{inner.name}.")


def test_every_module_and_every_public_name_says_what_it_is():
    silent = {}
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        names = [*([] if ast.get_docstring(tree) else ["the module"]), *told(tree)]
        if names:
            silent[path.relative_to(PROGRAM).as_posix()] = names
    assert silent == {}


def in_room(room: Path) -> set[str]:
    """Return the modules and rooms in a room that its docstring must name: a rule's module is known by the cases beside it."""
    modules = {path.stem for path in room.glob("[!_]*.py") if not path.with_suffix(".cases.yaml").exists()}
    return modules | {path.parent.name for path in room.glob("*/__init__.py")}


LISTED = [path for path in MODULES if path.stem == "__init__" and "| file | holds |" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", LISTED, ids=lambda path: path.parent.relative_to(PROGRAM).as_posix())
def test_a_room_that_lists_its_files_lists_them_all_and_no_others(path):
    words = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    rows = re.findall(r"^\| (`.+?) \|", words, re.MULTILINE)
    listed = {name.rstrip("/") for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert listed - {inner.stem for inner in path.parent.glob("[!_]*.py")} - in_room(path.parent) == set()
    assert in_room(path.parent) - {name.rstrip("/") for name in re.findall(r"`([^`]+)`", words)} == set()


def test_every_room_says_what_it_holds_what_it_may_import_and_where_to_add():
    rooms = {path: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in MODULES if path.stem == "__init__"}
    assert [
        path for path, words in rooms.items() if not ("import" in words.lower() and re.search(r"\b[Nn]ew\b", words))
    ] == []
