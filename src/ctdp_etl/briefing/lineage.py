"""Lineage: from each printed number to the cells it was made from; travels inside the PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import orjson

from ctdp_etl.briefing.document import Briefing, Runs, only_drawn, sentences
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.model import Decision

LINEAGE_NAME = "lineage.json"
FACTS_NAME = "so-lieu.csv"
_FORMULA = frozenset("=+-@\t\r")
_FIELDS = {"file": "file_name"}
_COLUMNS = (
    "source",
    "dataflow",
    "ref_area",
    "indicator",
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


_values = attrgetter(*(_FIELDS.get(name, name) for name in _COLUMNS))


def lineage(briefing: Briefing, pages: Mapping[str, int], unprintable: Sequence[str] = ()) -> dict[str, Any]:
    """Return the lineage of every printed figure; ``pages`` maps a figure's id to its first page (from 1).

    A figure is ``drawn`` where it is a point of a picture and written nowhere. ``sentences`` are the running texts and
    titles of charts, each with its figures, in the order of print. ``observations`` is a table (columns, rows) with
    each stored number once; a figure names the rows that it was made from, counted from 0, and so does an entry of
    ``decisions``, which is there only where anything was decided. ``unprintable`` are characters that are printed as
    their codes; no entry where there are none.
    """
    facts = _facts(briefing)
    places = {identity: place for place, identity in enumerate(facts)}
    decided = [_decided(place, one) for place, fact in enumerate(facts.values()) for one in fact.decisions]
    drawn = only_drawn(briefing)
    content = {
        "report": briefing.report,
        "period": briefing.period,
        "ref_area": briefing.ref_area,
        "as_of": briefing.as_of,
        "figures": [_entry(one, pages[one.id], places, is_drawn=one.id in drawn) for one in briefing.figures],
        "sentences": [_sentence(runs) for runs in sentences(briefing)],
        "observations": {"columns": _COLUMNS, "rows": [_values(fact) for fact in facts.values()]},
    }
    more = {"decisions": decided, "unprintable": list(unprintable)}
    return content | {name: entries for name, entries in more.items() if entries}


def resolved(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lineage with the observations themselves, by name of the column, and their decisions in each figure."""
    columns, rows = content["observations"]["columns"], content["observations"]["rows"]
    decided = _by_row(content.get("decisions", ()), len(rows))
    figures = [
        item
        | {
            "observations": [
                dict(zip(columns, rows[place], strict=True)) | {"decisions": decided[place]}
                for place in item["observations"]
            ]
        }
        for item in content["figures"]
    ]
    rest = {name: value for name, value in content.items() if name not in ("observations", "decisions")}
    return rest | {"figures": figures}


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return the lineage as JSON (UTF-8), one way of writing for one content."""
    return orjson.dumps(content)


def facts_csv(content: Mapping[str, Any]) -> bytes:
    """Return the observations of a lineage, in their order, as CSV (UTF-8) that a spreadsheet opens as it is meant.

    Where anything was decided, the last column says what: kind, name and reason.
    """
    names, rows = list(content["observations"]["columns"]), content["observations"]["rows"]
    columns: list[Sequence[object]] = list(zip(*rows, strict=True))
    if decided := content.get("decisions", ()):
        words = [
            [f"{one['kind']}: {one['who']}: {one['reason']}" for one in mine] for mine in _by_row(decided, len(rows))
        ]
        names, columns = [*names, "decisions"], [*columns, ["; ".join(mine) for mine in words]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*(_no_formula(column) for column in columns), strict=True))
    return out.getvalue().encode()


def _facts(briefing: Briefing) -> dict[tuple[str, ...], Fact]:
    """Return the facts behind the figures by the identity of their stored numbers, in the order of their keys."""
    facts = {_identity(fact): fact for figure in briefing.figures for fact in figure.facts}
    return dict(sorted(facts.items(), key=lambda pair: (pair[1].key, pair[0])))


_identity = attrgetter("source", "vintage", "sha256", "sheet", "cell", "measure")


def _entry(figure: Figure, page: int, places: Mapping[tuple[str, ...], int], *, is_drawn: bool) -> dict[str, Any]:
    entry = {
        "id": figure.id,
        "page": page,
        "printed": figure.printed,
        "value": figure.value,
        "unit": figure.unit,
        "how": figure.how,
        "observations": [places[_identity(fact)] for fact in figure.facts],
        "receipts": [item._asdict() for item in figure.receipts],
    }
    return entry | {"drawn": True} if is_drawn else entry


def _sentence(runs: Runs) -> dict[str, Any]:
    text = "".join(run.printed if isinstance(run, Figure) else run for run in runs)
    return {"text": text, "figures": [run.id for run in runs if isinstance(run, Figure)]}


def _by_row(decided: Iterable[Mapping[str, Any]], rows: int) -> list[list[dict[str, Any]]]:
    """Return what was decided about each of the observations."""
    found: list[list[dict[str, Any]]] = [[] for _ in range(rows)]
    for one in decided:
        found[one["observation"]].append({name: value for name, value in one.items() if name != "observation"})
    return found


def _decided(place: int, decision: Decision) -> dict[str, Any]:
    return {
        "observation": place,
        "id": decision.id,
        "kind": decision.kind,
        "who": decision.who,
        "reason": decision.reason,
        "until": decision.until,
        "reported": decision.obs_value,
        "value": decision.value,
        "source": decision.value_source,
        "decided_at": decision.decided_at,
        "finding": decision.finding_id,
        "code": decision.finding.code,
    }


def _no_formula(column: Sequence[object]) -> Sequence[object]:
    """Return a column with a quotation mark before each text that a spreadsheet would take for a formula."""
    if not any(value[:1] in _FORMULA for value in set(column) if isinstance(value, str)):
        return column
    return [f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value for value in column]
