"""The broken identities of a month as small systems: the cells that hang together by identities, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ctdp_etl.checks.edits import ROLES, ROLLS, Edit, firm_edits, sums_off, witnesses
from ctdp_etl.checks.evidence import SUM
from ctdp_etl.checks.fellegi_holt import System
from ctdp_etl.checks.figures import Flags, Numbers, Places
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.rows import SUBMITTED, Rows
from ctdp_etl.checks.sums import Sums

_TABLE = ["submission_id", "dataflow"]
_GROWTH = frozenset({"mom", "yoy", "ytd_yoy", "plan_pct"})


class ToldEdit(NamedTuple):
    """A broken edit: its submitted cells by position in the figures, the left-hand side first, and earlier figures."""

    cells: tuple[int, ...]
    known: tuple[pd.Series, ...]

    @property
    def head(self) -> int:
        """The cell at which the arithmetic check tells the break."""
        return self.cells[0]


@dataclass(frozen=True, eq=False)
class Tangle:
    """A system with where it comes from: ``places`` are its cells in the figures, ``edits`` describe its edits.

    ``edits`` has identity, number (the line of ``rows``, or the sum of ``sums``), constant, rounding, and ``told``:
    whether the edit does not hold as the arithmetic checks tell it.
    """

    system: System
    places: Places
    edits: pd.DataFrame
    rows: Rows
    sums: Sums

    def told(self, but: frozenset[int] = frozenset()) -> list[ToldEdit]:
        """Return the edits that are told as broken, without those numbered ``but``."""
        found = (self._told(edit) for edit in np.flatnonzero(self.edits["told"]).tolist() if edit not in but)
        return list({edit.cells: edit for edit in found}.values())

    def _told(self, edit: int) -> ToldEdit:
        identity, number = self.edits["identity"].iloc[edit], int(self.edits["number"].iloc[edit])
        if identity == SUM:
            return ToldEdit(tuple(self.sums.members_of(number).tolist()), ())
        own = tuple(int(self.rows.places[role][number]) for role in ROLES[identity] if role in SUBMITTED)
        return ToldEdit(
            own, self.rows.records(tuple(role for role in ROLES[identity] if role not in SUBMITTED), number)
        )


def tangles(inputs: CheckInput) -> list[Tangle]:
    """Return the systems with a broken identity that has to hold; none, and hardly any work, for a clean month."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rows, sums = inputs.sound_rows, inputs.sums
        off = np.zeros(len(rows.places), dtype=bool)
        for edit in firm_edits(inputs, rows):
            off |= edit.broken(rows)
        wrong = sums.totals[sums_off(inputs, sums)[2]]
        if not off.any() and not len(wrong):
            return []
        tables = pd.concat([rows.lines.loc[off, _TABLE], inputs.figures.iloc[wrong][_TABLE]]).drop_duplicates()
        rows = rows.some(_within(rows.lines, tables))
        sums = sums.without(np.flatnonzero(~_within(inputs.figures, tables)))
        return list(_separated(inputs, rows, sums))


def _within(frame: pd.DataFrame, tables: pd.DataFrame) -> Flags:
    return np.asarray(pd.MultiIndex.from_frame(frame[_TABLE]).isin(pd.MultiIndex.from_frame(tables)))


def _separated(inputs: CheckInput, rows: Rows, sums: Sums) -> Iterator[Tangle]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    x, half = (inputs.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    parts = [
        _of_sums(inputs, sums),
        *(_of_lines(rows, edit) for edit in (*firm_edits(inputs, rows), *witnesses(inputs, rows))),
    ]
    first = np.cumsum([0, *(len(edits) for edits, _ in parts)])
    edits = pd.concat([edits for edits, _ in parts], ignore_index=True)
    terms = pd.concat([terms.assign(edit=terms["edit"] + at) for (_, terms), at in zip(parts, first, strict=False)])
    moved = terms["factor"].to_numpy() * x[terms["place"]]
    total = np.bincount(terms["edit"], moved, minlength=len(edits)) + edits["constant"]
    broken, firm = total.abs() > edits["tolerance"], np.isinf(edits["cost"])
    edits["told"] = broken & (firm | edits["identity"].isin(ROLLS))
    nodes = len(edits) + len(x)
    links = coo_array((np.ones(len(terms)), (terms["edit"], len(edits) + terms["place"])), shape=(nodes, nodes))
    _, labels = connected_components(links, directed=False)
    edits["label"], terms["label"] = labels[: len(edits)], labels[terms["edit"]]
    wrong = edits.loc[broken & firm, "label"].unique()
    links_of = dict(iter(terms[terms["label"].isin(wrong)].groupby("label", sort=True)))
    for label, mine in edits[edits["label"].isin(wrong)].groupby("label", sort=True):
        places, system = _system(mine, links_of[label], x, half)
        yield Tangle(system, places, mine.reset_index(drop=True), rows, sums)


def _system(edits: pd.DataFrame, terms: pd.DataFrame, x: Numbers, half: Numbers) -> tuple[Places, System]:
    places = np.unique(terms["place"].to_numpy(dtype=np.intp))
    at = np.searchsorted(edits.index, terms["edit"]), np.searchsorted(places, terms["place"])
    matrix, lifts = np.zeros((len(edits), len(places))), np.zeros((len(edits), len(places)), dtype=bool)
    np.add.at(matrix, at, terms["factor"])
    lifts[at] = terms["lifts"]
    x, half = x[places], half[places]
    constant = edits["constant"].to_numpy()
    room = edits["tolerance"].to_numpy() - np.abs(matrix) @ half
    system = System(
        values=x,
        half=half,
        weights=np.ones(len(places)),
        lower=np.where(x >= 0, 0.0, -np.inf),
        matrix=matrix,
        low=-constant - room,
        high=room - constant,
        lifts=lifts,
        cost=edits["cost"].to_numpy(),
    )
    return places, system


def _of_lines(rows: Rows, edit: Edit) -> tuple[pd.DataFrame, pd.DataFrame]:
    values = {role: rows.value(role) for role in edit.factors}
    applies = np.isfinite(edit.constant + edit.rounding + edit.tolerance)
    for role, factor in edit.factors.items():
        applies &= np.isfinite(values[role] * factor)
    lines = np.flatnonzero(applies)
    edits = _described(
        edit.identity, lines, edit.constant[lines], edit.rounding[lines], edit.tolerance[lines], edit.cost
    )
    growth = [role for role in ROLES.get(edit.identity, ()) if role in _GROWTH and role not in edit.factors]
    factors = {**edit.factors, **{role: np.zeros(len(applies)) for role in growth if role in SUBMITTED}}
    terms = [
        pd.DataFrame(
            {
                "edit": np.arange(len(lines)),
                "place": rows.places[role][lines],
                "factor": factor[lines],
                "lifts": role in growth,
            }
        )
        for role, factor in factors.items()
    ]
    return edits, pd.concat(terms, ignore_index=True)


def _of_sums(inputs: CheckInput, sums: Sums) -> tuple[pd.DataFrame, pd.DataFrame]:
    rounding, tolerance, _ = sums_off(inputs, sums)
    numbers = np.arange(len(sums.totals))
    edits = _described(SUM, numbers, np.zeros(len(numbers)), rounding, tolerance, np.inf)
    terms = pd.DataFrame(
        {
            "edit": np.concatenate([numbers, sums.number]),
            "place": np.concatenate([sums.totals, sums.parts]),
            "factor": np.repeat([1.0, -1.0], [len(sums.totals), len(sums.parts)]),
            "lifts": False,
        }
    )
    return edits, terms


def _described(
    identity: str, numbers: Places, constant: Numbers, rounding: Numbers, tolerance: Numbers, cost: float
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "identity": identity,
            "number": numbers,
            "constant": constant,
            "rounding": rounding,
            "tolerance": tolerance,
            "cost": cost,
        }
    )
