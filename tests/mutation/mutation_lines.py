"""A clean month as lines: where the numbers of a row stand, what was known of it, what is spoiled once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks import CheckInput
from ctdp_etl.period import Period

Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

SUBMITTED = {
    "last_month": ("month", -1),
    "month": ("month", 0),
    "ytd": ("ytd", 0),
    "mom": ("mom", 0),
    "yoy": ("yoy", 0),
    "last_yoy": ("yoy", -1),
    "ytd_yoy": ("ytd_yoy", 0),
    "share": ("share", 0),
    "plan_pct": ("plan_pct", 0),
    "plan": ("plan", None),
}
SECTIONS = frozenset({"B", "C", "D", "E"})
KNOWN = {"known_month": ("month", -1), "known_ytd": ("ytd", -1), "known_ytd_yoy": ("ytd_yoy", -1)}
_SERIES = ["source", "dataflow", "ref_area", "indicator", "item"]
_INDEXED = frozenset({"IIP", "LABOUR"})


class Lines:
    """The rows of a month's submissions, one line each, in the order of the file."""

    def __init__(self, clean: CheckInput) -> None:
        self.clean = clean
        self.month = Period.parse(clean.period)
        self.frame = clean.submitted
        self._values = self.frame["value"].to_numpy(dtype=float)
        keys = ["submission_id", "form", *_SERIES]
        lines = self.frame.drop_duplicates(keys)
        self.table = lines[keys].reset_index(drop=True)
        number = self.frame.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
        self._places = {role: self._where(number, *SUBMITTED[role]) for role in SUBMITTED}
        self._history = {role: self._before(*KNOWN[role]) for role in KNOWN}

    def __len__(self) -> int:
        return len(self.table)

    def places(self, role: str) -> Places:
        """Return for each line the position of the role's observation in the frame, -1 where there is none."""
        return self._places[role]

    def value(self, role: str) -> Numbers:
        """Return for each line the role's number as reported, or as it was known; NaN where there is none."""
        if role in KNOWN:
            return self._history[role]
        places = self._places[role]
        return np.where(places >= 0, self._values[np.maximum(places, 0)], np.nan)

    def has(self, *roles: str) -> Marks:
        """Return the lines in which every one of the roles stands with a number that is not nought."""
        return np.logical_and.reduce([np.nan_to_num(self.value(role)) != 0 for role in roles])

    def flow(self, *names: str) -> Marks:
        """Return the lines of the dataflows."""
        return self.table["dataflow"].isin(names).to_numpy(dtype=bool)

    @cached_property
    def blocks(self) -> npt.NDArray[np.object_]:
        """The name of what a line stands in an identity with: the whole table for totals and parts, else itself."""
        bound = self.totals | self.parts
        bound |= (
            self.table["dataflow"].isin(_INDEXED).to_numpy()
            & self.table["indicator"].isin({"TOTAL", *SECTIONS}).to_numpy()
        )
        table = self.table["submission_id"] + self.table["form"]
        return np.where(bound, table, table + self.table["indicator"])

    @cached_property
    def totals(self) -> Marks:
        """The lines that are the total of parts which all stand."""
        return self._members[0]

    @cached_property
    def parts(self) -> Marks:
        """The lines that are a part of such a total."""
        return self._members[1]

    @cached_property
    def _members(self) -> tuple[Marks, Marks]:
        totals, parts = np.zeros(len(self), dtype=bool), np.zeros(len(self), dtype=bool)
        for _, lines in self.table.groupby(["submission_id", "form"], sort=False):
            told = dict(zip(lines["indicator"], lines.index, strict=True))
            for total, members in _sums(self.clean.catalog, str(lines["dataflow"].iloc[0]), told):
                totals[told[total]] = True
                parts[[told[part] for part in members]] = True
        return totals, parts

    def _where(self, number: Places, measure: str, shift: int | None) -> Places:
        when = str(self.month.year) if shift is None else str(self.month.shift(shift))
        rows = np.flatnonzero((self.frame["measure"] == measure) & (self.frame["time_period"] == when))
        places = np.full(len(self.table), -1, dtype=np.int64)
        places[number[rows[::-1]]] = rows[::-1]
        return places

    def _before(self, measure: str, shift: int) -> Numbers:
        known, when = self.clean.previous, self.month.shift(shift)
        if when.year != self.month.year and measure != "month":
            return np.full(len(self.table), np.nan)
        rows = known[(known["measure"] == measure) & (known["time_period"] == str(when))]
        value = rows.set_index(_SERIES)["value"]
        wanted = pd.MultiIndex.from_frame(self.table[_SERIES])
        return value[~value.index.duplicated()].reindex(wanted).to_numpy(dtype=float)


def _sums(catalog: Catalog, dataflow: str, told: Iterable[str]) -> Iterable[tuple[str, list[str]]]:
    """Yield the totals and their parts among the indicators told, also inside composed codes."""
    here = set(told)
    for additive in catalog.dataflows[dataflow].additive:
        for indicator in here:
            words = indicator.split(".")
            if additive.total in words:
                at = words.index(additive.total)
                parts = [".".join([*words[:at], part, *words[at + 1 :]]) for part in additive.parts]
                if here.issuperset(parts):
                    yield indicator, parts
