"""Filings and reports as text, nothing lost: what goes between processes, to other machines, and into the store."""

import hashlib
import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from workbook.model import given
from workbook.model.fields import field_of
from workbook.model.filing import Explanation, Filing, Peer, Place
from workbook.model.findings import Category, Finding, Location, Report, Severity, Skipped

ROWS = ("project_lines", "buildings", "sources", "tasks", "indicators")
PLAIN = (
    "issued",
    "issued_reasons",
    "claimed",
    "form",
    "source",
    "narrative",
    "years",
    "blank_classes",
    "none_classes",
    "unread",
    "notes",
    "original",
)

PASSING = '{"passing"'  # how the result of a piece begins that befell it by chance: it is not kept for another run


def pack(filing: Filing) -> str:
    """Return a filing as JSON text: the same text for the same filing; amounts keep every digit."""
    return json.dumps(_data(filing), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def unpack(text: str) -> Filing:
    """Return the filing that `pack` wrote; raise ValueError or KeyError where the text is no such thing."""
    return _filing(json.loads(text))


def _data(filing: Filing) -> dict[str, Any]:
    values = {path: value for path in filing.paths() if (value := filing.get(path)) is not None}
    return {
        "values": {path: value if isinstance(value, str | int) else str(value) for path, value in values.items()},
        "rows": {name: len(getattr(filing, name)) for name in ROWS},
        "class_weights": {name: str(points) for name, points in filing.class_weights.items()},
        "order": list(filing.class_weights),
        "absent": sorted(filing.absent),
        "places": {path: [place.sheet, place.cell, place.text] for path, place in filing.places.items()},
        "explanations": {key: [said.text, said.fingerprint] for key, said in filing.explanations.items()},
        "prior": None if filing.prior is None else _data(filing.prior),
        "given": given.to_json(filing.given),
        "peers": None if filing.peers is None else [[p.unit, p.whole, str(p.share), p.count] for p in filing.peers],
        **{name: getattr(filing, name) for name in PLAIN},
    }


def _filing(data: dict[str, Any]) -> Filing:
    filing = Filing(**{name: data[name] for name in PLAIN})
    first = dict.fromkeys(("project_lines", "sources", "tasks"), "name")
    first |= {"buildings": "approved_area", "indicators": "level1"}
    for name, count in data["rows"].items():
        if count:
            filing.set(f"{name}[{count - 1}].{first[name]}", "" if first[name] == "name" else None)
    for path, value in data["values"].items():
        kind = field_of(path).kind
        filing.set(path, value if kind in ("text", "year") else Decimal(value))
    filing.class_weights = {name: Decimal(data["class_weights"][name]) for name in data["order"]}
    filing.absent = frozenset(data["absent"])
    filing.places = {path: Place(*parts) for path, parts in data["places"].items()}
    filing.explanations = {key: Explanation(*parts) for key, parts in data["explanations"].items()}
    filing.given = given.from_json(data["given"])
    filing.prior = None if data["prior"] is None else _filing(data["prior"])
    if data["peers"] is not None:
        filing.peers = [Peer(unit, whole, Decimal(share), count) for unit, whole, share, count in data["peers"]]
    return filing


def pack_report(report: Report) -> dict[str, Any]:
    """Return a report as plain data: findings with all their members, rules that did not run."""
    return {
        "unit": report.unit,
        "findings": [asdict(finding) for finding in report.findings],
        "skipped": [asdict(entry) for entry in report.skipped],
    }


def unpack_report(data: dict[str, Any]) -> Report:
    """Return the report that `pack_report` wrote."""
    findings = [_finding(entry) for entry in data["findings"]]
    skipped = [Skipped(**{**entry, "missing": tuple(entry["missing"])}) for entry in data["skipped"]]
    return Report(data["unit"], findings, skipped)


def _finding(data: dict[str, Any]) -> Finding:
    kept = {**data, "location": Location(**data["location"]), "related": tuple(data["related"])}
    return Finding(**{**kept, "severity": Severity(data["severity"]), "category": Category(data["category"])})


def digest(*parts: str | bytes) -> str:
    """Return 32 hex digits that name a content: of all parts, in their order."""
    out = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        out.update(len(data).to_bytes(8, "big") + data)
    return out.hexdigest()[:32]
