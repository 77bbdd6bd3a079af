"""A session: clean months are drawn, counted as they are, spoiled and counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from mutation_kinds import KINDS
from mutation_lines import Lines
from mutation_months import departments, simulated, statistics_office
from mutation_published import months
from mutation_score import Board
from mutation_tables import TABLE_KINDS, TableKind, TableMonth, TableScore, clean_findings

from ctdp_etl.checks import CheckInput

PERIODS = ("2026-01", "2025-09", "2026-04", "2025-12", "2025-01", "2026-02", "2025-03", "2026-05")
_EACH, _DEPARTMENTS, _MOST_RUNS = 8, 4, 2000


@dataclass
class Clean:
    """What the checks say of months without a mistake: ``months`` of them, findings by severity and code."""

    months: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def each_month(self, severity: str) -> float:
        """Return the findings of a severity in a month."""
        return sum(count for (name, _), count in self.findings.items() if name == severity) / max(self.months, 1)


@dataclass
class Session:
    """All that a session counts; ``seed`` decides every draw."""

    seed: int
    board: Board = field(default_factory=Board)
    tables: dict[str, TableScore] = field(default_factory=dict)
    national: Clean = field(default_factory=Clean)
    provincial: Clean = field(default_factory=Clean)

    def spoil_cells(self, wanted: Mapping[str, int], economies: int = 40) -> None:
        """Plant mistakes of single cells in months of the country and four provinces until each kind has enough.

        ``wanted`` is the number for each kind; so many ``economies`` are drawn.
        """
        rng = np.random.default_rng([self.seed, 1])
        for number in range(_MOST_RUNS):
            kinds = [KINDS[name] for name, enough in wanted.items()]
            lacking = [kind for kind in kinds if self.board.score(kind).planted < wanted[kind.name]]
            if not lacking:
                return
            seed, period = self.seed + number % economies, PERIODS[number % len(PERIODS)]
            first = 3 * number % 30
            offices = (statistics_office(seed), *departments(seed)[first : first + _DEPARTMENTS])
            self.board.play(rng, Lines(simulated(period, offices)), lacking, _EACH)

    def spoil_published(self, rounds: int) -> None:
        """Plant mistakes of every kind in the published months, as often as ``rounds`` says."""
        rng = np.random.default_rng([self.seed, 3])
        for _ in range(rounds):
            for month in months():
                self.board.play(rng, Lines(month), tuple(KINDS.values()), 1)

    def spoil_tables(self, wanted: int, kinds: Sequence[TableKind] = tuple(TABLE_KINDS.values())) -> None:
        """Spoil whole tables of provinces until every kind has enough."""
        rng = np.random.default_rng([self.seed, 2])
        for number in range(_MOST_RUNS):
            lacking = [kind for kind in kinds if self.tables.setdefault(kind.name, TableScore()).planted < wanted]
            if not lacking:
                return
            first, offices = _DEPARTMENTS * number % 30, departments(self.seed + number // len(PERIODS))
            month = TableMonth(PERIODS[number % len(PERIODS)], offices[first : first + _DEPARTMENTS])
            for kind in lacking:
                month.judge(rng, kind, self.tables[kind.name])

    def leave_clean(self, national: int, provincial: int) -> None:
        """Count what is said of months of the country, and of all 34 provinces, in which nothing is wrong."""
        for number in range(national):
            period = f"{2025 + number // 12 % 2 * (number % 12 < 6)}-{number % 12 + 1:02d}"
            _count(self.national, simulated(period, (statistics_office(self.seed + number),)))
        for number in range(provincial):
            _count(self.provincial, simulated(PERIODS[number % len(PERIODS)], departments(self.seed + number)))


def _count(clean: Clean, month: CheckInput) -> None:
    clean.months += 1
    clean.findings.update(clean_findings(month))
