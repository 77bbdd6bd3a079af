"""What a briefing of several months is made from: two years of the country's retail and index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import report_material

from ctdp_etl.briefing import BriefingInput
from ctdp_etl.period import Period

SECTIONS = ("index", "levels", "plans", "years", "reporting", "findings")


def rows() -> Iterator[Mapping[str, Any]]:
    """Yield the country's retail (100, 101, ... a month) and index of 2023 and the first half of 2024."""
    for place, month in enumerate(Period.parse("2023-01").until(Period.parse("2024-06"))):
        place_of = {"time_period": str(month), "vintage": str(month), "ref_area": "VN", "obs_status": "A"}
        retail = {"dataflow": "RETAIL", "indicator": "TOTAL", "label": "Tổng số", "sheet": "TMBL"}
        index = {"dataflow": "IIP", "indicator": "TOTAL", "label": "Toàn ngành", "sheet": "IIP"}
        so_far = sum(100.0 + place - back for back in range(month.number))
        numbers = [
            (retail, "month", 100.0 + place, "VND", 9, "B"),
            (retail, "ytd", so_far, "VND", 9, "C"),
            (retail, "ytd_yoy", 108.5, "PCT", 0, "D"),
            (index, "yoy", 105.0 + month.number, "PCT", 0, "E"),
            (index, "ytd_yoy", 107.25, "PCT", 0, "F"),
        ]
        for about, measure, value, unit, mult, column in numbers:
            yield {**place_of, **about, "measure": measure, "value": value, "unit": unit, "unit_mult": mult} | {
                "cell": f"{column}{place + 2}"
            }


def briefing_of(period: str, data: pd.DataFrame | None = None) -> BriefingInput:
    span = Period.parse(period)
    month = str(span.last_month)
    found = report_material.frame(rows()) if data is None else data
    made = report_material.inputs(found, month, [("NSO", "VN", "RETAIL", "received", "")])
    return replace(made, report="period_briefing", sections=SECTIONS, span=span)
