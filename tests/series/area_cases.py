"""Figures of old and new provinces, as short as a table of cases needs them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Any

import pandas as pd

from ctdp_etl.catalog import Catalog, load_catalog
from ctdp_etl.series.geography import SERIES_COLUMNS, on_areas

CATALOG: Catalog = load_catalog()
COLUMNS = (
    *("source", "dataflow", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status", "value"),
    *("unit", "unit_mult", "vintage", "simulated"),
)


def told(area: str, value: float | None, **fields: Any) -> dict[str, Any]:
    """Return a figure: retail sales of October 2024 by the area's own department, in thousand million dong."""
    usual: dict[str, Any] = {
        "source": f"SCT_{area}",
        "dataflow": "RETAIL",
        "ref_area": area,
        "indicator": "TOTAL",
        "item": "",
        "label": "Tổng số",
        "time_period": "2024-10",
        "measure": "month",
        "obs_status": "A",
        "value": value,
        "unit": "VND",
        "unit_mult": 9,
        "vintage": "2024-10",
        "simulated": False,
    }
    return usual | fields


def frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return figures as the warehouse gives them."""
    made = pd.DataFrame(list(rows), columns=list(COLUMNS))
    texts = [name for name in COLUMNS if name not in {"value", "unit_mult", "simulated"}]
    return made.astype(dict.fromkeys(texts, "str") | {"value": "float64", "unit_mult": "int64", "simulated": "bool"})


def series(rows: Iterable[dict[str, Any]], *periods: str, code_list: str = "VN34") -> pd.DataFrame:
    """Return the figures on the areas of a code list, of October 2024 where no period is named."""
    return on_areas(frame(rows), CATALOG, code_list, periods or ("2024-10",))


def said(found: pd.DataFrame) -> dict[tuple[str, str], tuple[float | None, str, str]]:
    """Return (value, origin, note) by area and measure."""
    assert set(SERIES_COLUMNS) <= set(found.columns)
    return {
        (row.ref_area, row.measure): (None if row.value != row.value else row.value, row.origin, row.note)
        for row in found.itertuples()
    }


def total(values: Iterable[tuple[float | Decimal, int]]) -> Decimal:
    """Return the sum of (value, power of ten) to the last digit."""
    with localcontext(prec=1000):
        return sum(
            ((one if isinstance(one, Decimal) else Decimal(repr(one))).scaleb(mult) for one, mult in values),
            Decimal(0),
        )
