"""One case per check: clean figures, and the same figures with the one mistake that the check is for.

Figures marked with a month are the General Statistics Office's, and Tây Ninh's, as published.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from check_frames import forms_of, inputs, line, report

from ctdp_etl.checks import CheckInput
from ctdp_etl.period import Period

Case = Callable[[bool], CheckInput]

PHONES_MARCH = line("PHONE_PARTS", 36, unit="VND", mult=12, last_month=35.1, month=44.3203, ytd=110.60587910114472)
PHONES_APRIL = {"last_month": 40.1438181189609, "month": 35.5464941934445, "ytd": 141.975842295033}


def wrong_month(broken: bool) -> CheckInput:
    told = report("2024-03" if broken else "2024-04", line("COAL", month=4239.18925491109))
    return inputs("2024-04", told)


def unit_changed(broken: bool) -> CheckInput:
    before = report("2024-03", line("COAL", month=4239.18925491109))
    return inputs("2024-04", report("2024-04", line("COAL", unit="PIECE" if broken else "T", month=4019.7)), before)


def unit_not_of_code(broken: bool) -> CheckInput:
    return inputs("2024-04", report("2024-04", line("COAL", unit="PIECE" if broken else "T", month=4019.7)))


def written_twice(broken: bool) -> CheckInput:
    once = line("COAL", 9, month=4019.7, conflict=broken)
    again = [line("COAL", 24, month=4091.7, conflict=True)] if broken else []
    return inputs("2024-04", report("2024-04", once, *again))


def empty_form(broken: bool) -> CheckInput:
    told = report("2024-04", line("COAL", month=4019.7))
    return inputs("2024-04", told[:0] if broken else told, forms=forms_of(told))


def expected_missing(broken: bool) -> CheckInput:
    lines = [line(code, row, flow="IIP", yoy=106.3) for row, code in enumerate(["TOTAL", "C"][: 1 if broken else 2], 9)]
    return inputs("2024-04", report("2024-04", *lines))


def row_gone(broken: bool) -> CheckInput:
    before = report("2024-03", line("COAL", month=4239.2), line("OIL", 9, month=720.0))
    now = [line("COAL", month=4019.7)] + ([] if broken else [line("OIL", 9, month=688.0)])
    return inputs("2024-04", report("2024-04", *now), before)


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


def month_on_month(broken: bool) -> CheckInput:
    """Coal, 2024-01."""
    mom = 119.21534677614888 if broken else 109.21534677614888
    return inputs(
        "2024-01", report("2024-01", line("COAL", last_month=3427.86322547616, month=3743.75270871587, mom=mom))
    )


def year_on_year(broken: bool) -> CheckInput:
    before = report("2023-05", line("COAL", last_month=4055.4))
    return inputs("2024-04", report("2024-04", line("COAL", month=4019.7, yoy=150.1 if broken else 99.12)), before)


def cumulative_year_on_year(broken: bool) -> CheckInput:
    before = report("2023-04", line("COAL", ytd=15506.1))
    return inputs("2024-04", report("2024-04", line("COAL", ytd=15313.3, ytd_yoy=150.1 if broken else 98.76)), before)


def implied(broken: bool) -> CheckInput:
    """Rice, exported quantity, 2021-08 and 09; the broken growth is fibre's of 2024-04, whose formula went astray."""
    name = "EXPORT.RICE.QUANTITY"
    before = report("2021-08", line(name, 21, month=500.0, ytd=3922.313, ytd_yoy=85.196))
    yoy = 181.152011171635 if broken else 137.89873549461416
    now = line(name, 21, month=530.0, ytd=4516.084, yoy=yoy, ytd_yoy=90.53514376196195)
    return inputs("2021-09", report("2021-09", now), before)


def implied_cumulative(broken: bool) -> CheckInput:
    """Rice, exported quantity, 2021-08 and 09."""
    name = "EXPORT.RICE.QUANTITY"
    before = report("2021-08", line(name, 21, month=500.0, ytd=3922.313, ytd_yoy=85.196))
    index = 130.53514376196195 if broken else 90.53514376196195
    now = line(name, 21, month=530.0, ytd=4516.084, yoy=137.89873549461416, ytd_yoy=index)
    return inputs("2021-09", report("2021-09", now), before)


def plan_share(broken: bool) -> CheckInput:
    """Thái Nguyên: 567 634,2 of 803 300 is 70,7 %."""
    now = line("TOTAL", ytd=567634.2, plan=803300.0, plan_pct=77.7 if broken else 70.7)
    return inputs("2026-07", report("2026-07", now))


def between_sections(broken: bool) -> CheckInput:
    """IIP, 2024-04, against the same month a year ago."""
    values = {"TOTAL": 116.33 if broken else 106.33, "B": 93.15, "C": 106.96, "D": 111.31, "E": 106.56}
    lines = [line(code, row, flow="IIP", yoy=value) for row, (code, value) in enumerate(values.items(), 9)]
    return inputs("2024-04", report("2024-04", *lines))


def between_neighbours(broken: bool) -> CheckInput:
    """IIP of the country, cumulative to 2024-03 and 04."""
    before = report(
        "2024-03", line("TOTAL", flow="IIP", yoy=104.1, ytd_yoy=105.7), line("C", 10, flow="IIP", yoy=104.0)
    )
    total = line("TOTAL", flow="IIP", last_yoy=104.1, yoy=106.33, ytd_yoy=109.95 if broken else 105.99)
    return inputs("2024-04", report("2024-04", total, line("C", 10, flow="IIP", yoy=106.96)), before)


def january_index(broken: bool) -> CheckInput:
    """IIP of Tây Ninh, 2026-01."""
    lines = [line(code, row, flow="IIP", yoy=125.95, ytd_yoy=125.95) for row, code in enumerate(["TOTAL", "C"], 9)]
    lines[0]["cells"]["ytd_yoy"] = 129.55 if broken else 125.95
    return inputs("2026-01", report("2026-01", *lines))


def chain(broken: bool) -> CheckInput:
    year_ago = report("2023-04", line("TOTAL", flow="IIP", mom=100.0))
    now = line("TOTAL", flow="IIP", last_yoy=104.78, mom=101.48, yoy=119.9 if broken else 106.33)
    return inputs("2024-04", report("2024-04", now), year_ago)


def level_slip(broken: bool) -> CheckInput:
    """Parts of telephones, 2024-04: growth is right, the three levels are a thousand times too large."""
    factor = 1000 if broken else 1
    cells = {role: value * factor for role, value in PHONES_APRIL.items()}
    now = line("PHONE_PARTS", 36, unit="VND", mult=12, **cells, yoy=98.5324267300918, ytd_yoy=92.8488814207446)
    return inputs("2024-04", report("2024-04", now), report("2024-03", PHONES_MARCH))


def index_slip(broken: bool) -> CheckInput:
    """Coal, 2024-01: growth where the index is due."""
    mom = 9.21534677614888 if broken else 109.21534677614888
    return inputs(
        "2024-01", report("2024-01", line("COAL", last_month=3427.86322547616, month=3743.75270871587, mom=mom))
    )


def echoed_slip(broken: bool) -> CheckInput:
    """The month after a slip: the figures are right again."""
    factor = 1000 if broken else 1
    old = report("2024-01", line("PHONE_PARTS", month=31.2, ytd=31.2))
    older = report("2024-02", line("PHONE_PARTS", last_month=31.2, month=35.1, ytd=66.3))
    slipped = line("PHONE_PARTS", last_month=35.1 * factor, month=44.3 * factor, ytd=110.6 * factor)
    now = line("PHONE_PARTS", last_month=40.1, month=35.5, ytd=141.9)
    return inputs("2024-04", report("2024-04", now), old, older, report("2024-03", slipped))


def swapped_digits(broken: bool) -> CheckInput:
    """Petrol, 2021-09, the cumulative that was due; 0 and 5 change places."""
    before = report("2021-08", line("PETROL", 12, month=997.56, ytd=9509.27))
    now = line("PETROL", 12, last_month=985.94, month=1018.71, ytd=15016.36 if broken else 10516.36)
    return inputs("2021-09", report("2021-09", now), before)


def wrong_sign(broken: bool) -> CheckInput:
    """Rice, exported quantity, 2021-08 and 09: growth of 37.9 % told as a fall."""
    name = "EXPORT.RICE.QUANTITY"
    before = report("2021-08", line(name, 21, month=500.0, ytd=3922.313, ytd_yoy=85.196))
    yoy = 200 - 137.89873549461416 if broken else 137.89873549461416
    now = line(name, 21, month=530.0, ytd=4516.084, yoy=yoy, ytd_yoy=90.53514376196195)
    return inputs("2021-09", report("2021-09", now), before)


GOODS = {  # last month, month, cumulative
    "COAL": (1402.11, 1385.2, 4150.73),
    "CEMENT": (881.4, 902.55, 2653.9),
    "PETROL": (35.8, 37.42, 110.07),
    "BEER": (5120.3, 5388.9, 15710.2),
    "STEEL": (212.64, 220.18, 640.95),
    "UREA": (181.02, 176.33, 541.3),
}


def goods(*, later: int = 0, factor: float = 1.0) -> list[dict]:
    """Return a table of six products; ``later`` moves it on by months of 3 % each."""
    lines = []
    for at, (name, (last, month, ytd)) in enumerate(GOODS.items()):
        last, month = (value * (1.03 + 0.01 * at) ** later for value in (last, month))
        ytd += sum(GOODS[name][1] * (1.03 + 0.01 * at) ** step for step in range(1, later + 1))
        cells = {"last_month": GOODS[name][1] if later else last, "month": month, "ytd": ytd}
        lines.append(line(name, 8 + at, **{role: round(value * factor, 2) for role, value in cells.items()}))
    return lines


def own_month_again(broken: bool) -> CheckInput:
    now = report("2026-04", *goods(later=0 if broken else 1))
    return inputs("2026-04", now, report("2026-03", *goods()))


def other_area_again(broken: bool) -> CheckInput:
    one = report("2026-04", *goods(), source="SCT_VN34_22", area="VN34_22")
    two = report("2026-04", *goods(later=0 if broken else 1), source="SCT_VN34_24", area="VN34_24")
    return inputs("2026-04", pd.concat([one, two], ignore_index=True))


def column_of_other_month(broken: bool) -> CheckInput:
    """The months of March under the heading of April."""
    lines = goods(later=1)
    if broken:
        for row in lines:
            row["cells"]["month"] = GOODS[row["indicator"]][1]
    return inputs("2026-04", report("2026-04", *lines), report("2026-03", *goods()))


def cell_of_other_month(broken: bool) -> CheckInput:
    """Petrol, 2021-09: the cumulative that was due, beside the month of August."""
    before = report("2021-08", line("PETROL", 12, month=897.56, ytd=9509.27))
    month = 897.56 if broken else 1018.71
    now = line("PETROL", 12, last_month=885.94, month=month, ytd=10516.36)
    return inputs("2021-09", report("2021-09", now), before)


def growth_of_other_row(broken: bool) -> CheckInput:
    """Coal and oil, 2024-01: coal's growth is computed with oil's base."""
    mom = round(3743.75 / 705.2 * 100, 4) if broken else 109.2153
    coal = line("COAL", 8, last_month=3427.86, month=3743.75, mom=mom)
    oil = line("OIL", 9, last_month=705.2, month=720.11, mom=102.1143)
    return inputs("2024-01", report("2024-01", coal, oil))


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


def withdrawn_row(broken: bool) -> CheckInput:
    told = report("2024-04", line("COAL", month=4019.7))
    return inputs("2024-04", told, withdrawn=report("2024-04", line("OIL", 9, month=688.0)) if broken else told[:0])


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


CASES: dict[str, Case] = {
    "K01": wrong_month,
    "K02": unit_changed,
    "K03": unit_not_of_code,
    "K04": written_twice,
    "C01": empty_form,
    "C02": expected_missing,
    "C03": row_gone,
    "A01": parts_and_total,
    "A02": shares,
    "A03": with_restatement,
    "A04": without_restatement,
    "A05": inside_table,
    "A06": january,
    "A07": falling,
    "A08": month_on_month,
    "A09": year_on_year,
    "A10": cumulative_year_on_year,
    "A11": implied,
    "A12": plan_share,
    "A13": between_sections,
    "A14": between_neighbours,
    "A15": january_index,
    "A16": chain,
    "A17": implied_cumulative,
    "U01": level_slip,
    "U02": index_slip,
    "U03": echoed_slip,
    "D01": own_month_again,
    "D02": other_area_again,
    "A18": months_of_quarter,
    "A19": quarters_of_cumulative,
    "P01": column_of_other_month,
    "P02": cell_of_other_month,
    "A23": growth_of_other_row,
    "H01": one_plant,
    "H02": own_usual_month,
    "H03": growth_of_one_area,
    "L01": suspected_part,
    "T01": swapped_digits,
    "T02": wrong_sign,
    "R01": withdrawn_row,
}
