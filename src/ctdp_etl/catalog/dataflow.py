"""Dataflows as data: ``dataflows/<CODE>.yaml`` says what a form delivers, how its tables are known, what is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from ctdp_etl.model import LEVEL_MEASURES, Measure


@dataclass(frozen=True, slots=True)
class TableSpec:
    """How a table of the dataflow is known and how its rows and columns become keys.

    ``title`` and ``not_title`` are regular expressions over the title's label key. ``rows`` are the code lists in
    which its row labels are looked up, in order ("areas" among them); ``breakdown`` is a code list of rows that
    divide the row above. ``parts`` name what an indicator's code is joined from: ``row``, ``breakdown``, ``aspect``
    (quantity or value), ``price_base`` or a constant in capitals.
    """

    form: str
    title: str
    not_title: str = ""
    rows: tuple[str, ...] = ()
    breakdown: str = ""
    parts: tuple[str, ...] = ("row",)
    area_indicator: str = "TOTAL"
    unit: str = ""
    unit_mult: int = 0
    is_index: bool = False


@dataclass(frozen=True, slots=True)
class Additive:
    """An identity: the parts add up to the total in every level measure; evaluated where all of them stand."""

    total: str
    parts: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AcrossAreas:
    """Which measures of a merged area are the sum of its parts; ``share_of`` is the level that ``share`` divides."""

    additive: tuple[str, ...]
    reason: str
    share_of: str = Measure.YTD


@dataclass(frozen=True, slots=True)
class Rule:
    """Severity of one check in one dataflow: relative (or point) size from which it is an error or a warning."""

    error: float | None = None
    warning: float | None = None
    notice: float | None = None
    reason: str = ""


MARK, HOLD = "mark", "hold"


@dataclass(frozen=True, slots=True)
class Blocking:
    """What the briefing does with a figure under an open error: ``mark`` prints it marked, ``hold`` leaves it out."""

    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataflow:
    """What one form delivers. ``first_source`` is printed first where two report alike: NSO or SCT."""

    code: str
    name: str
    form_code: str
    legal_basis: str
    frequency: str
    due_day: int
    first_source: str
    codelists: tuple[str, ...]
    tables: tuple[TableSpec, ...]
    expected: tuple[str, ...] = ()
    additive: tuple[Additive, ...] = ()
    across_areas: AcrossAreas = AcrossAreas((), "")
    blocking: Blocking = Blocking(MARK, "")
    checks: Mapping[str, Rule] | None = None
    note: str = ""


def read_dataflow(path: Path, codelists: frozenset[str], faults: list[str]) -> Dataflow | None:
    """Return the dataflow of a YAML file; every fault is added to ``faults``, and a broken file gives None."""
    where = f"dataflows/{path.name}"
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        flow = Dataflow(
            **{
                **content,
                "codelists": tuple(content["codelists"]),
                "tables": tuple(TableSpec(**_tuples(table)) for table in content["tables"]),
                "expected": tuple(content.get("expected", ())),
                "additive": tuple(Additive(**_tuples(item)) for item in content.get("additive", ())),
                "across_areas": AcrossAreas(**_tuples(content["across_areas"])),
                "blocking": Blocking(**content["blocking"]),
                "checks": {code: Rule(**rule) for code, rule in (content.get("checks") or {}).items()},
            }
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        faults.append(f"{where}: {error}")
        return None
    faults += [f"{where}: {fault}" for fault in _faults(flow, codelists)]
    return flow


def _tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}


def _faults(flow: Dataflow, codelists: frozenset[str]) -> list[str]:
    found = [
        f"{field.name} trống" for field in fields(flow) if getattr(flow, field.name) == "" and field.name != "note"
    ]
    if not 1 <= flow.due_day <= 31:
        found.append(f"due_day {flow.due_day} không phải ngày trong tháng")
    if flow.first_source not in {"NSO", "SCT"}:
        found.append(f"first_source {flow.first_source!r} không phải NSO hay SCT")
    if not flow.across_areas.reason:
        found.append("across_areas: không nêu lý do")
    if flow.blocking.action not in (MARK, HOLD):
        found.append(f"blocking.action {flow.blocking.action!r} không phải {MARK} hay {HOLD}")
    if not flow.blocking.reason:
        found.append("blocking: không nêu lý do")
    if unknown := sorted({*flow.across_areas.additive, flow.across_areas.share_of} - LEVEL_MEASURES):
        found.append(f"across_areas: không phải mức: {', '.join(unknown)}")
    for table in flow.tables:
        used = {*table.rows, *flow.codelists, *([table.breakdown] if table.breakdown else [])}
        found += [f"{table.form}: không có danh mục {name}" for name in sorted(used - codelists - {"areas"})]
        for pattern in (table.title, table.not_title):
            try:
                re.compile(pattern)
            except re.error as error:
                found.append(f"{table.form}: mẫu tiêu đề {pattern!r}: {error}")
    for code, rule in (flow.checks or {}).items():
        if not rule.reason:
            found.append(f"checks.{code}: không nêu lý do của ngưỡng")
    return found
