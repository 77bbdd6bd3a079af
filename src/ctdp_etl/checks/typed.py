"""Mistyped cells: the one cell of a broken identity that a slip of the hand or a wrong place explains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.evidence import SUM, TERMS, suspicious
from ctdp_etl.checks.figures import LEVELS, Numbers, among
from ctdp_etl.checks.misplaced import MONTH, ROW, of_other_month, of_other_row
from ctdp_etl.checks.proposals import mirrored, swapped_digits
from ctdp_etl.checks.rows import Rows
from ctdp_etl.checks.signs import Mirrored, mirrored_indices, negative_levels
from ctdp_etl.checks.sums import Sums

DIGITS, SIGN = "digits", "sign"
_KINDS = (MONTH, DIGITS, SIGN, ROW)
"""The likeliest first: a number that stands elsewhere digit by digit is no chance."""

_TINY = 1e-9


class Typed(NamedTuple):
    """A mistyped cell: its position in the figures, the kind of slip, and what it should be, in base units.

    ``allowed`` is the rounding of the identity that tells it, ``others`` are the other cells of that identity: its
    roles in ``line``, or positions in the figures. One that is not ``certain`` rests on a rough identity.
    ``source`` is where the number belongs: a position in the history (another month) or in the figures (another row).
    """

    place: int
    kind: str
    right: float
    allowed: float
    line: int
    roles: tuple[str, ...]
    others: tuple[int, ...] = ()
    certain: bool = True
    source: int = -1


@dataclass(frozen=True)
class TypedCells:
    """Every mistyped cell of the lines."""

    cells: tuple[Typed, ...]

    @property
    def places(self) -> list[int]:
        """The positions of the mistyped cells in the figures."""
        return [cell.place for cell in self.cells]


def find_typed(rows: Rows, sums: Sums) -> TypedCells:
    """Return the cells of broken identities that a slip explains, where no other cell is explained as well.

    A cell is explained where a slip makes it fit an identity that is broken, and no other identity of the cell
    contradicts the number.
    """
    found = _signed_cells(rows, negative_levels(rows))
    places = [cell.place for cell in found]
    rows, sums = rows.without(places), sums.without(np.array(places, dtype=np.intp))
    cells = _written(rows.figures, suspicious(rows, sums))
    candidates = _candidates(rows, cells)
    if not candidates.empty:
        found += [_typed(sums, row) for _, row in _only_ones(cells, _undisputed(cells, candidates)).iterrows()]
    found += _signed_cells(rows, mirrored_indices(rows))
    return TypedCells(tuple(sorted(found)))


def _signed_cells(rows: Rows, mirrored: Iterator[Mirrored]) -> list[Typed]:
    return [
        Typed(int(rows.places[role][line]), SIGN, right, 0.0, line, terms, certain=certain)
        for role, line, right, certain, terms in mirrored
    ]


def _written(figures: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with ``x`` as it counts, ``power`` of the unit in which it was typed, and whether they break."""
    places = cells["place"].to_numpy()
    level, unit = among(figures, "measure", LEVELS)[places], figures["unit_mult"].to_numpy(dtype=float)[places]
    power = np.where(level, 10.0 ** np.where(np.isnan(unit), 0.0, unit), 1.0)
    x = figures["x"].to_numpy(dtype=float)[places]
    broken = np.abs(x - cells["due"].to_numpy()) > cells["allowed"].to_numpy()
    return cells.assign(x=x, level=level, power=power, broken=broken)


def _candidates(rows: Rows, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the broken cells that a slip or a wrong place explains, with ``kind``, ``right`` and ``source``."""
    # A loose identity is broken by honest restatement in half of the rows: chance would explain some of them.
    broken: pd.DataFrame = cells[cells["broken"] & np.isfinite(cells["slack"])]
    if broken.empty:
        return broken
    x, due, allowed, power = (broken[name].to_numpy(dtype=float) for name in ("x", "due", "allowed", "power"))
    level = broken["level"].to_numpy(dtype=bool)
    swapped = swapped_digits(x / power, due / power, allowed / power).right * power
    signed = np.where(level & (x > 0), np.nan, _signed(x, due, allowed, level))
    month, row, nowhere = of_other_month(rows, broken), of_other_row(rows, broken), np.full(len(broken), -1)
    found = [
        broken.assign(kind=kind, right=right, source=source)[~np.isnan(right)]
        for kind, right, source in (
            (DIGITS, swapped, nowhere),
            (SIGN, signed, nowhere),
            (MONTH, np.where(month >= 0, due, np.nan), month),
            (ROW, np.where(row >= 0, due, np.nan), row),
        )
        if not np.isnan(right).all()
    ]
    if not found:
        return broken.head(0)
    explained: pd.DataFrame = pd.concat(found).sort_values("allowed", kind="stable").drop_duplicates(["place", "kind"])
    return explained


def _signed(x: Numbers, due: Numbers, allowed: Numbers, level: npt.NDArray[np.bool_]) -> Numbers:
    return np.where(level, mirrored(x, due, allowed).right, mirrored(x, due, allowed, about=100.0).right)


def _undisputed(cells: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the best candidate of each cell that no identity contradicts; ``agree`` counts those that tell it."""
    mine = candidates[["place", "kind", "right"]].merge(cells, on="place", how="inner")
    apart = np.abs(mine["right"] - mine["due"])
    loose = np.where(np.isinf(mine["slack"]), np.inf, mine["slack"].replace(np.inf, 0) * mine["due"].abs())
    against = apart > np.fmax(mine["allowed"], loose) * (1 + _TINY)
    agrees = apart <= mine["allowed"] * (1 + _TINY)
    counts = mine.assign(against=against, agrees=agrees).groupby(["place", "kind"])[["against", "agrees"]].sum()
    joined = candidates.join(counts, on=["place", "kind"])
    kept = joined[joined["against"] == 0].rename(columns={"agrees": "agree"})
    order = kept.assign(rank=kept["kind"].map(_KINDS.index)).sort_values(["agree", "rank"], ascending=[False, True])
    return order.drop_duplicates("place").drop(columns=["against", "rank"])


def _only_ones(cells: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates that explain their broken identities better than any other cell of these does."""
    broken = cells.loc[cells["broken"], ["place", "key"]]
    # A number that stands elsewhere digit by digit is no chance: it needs no more identities than its rivals have.
    weighed = candidates.assign(agree=candidates["agree"].where(candidates["kind"] != MONTH, np.inf))
    claims = weighed[["place", "agree"]].merge(broken, on="place", how="inner")
    best = claims.groupby("key")["agree"].transform("max")
    rivals = claims[claims["agree"] == best].groupby("key")["place"].transform("size")
    alone = pd.Series(False, index=claims.index)
    alone[rivals.index[rivals == 1]] = True
    won = alone.groupby(claims["place"]).all()
    return candidates[candidates["place"].isin(won.index[won])]


def _typed(sums: Sums, row: pd.Series) -> Typed:
    others: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    if row["identity"] == SUM:
        members = sums.members_of(-1 - int(row["key"]))
        others = tuple(int(place) for place in members if place != row["place"])
    else:
        roles = tuple(role for role in TERMS[row["identity"]] if role != row["role"])
    return Typed(
        int(row["place"]),
        row["kind"],
        float(row["right"]),
        float(row["allowed"]),
        int(row["line"]),
        roles,
        others,
        source=int(row["source"]),
    )
