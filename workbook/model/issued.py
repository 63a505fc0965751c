"""What goes along hidden in an exported workbook, so that a corrected one can be told from what was issued."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbook.model.filing import Filing, to_json

SHEET = "_导出底稿"
LEFT_SHEET = "_审核底稿"  # in a department's own workbook: what the bureau found, prose and last year included
REPORT, NOTICE = "汇总报告", "整改通知"  # what a document of ours says of itself as its category
# in which editions a form is exported: with marks and findings, and as it is printed and signed
REVIEW, FILED = EDITIONS = ("审核版", "报送版")
# sheets of a department's own workbook that are no part of the form
OURS = frozenset({"校验结果", "参数", "规则说明", "本地规则"})


def pack(filing: Filing, reasons: Mapping[str, str]) -> str:
    """Return a filing as it is issued, with the 出错说明 in it (a finding's key → words), as one text."""
    own = to_json(filing) | {"narrative": []}  # the workbook holds no prose
    return json.dumps({"filing": own, "reasons": dict(reasons)}, ensure_ascii=False, separators=(",", ":"))


def unpack(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Yield filings (JSON) and 出错说明 as they were issued; what somebody spoilt is left out."""
    for row in rows:
        try:
            held = json.loads("".join(str(cell) for cell in row if cell))
            filing, reasons = held["filing"], held["reasons"]
        except (ValueError, KeyError, TypeError):
            continue
        if isinstance(filing, dict) and isinstance(reasons, dict):
            yield filing, {str(key): str(words) for key, words in reasons.items()}
