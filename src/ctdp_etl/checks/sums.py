"""Where totals and their parts stand: the additive identities of the forms, over a whole frame at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Additive, Catalog
from ctdp_etl.checks.figures import Codes, Numbers, Places, among, codes, firsts, numbered

Member = tuple[int, str]
"""The number of a part, 0 for the total, and the rest of the composed code."""

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
    places = np.flatnonzero(among(figures, "measure", measures))
    alike, indicators = numbered(figures, _EQUAL, places), codes(figures, "indicator")[places]
    names, flows = list(figures["indicator"].cat.categories), codes(figures, "dataflow")[places]
    found = []
    for flow, dataflow in enumerate(figures["dataflow"].cat.categories):
        additives = catalog.dataflows[dataflow].additive if dataflow in catalog.dataflows else ()
        mine = np.flatnonzero(flows == flow) if additives else places[:0]
        told = {code: names[code] for code in np.unique(indicators[mine]).tolist()}
        for additive in additives:
            if members := _members(told, additive):
                found.append(_sums(members, alike[mine], indicators[mine], places[mine]))
    before = np.cumsum([0, *(len(sums.totals) for sums in found)])
    nothing = np.empty(0, dtype=np.intp)
    return Sums(
        np.concatenate([nothing, *(sums.totals for sums in found)]),
        np.concatenate([nothing, *(sums.parts for sums in found)]),
        np.concatenate([nothing, *(sums.number + first for sums, first in zip(found, before, strict=False))]),
    )


def _sums(members: Mapping[int, Member], alike: Places, indicators: Codes, places: Places) -> Sums:
    """Return the identities among the figures at ``places``; each has a total and every part once."""
    names = {rest: number for number, (_, rest) in enumerate(members.values())}
    part_of, rest_of = np.zeros((2, max(members) + 1), dtype=np.int64)
    part_of[list(members)] = [part for part, _ in members.values()]
    rest_of[list(members)] = [names[rest] for _, rest in members.values()]
    size, kept = int(part_of.max()) + 1, np.flatnonzero(np.isin(indicators, list(members)))
    parts, rests = part_of[indicators[kept]], rest_of[indicators[kept]]
    group = pd.factorize(alike[kept] * len(members) + rests)[0]
    once = firsts(pd.factorize(group * size + parts)[0])
    group, place, is_total = group[once], places[kept][once], parts[once] == 0
    whole = np.bincount(group[~is_total], minlength=len(group)) == size - 1
    totals = np.flatnonzero(is_total & whole[group])
    number = np.full(len(group), -1)
    number[group[totals]] = np.arange(len(totals))
    is_part = ~is_total & (number[group] >= 0)
    return Sums(place[totals], place[is_part], number[group[is_part]])


def _members(indicators: Mapping[int, str], additive: Additive) -> dict[int, Member]:
    """Return by their codes which ``indicators`` are the total (0) or a part (from 1) and the rest of their names.

    An empty total means the indicator without the part: COAL is the total of COAL.STATE and COAL.FDI. A rest that
    lacks a member makes no identity.
    """
    names = (additive.total, *additive.parts)
    found: dict[int, Member] = {}
    for code, indicator in indicators.items():
        words = indicator.split(".")
        inside = [word for word in words if word in names]
        if len(inside) == 1 or (not inside and additive.total == ""):
            part = names.index(inside[0]) if inside else 0
            found[code] = part, ".".join(word for word in words if word not in inside)
    told = Counter(rest for _, rest in set(found.values()))
    return {code: member for code, member in found.items() if told[member[1]] == len(names)}
