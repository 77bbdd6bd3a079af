"""Cases of figures that call for an explanation, clean and with the one mistake."""

from __future__ import annotations

import pandas as pd
from check_frames import inputs, line, report

from ctdp_etl.checks import CheckInput
from ctdp_etl.period import Period


def one_plant(broken: bool) -> CheckInput:
    """Coal of nine areas, 2026-04: one of them digs four times as much as in March, all else hardly moves."""
    tons = {f"VN34_{area:02}": 100.0 + 13 * area for area in range(1, 10)}
    now = [
        report("2026-04", line("COAL", last_month=ton, month=ton * (1 + at / 97)), source=f"SCT_{area}", area=area)
        for at, (area, ton) in enumerate(tons.items())
    ]
    now[4].loc[now[4]["cell"] == "D8", "value"] *= 4 if broken else 1
    return inputs("2026-04", pd.concat(now, ignore_index=True))


def own_usual_month(broken: bool) -> CheckInput:
    """Coal, thirteen months that move by a few per cent, and one that doubles."""
    months = [Period.parse("2025-03").shift(at) for at in range(13)]
    before = [report(str(month), line("COAL", month=1000.0 + 17 * (at % 5))) for at, month in enumerate(months)]
    now = line("COAL", last_month=1034.0, month=2111.0 if broken else 1051.0)
    return inputs("2026-04", report("2026-04", now), *before)


def growth_of_one_area(broken: bool) -> CheckInput:
    """IIP of nine areas, 2026-04: one grows as no other does."""
    now = [
        report(
            "2026-04", line("C", flow="IIP", yoy=104.0 + 0.7 * area), source=f"SCT_VN34_0{area}", area=f"VN34_0{area}"
        )
        for area in range(1, 10)
    ]
    now[4]["value"] = 249.3 if broken else 107.5
    return inputs("2026-04", pd.concat(now, ignore_index=True))
