"""Rounding as it was written, and numbers as they are printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import half_units


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_what_was_cut_lies_within_the_rounding(units: int, decimals: int) -> None:
    written = round(units / 10.0**decimals, decimals)
    (half,) = half_units(np.array([written]))
    assert half >= 0.5 * 10.0**-decimals * (1 - 1e-9)


@pytest.mark.parametrize(
    ("value", "half"),
    [(104.78, 0.005), (720.0, 0.5), (27000.0, 0.5), (24414289.120000005, 0.005), (0.03, 0.005), (0.0, 0.5)],
)
def test_the_rounding_is_half_of_the_last_decimal_shown(value: float, half: float) -> None:
    assert half_units(np.array([value]))[0] == pytest.approx(half)


def test_a_full_double_has_hardly_any_rounding() -> None:
    assert half_units(np.array([40143.8181189609]))[0] == pytest.approx(4.01438e-6, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (40143.8181189609, "40.143,82"),
        (16830.148294464245, "16.830,15"),
        (105.99, "105,99"),
        (0.03, "0,03"),
        (-1143.631, "\u22121.143,631"),
        (1000.0, "1.000"),
        (0.0, "0"),
        (-0.00000001, "\u22120,00000001"),
        (18350223.456, "18.350.223"),
    ],
)
def test_numbers_are_printed_as_in_vietnam(value: float, printed: str) -> None:
    assert wording.number(value) == printed


@pytest.mark.parametrize(("exponent", "printed"), [(3, "×1.000"), (-1, "÷10"), (6, "×1.000.000")])
def test_a_slip_is_named_by_its_factor(exponent: int, printed: str) -> None:
    assert wording.factor(exponent) == printed
