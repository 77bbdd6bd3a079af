"""Where the numbers of each line stand: the roles in the submission and in its history."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import LEVELS
from ctdp_etl.checks.rows import HISTORY_MONTHS, JANUARY, KNOWN, SUBMITTED, THIS_YEARS, Places, Rows
from ctdp_etl.period import Period

_PAST = ("month", "ytd")
_LINE = ["submission_id", "series", "dataflow", "form"]


def arrange(period: Period, figures: pd.DataFrame, history: pd.DataFrame) -> Rows:
    """Return the lines of every series that ``figures`` (prepared) reports for ``period``.

    ``at`` is the first figure of a line for the period.
    """
    due = figures.loc[(figures["time_period"] == str(period)).to_numpy(dtype=bool), _LINE]
    lines = due.drop_duplicates(["submission_id", "series"]).rename_axis(index="at").reset_index()
    own_keys, series = _own_keys(figures), lines["series"].to_numpy()
    own = _Finder(figures, own_keys, own_keys[lines["at"]])
    known = _Finder(history, history["series"].to_numpy(), series)
    places = lines.copy()
    for role, (measure, months) in SUBMITTED.items():
        told = str(period.year) if measure == "plan" else str(period.shift(months))
        places[role] = -1 if _ended(role, months, period) else own.places(measure, told)
    unlike = _Unlike(figures, history, places["month"].where(places["month"] >= 0, places["ytd"]).to_numpy())
    for role, (measure, months) in KNOWN.items():
        ended = _ended(role, months, period)
        found = np.full(len(places), -1) if ended else _known(known, measure, period.shift(months))
        places[role] = unlike.left_out(found) if measure in LEVELS else found
    past = {measure: _past(known, measure, period, unlike) for measure in _PAST}
    return Rows(period, figures, history, places, past)


def _own_keys(figures: pd.DataFrame) -> Places:
    """Return the number of the submission and series of each figure."""
    count = figures["series"].max() + 1 if len(figures) else 0
    keys = figures["submission_id"].cat.codes.to_numpy(dtype=np.int64) * count + figures["series"].to_numpy()
    return np.asarray(pd.factorize(keys)[0], dtype=np.int64)


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
        self._rows = frame.groupby(["measure", "time_period"], sort=False, observed=True).indices

    def places(self, measure: str, when: str) -> Places:
        """Return the position in the frame for each line, -1 where there is none."""
        rows = self._rows.get((measure, when), np.empty(0, dtype=np.intp))
        first = np.full(self._count, -1, dtype=np.int64)
        first[self._keys[rows[::-1]]] = rows[::-1]
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
    codes = frame["unit"].cat.codes.to_numpy(dtype=np.int64)
    return np.where(frame["unit"] == "", -1, codes)
