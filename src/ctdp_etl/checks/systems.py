"""The broken identities of a month as small systems: the cells that hang together by identities, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.edits import ROLES, ROLLS, Edit, firm_edits, sums_off, witnesses
from ctdp_etl.checks.evidence import SUM
from ctdp_etl.checks.fellegi_holt import System
from ctdp_etl.checks.figures import Numbers, Places, Record, codes
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.rows import SUBMITTED, Rows
from ctdp_etl.checks.sums import Sums

Columns = dict[str, npt.NDArray[Any]]
"""The columns of a table of edits, or of the terms of edits."""

_GROWTH = frozenset({"mom", "yoy", "ytd_yoy", "plan_pct"})


class ToldEdit(NamedTuple):
    """A broken edit: its submitted cells by position in the figures, the left-hand side first, and earlier figures."""

    cells: tuple[int, ...]
    known: tuple[Record, ...]

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
        ours, theirs = _tables(rows.lines), _tables(inputs.figures)
        tables = np.union1d(ours[off], theirs[wrong])
        rows = rows.some(np.isin(ours, tables))
        sums = sums.without(np.flatnonzero(~np.isin(theirs, tables)))
        return list(_separated(inputs, rows, sums))


def _tables(frame: pd.DataFrame) -> Places:
    """Return a number of the submission and dataflow of each row, the same in all coded frames."""
    flows = len(frame["dataflow"].cat.categories)
    return codes(frame, "submission_id").astype(np.int64) * flows + codes(frame, "dataflow")


def _separated(inputs: CheckInput, rows: Rows, sums: Sums) -> Iterator[Tangle]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    x, half = (inputs.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    parts = [
        _of_sums(inputs, sums),
        *(_of_lines(rows, edit) for edit in (*firm_edits(inputs, rows), *witnesses(inputs, rows))),
    ]
    first = np.cumsum([0, *(len(edits["number"]) for edits, _ in parts)])
    edits = _joined(edits for edits, _ in parts)
    terms = _joined({**terms, "edit": terms["edit"] + at} for (_, terms), at in zip(parts, first, strict=False))
    count = len(edits["number"])
    total = np.bincount(terms["edit"], terms["factor"] * x[terms["place"]], minlength=count) + edits["constant"]
    broken, firm = np.abs(total) > edits["tolerance"], np.isinf(edits["cost"])
    edits["told"] = broken & (firm | np.isin(edits["identity"], ROLLS))
    nodes, links = count + len(x), (terms["edit"], count + terms["place"])
    graph = coo_array((np.ones(len(terms["edit"])), links), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    wrong, described = np.unique(labels[:count][broken & firm]), pd.DataFrame(edits)
    members = zip(wrong, _split(labels[:count], wrong), _split(labels[terms["edit"]], wrong), strict=True)
    for _, mine, links_of in members:
        own = described.iloc[mine].reset_index(drop=True)
        places, system = _system(own, mine, {name: column[links_of] for name, column in terms.items()}, x, half)
        yield Tangle(system, places, own, rows, sums)


def _joined(parts: Iterable[Columns]) -> Columns:
    found = list(parts)
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def _split(labels: Places, wanted: Places) -> list[Places]:
    """Return where each of the ``wanted`` labels stands."""
    order = np.argsort(labels, kind="stable")
    ends = (np.searchsorted(labels[order], wanted, side) for side in ("left", "right"))
    return [order[first:last] for first, last in zip(*ends, strict=True)]


def _system(edits: pd.DataFrame, numbers: Places, terms: Columns, x: Numbers, half: Numbers) -> tuple[Places, System]:
    places = np.unique(terms["place"])
    at = np.searchsorted(numbers, terms["edit"]), np.searchsorted(places, terms["place"])
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


def _of_lines(rows: Rows, edit: Edit) -> tuple[Columns, Columns]:
    applies = np.isfinite(edit.constant + edit.rounding + edit.tolerance)
    for role, factor in edit.factors.items():
        applies &= np.isfinite(rows.value(role) * factor)
    lines = np.flatnonzero(applies)
    edits = _described(
        edit.identity, lines, edit.constant[lines], edit.rounding[lines], edit.tolerance[lines], edit.cost
    )
    growth = [role for role in ROLES.get(edit.identity, ()) if role in _GROWTH and role not in edit.factors]
    factors = {**edit.factors, **{role: np.zeros(len(applies)) for role in growth if role in SUBMITTED}}
    return edits, {
        "edit": np.tile(np.arange(len(lines)), len(factors)),
        "place": np.concatenate([rows.places[role][lines] for role in factors]),
        "factor": np.concatenate([factor[lines] for factor in factors.values()]),
        "lifts": np.repeat([role in growth for role in factors], len(lines)),
    }


def _of_sums(inputs: CheckInput, sums: Sums) -> tuple[Columns, Columns]:
    rounding, tolerance, _ = sums_off(inputs, sums)
    numbers = np.arange(len(sums.totals))
    edits = _described(SUM, numbers, np.zeros(len(numbers)), rounding, tolerance, np.inf)
    return edits, {
        "edit": np.concatenate([numbers, sums.number]),
        "place": np.concatenate([sums.totals, sums.parts]),
        "factor": np.repeat([1.0, -1.0], [len(sums.totals), len(sums.parts)]),
        "lifts": np.zeros(len(sums.totals) + len(sums.parts), dtype=bool),
    }


def _described(
    identity: str, numbers: Places, constant: Numbers, rounding: Numbers, tolerance: Numbers, cost: float
) -> Columns:
    return {
        "identity": np.full(len(numbers), identity, dtype=object),
        "number": numbers,
        "constant": constant,
        "rounding": rounding,
        "tolerance": tolerance,
        "cost": np.full(len(numbers), cost),
    }
