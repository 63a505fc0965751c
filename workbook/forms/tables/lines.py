"""The lines around tables: titles with their year, whose table it is, the unit of money, the signatures."""

from decimal import Decimal

from workbook import patterns as re
from workbook.forms.grid import Cell
from workbook.forms.labels import squeeze
from workbook.forms.tables.cells import Cells
from workbook.model.figures import chinese
from workbook.model.filing import Place

_UNIT_OF_MEASURE = re.compile(r"(?<!\s)\s*(?:金额)?单位[:：]\s*(?:万元|元|人).*$")
_MEASURES = re.compile(
    r"(?:(?:人民币)?[千百万亿]*元|[万千]?[人个分%‰])(?:[、,，/和](?:(?:人民币)?[千百万亿]*元|[万千]?[人个分%‰]))*"
)
_YEAR_ALONE = re.compile(r"\(?((?:19|20)\d{2})年度?\)?")
# 某县水利局2023年度部门整体支出绩效自评表
_WHOSE = re.compile(
    r"(?:附件\d*:?)?(?:(?:19|20)\d{2}年度?)?([^\W\d]{2,30}?(?:局|委员会|委|办公室|办|厅|院|政府|中心|街道|镇|乡|校|大学|中学|小学|幼儿园|馆|会|社|处|队|站|部|所))"
    r"(?:\(本级\)|本级)?(?:关于)?(?:(?:19|20)\d{2}年度?)?(?:部门|单位|预算|整体|项目|财政|绩效)"
)
_YEAR_BESIDE = re.compile(r"((?:19|20)\d{2})年度")
NOTE = re.compile(r"(?:说明|注|备注):")
_UNIT_LINE = re.compile(
    r"\s*(?:(?:填报|编制|编报|填表|申报|预算|自评|评价)?单位(?:名称)?|(?:填报|预算|自评)部门|部门(?:[（(]单位[)）])?名称)(?:[（(]盖?章[)）])?\s*[:：]"
)


class Lines(Cells):
    """How the lines above, below and within tables are taken."""

    def _give_titles(self) -> None:
        """Hand the years of the titles above to the filing whose table begins: that may be another department's."""
        self.kept.give(self.filing)
        for title, year in self.title_years.items():
            self.filing.years.setdefault(title, year)
        if self.title_unit:
            self.titled_units.setdefault(id(self.filing), self.title_unit)
        self.title_years, self.title_unit = {}, ""

    def _heading_of_sheet(self, text: str) -> bool:
        """Take the year from a heading in a cell that names the evaluation without the word 表."""
        found = re.fullmatch(r"((?:19|20)\d{2})年度?.{0,40}(?:绩效自评|绩效评价)(?:情况|手册|报告)?", squeeze(text))
        return self._take_year(text) if found or (self.head_table and not self.parts) else False

    def _take_year(self, text: str) -> bool:
        """Take the year from a line over a table that speaks of the evaluation; return whether it does."""
        flat = squeeze(text)
        year = re.search(r"((?:19|20)\d{2})年度?", flat)
        titled = year is not None and len(flat) < 70 and bool(re.search("绩效|自评", flat))
        if year and titled:
            self.title_years[f"{flat}（表头）"] = int(year[1])
        return titled

    def _unit_line(self, text: str) -> bool:
        """Read the line above a table that names the department, in forms that have one."""
        if not self.head_table or not _UNIT_LINE.match(text) or len(text) > 90:
            return False
        self._signature(text)
        self._take_unit(re.split("[:：]", text, maxsplit=1)[1].strip(), Cell(text, 1, 1))
        self._take_measure(squeeze(text))
        return True

    def _title(self, text: str) -> bool:
        flat = squeeze(text)
        if re.search(r"(?:基础数据|自评|评价|评分)表", flat) and len(flat) < 70:
            self.factor = Decimal(1)
        self._take_measure(flat)
        if year := _YEAR_ALONE.fullmatch(flat):
            self.title_years[f"{flat}（表头）"] = int(year[1])
            return True
        if re.fullmatch(r"附件?表?[\d一二三四]+:?", flat) or NOTE.match(flat):
            return True
        found = re.fullmatch(
            r"(?:附件\d)?(?:(?P<year>(?:19|20)\d{2})年度?)?(.{0,40})(?:基础数据表|自评表|评价表|评分表)(?:\(.*\))?",
            flat,
        )
        if found and len(flat) < 70:
            if self.head_table and "indicators" in self.parts:
                self._start()
            self.title_unit = whose[1] if (whose := _WHOSE.match(flat)) else self.title_unit
            if said := found["year"] or next(iter(re.findall(r"((?:19|20)\d{2})年", flat)), ""):
                self.title_years[flat] = int(said)
            return True
        return False

    def _signature(self, text: str, place: Place | None = None) -> bool:
        names = {label: field for field, labels in self.form.data.get("signature", {}).items() for label in labels}
        pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        spots = list(re.finditer(rf"({pattern})\s*(?:[（(].{{0,6}}[)）])?\s*[:：]", text)) if pattern else []
        if not spots or (len(spots) < 2 and place is None and spots[0].start() > 4 and not _UNIT_LINE.match(text)):
            return False
        for spot, following in zip(spots, [*spots[1:], None], strict=True):
            words = text[spot.end() : following.start() if following else len(text)].strip()
            path = f"signature.{names[spot[1]]}"
            self._see(path)
            if words and self.filing.get(path) is None:
                self.filing.set(path, words)
                self.filing.places[path] = place or Place("", "", text.strip())
        return True

    def _take_unit(self, words: str, cell: Cell) -> None:
        if year := _YEAR_BESIDE.search(squeeze(words)):
            self.title_years.setdefault(f"{year[1]}年度（表头）", int(year[1]))
        words = re.split(r"\s{2,}|填报日期|填表日期|年\s*月\s*日", _UNIT_OF_MEASURE.sub("", words).strip())[0]
        if not words or _MEASURES.fullmatch(squeeze(words)):
            return
        known = self.filing.unit
        if known is not None and squeeze(known) != squeeze(words):
            self._start()
        self.filing.unit = re.sub(r"\s+", "", words) if chinese(words) else words
        self.filing.places["unit"] = self._place(cell)

    def _says_measure(self, cell: Cell) -> bool:
        """Return whether a cell only names the unit of money, and note it."""
        flat = squeeze(cell.text)
        self._take_measure(flat)
        return bool(re.fullmatch(r"\(?(?:金额)?单位:(?:人民币)?[千万亿]?元\)?", flat))
