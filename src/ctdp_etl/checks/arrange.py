"""Where the numbers of each line stand: the roles in the submission and in its history."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import LEVELS
from ctdp_etl.checks.rows import HISTORY_MONTHS, JANUARY, KNOWN, SUBMITTED, THIS_YEARS, Places, Rows
from ctdp_etl.period import Period

_PAST = ("month", "ytd")


def arrange(period: Period, figures: pd.DataFrame, history: pd.DataFrame) -> Rows:
    """Return the lines of every series that ``figures`` (prepared) reports for ``period``."""
    due = figures[["submission_id", "series", "dataflow", "form"]][(figures["time_period"] == str(period)).to_numpy()]
    lines = due.drop_duplicates(["submission_id", "series"], ignore_index=True)
    own = _Finder(figures, ["submission_id", "series"], lines)
    known = _Finder(history, ["series"], lines)
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
    """Finds for each line the first row of a frame with a measure and a period; ``key`` is what both have."""

    def __init__(self, frame: pd.DataFrame, key: list[str], lines: pd.DataFrame) -> None:
        both = pd.concat([lines[key], frame[key]], ignore_index=True)
        codes = both.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
        self._wanted, self._keys, self._count = codes[: len(lines)], codes[len(lines) :], int(codes.max(initial=-1)) + 1
        self._rows = frame.groupby(["measure", "time_period"], sort=False).indices

    def places(self, measure: str, when: str) -> Places:
        """Return the position in the frame for each line, -1 where there is none."""
        rows = self._rows.get((measure, when), np.empty(0, dtype=np.intp))
        first = np.full(self._count, -1, dtype=np.int64)
        first[self._keys[rows[::-1]]] = rows[::-1]
        return first[self._wanted]


class _Unlike:
    """Leaves out history in another unit: a change from tonnes to pieces is a finding of its own."""

    def __init__(self, figures: pd.DataFrame, history: pd.DataFrame, levels: Places) -> None:
        units = pd.concat([figures["unit"], history["unit"]], ignore_index=True)
        codes = pd.factorize(units.where(units != "", None))[0]
        own, self._known = codes[: len(figures)], codes[len(figures) :]
        self._own = np.where(levels >= 0, own[np.maximum(levels, 0)], -1) if len(own) else levels

    def left_out(self, places: Places) -> Places:
        """Return the positions in the history, -1 for those in another unit than the line."""
        if not len(self._known):
            return places
        known = np.where(places >= 0, self._known[np.maximum(places, 0)], -1)
        return np.where((known != self._own) & (known >= 0) & (self._own >= 0), -1, places)
