"""Slips of the hand that explain a wrong figure: a power of ten, two digits swapped, one digit, the sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.figures import Numbers

EXPONENTS = (3, -3, 1, -1, 2, -2, 6, -6, 9, -9)
"""The powers of ten of units and separators, the likeliest first: thousand, ten, hundred, million, milliard."""

_MOST_DIGITS = 15
_DECIMALS = 6
_CHANCE = 0.05
"""A slip that would fit one gap in twenty by chance explains nothing."""


class Slipped(NamedTuple):
    """For each number: what it is once the slip is undone (NaN where none fits), and the slip's ``place``.

    ``place`` is the power of ten that was taken off, or that of the lower digit that moves; 0 where there is none.
    """

    right: Numbers
    place: npt.NDArray[np.int64]

    @property
    def fits(self) -> npt.NDArray[np.bool_]:
        """Whether the slip explains the number."""
        return ~np.isnan(self.right)


def power_of_ten(written: Numbers, due: Numbers, allowed: Numbers) -> Slipped:
    """Return the numbers that are within ``allowed`` of what is ``due`` once a power of ten is taken off."""
    found = [(exponent, written / 10.0**exponent) for exponent in EXPONENTS]
    return _nearest(written, due, allowed, found, len(EXPONENTS))


def swapped_digits(written: Numbers, due: Numbers, allowed: Numbers) -> Slipped:
    """Return the numbers that are within ``allowed`` of what is ``due`` once two neighbouring digits change places.

    All three are in the unit in which the number was written: 1068 for 1608. The swap moves it by nine times the
    difference of the digits, in the place of the lower one: of the size of the gap there is hardly more than one.
    """
    return _by_digits(written, due, allowed, _swap, lambda _: 1.0)


def one_digit(written: Numbers, due: Numbers, allowed: Numbers) -> Slipped:
    """Return the numbers that are within ``allowed`` of what is ``due`` once one of their digits is another."""
    return _by_digits(written, due, allowed, _replace, lambda places: 9 * places)


def mirrored(written: Numbers, due: Numbers, allowed: Numbers, about: float = 0.0) -> Slipped:
    """Return the numbers that are within ``allowed`` of what is ``due`` once mirrored at ``about``.

    At 0 that is a sign lost or too many; at 100 an index whose growth has the wrong sign: 94.8 for 105.2.
    """
    return _nearest(written, due, allowed, [(0, 2 * about - written)], 1)


_Change = Callable[[Numbers, Numbers, Numbers, int], Numbers]
_Choices = Callable[[Numbers], float | Numbers]
"""How many numbers of the size of the gap a slip can reach, by the places that the number shows."""


def _by_digits(written: Numbers, due: Numbers, allowed: Numbers, change: _Change, choices: _Choices) -> Slipped:
    size = np.abs(written)
    digits = np.floor(np.log10(np.maximum(size, 1))) + 1
    # Beyond the fifteenth digit a double holds nothing that was typed.
    decimals = np.clip(_MOST_DIGITS - digits, 0, _DECIMALS)
    whole = np.rint(size * 10.0**decimals)
    places = range(-_DECIMALS, int(np.nanmax(digits, initial=0)) + 1)
    toward = np.abs(due) - size
    found = []
    for place in places:
        weight = 10.0 ** (place + decimals)
        moved = size + change(whole, weight, toward, place)
        moved = np.where((place >= -decimals) & (place < digits), moved, np.nan)
        found.append((place, np.copysign(moved, written)))
    told = digits - np.log10(np.maximum(allowed, 10.0**-decimals))
    return _nearest(written, due, allowed, found, choices(np.maximum(told, 1.0)))


def _digit(whole: Numbers, weight: Numbers) -> Numbers:
    return np.floor(whole / np.maximum(weight, 1.0)) % 10


def _swap(whole: Numbers, weight: Numbers, _: Numbers, place: int) -> Numbers:
    return 9.0 * (_digit(whole, weight) - _digit(whole, weight * 10)) * 10.0**place


def _replace(whole: Numbers, weight: Numbers, toward: Numbers, place: int) -> Numbers:
    digit = _digit(whole, weight)
    step = np.rint(toward / 10.0**place)
    return np.where((digit + step >= 0) & (digit + step <= 9), step, np.nan) * 10.0**place


def _nearest(
    written: Numbers, due: Numbers, allowed: Numbers, found: list[tuple[int, Numbers]], choices: float | Numbers
) -> Slipped:
    righted = np.vstack([right for _, right in found])
    gaps = np.abs(righted - due)
    gaps = np.where(np.isnan(gaps), np.inf, gaps)
    best = gaps.argmin(axis=0)
    gap, move = gaps.min(axis=0), np.abs(due - written)
    fits = (gap <= allowed) & (move > allowed) & (2 * choices * allowed <= _CHANCE * move)
    right = np.where(fits, np.take_along_axis(righted, best[None], axis=0)[0], np.nan)
    places = np.array([place for place, _ in found], dtype=np.int64)
    return Slipped(right, np.where(fits, places[best], 0))
