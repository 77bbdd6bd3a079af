"""What is written instead: numbers off, in another unit, of another cell, mistyped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mutation_kind import Draw, Written
from mutation_lines import Lines, Numbers


def _off(rng: Draw, count: int) -> Numbers:
    """Return factors as typing mistakes and forgotten parts make them: 6 % in the middle, 0.3 % to 70 %."""
    sizes = np.clip(0.06 * np.exp(1.2 * rng.standard_normal(count)), 0.003, 0.7)
    return 1 + sizes * rng.choice([-1, 1], count)


def _points(rng: Draw, count: int) -> Numbers:
    """Return points by which a growth is mistyped: 9 in the middle, 1 to 60."""
    return np.clip(9 * np.exp(rng.standard_normal(count)), 1, 60) * rng.choice([-1, 1], count)


def factor(role: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(rng: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: lines.value(role)[at] * _off(rng, len(at))}

    return spoil


def shifted(role: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(rng: Draw, lines: Lines, at: np.ndarray) -> Written:
        value = lines.value(role)[at]
        return {role: np.where(value + (points := _points(rng, len(at))) > 0, value + points, value - points)}

    return spoil


def instead(role: str, *terms: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    """Return what says the sum of ``terms`` in place of the role."""

    def spoil(_: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: np.sum([lines.value(term)[at] for term in terms], axis=0)}

    return spoil


def swapped(_: Draw, lines: Lines, at: np.ndarray) -> Written:
    return {"month": lines.value("ytd")[at], "ytd": lines.value("month")[at]}


def neighbour(role: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(_: Draw, lines: Lines, at: np.ndarray) -> Written:
        value = lines.value(role)
        return {role: np.where(np.isnan(value[at - 1]), value[at], value[at - 1])}

    return spoil


def outside(_: Draw, lines: Lines, at: np.ndarray) -> Written:
    """Return for totals of indices what lies outside all their sections."""
    value, table = lines.value("yoy"), lines.table
    tops = [value[(table["form"] == form) & (table["submission_id"] == sent)] for form, sent in _tables(lines, at)]
    return {"yoy": np.array([np.nanmax(top) for top in tops]) + 3.0}


def _tables(lines: Lines, at: np.ndarray) -> list[tuple[str, str]]:
    return list(lines.table.iloc[at][["form", "submission_id"]].itertuples(index=False, name=None))


def times(exponent: int, *roles: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(_: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: lines.value(role)[at] * 10.0**exponent for role in roles if lines.has(role)[at].all()}

    return spoil


def plus(role: str, points: float) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(_: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: lines.value(role)[at] + points}

    return spoil


def digits(role: str, change: Callable[[Draw, str], str]) -> Callable[[Draw, Lines, np.ndarray], Written]:
    def spoil(rng: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: np.array([_typed(rng, value, change) for value in lines.value(role)[at]])}

    return spoil


def _typed(rng: Draw, value: float, change: Callable[[Draw, str], str]) -> float:
    """Return the number with its first four digits mistyped; the decimals that a person types are two."""
    text = f"{value:.2f}" if abs(value) < 1e5 else f"{value:.0f}"
    return float(change(rng, text))


def swap_digits(rng: Draw, text: str) -> str:
    pairs = [at for at in range(len(text) - 1) if text[at : at + 2].isdigit() and text[at] != text[at + 1]]
    if not pairs:
        return text
    at = int(rng.choice(pairs[:3]))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def wrong_digit(rng: Draw, text: str) -> str:
    at = int(rng.choice([place for place, sign in enumerate(text) if sign.isdigit()][:3]))
    other = str((int(text[at]) + int(rng.integers(1, 10))) % 10)
    return text[:at] + other + text[at + 1 :]


def negative(_: Draw, text: str) -> str:
    return f"-{text}"


def mirrored(role: str) -> Callable[[Draw, Lines, np.ndarray], Written]:
    """Return what says a fall for a rise: 92.9 for 107.1."""

    def spoil(_: Draw, lines: Lines, at: np.ndarray) -> Written:
        return {role: 200 - lines.value(role)[at]}

    return spoil
