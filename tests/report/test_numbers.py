"""Numbers in Vietnamese print."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.briefing.numbers import exact, rounded, vietnamese


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("1234.5", 1, "1.234,5"),
        ("-3.25", 1, "−3,3"),
        ("2.25", 1, "2,3"),
        ("-0.04", 1, "0,0"),
        ("0.05", 1, "0,1"),
        ("545729.5865348832", 1, "545.729,6"),
        ("108.3", 2, "108,30"),
        ("34", 0, "34"),
        ("1000000", 0, "1.000.000"),
    ],
)
def test_a_number_is_printed_as_vietnamese_write_it(value: str, decimals: int, text: str) -> None:
    assert vietnamese(Decimal(value), decimals) == text


@given(st.decimals(-(10**12), 10**12, places=6), st.integers(0, 3))
def test_print_reads_back_as_the_rounded_number(value: Decimal, decimals: int) -> None:
    text = vietnamese(value, decimals)
    back = Decimal(text.replace(".", "").replace(",", ".").replace("−", "-"))
    assert back == rounded(value, decimals)
    assert abs(back - value) <= Decimal(1).scaleb(-decimals) / 2
    assert "-" not in text
    assert not (back == 0 and "−" in text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_stored_double_is_named_exactly(value: float) -> None:
    assert float(exact(value)) == value
