"""Facts: the current observations of the dataflows that are printed, one source for each dataflow and area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from ctdp_etl.catalog import NATIONAL, Catalog

Doubt = Callable[[pd.DataFrame], list[bool]]
"""Tells of each row of a frame whether an open error speaks of it."""


class Fact(NamedTuple):
    """One stored number with the cell it came from; ``questioned`` where an open error speaks of it."""

    source: str
    dataflow: str
    ref_area: str
    indicator: str
    label: str
    time_period: str
    measure: str
    obs_status: str
    value: float
    unit: str
    unit_mult: int
    sheet: str
    cell: str
    raw: str
    sha256: str
    file_name: str
    vintage: str
    received_at: str
    simulated: bool
    questioned: bool

    @property
    def key(self) -> str:
        """What the number is about, as a text that stays the same from run to run."""
        return ".".join((self.source, self.dataflow, self.ref_area, self.indicator, self.time_period, self.measure))


_COLUMNS = [name for name in Fact._fields if name != "questioned"]
FactKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts by (dataflow, ref_area, indicator, time_period, measure)."""

    by_key: Mapping[FactKey, Fact]
    _by_table: Mapping[tuple[str, str, str], tuple[Fact, ...]] = field(repr=False)

    def get(self, dataflow: str, area: str, indicator: str, period: str, measure: str) -> Fact | None:
        """Return the fact with this key, or None."""
        return self.by_key.get((dataflow, area, indicator, period, measure))

    def across(self, dataflow: str, period: str, measure: str) -> tuple[Fact, ...]:
        """Return every area's and indicator's fact of one dataflow, period and measure."""
        return self._by_table.get((dataflow, period, measure), ())

    def national(self, dataflow: str, period: str) -> bool:
        """Tell whether the whole country has a figure of the dataflow in the period."""
        return any(
            fact.ref_area == NATIONAL
            for (flow, when, _), facts in self._by_table.items()
            if (flow, when) == (dataflow, period)
            for fact in facts
        )


def facts_from(frame: pd.DataFrame, period: str, catalog: Catalog, doubt: Doubt) -> Facts:
    """Return the facts of ``frame``; where two sources report alike, those of the one that the dataflow names first."""
    usable = frame[frame["value"].notna() & (frame["item"] == "") & frame["dataflow"].isin(list(catalog.dataflows))]
    usable = usable[~usable["conflict"].astype(bool)]
    columns = [usable[name].tolist() for name in _COLUMNS]
    everything = [Fact._make(row) for row in zip(*columns, doubt(usable), strict=True)]
    printed = _printed_source(everything, period, catalog)
    chosen = [fact for fact in everything if printed[fact.dataflow, fact.ref_area] == fact.source]
    chosen.sort(key=lambda fact: fact.key)
    by_key: dict[FactKey, Fact] = {}
    by_table: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in chosen:
        by_key[fact.dataflow, fact.ref_area, fact.indicator, fact.time_period, fact.measure] = fact
        by_table.setdefault((fact.dataflow, fact.time_period, fact.measure), []).append(fact)
    return Facts(by_key, {key: tuple(group) for key, group in by_table.items()})


def _printed_source(facts: Iterable[Fact], period: str, catalog: Catalog) -> dict[tuple[str, str], str]:
    """Return the source to print for each dataflow and area: one that speaks of the period before one that does not."""
    rank: dict[tuple[str, str], tuple[bool, bool, str]] = {}
    for fact in facts:
        place = (fact.dataflow, fact.ref_area)
        first = catalog.dataflows[fact.dataflow].first_source
        mine = (fact.time_period != period, fact.source.split("_")[0] != first, fact.source)
        rank[place] = min(rank.get(place, mine), mine)
    return {place: source for place, (_, _, source) in rank.items()}
