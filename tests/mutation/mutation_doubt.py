"""Which planted mistakes nothing can tell: another cell, if it were the wrong one, would explain all as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ctdp_etl.checks import CheckInput
from ctdp_etl.checks.evidence import suspicious
from ctdp_etl.checks.figures import LEVELS
from ctdp_etl.checks.sums import find_sums

Cell = tuple[str, str, str]
_ROUNDING = 1e-9


class Doubt:
    """The identities that a spoiled month breaks, and what each of its cells would have to be to mend them."""

    def __init__(self, month: CheckInput) -> None:
        figures = month.figures
        with np.errstate(divide="ignore", invalid="ignore"):
            told = suspicious(month.rows, find_sums(figures, month.catalog, LEVELS))
        told = told.assign(x=figures["x"].to_numpy(dtype=float)[told["place"]])
        strict = np.isfinite(told["slack"])
        told["broken"] = strict & ((told["x"] - told["due"]).abs() > told["allowed"])
        self._loose = told[~strict]
        self._mended = _mended(told[strict])
        broken = told[told["broken"]]
        self._broken = broken.groupby("place")["key"].agg(frozenset).to_dict()
        self._members = broken.groupby("key")["place"].agg(frozenset).to_dict()
        where = zip(figures["sha256"], figures["sheet"], figures["cell"], strict=True)
        self._place = {cell: place for place, cell in enumerate(where)}

    def about(self, cells: Sequence[Cell]) -> bool:
        """Say whether the wrong cell cannot be told: a rival is as good.

        A rival stands in every identity that the cell breaks, mends them all without breaking another, and what is
        loosely known (the year ago, the month before) fits no worse than if the cell were mended. Mistakes of several
        cells have no rival.
        """
        if len(cells) > 1:
            return False
        place = self._place[cells[0]]
        broken = self._broken.get(place, frozenset())
        return not broken or any(
            self._misfit(rival, place) <= self._misfit(place, rival) for rival in self._rivals(place)
        )

    def _rivals(self, place: int) -> Iterator[int]:
        broken = self._broken[place]
        for rival in frozenset.intersection(*(self._members[key] for key in broken)) - {place}:
            if rival in self._mended and self._broken[rival] >= broken:
                yield rival

    def _misfit(self, mended: int, left: int) -> float:
        """Return how far loose knowledge is off, in logarithms, where one cell is mended and the other left."""
        value = self._mended.get(mended, np.nan)
        mine = self._loose[self._loose["place"] == mended]
        rest = self._loose[(self._loose["place"] == left) & ~self._loose["key"].isin(mine["key"])]
        now = np.concatenate([np.full(len(mine), value), rest["x"]])
        due = np.concatenate([mine["due"], rest["due"]])
        return float(np.abs(np.log(np.maximum(now, _ROUNDING) / np.maximum(due, _ROUNDING))).sum())


def _mended(strict: pd.DataFrame) -> dict[int, float]:
    """Return for the places that can mend their broken identities and keep the others what they would have to be."""
    bounds = strict.assign(low=strict["due"] - strict["allowed"], high=strict["due"] + strict["allowed"])
    room = bounds.groupby("place").agg(low=("low", "max"), high=("high", "min"), broken=("broken", "any"))
    kept = room[room["broken"] & (room["low"] <= room["high"] * (1 + _ROUNDING) + _ROUNDING)]
    return ((kept["low"] + kept["high"]) / 2).to_dict()
