"""Clean months as the checks see them: simulated offices, and published workbooks read one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from mutation_economy import HANDS, Hand, Levels, Report, grow
from mutation_forms import Rows, national, provincial

from ctdp_etl.catalog import load_catalog
from ctdp_etl.checks import FORM_COLUMNS, HISTORY_MONTHS, CheckInput
from ctdp_etl.model import LEVEL_MEASURES, OBSERVATION_COLUMNS
from ctdp_etl.period import Period
from ctdp_etl.warehouse.read import current

ROLES = {
    "last_month": ("month", -1, "A"),
    "month": ("month", 0, "E"),
    "ytd": ("ytd", 0, "E"),
    "mom": ("mom", 0, "E"),
    "yoy": ("yoy", 0, "E"),
    "last_yoy": ("yoy", -1, "A"),
    "ytd_yoy": ("ytd_yoy", 0, "E"),
    "share": ("share", 0, "E"),
    "plan_pct": ("plan_pct", 0, "E"),
    "plan": ("plan", None, "A"),
}
"""The columns of a table: measure, month counted from the report's, status."""
LEVEL_ROLES = ("last_month", "month", "ytd", "plan")
_START = Period(2022, 1, "M")
_MONTHS = 54
_COLUMN = {role: chr(ord("C") + at) for at, role in enumerate(ROLES)}
_FIRST_ROW = 9
_NATIONAL_SIZE = 900.0


@dataclass(frozen=True, eq=False)
class Office:
    """A sender with its tables, their hidden levels, and how it writes."""

    source: str
    area: str
    tables: tuple[tuple[Rows, Levels], ...]
    hand: Hand


@cache
def statistics_office(seed: int) -> Office:
    """Return the country's statistics office with levels drawn from ``seed``."""
    rng = np.random.default_rng([seed, 0])
    tables = tuple((rows, grow(rng, rows, _NATIONAL_SIZE, _START, _MONTHS)) for rows in national())
    return Office("NSO", "VN", tables, HANDS[seed % 2 * 3])


@cache
def departments(seed: int, count: int = 34) -> tuple[Office, ...]:
    """Return the first ``count`` of the 34 departments with levels drawn from ``seed``."""
    areas = sorted(code for code in load_catalog().areas.by_code if code.startswith("VN34_"))[:count]
    found = []
    for number, area in enumerate(areas, start=1):
        rng = np.random.default_rng([seed, number])
        size = 40.0 * float(np.exp(rng.normal(0, 0.8)))
        tables = tuple((rows, grow(rng, rows, size, _START, _MONTHS)) for rows in provincial())
        found.append(Office(f"SCT_{area}", area, tables, HANDS[(number + seed) % len(HANDS)]))
    return tuple(found)


def simulated(period: str, offices: tuple[Office, ...]) -> CheckInput:
    """Return the offices' clean month with 13 months of history."""
    month = Period.parse(period)
    reports = [report(offices, month.shift(-back)) for back in range(HISTORY_MONTHS, 0, -1)]
    known = [_compared(month, one) for one in reports]
    return month_of(period, report(offices, month), pd.concat(known, ignore_index=True))


def month_of(period: str, submitted: pd.DataFrame, reports: pd.DataFrame) -> CheckInput:
    """Return the input of the checks: ``submitted`` for the period, ``reports`` of the months before it."""
    known = _compared(Period.parse(period), reports)
    known = known.assign(arrived_at=known["received_at"]).reset_index(drop=True)
    return CheckInput(
        period=period,
        submitted=submitted.reset_index(drop=True),
        previous=current(known),
        forms=forms_of(submitted),
        catalog=load_catalog(),
    )


def with_submitted(clean: CheckInput, submitted: pd.DataFrame) -> CheckInput:
    """Return the same month with other submissions."""
    return replace(clean, submitted=submitted, forms=forms_of(submitted))


def forms_of(submitted: pd.DataFrame) -> pd.DataFrame:
    """Return the tables that observations stand in."""
    told = submitted.assign(time_period=submitted["vintage"])[list(FORM_COLUMNS)]
    return told.drop_duplicates().reset_index(drop=True)


def _compared(month: Period, reports: pd.DataFrame) -> pd.DataFrame:
    """Return what the checks compare a month with, as ``pipeline.check.known_before`` fetches it."""
    when, level = reports["time_period"], reports["measure"].isin([str(one) for one in LEVEL_MEASURES])
    recent = level & (when >= str(month.shift(-HISTORY_MONTHS)))
    near = ~level & (when == str(month.previous))
    return reports[recent | near | ((reports["measure"] == "mom") & (when == str(month.year_ago)))]


def report(offices: tuple[Office, ...], month: Period) -> pd.DataFrame:
    """Return the observations of the offices' reports for ``month``."""
    frame, roles, senders = _skeleton(offices)
    said = [Report(rows, levels, month, office.hand).values() for office in offices for rows, levels in office.tables]
    names = [f"{office.source}-{month}" for office in offices]
    periods = [_when(role, month) for role in ROLES]
    return frame.assign(
        time_period=_words(periods).take(roles),
        value=np.concatenate([np.column_stack(list(values.values())).ravel() for values in said]),
        submission_id=_words(names).take(senders),
        sha256=_words([name.ljust(64, "0") for name in names]).take(senders),
        file_name=_words([f"{name}.xlsx" for name in names]).take(senders),
        vintage=_words([str(month)]).take(np.zeros(len(frame), dtype=int)),
        received_at=_words([f"{month}-20T02:00:00Z"]).take(np.zeros(len(frame), dtype=int)),
        simulated=True,
    )


@cache
def _skeleton(offices: tuple[Office, ...]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return what stays the same every month, with the number of the role and of the office of each observation."""
    tables = [_columns(number, office, rows) for number, office in enumerate(offices) for rows, _ in office.tables]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    roles, senders = columns.pop("role"), columns.pop("sender")
    return pd.DataFrame(columns).reindex(columns=list(OBSERVATION_COLUMNS)), roles, senders


def _columns(number: int, office: Office, rows: Rows) -> dict[str, np.ndarray]:
    count, places = len(rows.indicators), [list(ROLES).index(role) for role in rows.roles]
    size = count * len(places)
    units, mults = zip(*rows.units, strict=True)
    is_level = np.tile([role in LEVEL_ROLES for role in rows.roles], count)
    same = {"source": office.source, "dataflow": rows.dataflow, "form": rows.form, "ref_area": office.area, "item": ""}
    same |= {"text": "", "qualifier": "", "reported_form": "", "conflict": False, "sheet": rows.form, "raw": ""}
    return {name: np.full(size, value, dtype=object) for name, value in same.items()} | {
        "indicator": np.repeat(np.array(rows.indicators, dtype=object), len(places)),
        "label": np.repeat(np.array(rows.labels, dtype=object), len(places)),
        "measure": np.tile(np.array([ROLES[role][0] for role in rows.roles], dtype=object), count),
        "obs_status": np.tile(np.array([ROLES[role][2] for role in rows.roles], dtype=object), count),
        "unit": np.where(is_level, np.repeat(np.array(units, dtype=object), len(places)), "PCT"),
        "unit_mult": np.where(is_level, np.repeat(mults, len(places)), 0),
        "cell": np.array([f"{_COLUMN[role]}{_FIRST_ROW + row}" for row in range(count) for role in rows.roles], object),
        "role": np.tile(places, count),
        "sender": np.full(size, number),
    }


def _words(texts: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    return pd.array(texts, dtype="str")


def _when(role: str, month: Period) -> str:
    shift = ROLES[role][1]
    return str(month.year) if shift is None else str(month.shift(shift))
