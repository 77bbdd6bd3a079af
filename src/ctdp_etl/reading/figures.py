"""What one cell says as a figure: a level, an index told as growth, a level with its growth behind it, or words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ctdp_etl.catalog import Catalog, Unit
from ctdp_etl.model import Finding, Measure, Observation
from ctdp_etl.reading.grid import Value
from ctdp_etl.reading.growth import DOUBT, GROWTH
from ctdp_etl.reading.numbers import WrittenNumber, parse_number
from ctdp_etl.reading.structure import finding

PERCENT = Unit("PCT", 0, "%")
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


class Figure(NamedTuple):
    """A cell as read: ``unit`` where the cell says its own, ``growth`` the one in brackets, ``fault`` a finding."""

    value: float | None = None
    text: str = ""
    qualifier: str = ""
    reported_form: str = ""
    unit: Unit | None = None
    growth: float | None = None
    fault: str = ""


def read_figure(value: Value, form: str, written: str, catalog: Catalog, *, ratio: bool) -> Figure:
    """Return what a cell says: of an index (``ratio``) by its column's ``form``, of text by the format ``written``."""
    if isinstance(value, float):
        return _ratio(value, form) if ratio else Figure(value)
    number = None if value.startswith("=") or _DATE.fullmatch(value) else parse_number(value, written)
    growth = None if number is None or ratio else number.growth
    if number is None or number.value is None or (ratio and number.qualifier == "lần"):
        return Figure(text=value, growth=growth, fault=_fault(value, number, catalog))
    if ratio:
        return _ratio(number.value, GROWTH if number.signed else form, number.qualifier)
    unit = catalog.unit(number.rest) if number.rest else None
    return Figure(number.value, qualifier=number.qualifier, unit=unit, growth=growth)


def plain(value: Value) -> str:
    """Return a cell as written where its file does not tell: whole numbers without a decimal."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else value


@lru_cache(maxsize=4096)
def indicator(parts: tuple[str, ...], row: str, aspect: str, price_base: str) -> str:
    """Return the indicator that a table joins from ``parts``: names of what the row and column say, and constants."""
    said = {"row": row, "aspect": aspect, "price_base": price_base, "breakdown": ""}
    return ".".join(part for name in parts if (part := said.get(name, name)))


def observed(base: Observation, value: Value, figure: Figure, found: list[Finding]) -> Iterator[Observation]:
    """Yield what the cell of ``base`` says; its growth in brackets is a second observation, a fault a finding."""
    if figure.fault:
        found.append(_at(figure.fault, base, plain(value)))
    yield base
    if figure.growth is not None:
        measure = Measure.YTD_YOY if base.measure == Measure.YTD else Measure.YOY
        yield replace(
            base,
            measure=measure.value,
            value=_index(figure.growth),
            text="",
            unit=PERCENT.code,
            unit_mult=PERCENT.mult,
            qualifier="",
            reported_form=GROWTH,
        )


def _fault(value: str, number: WrittenNumber | None, catalog: Catalog) -> str:
    if value.lower() in catalog.vocabulary.absent and not value.startswith("#"):
        return ""
    unsure = number is not None and (number.ambiguous or number.qualifier == "lần")
    return "S17" if value.startswith("=") else "S05" if unsure else "S04"


def _ratio(value: float, form: str, qualifier: str = "") -> Figure:
    """Return an index: growth is stored as 100 + growth with its form kept; in doubt there is no number."""
    if form == DOUBT:
        return Figure(text=plain(value), qualifier=qualifier)
    return Figure(_index(value) if form == GROWTH else value, qualifier=qualifier, reported_form=form)


@lru_cache(maxsize=16384)
def _index(growth: float) -> float:
    """Return 100 + growth without the dust of binary addition where the growth has few decimals."""
    text = repr(growth)
    decimals = len(text.partition(".")[2]) if "e" not in text else 17
    return round(100 + growth, decimals) if decimals <= 6 else 100 + growth


def _at(code: str, base: Observation, text: str) -> Finding:
    return finding(
        code,
        text,
        sheet=base.sheet,
        cell=base.cell,
        source=base.source,
        dataflow=base.dataflow,
        ref_area=base.ref_area,
        indicator=base.indicator,
        label=base.label,
        time_period=base.time_period,
        measure=base.measure,
    )
