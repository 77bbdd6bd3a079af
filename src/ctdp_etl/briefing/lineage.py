"""Lineage: from each printed number to the cells it was made from; travels inside the PDF."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure

LINEAGE_NAME = "lineage.json"
FACTS_NAME = "so-lieu.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "source",
    "dataflow",
    "ref_area",
    "indicator",
    "item",
    "label",
    "time_period",
    "measure",
    "obs_status",
    "value",
    "unit",
    "unit_mult",
    "simulated",
    "file",
    "sha256",
    "sheet",
    "cell",
    "raw",
    "vintage",
    "received_at",
)


def lineage(briefing: Briefing, pages: Mapping[str, int]) -> dict[str, Any]:
    """Return the lineage of every printed figure; ``pages`` maps a figure's id to its first page (from 1)."""
    return {
        "report": briefing.report,
        "period": briefing.period,
        "as_of": briefing.as_of,
        "figures": [_entry(figure, pages[figure.id]) for figure in briefing.figures],
    }


def as_json(content: Mapping[str, Any]) -> str:
    """Return the lineage as JSON text, one way of writing for one content."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def facts_csv(briefing: Briefing) -> str:
    """Return the observations behind the figures, each once, as CSV that a spreadsheet opens as text and numbers."""
    facts = {fact.key + fact.sha256: fact for figure in briefing.figures for fact in figure.facts}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for _, fact in sorted(facts.items()):
        entry = _observation(fact)
        writer.writerow([_no_formula(entry[name]) for name in _COLUMNS])
    return out.getvalue()


def _entry(figure: Figure, page: int) -> dict[str, Any]:
    return {
        "id": figure.id,
        "page": page,
        "printed": figure.printed,
        "value": figure.value,
        "unit": figure.unit,
        "how": figure.how,
        "observations": [_observation(fact) for fact in figure.facts],
        "receipts": [item._asdict() for item in figure.receipts],
    }


def _observation(fact: Fact) -> dict[str, Any]:
    entry = fact._asdict()
    del entry["questioned"]
    return {"item": "", "file": entry.pop("file_name"), **entry}


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
