"""A kind of mistake, and which lines can have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from mutation_lines import SECTIONS, Lines, Marks, Numbers

Draw = np.random.Generator
Written = Mapping[str, Numbers]
"""By role, the numbers that the chosen lines say instead; the lines are given by their places in the month."""

ARITHMETIC, SCALE, TYPING, COPY = "số học", "đơn vị và quy mô", "gõ nhầm", "chép lại"
LEVELS = ("last_month", "month", "ytd")


@dataclass(frozen=True)
class Kind:
    """A kind of mistake. ``codes`` are the letters of the families that may name it.

    ``left`` says whether the spoiled cell is the left-hand side of an identity: then the finding stands at it (strict),
    else it is among the finding's cells (wide).
    """

    name: str
    family: str
    title: str
    codes: str
    left: bool
    possible: Callable[[Lines], Marks]
    spoil: Callable[[Draw, Lines, np.ndarray], Written]

    @property
    def group(self) -> str:
        """The name of the mistake whatever the column in which it stands."""
        words = self.name.split("_")
        if self.family == ARITHMETIC:
            return words[0] if words[0] in {"total", "part"} else self.name
        return "_".join(words[-2:]) if "as" in words else words[-1]


def after_january(*roles: str) -> Callable[[Lines], Marks]:
    return lambda lines: lines.has(*roles) & (lines.month.number > 1)


def with_growth(role: str, *more: str) -> Callable[[Lines], Marks]:
    """Lines whose growth levels can tell."""
    return lambda lines: lines.has(role, "month", *more)


def of_january(*roles: str) -> Callable[[Lines], Marks]:
    return lambda lines: lines.has(*roles) & (lines.month.number == 1)


def top(lines: Lines) -> Marks:
    """The total of a table in which all four sections stand."""
    table = lines.table["submission_id"] + lines.table["form"]
    whole = table.map(table[lines.table["indicator"].isin(SECTIONS)].value_counts()).fillna(0) == len(SECTIONS)
    top = (lines.table["indicator"] == "TOTAL") & whole
    return lines.flow("IIP", "LABOUR") & top.to_numpy(dtype=bool) & lines.has("yoy")


def below_another(role: str) -> Callable[[Lines], Marks]:
    def possible(lines: Lines) -> Marks:
        table = lines.table["submission_id"] + lines.table["form"]
        return lines.has(role, "month", "known_ytd_yoy") & (table == table.shift(1)).to_numpy()

    return possible
