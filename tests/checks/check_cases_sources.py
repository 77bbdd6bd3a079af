"""Cases between sources, areas and price bases, clean and with the one mistake."""

from __future__ import annotations

import pandas as pd
from check_frames import inputs, line, report

from ctdp_etl.catalog import load_catalog
from ctdp_etl.checks import CheckInput

REAL = load_catalog()


def two_sources(broken: bool) -> CheckInput:
    """Retail of Tây Ninh (triệu đồng and tỷ đồng), 2026-03, as the Sở and, in the broken case otherwise, as NSO."""
    area = "VN34_80"
    ours = report("2026-03", line("TOTAL", 12, flow="RETAIL", unit="VND", mult=6, month=18546476.93), area=area)
    ours = ours.assign(source=f"SCT_{area}", submission_id=f"SCT_{area}-2026-03", sha256="5".ljust(64, "0"))
    office = line("TOTAL", 9, flow="RETAIL", unit="VND", mult=9, month=18910.2 if broken else 18546.5)
    return inputs("2026-03", pd.concat([ours, report("2026-03", office, area=area)], ignore_index=True))


def country_and_areas(broken: bool) -> CheckInput:
    """Output at 2020 prices of the country and of the 34 areas, as the statistics office tells both."""
    areas = [area.code for area in REAL.areas.at("2026-04")]
    values = {area: 1000.5 + 13.2 * at for at, area in enumerate(areas)}
    whole = sum(values.values()) + (900.0 if broken else 0.3)
    told = [_output("VN", 9, round(whole, 1))] + [_output(area, 10 + at, values[area]) for at, area in enumerate(areas)]
    return inputs("2026-04", pd.concat(told, ignore_index=True), catalog=REAL)


def _output(area: str, row: int, value: float) -> pd.DataFrame:
    return report("2026-04", line("TOTAL.P2020", row, flow="OUTPUT", unit="VND", mult=9, month=value), area=area)


def implied_deflator(broken: bool) -> CheckInput:
    """Output of Hậu Giang (tỷ đồng) at current and at 2010 prices, 2017-09: 1.287 times, nine months 1.285 times."""
    current = 2979.124 if broken else 2797.124
    rows = {"CURRENT": (9, current, 20955.69 + current - 2797.124), "P2010": (10, 2173.41, 16308.04)}
    told = [
        line(f"TOTAL.{base}", row, flow="OUTPUT", unit="VND", mult=9, month=month, ytd=ytd)
        for base, (row, month, ytd) in rows.items()
    ]
    return inputs("2017-09", report("2017-09", *told, source="SCT_VN63_93", area="VN63_93"), catalog=REAL)
