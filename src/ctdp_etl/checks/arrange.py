"""Where the numbers of each line stand: the roles in the submission and in its history."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import LEVELS, Places, Records, among, codes, firsts, numbered
from ctdp_etl.checks.rows import HISTORY_MONTHS, JANUARY, KNOWN, ROLES, SUBMITTED, THIS_YEARS, Rows
from ctdp_etl.period import Period

_PAST = ("month", "ytd")
_KEY = ("submission_id", "series")
_LINE = (*_KEY, "dataflow", "form")


def arrange(period: Period, figures: pd.DataFrame, history: pd.DataFrame) -> Rows:
    """Return the lines of every series that ``figures`` (prepared) reports for ``period``."""
    due = np.flatnonzero(among(figures, "time_period", {str(period)}))
    at = due[firsts(numbered(figures, _KEY, due))]
    lines = pd.DataFrame({"at": at} | {name: figures[name].array[at] for name in _LINE})
    own_keys = numbered(figures, _KEY)
    own = _Finder(figures, own_keys, own_keys[at])
    known = _Finder(history, history["series"].to_numpy(), lines["series"].to_numpy())
    places = np.empty(len(lines), dtype=ROLES)
    for role, (measure, months) in SUBMITTED.items():
        told = str(period.year) if measure == "plan" else str(period.shift(months))
        places[role] = -1 if _ended(role, months, period) else own.places(measure, told)
    unlike = _Unlike(figures, history, np.where(places["month"] >= 0, places["month"], places["ytd"]))
    for role, (measure, months) in KNOWN.items():
        ended = _ended(role, months, period)
        found = np.full(len(places), -1) if ended else _known(known, measure, period.shift(months))
        places[role] = unlike.left_out(found) if measure in LEVELS else found
    past = {measure: _past(known, measure, period, unlike) for measure in _PAST}
    return Rows(period, figures, history, Records(figures), Records(history), lines, places, past)


def _ended(role: str, months: int, period: Period) -> bool:
    return role in THIS_YEARS and period.shift(months).year != period.year


def _known(known: _Finder, measure: str, when: Period) -> Places:
    found = known.places(measure, str(when))
    if when.number == 1 and measure in JANUARY:
        return np.where(found >= 0, found, known.places(JANUARY[measure], str(when)))
    return found


def _past(known: _Finder, measure: str, period: Period, unlike: _Unlike) -> Places:
    months = [period.shift(-back) for back in range(1, HISTORY_MONTHS + 1)]
    return np.column_stack([unlike.left_out(_known(known, measure, month)) for month in months])


class _Finder:
    """Finds for each line the first row of a frame with a measure and a period; ``keys`` are those of its rows."""

    def __init__(self, frame: pd.DataFrame, keys: Places, wanted: Places) -> None:
        self._keys, self._wanted = keys, wanted
        self._count = max(int(keys.max(initial=-1)), int(wanted.max(initial=-1))) + 1
        names = [frame[name].cat.categories for name in ("measure", "time_period")]
        pairs = codes(frame, "measure").astype(np.int64) * len(names[1]) + codes(frame, "time_period")
        self._order = np.argsort(pairs.astype(np.min_scalar_type(len(names[0]) * len(names[1]))), kind="stable")
        self._pairs = {pair: number for number, pair in enumerate(itertools.product(*names))}
        self._ends = np.cumsum(np.bincount(pairs, minlength=len(self._pairs)))

    def places(self, measure: str, when: str) -> Places:
        """Return the position in the frame for each line, -1 where there is none."""
        first = np.full(self._count, -1, dtype=np.int64)
        pair = self._pairs.get((measure, when))
        if pair is not None:
            rows = self._order[self._ends[pair - 1] if pair else 0 : self._ends[pair]][::-1]
            first[self._keys[rows]] = rows
        return first[self._wanted]


class _Unlike:
    """Leaves out history in another unit: a change from tonnes to pieces is a finding of its own."""

    def __init__(self, figures: pd.DataFrame, history: pd.DataFrame, levels: Places) -> None:
        own, self._known = _units(figures), _units(history)
        self._own = np.where(levels >= 0, own[np.maximum(levels, 0)], -1) if len(own) else levels

    def left_out(self, places: Places) -> Places:
        """Return the positions in the history, -1 for those in another unit than the line."""
        if not len(self._known):
            return places
        known = np.where(places >= 0, self._known[np.maximum(places, 0)], -1)
        return np.where((known != self._own) & (known >= 0) & (self._own >= 0), -1, places)


def _units(frame: pd.DataFrame) -> Places:
    """Return the unit of each row as a number, the same in all coded frames; -1 where there is none."""
    return np.where(among(frame, "unit", {""}), -1, codes(frame, "unit").astype(np.int64))
