"""Cases of slips of unit, of typing, and copies, clean and with the one mistake."""

from __future__ import annotations

import pandas as pd
from check_frames import inputs, line, report

from ctdp_etl.checks import CheckInput

PHONES_MARCH = line("PHONE_PARTS", 36, unit="VND", mult=12, last_month=35.1, month=44.3203, ytd=110.60587910114472)

PHONES_APRIL = {"last_month": 40.1438181189609, "month": 35.5464941934445, "ytd": 141.975842295033}


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
