"""The checks over a month with thirteen months of history, and over millions of figures, beside two libraries."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import simulated
from benchmarks.machine import peak_memory_mib
from benchmarks.peer_environment import NotMeasuredError, Peers, peers
from benchmarks.timing import Way, interleave, table
from ctdp_etl.catalog import Catalog
from ctdp_etl.checks import CHECKS, CheckInput, run_checks

ARITHMETIC = ("A01", "A03", "A08", "A12")
_PLANTED = 10
_LINE = ["source", "sheet", "indicator"]
_SENT = [*_LINE, "time_period", "measure", "value", "vintage"]
_LIBRARIES = ("Pandera", "Great Expectations")
_ALL, _SUBSET = "**ctdp_etl**: all {} rules, each finding at its cell", "**ctdp_etl**: the same arithmetic alone"
Lines = set[tuple[str, ...]]


class Month:
    """Observations with mistakes planted, and what the ways that judge them have told."""

    def __init__(self, catalog: Catalog, offices: int, rows: int) -> None:
        self.catalog = catalog
        self.submitted, self.previous = simulated.month(catalog, count=offices, rows=rows)
        self.planted = _plant(self.submitted)
        self.forms = simulated.tables(self.submitted)
        self.told: dict[str, Lines] = {}
        self.findings = 0

    @property
    def size(self) -> int:
        """The number of observations, history included."""
        return len(self.submitted) + len(self.previous)

    def inputs(self) -> CheckInput:
        """Return what a run of the checks sees, nothing of it worked out yet."""
        return CheckInput(str(simulated.PERIOD), self.submitted, self.previous, self.forms, self.catalog)

    def all_rules(self) -> None:
        """Run every check."""
        self.findings = len(run_checks(self.inputs()))

    def arithmetic(self) -> None:
        """Run the checks that the libraries are asked for."""
        inputs = self.inputs()
        breaks = [one for code in ARITHMETIC for one in CHECKS[code].function(inputs)]
        self.told["ctdp_etl"] = {(one.at["source"], one.at["sheet"], one.at["indicator"]) for one in breaks}

    def found(self, name: str) -> str:
        """Return how many of the lines with a planted mistake were told, and how many others."""
        told = self.told.get(name, set())
        return f"{name} {len(told & self.planted)} (and {len(told - self.planted)} others)"


def measure(
    folder: Path, catalog: Catalog, rounds: int, *, provinces: int, rows: int, most: int, with_peers: bool
) -> list[str]:
    """Return the lines of the section on checks; ``most`` is the number of observations of the larger run, or 0."""
    with ExitStack() as stack:
        started, beside = None, "left out on request"
        try:
            started = stack.enter_context(peers()) if with_peers else None
            beside = ", ".join(f"{name} {number}" for name, number in started.versions.items()) if started else beside
        except NotMeasuredError as error:
            beside = str(error)
        month = Month(catalog, provinces, rows)
        lines = [f"### A month of {provinces} offices with 13 months of history, {month.size:,} observations", ""]
        lines += _beside(folder / "month", month, rounds, started)
        offices = -(-most * provinces // month.size)
        if offices > provinces:
            large = Month(catalog, offices, rows)
            lines += ["", f"### {offices:,} offices with the same history, {large.size:,} observations", ""]
            lines += _beside(folder / "many", large, 1, started)
            held = f"Most memory held: {peak_memory_mib() / 1024:.1f} GiB"
            lines += ["", f"{held}, with what was simulated and the libraries' process."]
        return [*lines, "", f"Beside: {beside}." if started else f"The libraries were not measured: {beside}."]


def _beside(folder: Path, month: Month, rounds: int, started: Peers | None) -> list[str]:
    try:
        return _compared(folder, month, rounds, started)
    except NotMeasuredError as error:
        return [*_compared(folder, month, rounds, None), "", f"The libraries gave up: {error}."]


def _compared(folder: Path, month: Month, rounds: int, started: Peers | None) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    ways = [Way(_SUBSET, month.arithmetic), Way(_ALL.format(len(CHECKS)), month.all_rules)]
    names = ["ctdp_etl"]
    if started is not None:
        paths = {name: folder / f"{name}.parquet" for name in ("submitted", "previous")}
        for name, path in paths.items():
            getattr(month, name)[_SENT].to_parquet(path)
        sent = {name: str(path) for name, path in paths.items()}
        ways += [_asked(started, name, sent, month) for name in _LIBRARIES]
        names += _LIBRARIES
    interleave(ways, rounds)
    told = f"Of {len(month.planted)} lines with a planted mistake told: {', '.join(map(month.found, names))}."
    return [*table(ways, month.size, "observations"), "", f"{told} All rules: {month.findings} findings."]


def _asked(started: Peers, name: str, sent: dict[str, str], month: Month) -> Way:
    def ask(_: object) -> None:
        answer = started.ask(way=name, **sent)
        month.told[name] = {tuple(line) for line in answer["told"]}

    return Way(name, ask, prepare=partial(started.ask, way="load", **sent))


def _plant(submitted: pd.DataFrame) -> Lines:
    """Spoil a cumulative, a growth, a share of the plan and a total in ten offices or fewer; return the lines."""
    random = np.random.default_rng(4)
    spoiled: Lines = set()
    now = submitted["time_period"] == str(simulated.PERIOD)
    for sheet, measure_name, factor in (
        ("PRODUCTS", "ytd", 1.1),
        ("ELECTRICITY", "mom", 1.07),
        ("ELECTRICITY", "plan_pct", 1.13),
        ("RETAIL", "month", 1.21),
    ):
        mine = now & (submitted["sheet"] == sheet) & (submitted["measure"] == measure_name)
        if sheet == "RETAIL":
            mine &= submitted["indicator"] == "TOTAL"
        places = np.flatnonzero(mine.to_numpy())
        chosen = random.choice(places, min(_PLANTED, len(places)), replace=False)
        submitted.loc[chosen, "value"] = (submitted.loc[chosen, "value"] * factor).round(2)
        spoiled |= {tuple(row) for row in submitted.loc[chosen, _LINE].itertuples(index=False)}
    return spoiled
