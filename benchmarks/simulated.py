"""Offices without workbooks: a month as observations, with what was known of the thirteen months before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.forms import Office, offices, parents
from ctdp_etl.catalog import HEADING, Catalog
from ctdp_etl.demo.layouts import layouts
from ctdp_etl.period import Period

PERIOD = Period.parse("2026-04")
_MONTHS = [str(one) for one in Period.parse("2025-01").until(PERIOD)]
_JANUARY = _MONTHS.index(f"{PERIOD.year}-01")
_MARCH, _APRIL, _PLAN = range(len(_MONTHS), len(_MONTHS) + 3)
"""Where the hidden economy has the estimates of March and of April, and the plan of 2026: behind its months."""
_COLUMNS = {
    "plan": ("D", "plan", None, "A"),
    "act_prev": ("E", "month", -1, "A"),
    "est": ("F", "month", 0, "E"),
    "ytd": ("G", "ytd", 0, "E"),
    "mom": ("H", "mom", 0, "E"),
    "yoy": ("I", "yoy", 0, "E"),
    "ytd_yoy": ("J", "ytd_yoy", 0, "E"),
    "plan_pct": ("K", "plan_pct", 0, "E"),
    "prev_yoy": ("L", "yoy", -1, "A"),
}
"""What a column says: measure, month counted from the report's (None: its year), status."""
_CODES = {"OUTPUT": "{}.P2010", "TRADE_EXPORT": "EXPORT.{}.VALUE", "TRADE_IMPORT": "IMPORT.{}.VALUE"}
_LISTS = {"OUTPUT": ("ownership", "industries"), "IIP": ("industries",), "LABOUR": ("industries",)}
_LISTS |= {"TRADE_EXPORT": ("commodities",) * 2, "TRADE_IMPORT": ("commodities",) * 2}
_EMPTY = ("item", "text", "qualifier", "reported_form", "raw")
_SEED, _BASE = 2026, 400.0

Numbers = npt.NDArray[np.float64]


class Column(NamedTuple):
    """One column of one kind of table of all offices: its numbers by office and line, and what its heading says."""

    values: Numbers
    is_index: bool
    letter: str
    measure: str
    when: str
    status: str
    report: Period


def month(catalog: Catalog, *, count: int, rows: int = 45) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what ``count`` offices report for April 2026 and what was known before; each has an economy of its own.

    The figures of March are those of its report, those of the months before are official ones.
    """
    digits = {name: layout.digits for name, layout in layouts().items()}
    (office,) = offices(PERIOD, catalog, digits, count=1, rows=rows)
    lines = pd.DataFrame(_lines(office, catalog))
    areas = sorted(code for code in catalog.areas.by_code if code.startswith("VN34_"))
    names = [areas[at % len(areas)] + (f"-{at // len(areas):03}" if at >= len(areas) else "") for at in range(count)]
    levels = _economy(lines, count)
    submitted = [_cells(lines, names, column) for column in _report(levels, PERIOD, _APRIL)]
    known = [_cells(lines, names, column) for column in _report(levels, PERIOD.previous, _MARCH)]
    known += [_cells(lines, names, column) for column in _official(levels)]
    return pd.concat(submitted, ignore_index=True), pd.concat(known, ignore_index=True)


def tables(submitted: pd.DataFrame) -> pd.DataFrame:
    """Return the tables in which the observations stand, as the ledger tells them."""
    columns = ["submission_id", "source", "ref_area", "dataflow", "form", "sheet", "file_name", "sha256"]
    return submitted[columns].drop_duplicates().assign(time_period=str(PERIOD)).reset_index(drop=True)


def _lines(office: Office, catalog: Catalog) -> Iterator[dict[str, object]]:
    """Yield the lines of an office's tables; ``above`` is the line that a line is part of, -1 for none."""
    units = {unit.name: (unit.code, unit.mult) for unit in catalog.units.values()}
    start = 0
    for table in office.tables():
        parts = [list(part) for heading, part in groupby(table.rows, lambda row: row.code == HEADING) if not heading]
        lists = _LISTS.get(table.form, (table.form.lower(),))
        for part, name in zip(parts, lists, strict=False):
            codes = catalog.codelists[name].codes
            places = {row.code: start + at for at, row in enumerate(part)}
            above = parents([codes[row.code] for row in part])
            for row in part:
                unit, mult = units[row.unit]
                yield {
                    "form": table.form,
                    "indicator": _CODES.get(table.form, "{}").format(row.code),
                    "label": row.labels[0],
                    "unit": unit,
                    "unit_mult": mult,
                    "cell": str(9 + start),
                    "above": places.get(above[row.code], -1),
                    "base": row.values.get("est", _BASE),
                    "is_index": "est" not in row.values,
                }
                start += 1


def _economy(lines: pd.DataFrame, count: int) -> Numbers:
    """Return levels by office, line and month (then two estimates and the plan); a line is the sum of those below it.

    Levels are rounded as an office prints them, so that what is added up adds up in print.
    """
    random = np.random.default_rng(_SEED)
    shape = (count, len(lines), len(_MONTHS))
    size = np.exp(random.normal(0, 0.5, (count, 1, 1)) + random.normal(0, 0.3, (count, len(lines), 1)))
    growth = 1 + random.normal(0.006, 0.003, (count, len(lines), 1)) * np.arange(len(_MONTHS))
    actual = lines["base"].to_numpy()[None, :, None] * size * growth * np.exp(random.normal(0, 0.03, shape))
    expected = actual[:, :, -2:] * np.exp(random.normal(0, 0.004, (count, len(lines), 2)))
    plan = actual[:, :, :_JANUARY].sum(axis=2, keepdims=True) * 1.08
    step = 10.0 ** np.floor(np.log10(plan) - 2)
    levels = np.concatenate([actual.round(2), expected.round(2), np.rint(plan / step) * step], axis=2)
    above = lines["above"].to_numpy()
    levels[:, above[above >= 0]] = 0.0
    for line in reversed(np.flatnonzero(above >= 0)):
        levels[:, above[line]] += levels[:, line]
    return levels.round(2)


def _report(levels: Numbers, period: Period, estimate: int) -> Iterator[Column]:
    """Yield the columns of the report of ``period``."""
    last = _MONTHS.index(str(period))
    before, ago = levels[:, :, last - 1], levels[:, :, last - 12]
    level, plan = levels[:, :, estimate], levels[:, :, _PLAN]
    ytd = (levels[:, :, _JANUARY:last].sum(axis=2) + level).round(2)
    values = {"plan": plan, "act_prev": before, "est": level, "ytd": ytd, "plan_pct": ytd / plan}
    growth = {"mom": level / before, "yoy": level / ago, "ytd_yoy": ytd / levels[:, :, : last - 11].sum(axis=2)}
    tables = {False: values | growth, True: growth | {"prev_yoy": before / levels[:, :, last - 13]}}
    for is_index, columns in tables.items():
        for name, numbers in columns.items():
            letter, measure, months, status = _COLUMNS[name]
            when = str(period.year) if months is None else str(period.shift(months))
            told = numbers if measure in {"plan", "month", "ytd"} else (100 * numbers).round(2)
            yield Column(told, is_index, letter, measure, when, status, period)


def _official(levels: Numbers) -> Iterator[Column]:
    """Yield the levels of the months before March: a month as the next report tells it, its cumulative as its own."""
    first = _MONTHS.index(str(PERIOD.shift(-13)))
    for at in range(first, _MONTHS.index(str(PERIOD.shift(-1)))):
        when = Period.parse(_MONTHS[at])
        year = at // 12 * 12
        if str(when.shift(1)) != str(PERIOD.previous):
            yield Column(levels[:, :, at], False, "E", "month", str(when), "A", when.shift(1))
        ytd = levels[:, :, year : at + 1].sum(axis=2).round(2)
        yield Column(ytd, False, "G", "ytd", str(when), "A", when)


def _cells(lines: pd.DataFrame, areas: list[str], column: Column) -> pd.DataFrame:
    """Return a column as observations."""
    mine, report = lines[lines["is_index"] == column.is_index], column.report
    offices_of, lines_of = np.repeat(np.arange(len(areas)), len(mine)), np.tile(np.arange(len(mine)), len(areas))
    level = column.measure in {"month", "ytd", "plan"}
    of_office = {"source": "SCT_{}", "ref_area": "{}", "file_name": "SCT_{}.xlsx"}
    of_office |= dict.fromkeys(("submission_id", "sha256"), f"SCT_{{}}-{report}")
    of_line = {"indicator": mine["indicator"], "label": mine["label"], "sheet": mine["form"]}
    of_line |= {"dataflow": mine["form"].str.split("_").str[0], "form": mine["form"] + ".M"}
    of_line |= {"cell": column.letter + mine["cell"], "unit": mine["unit"] if level else ["PCT"] * len(mine)}
    same = {"time_period": column.when, "measure": column.measure, "obs_status": column.status, "vintage": str(report)}
    same |= {"received_at": f"{report}-21T02:00:00Z"} | dict.fromkeys(_EMPTY, "")
    words = {name: ([text.format(area) for area in areas], offices_of) for name, text in of_office.items()}
    words |= {name: (list(names), lines_of) for name, names in of_line.items()}
    words |= {name: ([text], np.zeros(len(lines_of), dtype=np.intp)) for name, text in same.items()}
    texts = {name: pd.array(names, dtype="str").take(places) for name, (names, places) in words.items()}
    power = mine["unit_mult"].to_numpy()[lines_of] * level
    numbers = {"value": column.values[:, mine.index].ravel(), "unit_mult": power}
    return pd.DataFrame(texts | numbers | {"conflict": False, "simulated": True})
