"""Numbers, units and cells in the Vietnamese of the findings."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks.figures import Record
from ctdp_etl.model import Measure
from ctdp_etl.period import Period

MEASURE_NAMES = {
    Measure.MONTH: "số trong kỳ",
    Measure.YTD: "số lũy kế",
    Measure.PLAN: "kế hoạch năm",
    Measure.MOM: "chỉ số so với kỳ trước",
    Measure.YOY: "chỉ số so với cùng kỳ",
    Measure.YTD_YOY: "chỉ số cộng dồn so với cùng kỳ",
    Measure.PLAN_PCT: "tỷ lệ so với kế hoạch",
    Measure.SHARE: "cơ cấu",
    Measure.VALUE: "giá trị",
}
_SIGNIFICANT = 7
_MOST_DECIMALS = 4
_MOST_CELLS = 8


def number(value: float) -> str:
    """Return a number as printed in Vietnam: 40143.8181 is "40.143,82", with the minus sign of print."""
    whole = len(str(int(abs(value))))
    decimals = max(0, min(_MOST_DECIMALS, _SIGNIFICANT - whole))
    if value and abs(value) < 10.0**-_MOST_DECIMALS:
        decimals = 1 - math.floor(math.log10(abs(value)))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.translate(str.maketrans(",.-", ".,\u2212"))


def factor(exponent: int) -> str:
    """Return the power of ten by which a number is too large or too small: "×1.000" or "÷1.000"."""
    return ("×" if exponent > 0 else "÷") + number(10.0 ** abs(exponent))


def measure(record: Record) -> str:
    """Return what a number measures and when: "số lũy kế tháng 9 năm 2021"."""
    name = MEASURE_NAMES.get(record["measure"], str(record["measure"]))
    return f"{name} {Period.parse(str(record['time_period'])).vietnamese}"


def row(record: Record) -> str:
    """Return the label of the row, on one line and between quotation marks."""
    label = " ".join(str(record["label"] or record["indicator"]).split())
    return f"“{label}”"


def unit(catalog: Catalog, record: Record) -> str:
    """Return the unit of a number with the blank before it (" nghìn tấn", "%"), or nothing where it is not known."""
    if record["unit"] == "PCT":
        return "%"
    for known in catalog.units.values():
        if known.code == record["unit"] and known.mult == record["unit_mult"]:
            return f" {known.name[:1].lower()}{known.name[1:]}"
    return ""


def cells(records: Iterable[Record], at: Record | None = None) -> str:
    """Return the cells of ``records`` as a list, the first ones only where there are many.

    A cell of another workbook than that of ``at`` is told from its own: "E12, ô G34 của báo cáo 2024-03".
    """
    names = [_cell(record, at) for record in records]
    more = f" và {len(names) - _MOST_CELLS} ô khác" if len(names) > _MOST_CELLS else ""
    return ", ".join(names[:_MOST_CELLS]) + more


def _cell(record: Record, at: Record | None) -> str:
    if not record["cell"]:
        return f"tổng các tỉnh cũ theo báo cáo {record.get('vintage')}"
    elsewhere = at is not None and record.get("sha256") != at.get("sha256")
    return f"ô {record['cell']} của báo cáo {record.get('vintage')}" if elsewhere else str(record["cell"])
