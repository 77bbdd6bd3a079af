"""Whom to phone first: suspected errors by their influence on the country's total (selective editing).

The score is that of Latouche and Berthelot (1992), suspected error times weight over the total, times a suspicion as
in Statistics Sweden's SELEKT; every area reports in full, so the weight is one. Who has to be phoned is decided as in
SeleMix's sel.edit: down the list until no total is in doubt by more than ``RESIDUAL``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.checks.figures import LEVELS, Numbers
from ctdp_etl.model import Severity

RESIDUAL = 0.01
"""The doubt about a total that may stay, as a share of it: the default of sel.edit."""
SUSPICION = {str(Severity.ERROR): 1.0, str(Severity.WARNING): 0.5, str(Severity.NOTICE): 0.1}
"""How much a finding is suspected: it orders the calls, and is no estimate of a probability."""
LOCALISED = "L01"

_SERIES = ["source", "dataflow", "ref_area", "indicator"]
_FIGURE = [*_SERIES, "time_period", "measure"]
_TOTAL = ["dataflow", "indicator", "time_period", "measure", "unit"]
_PLACE = ["sha256", "sheet", "cell"]
_BEHIND = {"mom": "month", "yoy": "month", "ytd_yoy": "ytd", "plan_pct": "ytd"}


def call_list(findings: pd.DataFrame, current: pd.DataFrame) -> pd.DataFrame:
    """Return one line for each series with a finding whose influence is known, the most influential first.

    ``findings`` are open ones, with id, code, severity, the columns of ``Finding`` and ``cells`` (their sheet and
    cell); ``current`` are the current figures of the period and of those before that it restates. The columns are
    those of ``findings`` with ``influence`` (the suspected error over the country's total), ``score`` (times the
    suspicion), ``remaining`` (the share of all scores left after this call and those above) and ``first`` (whether to
    phone before the totals are used).
    """
    told = findings[findings["expected"].notna() & findings["observed"].notna()].reset_index(drop=True)
    scored = _scored(_once(told).reset_index(drop=True), current)
    ranked = scored.sort_values(["score", "id"], ascending=[False, True], kind="stable")
    lines = ranked.drop_duplicates(_SERIES).reset_index(drop=True)
    total = float(lines["score"].sum())
    remaining = 1 - lines["score"].cumsum() / total if total else 0.0
    return lines.assign(remaining=np.clip(remaining, 0.0, 1.0), first=_first(lines)).drop(columns=["total"])


def _once(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings without those that only echo a located cell, whose severity the located one takes over."""
    located = findings[findings["code"] == LOCALISED]
    if located.empty:
        return findings
    cells = _cells(findings)
    suspects = located[[*_PLACE]].assign(suspect=located.index)
    echoes = cells.merge(suspects, on=_PLACE)
    echoes = echoes[echoes["finding"] != echoes["suspect"]]
    gravity = findings["severity"].map(SUSPICION)
    taken = gravity.loc[echoes["finding"]].groupby(echoes["suspect"].to_numpy()).max()
    names = {value: name for name, value in SUSPICION.items()}
    graver = taken[taken > gravity.loc[taken.index]].map(names)
    severity = findings["severity"].copy()
    severity.loc[graver.index] = graver
    kept = ~findings.index.isin(echoes["finding"]) | (findings["code"] == LOCALISED)
    return findings.assign(severity=severity)[kept]


def _cells(findings: pd.DataFrame) -> pd.DataFrame:
    """Return every cell that a finding stands at or names."""
    own = findings[_PLACE].assign(finding=findings.index)
    named = findings["cells"].explode().dropna()
    others = pd.DataFrame(named.tolist(), columns=_PLACE).assign(finding=named.index.to_numpy())
    return pd.concat([own, others], ignore_index=True)


def _scored(findings: pd.DataFrame, current: pd.DataFrame) -> pd.DataFrame:
    """Return the findings whose influence is known, with the total that they are measured by."""
    figures = current[current["item"].fillna("") == ""]
    figures = figures.assign(x=figures["value"] * 10.0 ** figures["unit_mult"].fillna(0).astype(float))
    right = findings[findings["measure"].isin(LEVELS)].drop_duplicates(_FIGURE)
    figures = figures.merge(right[[*_FIGURE, "expected"]], on=_FIGURE, how="left")
    due = figures["expected"] * 10.0 ** figures["unit_mult"].fillna(0).astype(float)
    figures = figures.assign(x=due.fillna(figures["x"])).drop(columns="expected")
    level = findings["measure"].map(_BEHIND).fillna(findings["measure"])
    behind = findings.assign(measure=level)[_FIGURE].merge(
        figures.drop_duplicates(_FIGURE)[[*_FIGURE, "x", "unit", "unit_mult"]], on=_FIGURE, how="left"
    )
    totals = behind.assign(measure=level).merge(_totals(figures), on=_TOTAL, how="left")["total"]
    error = pd.Series(_error(findings, behind))
    scored = findings.assign(influence=(error / totals.abs()).to_numpy(), total=totals.to_numpy())
    suspicion = scored["severity"].map(SUSPICION).astype(float)
    scored = scored.assign(score=scored["influence"].astype(float) * suspicion)
    known: pd.DataFrame = scored.loc[np.isfinite(scored["influence"].to_numpy(dtype=float))]
    return known


def _error(findings: pd.DataFrame, behind: pd.DataFrame) -> Numbers:
    """Return the suspected error of a level, or of the level behind a growth, in base units."""
    observed, expected = (findings[name].to_numpy(dtype=float) for name in ("observed", "expected"))
    gap = np.abs(observed - expected)
    power = 10.0 ** behind["unit_mult"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_growth = gap / np.abs(expected) * np.abs(behind["x"].to_numpy(dtype=float))
    is_level = findings["measure"].isin(LEVELS).to_numpy(dtype=bool)
    is_growth = findings["measure"].isin(list(_BEHIND)).to_numpy(dtype=bool)
    return np.where(is_level, gap * power, np.where(is_growth, of_growth, np.nan))


def _totals(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the country's total of every indicator: its own figure, else the sum over the areas, one source each."""
    areas = figures.sort_values("source", kind="stable").drop_duplicates([*_TOTAL, "ref_area"])
    whole = areas[areas["ref_area"] == NATIONAL].groupby(_TOTAL)["x"].first()
    summed = areas[areas["ref_area"] != NATIONAL].groupby(_TOTAL)["x"].sum()
    return whole.combine_first(summed).rename("total").reset_index()


def _first(lines: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the lines from the top down to the last without which a total stays in doubt by more than allowed."""
    upward = lines.iloc[::-1]
    left = upward.groupby(["dataflow", "indicator"], sort=False)["score"].cumsum()
    needed = (left > RESIDUAL).iloc[::-1].to_numpy()
    last = int(np.flatnonzero(needed).max(initial=-1))
    return np.arange(len(lines)) <= last
