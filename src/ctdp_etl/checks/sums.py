"""Where totals and their parts stand: the additive identities of the forms, over a whole frame at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.catalog import Additive, Catalog
from ctdp_etl.checks.figures import Numbers

Places = npt.NDArray[np.intp]
_EQUAL = ["submission_id", "source", "ref_area", "item", "time_period", "measure", "unit"]


@dataclass(frozen=True)
class Sums:
    """``totals`` are positions in the figures; ``parts`` are those of every part, each with its total's ``number``."""

    totals: Places
    parts: Places
    number: Places

    def added(self, values: Numbers) -> Numbers:
        """Return for each total the sum of ``values`` over its parts."""
        return np.bincount(self.number, values[self.parts], minlength=len(self.totals)).astype(float)

    def without(self, places: Places) -> Sums:
        """Return the identities of which no member is one of ``places``; the others keep their order."""
        hit = np.isin(self.totals, places)
        hit[self.number[np.isin(self.parts, places)]] = True
        kept = ~hit[self.number]
        return Sums(self.totals[~hit], self.parts[kept], (np.cumsum(~hit) - 1)[self.number[kept]])

    def members_of(self, number: int) -> Places:
        """Return the position of a total, then those of its parts."""
        return np.concatenate([self.totals[[number]], self.parts_of(number)])

    def parts_of(self, number: int) -> Places:
        """Return the positions of the parts of a total, in the order of the figures."""
        return np.sort(self.parts[self.number == number])


def find_sums(figures: pd.DataFrame, catalog: Catalog, measures: frozenset[str]) -> Sums:
    """Return the identities of ``figures`` (prepared) of which the total and all parts stand.

    A part and its total are alike in all else: the rest of a composed code, submission, area, period, measure, unit.
    """
    measured = figures.loc[figures["measure"].isin(measures), ["dataflow", "indicator", *_EQUAL]]
    found = [
        sums
        for dataflow, mine in measured.groupby("dataflow", sort=True)
        if (flow := catalog.dataflows.get(str(dataflow))) is not None
        for additive in flow.additive
        for sums in _sums(mine, additive)
    ]
    before = np.cumsum([0, *(len(sums.totals) for sums in found)])
    nothing = np.empty(0, dtype=np.intp)
    return Sums(
        np.concatenate([nothing, *(sums.totals for sums in found)]),
        np.concatenate([nothing, *(sums.parts for sums in found)]),
        np.concatenate([nothing, *(sums.number + first for sums, first in zip(found, before, strict=False))]),
    )


def _sums(figures: pd.DataFrame, additive: Additive) -> Iterator[Sums]:
    members = _members(figures["indicator"].unique(), additive)
    if members.empty:
        return
    kept = figures[figures["indicator"].isin(members.index)].join(members, on="indicator")
    group = kept.groupby([*_EQUAL, "rest"], sort=False, dropna=False).ngroup().to_numpy()
    rows = pd.DataFrame({"group": group, "member": kept["member"].to_numpy(), "place": kept.index.to_numpy()})
    rows = rows.drop_duplicates(["group", "member"])
    is_total = rows["member"] == additive.total
    counted = rows["group"].map(rows.loc[~is_total, "group"].value_counts())
    totals = rows[is_total & (counted == len(additive.parts))]
    numbers = pd.Series(np.arange(len(totals)), index=totals["group"].to_numpy())
    parts = rows[~is_total & rows["group"].isin(totals["group"])]
    yield Sums(
        totals["place"].to_numpy(dtype=np.intp),
        parts["place"].to_numpy(dtype=np.intp),
        parts["group"].map(numbers).to_numpy(dtype=np.intp),
    )


def _members(indicators: npt.ArrayLike, additive: Additive) -> pd.DataFrame:
    """Return which indicators are a total or a part of the identity (``member``), and the ``rest`` of their codes.

    An empty total means the indicator without the part: COAL is the total of COAL.STATE and COAL.FDI. A rest that
    lacks a member makes no identity.
    """
    names = {additive.total, *additive.parts}
    rows = []
    for indicator in map(str, np.asarray(indicators)):
        words = indicator.split(".")
        inside = [word for word in words if word in names]
        if len(inside) == 1 or (not inside and additive.total == ""):
            rest = ".".join(word for word in words if word not in inside)
            rows.append((indicator, inside[0] if inside else "", rest))
    members = pd.DataFrame(rows, columns=["indicator", "member", "rest"]).set_index("indicator")
    whole = members.groupby("rest")["member"].nunique()
    return members[members["rest"].isin(whole.index[whole == len(names)])]
