"""Cases of levels against levels and where the wrong one is, clean and with the one mistake."""

from __future__ import annotations

import pandas as pd
from check_frames import inputs, line, report

from ctdp_etl.checks import CheckInput


def parts_and_total(broken: bool) -> CheckInput:
    """Retail of Tây Ninh, 2026-04, accommodation and the rest joined."""
    total = 19269337.09 if broken else 19169337.09
    parts = {"GOODS": 12679701.51, "SERVICES": 6489635.58}
    lines = [line(code, row, flow="RETAIL", month=value) for row, (code, value) in enumerate(parts.items(), 13)]
    return inputs("2026-04", report("2026-04", line("TOTAL", 12, flow="RETAIL", month=total), *lines))


def shares(broken: bool) -> CheckInput:
    parts = {"TOTAL": 100.0, "GOODS": 77.39131451022556, "SERVICES": 22.20868548977444 + (0.0 if broken else 0.4)}
    lines = [line(code, row, flow="RETAIL", share=value) for row, (code, value) in enumerate(parts.items(), 12)]
    return inputs("2024-02", report("2024-02", *lines))


def with_restatement(broken: bool) -> CheckInput:
    """Petrol, 2021-09: about 10,516 was due."""
    before = report("2021-08", line("PETROL", 12, month=997.5555, ytd=9509.274302315644))
    ytd = 16830.148294464245 if broken else 9509.274302315644 - 997.5555 + 985.9417551823001 + 1018.7120361070486
    now = line("PETROL", 12, last_month=985.9417551823001, month=1018.7120361070486, ytd=ytd)
    return inputs("2021-09", report("2021-09", now), before)


def without_restatement(broken: bool) -> CheckInput:
    """Rubber, exported value, 2021-09: last month's restatement is not printed."""
    name = "EXPORT.RUBBER.VALUE"
    before = report("2021-08", line(name, 30, flow="TRADE", month=330.0, ytd=1847.3))
    ytd = 3172.6409400871603 if broken else 2172.6409400871603
    now = line(name, 30, flow="TRADE", month=320.9977700871603, ytd=ytd)
    return inputs("2021-09", report("2021-09", now), before)


def inside_table(broken: bool) -> CheckInput:
    now = line("COAL", last_ytd=12396.5, month=4354.2, ytd=16850.7 if broken else 16750.7)
    return inputs("2017-04", report("2017-04", now))


def january(broken: bool) -> CheckInput:
    now = line("TOTAL", month=18350223.456230618, ytd=18530223.456230618 if broken else 18350223.456230618)
    return inputs("2026-01", report("2026-01", now))


def falling(broken: bool) -> CheckInput:
    """Retail of Tây Ninh, 2022, told as text: 63.817 tỷ by July, 44.801 tỷ by August."""
    before = report("2022-07", line("TOTAL", flow="RETAIL", ytd=63817.0))
    now = line("TOTAL", flow="RETAIL", ytd=44801.115 if broken else 72801.115)
    return inputs("2022-08", report("2022-08", now), before)


def quarterly(values: dict[str, float]) -> pd.DataFrame:
    """Return a quarterly table of petrol (nghìn tấn), sent with the report of 2021-09."""
    rows = [
        report("2021-09", line("PETROL", 30, month=value)).assign(time_period=name, cell=f"{column}30", sheet="quý")
        for column, (name, value) in zip("BCD", values.items(), strict=False)
    ]
    return pd.concat(rows, ignore_index=True).assign(form="PRODUCTS.Q")


def months_of_quarter(broken: bool) -> CheckInput:
    """Petrol, third quarter of 2021: 3160.60, not the 10050.77 that was printed."""
    before = report("2021-08", line("PETROL", 12, last_month=1155.95, month=997.56))
    now = report("2021-09", line("PETROL", 12, last_month=985.94, month=1018.71))
    quarter = quarterly({"2021-Q3": 10050.77 if broken else 3160.6})
    return inputs("2021-09", pd.concat([now, quarter], ignore_index=True), before)


def quarters_of_cumulative(broken: bool) -> CheckInput:
    now = report("2021-09", line("PETROL", 12, ytd=10516.36 if broken else 9939.98))
    quarters = quarterly({"2021-Q1": 3288.55, "2021-Q2": 3490.83, "2021-Q3": 3160.6})
    return inputs("2021-09", pd.concat([now, quarters], ignore_index=True))


def suspected_part(broken: bool) -> CheckInput:
    """Retail of Tây Ninh, 2026-03, services joined: a digit of the goods of the month."""
    rows = {"TOTAL": 12, "GOODS": 13, "SERVICES": 14}
    february = {"TOTAL": (18676095.52, 37100098.73), "GOODS": (12376582.89, 24414289.12)}
    march = {"TOTAL": (18583130.53, 18546476.93, 55553610.67), "GOODS": (12262746.0, 12316386.15, 36616838.38)}
    for told in (february, march):
        told["SERVICES"] = tuple(round(a - b, 2) for a, b in zip(told["TOTAL"], told["GOODS"], strict=True))
    before = [line(code, rows[code], flow="RETAIL", month=a, ytd=b) for code, (a, b) in february.items()]
    now = [line(code, rows[code], flow="RETAIL", last_month=a, month=b, ytd=c) for code, (a, b, c) in march.items()]
    now[1]["cells"]["month"] += 200000.0 if broken else 0.0
    return inputs("2026-03", report("2026-03", *now), report("2026-02", *before))
