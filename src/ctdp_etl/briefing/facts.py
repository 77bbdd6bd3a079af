"""Facts: the current observations of the dataflows that are printed, one source for each dataflow and area."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from ctdp_etl.catalog import HOLD, Catalog
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Decision

Doubt = Callable[[pd.DataFrame], list[bool]]
"""Tells of each row of a frame whether an open error speaks of it."""
Ruling = Callable[[pd.DataFrame], list[tuple[Decision, ...]]]
"""Tells of each row of a frame what was decided about it."""


class Fact(NamedTuple):
    """One stored number with the cell it came from; ``questioned`` where an open error speaks of it.

    ``decisions`` are those that hold about it: ``value`` is the corrected one where one of them is a correction.
    """

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
    decisions: tuple[Decision, ...]

    @property
    def key(self) -> str:
        """What the number is about, as a text that stays the same from run to run."""
        return ".".join((self.source, self.dataflow, self.ref_area, self.indicator, self.time_period, self.measure))


_COLUMNS = [name for name in Fact._fields if name not in ("questioned", "decisions")]
_ORDER = ["source", "dataflow", "ref_area", "indicator", "time_period", "measure"]
_KEY = ("dataflow", "ref_area", "indicator", "time_period", "measure")
_TABLE = ("dataflow", "time_period", "measure")
_VALUE, _SOURCE = (Fact._fields.index(name) for name in ("value", "source"))
_MOST = 1e18
"""No figure of the country is as large in any unit; what is, infinity too, is no number."""
FactKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts by (dataflow, ref_area, indicator, time_period, measure); each is made when it is asked for.

    ``held`` are the dataflows of which numbers under an open error were held out.
    """

    _rows: Sequence[tuple[Any, ...]] = field(repr=False)
    _by_key: Mapping[FactKey, int] = field(repr=False)
    _by_table: Mapping[tuple[str, str, str], Sequence[int]] = field(repr=False)
    held: tuple[str, ...] = ()
    _made: dict[int, Fact] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[FactKey]:
        return iter(self._by_key)

    def get(self, dataflow: str, area: str, indicator: str, period: str, measure: str) -> Fact | None:
        """Return the fact with this key, or None."""
        row = self._by_key.get((dataflow, area, indicator, period, measure))
        return None if row is None else self._fact(row)

    def at(self, key: FactKey) -> Fact:
        """Return the fact with this key; raise ``KeyError`` where there is none."""
        return self._fact(self._by_key[key])

    def value(self, key: FactKey) -> float | None:
        """Return the number of the fact with this key, or None."""
        row = self._by_key.get(key)
        return None if row is None else self._rows[row][_VALUE]

    def source(self, key: FactKey) -> str:
        """Return who reported the fact with this key, '' where there is none."""
        row = self._by_key.get(key)
        return "" if row is None else str(self._rows[row][_SOURCE])

    def told(self, dataflow: str, period: str, measure: str) -> bool:
        """Tell whether there is any fact of a dataflow, period and measure."""
        return (dataflow, period, measure) in self._by_table

    def across(self, dataflow: str, period: str, measure: str) -> tuple[Fact, ...]:
        """Return every area's and indicator's fact of one dataflow, period and measure."""
        return tuple(self._fact(row) for row in self._by_table.get((dataflow, period, measure), ()))

    def _fact(self, row: int) -> Fact:
        if row not in self._made:
            self._made[row] = Fact._make(self._rows[row])
        return self._made[row]


def facts_from(frame: pd.DataFrame, period: str, catalog: Catalog, doubt: Doubt, ruling: Ruling) -> Facts:
    """Return the facts of ``frame``; where two sources report alike, those of the one that the dataflow names first.

    Numbers under an open error are left out where their form's YAML says so. Raise ``CtdpError`` for what is no number.
    """
    usable = frame[frame["value"].notna() & (frame["item"] == "") & frame["dataflow"].isin(list(catalog.dataflows))]
    usable = usable[~usable["conflict"].astype(bool)]
    place = pd.MultiIndex.from_frame(usable[["dataflow", "ref_area", "source"]])
    chosen = usable[place.isin(_printed_sources(usable, period, catalog))].sort_values(_ORDER, kind="stable")
    _demand_numbers(chosen)
    questioned = pd.Series(doubt(chosen), index=chosen.index, dtype=bool)
    holding = [flow.code for flow in catalog.dataflows.values() if flow.blocking.action == HOLD]
    held = questioned & chosen["dataflow"].isin(holding)
    names = tuple(sorted(set(chosen.loc[held, "dataflow"])))
    chosen, questioned = chosen[~held], questioned[~held]
    columns = {name: chosen[name].tolist() for name in _COLUMNS}
    rows = list(zip(*columns.values(), questioned.tolist(), ruling(chosen), strict=True))
    by_table: dict[tuple[str, str, str], list[int]] = {}
    for row, table in enumerate(zip(*(columns[name] for name in _TABLE), strict=True)):
        by_table.setdefault(table, []).append(row)
    keys = zip(*(columns[name] for name in _KEY), strict=True)
    return Facts(rows, dict(zip(keys, range(len(rows)), strict=True)), by_table, names)


def _demand_numbers(chosen: pd.DataFrame) -> None:
    for wrong in chosen[chosen["value"].abs() > _MOST].head(1).to_dict("records"):
        place = f"ô {wrong['cell']}, trang tính {wrong['sheet']}, tệp {wrong['file_name']}, {wrong['source']}"
        raise CtdpError(
            f"Số {wrong['value']:g} không in được: {place}. Hãy rút tệp này (ctdp withdraw) rồi đề nghị nơi gửi sửa."
        )


def _printed_sources(usable: pd.DataFrame, period: str, catalog: Catalog) -> list[tuple[str, str, str]]:
    """Return (dataflow, ref_area, source to print): one that speaks of the period before one that does not."""
    told = usable.assign(other=usable["time_period"] != period)[["dataflow", "ref_area", "source", "other"]]
    rank: dict[tuple[str, str], tuple[bool, bool, str]] = {}
    for dataflow, area, source, other in told.drop_duplicates().itertuples(index=False, name=None):
        mine = (other, source.split("_")[0] != catalog.dataflows[dataflow].first_source, source)
        rank[dataflow, area] = min(rank.get((dataflow, area), mine), mine)
    return [(dataflow, area, source) for (dataflow, area), (_, _, source) in rank.items()]
