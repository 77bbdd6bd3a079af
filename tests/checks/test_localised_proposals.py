"""Slips of the hand: each is undone where it explains the number, and never called where chance would explain it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ctdp_etl.checks.figures import half_units
from ctdp_etl.checks.proposals import Slipped, mirrored, one_digit, power_of_ten, swapped_digits

TYPED = st.integers(10_000, 10**12).map(lambda units: units / 100)


def one(slip: object, written: float, due: float, allowed: float, **more: float) -> Slipped:
    """Return what ``slip`` says about a single number."""
    return slip(np.array([written]), np.array([due]), np.array([allowed]), **more)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("written", "due", "allowed"),
    [
        (10561.38, 10516.38, 0.01),
        (1068.0, 1608.0, 0.5),
        (-1068.0, -1608.0, 0.5),
        (12679701.51, 12697701.51, 0.02),
        (985.9417551823001, 958.9417551823001, 1e-6),
    ],
)
def test_swapped_digits_are_put_back(written: float, due: float, allowed: float) -> None:
    assert one(swapped_digits, written, due, allowed).right[0] == pytest.approx(due)


@given(TYPED, st.integers(0, 8))
def test_any_swap_of_unlike_neighbours_is_found(right: float, place: int) -> None:
    digits = list(f"{right:.2f}".replace(".", ""))
    assume(place + 1 < len(digits) and digits[place] != digits[place + 1])
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    written = int("".join(digits)) / 100
    assume(abs(written) >= 10 ** (len(digits) - 3) and abs(written - right) > 1)
    assert one(swapped_digits, written, right, 0.001).right[0] == pytest.approx(right, abs=0.001)


@given(TYPED, st.integers(0, 8), st.integers(1, 9))
def test_any_wrong_digit_is_found(right: float, place: int, digit: int) -> None:
    digits = list(f"{right:.2f}".replace(".", ""))
    assume(place < len(digits) and digits[place] != str(digit))
    digits[place] = str(digit)
    written = int("".join(digits)) / 100
    assume(abs(written - right) > 10)
    assert one(one_digit, written, right, 0.001).right[0] == pytest.approx(right, abs=0.001)


@pytest.mark.parametrize("exponent", [-9, -6, -3, -2, -1, 1, 2, 3, 6, 9])
def test_a_power_of_ten_is_taken_off(exponent: int) -> None:
    found = one(power_of_ten, 35.5464941934445 * 10.0**exponent, 35.5464941934445, 1e-6)
    assert found.right[0] == pytest.approx(35.5464941934445)
    assert found.place[0] == exponent


def test_a_lost_sign_and_growth_with_the_wrong_sign_are_mirrored() -> None:
    assert one(mirrored, -1143.631, 1143.63, 0.01).right[0] == 1143.631
    assert one(mirrored, 94.8, 105.2, 0.05, about=100.0).right[0] == pytest.approx(105.2)


def test_a_number_with_few_digits_explains_nothing() -> None:
    assert not one(one_digit, 120.0, 150.0, 0.5).fits[0]
    assert not one(swapped_digits, 21.0, 12.0, 0.5).fits[0]


@pytest.mark.parametrize("slip", [power_of_ten, swapped_digits, one_digit, mirrored])
def test_a_right_number_is_no_slip(slip: object) -> None:
    assert not one(slip, 10516.38, 10516.38, 0.01).fits[0]


def test_chance_seldom_looks_like_a_slip() -> None:
    """A wrong number that was drawn blindly is explained by a digit in fewer than one case of fifty."""
    random = np.random.default_rng(4)
    due = np.round(random.uniform(1e3, 1e6, 5000), 2)
    written = np.round(due * random.uniform(0.5, 2.0, 5000), 2)
    allowed = half_units(due) * 3
    explained = sum(slip(written, due, allowed).fits for slip in (power_of_ten, swapped_digits, one_digit, mirrored))
    assert explained.astype(bool).mean() < 0.02
