"""Cases of revisions, clean and with the one mistake."""

from __future__ import annotations

import pandas as pd
from check_frames import inputs, line, report

from ctdp_etl.checks import CheckInput


def large_restatement(broken: bool) -> CheckInput:
    """Petrol, 2024-01 as estimated and, in the broken case, as 2024-02 restates it: 44 % more."""
    before = report("2024-01", line("PETROL", 12, month=1425.586))
    last = 2057.988 if broken else 1460.12
    return inputs("2024-02", report("2024-02", line("PETROL", 12, last_month=last, month=1951.716)), before)


def closed_month(broken: bool) -> CheckInput:
    """Coal: January, official in February's report, is told anew beside April."""
    january = report("2024-02", line("COAL", last_month=3427.86, month=3100.2))
    again = report("2024-02", line("COAL", 20, last_month=3327.86 if broken else 3427.86)).assign(vintage="2024-04")
    now = report("2024-04", line("COAL", month=4019.7))
    again = again.assign(submission_id=now["submission_id"].iloc[0], sha256=now["sha256"].iloc[0])
    return inputs("2024-04", pd.concat([now, again], ignore_index=True), january)


def turned_growth(broken: bool) -> CheckInput:
    """Petrol, February 2024: growth of 19 % as estimated, a fall of 11 % once restated."""
    before = report("2024-02", line("PETROL", 13, month=1951.716, yoy=119.1993))
    last = 1461.369 if broken else 1861.369
    return inputs("2024-03", report("2024-03", line("PETROL", 13, last_month=last, month=1700.2)), before)
