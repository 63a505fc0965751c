"""The catalogue of rules, generated from the rules themselves and from their cases."""

from workbook import patterns as re
from workbook.model.findings import Finding
from workbook.model.scheme import Scheme, load, written
from workbook.rules.examples import example, found, of_rule
from workbook.rules.local import rules_of
from workbook.rules.registry import Rule

HEADINGS = ("编号", "级别", "类别", "名称", "审核什么", "依据", "参数", "建议", "例")
LOCAL_SOURCE = "本地规则（见总表“本地规则”）"
# what the slots of a template stand for, where no case fills them
SLOTS = {"label": "该栏", "actual": "填报数", "expected": "应为数", "difference": "差额", "name": "该项"}
SLOTS |= {"else": "", "proper": "合适的二级指标", "divisor": "分母", "right": "换算后的数", "before": "前一节"}


def table_rows(scheme: Scheme | None = None) -> list[tuple[str, ...]]:
    """Return the catalogue as rows of text, the headings first, with what is in force under a scheme."""
    given = scheme or load()
    return [HEADINGS, *(_row(entry, given) for entry in rules_of(given))]


def local_rows(scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the rows of the bureau's own rules alone."""
    own = {entry.id for entry in scheme.local}
    return [_row(entry, scheme) for entry in rules_of(scheme) if entry.id in own]


def _row(entry: Rule, scheme: Scheme) -> tuple[str, ...]:
    severity = scheme.severity(entry.id, entry.severity)
    own = next((rule for rule in scheme.local if rule.id == entry.id), None)
    if own is not None:
        level = "停用" if severity is None else severity.caption
        said = (own.id, level, entry.category.value, entry.title, entry.description, own.source or LOCAL_SOURCE)
        return (*said, "", own.advice, own.problem)
    return (
        entry.id,
        "停用" if severity is None else severity.caption,
        entry.category.value,
        entry.title,
        entry.description,
        entry.source,
        "；".join(_in_force(key, scheme) for key in entry.parameters),
        _suggestion(entry),
        # a case made for the usual scheme may not trip under a local one
        _said(example(entry.id, scheme) or example(entry.id, load())),
    )


def _suggestion(entry: Rule) -> str:
    """Return what to do, with plain words where a finding would name its own figures."""
    return re.sub(r" ?\{(\w+)\} ?", lambda slot: SLOTS.get(slot[1], ""), entry.suggestion)


def _said(finding: Finding | None) -> str:
    """Return what a rule says of its first tripping case."""
    return finding.message if finding else ""


def _in_force(key: str, scheme: Scheme) -> str:
    entry = scheme.parameters[key]
    title = entry.title.partition("（")[0]  # what may be chosen stands on 参数
    if isinstance(entry.value, list):  # a table of its own there: a cell of 规则说明 would not hold it
        return f"{title}（见「参数」）"
    return f"{title}＝{written(entry.value)}{entry.unit}"


def markdown(scheme: Scheme | None = None) -> str:
    """Return the catalogue as a Markdown table."""
    heading, *body = table_rows(scheme)
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    lines += [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in body]
    return "\n".join(lines)


def explain(rule_id: str, scheme: Scheme | None = None) -> str | None:
    """Return one rule in words with what is in force and all its cases, None where there is none of that id."""
    given = scheme or load()
    for entry in rules_of(given):
        if entry.id == rule_id.strip().upper():
            pairs = zip(HEADINGS[:-1], _row(entry, given)[:-1], strict=True)
            lines = [f"{heading}：{cell}" for heading, cell in pairs if cell]
            lines += [f"参数的键：{'、'.join(entry.parameters)}"] if entry.parameters else []
            return "\n".join([*lines, *_cases(entry.id, given)])
    return None


def _cases(rule_id: str, scheme: Scheme) -> list[str]:
    """Return the cases of a rule, a line each: those that must be found with what is said, then those that must not."""
    out = []
    for case in sorted(of_rule(rule_id), key=lambda case: not case.finds):
        said = _said(next(iter(found(case, scheme)), None)) if case.finds else ""
        out.append(f"应报：{case.name}——{said}" if case.finds else f"不报：{case.name}")
    return out
