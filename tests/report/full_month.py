"""A month in which everything is full: 34 provinces, the longest tables, a file a form, much that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import report_material as material

from ctdp_etl.briefing import BriefingInput
from ctdp_etl.catalog import Catalog, load_catalog
from ctdp_etl.model import Decision, Finding

FORMS = ("IIP", "OUTPUT", "PRODUCTS", "RETAIL", "TRADE", "ELECTRICITY", "LABOUR")
_GROWTHS = ("mom", "yoy", "ytd_yoy")
_TOLD = (("month", 1.0), ("ytd", 4.0), ("yoy", 0.0), ("ytd_yoy", 0.0), ("mom", 0.0))
_TOTALS = (("TRADE", "EXPORT.TOTAL.VALUE"), ("TRADE", "IMPORT.TOTAL.VALUE"), ("ELECTRICITY", "GENERATION"))
_TELL_ALL = 10
"""Provinces that tell every row, which is what makes a table long; the others tell their totals."""
_ROWS = 70
"""Rows of a form, more than are printed."""
_SENT_LATE = 20
_FINDINGS, _WAIVED = 400, 60


def full_month() -> BriefingInput:
    """Return April 2026 as the fullest month that there may be; March was told otherwise."""
    catalog = load_catalog()
    areas = [area.code for area in catalog.areas.at("2026-04")]
    rows = material.frame(row for number, area in enumerate(areas) for row in _of(area, number, catalog))
    board = [
        (f"SCT_{area}", area, form, "late" if number < _SENT_LATE and form == "LABOUR" else "received", "")
        for number, area in enumerate(areas)
        for form in FORMS
    ]
    given = material.inputs(rows, "2026-04", board, [_finding(areas, number) for number in range(_FINDINGS)])
    return replace(given, decisions=tuple(_waived(areas, number) for number in range(_WAIVED)))


def _of(area: str, number: int, catalog: Catalog) -> Iterator[Mapping[str, Any]]:
    """Yield what a province told in April, a file a form, and March's main figures as it told them then."""
    growth = 100 + (number * 7 % 34) - 10.0
    index = [("IIP", "TOTAL", one, growth) for one in _GROWTHS] + [("LABOUR", "TOTAL", "yoy", growth)]
    levels = [
        (form, code, measure, size * 100.0 * (number + 1) if size else growth)
        for form, code in (_codes(catalog) if number < _TELL_ALL else [("RETAIL", "TOTAL"), *_TOTALS])
        for measure, size in _TOLD
    ]
    plans = [(form, "TOTAL", "plan_pct", 25.0 + number / 3) for form in ("OUTPUT", "RETAIL")]
    for place, (form, code, measure, value) in enumerate([*index, *levels, *plans]):
        about = {"dataflow": form, "indicator": code, "measure": measure, "label": code, "cell": f"C{place}"}
        who = {
            "source": f"SCT_{area}",
            "ref_area": area,
            "sheet": f"{FORMS.index(form) + 1}. {form}",
            "vintage": "2026-04",
        }
        is_level = measure in ("month", "ytd")
        unit = {"unit": _unit(form) if is_level else "PCT", "unit_mult": 6 if is_level else 0, "obs_status": "E"}
        file = {"file_name": f"{area} {form}.xlsx", "sha256": sha256(f"{area} {form}".encode()).hexdigest()}
        row = {**about, **who, **unit, "value": value, "time_period": "2026-04"}
        yield row | file
        if code.endswith("TOTAL") or "TOTAL" in code:
            march = row | {"time_period": "2026-03"}
            yield march | file | {"obs_status": "A", "value": value * 1.01}
            yield march | {"vintage": "2026-03", "received_at": "2026-03-20T02:30:00Z"}


def _codes(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the indicators of every form of levels."""
    for form, lists in (("OUTPUT", ("ownership", "industries")), ("PRODUCTS", ("products",)), ("RETAIL", ("retail",))):
        codes = dict.fromkeys(code for name in lists for code in list(catalog.codelists[name].codes)[:_ROWS])
        yield from ((form, code) for code in codes)
    yield from (("ELECTRICITY", code) for code in catalog.codelists["electricity"].codes)
    for flow in ("EXPORT", "IMPORT"):
        yield from (("TRADE", f"{flow}.{code}.VALUE") for code in list(catalog.codelists["commodities"].codes)[:30])


def _unit(form: str) -> str:
    return {"TRADE": "USD", "ELECTRICITY": "KWH", "PRODUCTS": "T"}.get(form, "VND")


def _finding(areas: list[str], number: int) -> Finding:
    """Return one of many findings; the cell of some held a text without end."""
    area = areas[number % len(areas)]
    message = "Ô ghi “" + "20116," * (5000 if number % 7 == 0 else 20) + "” không phải số. Hãy nhập lại bằng số."
    severity = ("error", "warning", "notice")[number % 3]
    where = {
        "source": f"SCT_{area}",
        "ref_area": area,
        "dataflow": "RETAIL",
        "sheet": "4. RETAIL",
        "cell": f"E{number}",
    }
    return Finding(code=f"S{number % 17:02}", severity=severity, scope="record", message=message, **where)


def _waived(areas: list[str], number: int) -> Decision:
    signed = ("Trần Bình", "Sở đã giải trình bằng công văn; nhà máy lớn dừng để bảo dưỡng", "2026-04-23T02:00:00Z")
    return Decision(f"{number:012}", "waive", "2026-04", f"{number:012}", _finding(areas, 3 * number + 1), *signed)
