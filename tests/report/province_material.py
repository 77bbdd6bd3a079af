"""April 2026 of one province among 34: everything that a Sở reports, a revision, a late form, an open finding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from report_material import MISSING, TAY_NINH, frame, inputs, province_rows, wrong_cell

from ctdp_etl.briefing import BriefingInput
from ctdp_etl.catalog import load_catalog
from ctdp_etl.model import Finding

SECTIONS = ("position", "production", "levels", "revised", "reporting", "findings")
_SENT = {"source": f"SCT_{TAY_NINH}", "ref_area": TAY_NINH, "vintage": "2026-04", "obs_status": "E"}
_OTHER = {"source": "SCT_VN34_31", "ref_area": "VN34_31"}
_INDICES = (
    ("B", "Khai khoáng", 93.4, 88.1, 90.2),
    ("C", "Công nghiệp chế biến, chế tạo", 101.2, 112.3, 111.0),
    ("10", "Sản xuất chế biến thực phẩm", 99.7, 105.05, 104.2),
    ("14", "Sản xuất trang phục", 103.0, 118.4, 116.6),
    ("D", "Sản xuất và phân phối điện", 100.0, 100.04, 101.5),
)
_LEVELS = (
    ("OUTPUT", "TOTAL.P2010", "Tổng số", "VND", 9, 12_345.6, 48_000.0, 108.5),
    ("PRODUCTS", "XIMANG", "Xi măng", "T", 3, 95.2, 380.1, 104.0),
    ("TRADE", "EXPORT.TOTAL.VALUE", "Tổng trị giá", "USD", 6, 712.5, 2_700.0, 111.1),
    ("TRADE", "IMPORT.TOTAL.VALUE", "Tổng trị giá", "USD", 6, 500.5, 1_900.0, 95.5),
    ("ELECTRICITY", "SOLD", "Điện thương phẩm", "KWH", 6, 640.0, 2_500.0, 109.9),
)


def rows() -> pd.DataFrame:
    """Return the provinces' April with Tây Ninh's whole workbook, and its March as it was reported before and now."""
    return pd.concat([province_rows(), frame([*_indices(), *_levels(), *_march()])], ignore_index=True)


def _row(flow: str, code: str, label: str, measure: str, value: float, cell: str, **more: Any) -> Mapping[str, Any]:
    about = {"dataflow": flow, "indicator": code, "label": label, "time_period": "2026-04", "measure": measure}
    unit = {"unit": "PCT", "unit_mult": 0, "sheet": flow, "cell": cell, "value": value, "raw": str(value)}
    return {**_SENT, **about, **unit, **more}


def _indices() -> Sequence[Mapping[str, Any]]:
    return [
        _row("IIP", code, label, measure, value, f"{column}{9 + place}")
        for place, (code, label, *values) in enumerate(_INDICES)
        for measure, column, value in zip(("mom", "yoy", "ytd_yoy"), "CDE", values, strict=True)
    ]


def _levels() -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for place, (flow, code, label, unit, mult, month, ytd, yoy) in enumerate(_LEVELS):
        named = {"unit": unit, "unit_mult": mult}
        found.append(_row(flow, code, label, "month", month, f"D{20 + place}", **named))
        found.append(_row(flow, code, label, "ytd", ytd, f"E{20 + place}", **named))
        found.append(_row(flow, code, label, "yoy", yoy, f"F{20 + place}"))
    return found


def _march() -> Sequence[Mapping[str, Any]]:
    """Return March's index: reported in March as an estimate, in April as it came out; of another province too."""
    before = {"time_period": "2026-03", "vintage": "2026-03", "obs_status": "E"}
    now = {"time_period": "2026-03", "obs_status": "A"}
    return [
        _row("IIP", "TOTAL", "Toàn ngành công nghiệp", "yoy", 110.84, "D8", **before),
        _row("IIP", "TOTAL", "Toàn ngành công nghiệp", "yoy", 108.3, "B8", **now),
        _row("IIP", "TOTAL", "Toàn ngành công nghiệp", "yoy", 101.0, "D8", **before, **_OTHER),
        _row("IIP", "TOTAL", "Toàn ngành công nghiệp", "yoy", 102.0, "B8", **now, **_OTHER),
    ]


def finding(area: str = TAY_NINH) -> Finding:
    """Return an open warning about a province's retail."""
    about = replace(wrong_cell(province_rows()), code="C04", severity="warning", ref_area=area, source=f"SCT_{area}")
    sha256 = hashlib.sha256(f"SCT_{area}-2026-04.xlsx".encode()).hexdigest()
    message = f"Cộng dồn của {area} không bằng tổng các tháng."
    where = {"sheet": "RETAIL", "cell": "E9", "indicator": "TOTAL", "measure": "ytd", "dataflow": "RETAIL"}
    return replace(about, message=message, observed=1234.5, expected=1200.00412, sha256=sha256, **where)


def province(area: str = TAY_NINH, data: pd.DataFrame | None = None) -> BriefingInput:
    """Return what the brief of a province is made from: its retail came two days late."""
    found = rows() if data is None else data
    board = [
        (f"SCT_{one.code}", one.code, flow, "late" if one.code == MISSING else "received", _came(one.code, flow))
        for one in load_catalog().areas.at("2026-04")
        for flow in ("IIP", "RETAIL")
    ]
    findings = [wrong_cell(rows()), finding(), finding("VN34_31")]
    made = inputs(found, "2026-04", board, findings)
    due = made.board.assign(due_at="2026-04-22T16:59:59Z")
    sent = made.submissions.assign(ref_area=made.submissions["source"].str.removeprefix("SCT_"))
    return replace(made, board=due, submissions=sent, report="province_brief", sections=SECTIONS, home=area)


def _came(area: str, flow: str) -> str:
    if area == MISSING:
        return ""
    return "2026-04-24T02:00:00Z" if (area, flow) == (TAY_NINH, "RETAIL") else "2026-04-20T02:30:00Z"
