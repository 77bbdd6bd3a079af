"""Planting and counting: which planted mistakes the checks find, at the cell or among its cells, by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np
import pandas as pd
from mutation_doubt import Cell, Doubt
from mutation_kind import Kind
from mutation_lines import Lines
from mutation_months import with_submitted

from ctdp_etl.checks import CHECKS, CheckInput, run_checks
from ctdp_etl.checks.figures import half_units
from ctdp_etl.model import Finding, Severity

LEVELS = ("month", "last_month", "ytd", "known_month", "known_ytd")
TERMS = {"mom": (), "plan_pct": (), "yoy": ("ytd_yoy", "known_ytd_yoy"), "ytd_yoy": ("yoy", "known_ytd_yoy")}
DENSITY = 0.1
"""At most one line in ten is spoiled: a table that is wrong all over is another kind of mistake."""


@dataclass(frozen=True)
class Planted:
    """A mistake of a kind in the line ``line`` and its cells."""

    kind: Kind
    line: int
    cells: frozenset[Cell]


@dataclass
class Score:
    """What became of the mistakes of one kind.

    ``strict``: told at the spoiled cell; ``wide``: at it or with it among the cells of the finding; both by a rule of
    the right family; ``found``: at the spoiled cell where it is the left-hand side and can be told from others, else
    among the cells. ``doubtful`` counts the left-hand sides that nothing tells from others and that were told beside
    them. ``immaterial`` mistakes hide in the rounding and are not planted.
    """

    planted: int = 0
    found: int = 0
    doubtful: int = 0
    immaterial: int = 0
    strict: int = 0
    wide: int = 0
    errors: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    instead: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


class Board:
    """The scores of many months, and the errors that nothing planted explains."""

    def __init__(self) -> None:
        self.scores: dict[str, Score] = {}
        self.stray: Counter[str] = Counter()
        self.runs = 0

    def score(self, kind: Kind) -> Score:
        """Return the score of a kind."""
        return self.scores.setdefault(kind.name, Score())

    def play(self, rng: np.random.Generator, lines: Lines, kinds: Sequence[Kind], each: int) -> None:
        """Spoil a clean month with up to ``each`` mistakes of every kind and count what the checks find."""
        usual = graver_findings(lines.clean)
        month, planted = self._plant(rng, lines, kinds, each, _bad_blocks(lines, usual))
        told = graver_findings(month)
        self.runs += 1
        self._judge(lines, month, planted, told)
        known = {(one.code, _place(one)) for one in usual}
        spoiled = {cell for mistake in planted for cell in mistake.cells}
        for one in told:
            if one.severity == Severity.ERROR and (one.code, _place(one)) not in known and not spoiled & _touched(one):
                self.stray[one.code] += 1

    def _plant(
        self, rng: np.random.Generator, lines: Lines, kinds: Sequence[Kind], each: int, taken: set[str]
    ) -> tuple[CheckInput, list[Planted]]:
        values = lines.frame["value"].to_numpy(dtype=float).copy()
        room = max(int(len(lines) * DENSITY), 1)
        planted: list[Planted] = []
        for kind in sorted(kinds, key=lambda kind: self.score(kind).planted):
            score = self.score(kind)
            for line in _choose(rng, np.flatnonzero(kind.possible(lines)), lines.blocks, taken, each):
                if len(planted) == room:
                    break
                written = kind.spoil(rng, lines, np.array([line]))
                if not _material(lines, line, written):
                    score.immaterial += 1
                    continue
                taken.add(lines.blocks[line])
                places = [int(lines.places(role)[line]) for role in written]
                values[places] = [float(value[0]) for value in written.values()]
                planted.append(Planted(kind, line, frozenset(_cells(lines.frame, places))))
        return with_submitted(lines.clean, lines.frame.assign(value=values)), planted

    def _judge(self, lines: Lines, month: CheckInput, planted: Iterable[Planted], told: Iterable[Finding]) -> None:
        at: dict[Cell, list[Finding]] = {}
        for one in told:
            for cell in _touched(one):
                at.setdefault(cell, []).append(one)
        doubt = Doubt(month)
        for mistake in planted:
            score = self.scores[mistake.kind.name]
            doubtful = doubt.about(sorted(mistake.cells))
            near = [one for cell in mistake.cells for one in at.get(cell, [])]
            right = [one for one in near if one.code[0] in mistake.kind.codes]
            here = any(_place(one) in mistake.cells for one in right)
            score.planted += 1
            found = here if mistake.kind.left and not doubtful else bool(right)
            score.strict += here
            score.wide += bool(right)
            score.found += found
            score.doubtful += found and not here and mistake.kind.left
            score.errors += any(one.severity == Severity.ERROR for one in right)
            score.codes.update({one.code for one in right})
            if not found:
                score.instead.update({one.code for one in near} or {"-"})
                score.missed.append(_described(lines, month, mistake))


def graver_findings(month: CheckInput) -> list[Finding]:
    """Return the errors and warnings of a month; localisation, which only tells notices and takes long, is left out."""
    with patch.dict(CHECKS):
        CHECKS.pop("L01", None)
        return [one for one in run_checks(month) if one.severity != Severity.NOTICE]


def _place(one: Finding) -> Cell:
    return one.sha256, one.sheet, one.cell


def _touched(one: Finding) -> set[Cell]:
    return {_place(one), *((cell.sha256, cell.sheet, cell.cell) for cell in one.cells)}


def _bad_blocks(lines: Lines, usual: Iterable[Finding]) -> set[str]:
    """Return the blocks of which the checks tell already, rightly or not: nothing is planted there."""
    told = {cell for one in usual for cell in _touched(one)}
    columns = (lines.frame[name] for name in ("sha256", "sheet", "cell"))
    spoken = {at for at, cell in enumerate(zip(*columns, strict=True)) if cell in told}
    touched = np.zeros(len(lines), dtype=bool)
    for role in ("last_month", "month", "ytd", "mom", "yoy", "last_yoy", "ytd_yoy", "share", "plan_pct"):
        touched |= np.isin(lines.places(role), list(spoken))
    return set(lines.blocks[touched])


def _choose(
    rng: np.random.Generator, possible: np.ndarray, blocks: np.ndarray, taken: set[str], each: int
) -> list[int]:
    chosen: dict[str, int] = {}
    for line in rng.permutation(possible):
        if len(chosen) == each:
            break
        if blocks[line] not in taken:
            chosen.setdefault(blocks[line], int(line))
    return list(chosen.values())


def _material(lines: Lines, line: int, written: Mapping[str, np.ndarray]) -> bool:
    """Whether a mistake is larger than what the identity of its number allows for rounding."""
    return any(
        abs(float(value[0]) - lines.value(role)[line]) > _rounding(lines, line, role) for role, value in written.items()
    )


def _rounding(lines: Lines, line: int, role: str) -> float:
    """Return by how much the numbers with which a role stands in an identity may be off together."""
    half = {name: _half(lines, line, name) for name in (*LEVELS, *TERMS.get(role, ()), role)}
    if role not in TERMS:
        return sum(half[name] for name in LEVELS)
    value = {name: float(lines.value(name)[line]) for name in half}
    share = {name: half[name] / abs(value[name]) if value[name] else 0.0 for name in half}
    if role == "mom":
        return half["mom"] + value["mom"] * (share["month"] + share["last_month"])
    if role == "plan_pct":
        return half["plan_pct"] + value["plan_pct"] * share["ytd"]
    if np.isnan(value["known_ytd_yoy"] + value["known_ytd"]):
        return half[role]
    base, known = value["ytd"] / value["ytd_yoy"], value["known_ytd"] / value["known_ytd_yoy"]
    year_ago = value["month"] / value["yoy"]
    slack = base * (share["ytd_yoy"] + share["ytd"]) + known * (share["known_ytd_yoy"] + share["known_ytd"])
    slack += year_ago * (share["yoy"] + share["month"])
    return half[role] + value[role] * slack / (base if role == "ytd_yoy" else max(year_ago - slack, 1e-9))


def _half(lines: Lines, line: int, role: str) -> float:
    value = lines.value(role)[line]
    return 0.0 if np.isnan(value) else float(half_units(np.array([value]))[0])


def _cells(frame: pd.DataFrame, places: Iterable[int]) -> Iterable[Cell]:
    for place in places:
        row = frame.iloc[place]
        yield row["sha256"], row["sheet"], row["cell"]


def _described(lines: Lines, month: CheckInput, mistake: Planted) -> str:
    """Return a line of figures with what was planted, for whoever looks into a miss."""
    row, said = lines.table.iloc[mistake.line], []
    for role in ("last_month", "month", "ytd", "mom", "yoy", "ytd_yoy", "plan_pct", "plan"):
        place = int(lines.places(role)[mistake.line])
        if place >= 0:
            right, wrong = lines.value(role)[mistake.line], month.submitted["value"].iloc[place]
            said.append(f"{role} {right:.6g}" + (f" -> {wrong:.6g}" if wrong != right else ""))
    known = (f"{role} {lines.value(role)[mistake.line]:.6g}" for role in ("known_month", "known_ytd", "known_ytd_yoy"))
    return f"{month.period} {row['source']} {row['form']} {row['indicator']}: {', '.join(said)} | {', '.join(known)}"
