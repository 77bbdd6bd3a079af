"""Published months from the retyped layouts, read as they would be when they arrive, to plant mistakes in."""

from __future__ import annotations

import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pandas as pd
from mutation_months import month_of

from ctdp_etl.catalog import load_catalog
from ctdp_etl.checks import CheckInput
from ctdp_etl.model import OBSERVATION_COLUMNS
from ctdp_etl.reading import read_workbook

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real_layouts"))

from layout_book import Book, load
from layout_build import build

SENT: dict[tuple[str, str], tuple[str, ...]] = {
    ("NSO", "2021-08"): ("gso_2021_08_industry", "gso_2021_08_trade"),
    ("NSO", "2021-09"): ("gso_2021_09_industry", "gso_2021_09_trade"),
    ("NSO", "2024-01"): ("gso_2024_01",),
    ("NSO", "2024-03"): ("gso_2024_03",),
    ("NSO", "2024-04"): ("gso_2024_04",),
    ("NSO", "2024-09"): ("gso_2024_09_industry", "gso_2024_09_trade"),
    ("NSO", "2024-10"): ("gso_2024_10",),
    ("SCT_VN34_80", "2026-01"): ("tayninh_2026_01",),
    ("SCT_VN34_80", "2026-02"): ("tayninh_2026_02",),
    ("SCT_VN34_80", "2026-03"): ("tayninh_2026_03",),
    ("SCT_VN34_80", "2026-04"): ("tayninh_2026_04",),
}
"""The layouts of each sender's month."""


def months() -> list[CheckInput]:
    """Return every published month with what the same sender published before it."""
    return [month(source, period) for source, period in SENT]


def month(source: str, period: str) -> CheckInput:
    """Return a published month with what the same sender published before it."""
    before = [frame(*key) for key in SENT if key[0] == source and key[1] < period]
    now = frame(source, period)
    return month_of(period, now, pd.concat(before or [now.iloc[:0]], ignore_index=True))


@cache
def frame(source: str, period: str) -> pd.DataFrame:
    """Return the observations of a sender's workbooks for a month."""
    return pd.concat([observations(load(name), source, period) for name in SENT[source, period]], ignore_index=True)


def observations(book: Book, source: str, period: str) -> pd.DataFrame:
    """Return what the reader takes from a workbook, with the columns of the warehouse."""
    read = read_workbook(
        build(book), file_name=book.file_name, source=source, area=book.area, period=period, catalog=load_catalog()
    )
    told = pd.DataFrame([asdict(one) for one in read.observations], columns=list(OBSERVATION_COLUMNS))
    name = f"{source}-{period}"
    return told.assign(
        submission_id=name,
        sha256=name.ljust(64, "0"),
        file_name=book.file_name,
        vintage=period,
        received_at=f"{period}-28T02:00:00Z",
        simulated=False,
    )
