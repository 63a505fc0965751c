"""What Excel asks of a workbook's parts beyond what the Open XML validator looks at: a list of sentences, empty where all is well.

The limits are those of Excel ("Excel specifications and limits"); the orders those of ECMA-376 part 1, where an element
in the wrong place makes Excel offer a repair.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from workbook.ooxml import bounds

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ORDERS = {
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties "
    "cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst",
    "workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    "webPublishObjects extLst",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "table": "autoFilter sortState tableColumns tableStyleInfo extLst",
    "dxf": "font numFmt fill alignment border protection extLst",
    "xf": "alignment protection extLst",
    "cfRule": "formula colorScale dataBar iconSet extLst",
    "dataValidation": "formula1 formula2",
    "c": "f v is extLst",
}
LONGEST = {"formula": 8192, "literal": 255, "text": 32_767, "name": 255, "sheet": 31, "header": 255, "hint": 255}
VALIDATION = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*")
CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[Rr]|[Cc]")
KNOWN_EXTENSIONS = {
    "{78C0D931-6437-407d-A8EE-F0AAD7539E65}": "x14 conditionalFormattings",
    "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}": "x14 dataValidations",
    "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}": "x14 sparklineGroups",
    "{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}": "x14 slicerStyles",
    "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}": "x14 id of a rule",
    "{C3380CC4-5D6E-409C-BE32-E72D297353CC}": "c16 uniqueId",
}


class Package:
    """The parts of a workbook as XML, with the relations between them."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.trees: dict[str, Any] = {}

    @classmethod
    def read(cls, path: Path) -> "Package":
        """Read a workbook file."""
        with zipfile.ZipFile(path) as archive:
            return cls({name: archive.read(name) for name in archive.namelist() if not name.endswith("/")})

    def tree(self, name: str) -> Any:
        """Return a part's root element."""
        if name not in self.trees:
            self.trees[name] = etree.fromstring(self.parts[name])
        return self.trees[name]

    def named(self, pattern: str) -> list[str]:
        """Return the names of the parts that match a pattern."""
        return sorted(name for name in self.parts if re.fullmatch(pattern, name))

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Return what a part ("" for the package) refers to: id -> (type, target, external)."""
        folder, name = posixpath.split(part)
        held = posixpath.join(folder, "_rels", f"{name}.rels")
        if held not in self.parts:
            return {}
        out = {}
        for entry in self.tree(held):
            target, outside = entry.get("Target"), entry.get("TargetMode") == "External"
            if not outside and not target.startswith("#"):
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            out[entry.get("Id")] = (entry.get("Type"), target, outside)
        return out


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def problems(package: Package) -> list[str]:
    """Return what Excel would stumble over, a sentence each."""
    checks = (
        _relations,
        _types,
        _orders,
        _styles,
        _sheets,
        _names,
        _tables,
        _formulas,
        _validations,
        _extensions,
        _ribbon,
    )
    return [f"{check.__name__[1:]}: {words}" for check in checks for words in check(package)]


def _relations(package: Package) -> Iterator[str]:
    reached = {"[Content_Types].xml"}
    waiting = [""]
    while waiting:
        part = waiting.pop()
        if part:
            reached.add(part)
        folder, name = posixpath.split(part)
        held = posixpath.join(folder, "_rels", f"{name}.rels")
        if held in package.parts:
            reached.add(held)
        relations = package.relations(part)
        for key, (_, target, outside) in relations.items():
            if outside or target.startswith("#"):
                continue
            if target not in package.parts:
                yield f"{part}: {key} leads to {target}, which is not there"
            elif target not in reached:
                waiting.append(target)
        if part.endswith((".xml", ".vml")):
            asked = {
                value
                for element in package.tree(part).iter(etree.Element)
                for key, value in element.attrib.items()
                if key.startswith(R)
            }
            yield from (f"{part}: {key} is no relation" for key in sorted(asked - set(relations)))
    yield from (f"{part} is reached by no relation" for part in sorted(set(package.parts) - reached))


def _types(package: Package) -> Iterator[str]:
    root = package.tree("[Content_Types].xml")
    defaults = {entry.get("Extension").lower() for entry in root.iter("{*}Default")}
    overrides = [entry.get("PartName") for entry in root.iter("{*}Override")]
    yield from (f"{name} has a type and is not there" for name in overrides if name.lstrip("/") not in package.parts)
    if len(overrides) != len({name.lower() for name in overrides}):
        yield "a part has two types"
    for name in package.parts:
        if f"/{name}" not in overrides and name.rpartition(".")[2].lower() not in defaults and name[0] != "[":
            yield f"{name} has no type"


def _orders(package: Package) -> Iterator[str]:
    for name in package.named(r"xl/(workbook|styles|worksheets/sheet\d+|tables/table\d+)\.xml"):
        for element in package.tree(name).iter(etree.Element):
            wanted = ORDERS.get(_local(element), "").split()
            places = [wanted.index(_local(child)) if _local(child) in wanted else -1 for child in element]
            if wanted and -1 in places:
                yield f"{name}: {_local(element)} holds {_local(element[places.index(-1)])}"
            elif wanted and places != sorted(places):
                yield f"{name}: {_local(element)} holds {[_local(child) for child in element]}"


def _styles(package: Package) -> Iterator[str]:
    root = package.tree("xl/styles.xml")
    held = {_local(group): list(group) for group in root}
    for group in root:
        if group.get("count") not in (None, str(len(group))):
            yield f"{_local(group)} says {group.get('count')} and holds {len(group)}"
    formats = {int(entry.get("numFmtId")) for entry in held.get("numFmts", [])}
    lists = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
    for entry in (*held["cellXfs"], *held["cellStyleXfs"]):
        for key, group in lists.items():
            if int(entry.get(key, 0)) >= len(held[group]):
                yield f"a style asks for {key} {entry.get(key)}"
        if int(entry.get("numFmtId", 0)) >= 164 and int(entry.get("numFmtId")) not in formats:
            yield f"a style asks for the number format {entry.get('numFmtId')}"
    for entry in held["cellStyles"]:
        if int(entry.get("xfId")) >= len(held["cellStyleXfs"]):
            yield f"the named style {entry.get('name')} asks for {entry.get('xfId')}"
    names = [entry.get("name") for entry in held["cellStyles"]]
    if len(names) != len(set(names)):
        yield "two named styles have one name"
    cells, changes = len(held["cellXfs"]), len(held.get("dxfs", []))
    if cells > 64_000 or len(held["fonts"]) > 1_024:
        yield f"{cells} styles, {len(held['fonts'])} fonts"
    for name in package.named(r"xl/(worksheets/sheet|tables/table)\d+\.xml"):
        for element in package.tree(name).iter(etree.Element):
            if _local(element) in ("c", "row") and int(element.get("s", 0)) >= cells:
                yield f"{name}: a cell asks for the style {element.get('s')}"
            if _local(element) == "col" and int(element.get("style", 0)) >= cells:
                yield f"{name}: a column asks for the style {element.get('style')}"
            for key, value in element.attrib.items():
                if key.lower().endswith("dxfid") and int(value) >= changes:
                    yield f"{name}: {_local(element)} asks for {key} {value} of {changes}"


def _sheets(package: Package) -> Iterator[str]:
    sheets = package.tree("xl/workbook.xml").findall("{*}sheets/{*}sheet")
    names = [sheet.get("name") for sheet in sheets]
    if len(names) != len({name.lower() for name in names}):
        yield "two sheets have one name"
    for key in ("sheetId", R + "id"):
        if len({sheet.get(key) for sheet in sheets}) != len(sheets):
            yield f"two sheets have one {key}"
    for name in names:
        if len(name) > LONGEST["sheet"] or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'":
            yield f"a sheet is called {name}"
    shared = package.parts.get("xl/sharedStrings.xml")
    strings = list(package.tree("xl/sharedStrings.xml").iter("{*}si")) if shared else []
    yield from (
        f"a text of {len(''.join(entry.itertext()))}" for entry in strings if len("".join(entry.itertext())) > 32_767
    )
    for part in package.named(r"xl/worksheets/sheet\d+\.xml"):
        root = package.tree(part)
        for cell in root.iter("{*}c"):
            if cell.get("t") == "s" and int(cell.findtext("{*}v") or -1) not in range(len(strings)):
                yield f"{part}: {cell.get('r')} holds text {cell.findtext('{*}v')} of {len(strings)}"
        for row in root.iter("{*}row"):
            if float(row.get("ht", 0)) > 409.5:
                yield f"{part}: row {row.get('r')} is {row.get('ht')} high"
            if [_column(cell) for cell in row] != sorted({_column(cell) for cell in row}):
                yield f"{part}: row {row.get('r')} holds its cells out of order"
        last = 0
        for column in root.iterfind("{*}cols/{*}col"):
            if float(column.get("width", 0)) > 255 or int(column.get("min")) <= last:
                yield f"{part}: column {column.get('min')} is {column.get('width')} wide, after {last}"
            last = int(column.get("max"))
        for words in root.iter("{*}oddHeader", "{*}oddFooter"):
            if len(words.text or "") > LONGEST["header"]:
                yield f"{part}: {_local(words)} of {len(words.text)}"
        links = list(root.iter("{*}hyperlink"))
        if len(links) > 65_530:
            yield f"{part}: {len(links)} links"
        for link in links:
            if len(link.get("tooltip") or "") > LONGEST["hint"]:
                yield f"{part}: a hint of {len(link.get('tooltip'))}"
            target = (link.get("location") or "").rpartition("!")[0].strip("'").replace("''", "'")
            if target and target not in names:
                yield f"{part}: a link leads to {link.get('location')}"
        priorities = [rule.get("priority") for rule in root.iter("{*}cfRule")]
        if len(priorities) != len(set(priorities)):
            yield f"{part}: two conditional formats have one priority"


def _column(cell: Any) -> int:
    return bounds(cell.get("r"))[1]


def _names(package: Package) -> Iterator[str]:
    root = package.tree("xl/workbook.xml")
    sheets = [sheet.get("name") for sheet in root.findall("{*}sheets/{*}sheet")]
    seen: set[tuple[str, str | None]] = set()
    tables = {package.tree(part).get("displayName").lower() for part in package.named(r"xl/tables/table\d+\.xml")}
    for entry in root.iter("{*}definedName"):
        name, scope = entry.get("name"), entry.get("localSheetId")
        if (name.lower(), scope) in seen or (scope is None and name.lower() in tables):
            yield f"the name {name} is taken twice"
        seen.add((name.lower(), scope))
        if scope is not None and int(scope) >= len(sheets):
            yield f"the name {name} belongs to sheet {scope} of {len(sheets)}"
        if not name.startswith("_xlnm.") and not _good_name(name):
            yield f"a name is called {name}"
        for sheet in re.findall(r"'((?:[^']|'')+)'!|([^\W\d][\w.]*)!", entry.text or ""):
            if (sheet[0].replace("''", "'") or sheet[1]) not in sheets:
                yield f"the name {name} leads to {entry.text}"


def _good_name(name: str) -> bool:
    return bool(NAME.fullmatch(name)) and not CELL_LIKE.fullmatch(name) and len(name) <= LONGEST["name"]


def _tables(package: Package) -> Iterator[str]:
    seen: set[str] = set()
    ids: set[str] = set()
    for sheet in package.named(r"xl/worksheets/sheet\d+\.xml"):
        root = package.tree(sheet)
        merged = [bounds(entry.get("ref")) for entry in root.iter("{*}mergeCell")]
        parts = [target for kind, target, _ in package.relations(sheet).values() if kind.endswith("/table")]
        if len(parts) != len(root.findall("{*}tableParts/{*}tablePart")):
            yield f"{sheet}: as many tables as {len(parts)} relations are not named"
        for part in parts:
            table = package.tree(part)
            name = table.get("displayName")
            if name.lower() in seen or table.get("id") in ids or not _good_name(name):
                yield f"{part}: the table {name} ({table.get('id')})"
            seen.add(name.lower())
            ids.add(table.get("id"))
            top, left, bottom, right = bounds(table.get("ref"))
            columns = table.findall("{*}tableColumns/{*}tableColumn")
            heads = [column.get("name") for column in columns]
            if len(heads) != right - left + 1 or len(heads) != len({head.lower() for head in heads}):
                yield f"{part}: {len(heads)} columns in {table.get('ref')}"
            if bottom <= top and table.get("headerRowCount") != "0":
                yield f"{part}: no row below the headings"
            if len({column.get("id") for column in columns}) != len(columns):
                yield f"{part}: two columns have one id"
            if table.get("headerRowCount") == "0":
                continue
            written = [_text(package, root, (top, column)) for column in range(left, right + 1)]
            # a line end stands as _x000a_ in the name of a column
            if written != [head.replace("_x000a_", "\n") for head in heads]:
                yield f"{part}: {heads} stand as {written}"
            filtered = table.find("{*}autoFilter")
            rows = bottom - int(table.get("totalsRowCount", 0))
            if filtered is not None and bounds(filtered.get("ref")) != (top, left, rows, right):
                yield f"{part}: the filter is over {filtered.get('ref')}"
            if any(a <= bottom and c >= top and b <= right and d >= left for a, b, c, d in merged):
                yield f"{part}: merged cells in a table"


def _text(package: Package, sheet: Any, place: tuple[int, int]) -> str | None:
    for cell in sheet.iter("{*}c"):
        if bounds(cell.get("r"))[:2] == place:
            if cell.get("t") == "s":
                found = package.tree("xl/sharedStrings.xml").findall("{*}si")[int(cell.findtext("{*}v"))]
                return "".join(text.text or "" for text in found.iter("{*}t"))
            return "".join(cell.itertext())
    return None


def _formulas(package: Package) -> Iterator[str]:
    for part in package.named(r"xl/(workbook|worksheets/sheet\d+|charts/chart\d+)\.xml"):
        for element in package.tree(part).iter("{*}f", "{*}formula", "{*}formula1", "{*}formula2", "{*}definedName"):
            yield from (f"{part}: {words}" for words in wrong_in(element.text or ""))
            if _local(element) == "formula" and re.search(r"!\$?[A-Z]+\$?\d", element.text or ""):
                yield f"{part}: a conditional format looks at another sheet: {element.text}"


def wrong_in(formula: str) -> Iterator[str]:
    """Yield what is wrong with a formula: length, texts within it, depth, arguments, functions that want a prefix."""
    if len(formula) > LONGEST["formula"]:
        yield f"a formula of {len(formula)}"
    literals = re.findall(r'"((?:[^"]|"")*)"', formula)
    yield from (f"a text of {len(text)} in a formula" for text in literals if len(text) > LONGEST["literal"])
    bare = re.sub(r"'(?:[^']|'')*'!|\"(?:[^\"]|\"\")*\"", "", formula)
    depth, counts = 0, [0]
    for sign in bare:
        if sign == "(":
            depth += 1
            counts.append(1)
        elif sign == ")":
            depth -= 1
            if counts.pop() > 255:
                yield "more than 255 arguments"
        elif sign == "," and counts:
            counts[-1] += 1
        if depth > 64:
            yield "nested more than 64 deep"
            break
    for name in re.findall(r"(?<![\w.])(XLOOKUP|XMATCH|FILTER|UNIQUE|LET|LAMBDA|TEXTJOIN|CONCAT|IFS|SORT)\(", bare):
        yield f"{name} without its prefix"


def _validations(package: Package) -> Iterator[str]:
    for part in package.named(r"xl/worksheets/sheet\d+\.xml"):
        covered: list[tuple[int, int, int, int]] = []
        for rule in package.tree(part).iter("{*}dataValidation"):
            for key, most in VALIDATION.items():
                if len(rule.get(key) or "") > most:
                    yield f"{part}: {key} of {len(rule.get(key))}"
            for area in (rule.get("sqref") or "").split():
                top, left, bottom, right = bounds(area)
                if any(a <= bottom and c >= top and b <= right and d >= left for a, b, c, d in covered):
                    yield f"{part}: two validations for {area}"
                covered.append((top, left, bottom, right))
        group = package.tree(part).find("{*}dataValidations")
        if group is not None and group.get("count") not in (None, str(len(group))):
            yield f"{part}: {len(group)} validations, not {group.get('count')}"


def _extensions(package: Package) -> Iterator[str]:
    for part in package.named(r"xl/.*\.xml"):
        for entry in package.tree(part).iter("{*}ext"):
            uri = entry.get("uri")
            if uri is not None and uri not in KNOWN_EXTENSIONS:
                yield f"{part}: the extension {uri}"


def _ribbon(package: Package) -> Iterator[str]:
    for part in package.named(r"customUI/.*\.xml"):
        root = package.tree(part)
        ids = [element.get("id") for element in root.iter(etree.Element) if element.get("id")]
        if len(ids) != len(set(ids)):
            yield f"{part}: two controls have one id"
        for element in root.iter(etree.Element):
            for key in ("label", "screentip", "supertip"):
                if len(element.get(key) or "") > 1024:
                    yield f"{part}: {key} of {len(element.get(key))}"


def pairs(files: Iterable[Package]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return which child stands before which in the elements of a kind of part, over many packages."""
    out: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for package in files:
        for name in package.parts:
            if name.startswith("xl/") and name.endswith(".xml"):
                kind = re.sub(r"\d+", "", name)
                for element in package.tree(name).iter(etree.Element):
                    children = list(dict.fromkeys(_local(child) for child in element if isinstance(child.tag, str)))
                    held = out.setdefault((kind, _local(element)), set())
                    held.update((one, two) for place, one in enumerate(children) for two in children[place + 1 :])
    return out
