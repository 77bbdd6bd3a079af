"""Numbers as Vietnamese readers write them: 1.234,5 with a true minus sign, rounded once, half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

MINUS = "\u2212"
_SWAP = str.maketrans(",.", ".,")


@lru_cache(maxsize=1 << 16)
def exact(value: float) -> Decimal:
    """Return the shortest decimal that names the stored double (107.02, never 107.0199999...)."""
    return Decimal(repr(float(value)))


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return ``value`` rounded half away from zero; zero has no sign."""
    result = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def vietnamese(value: Decimal, decimals: int) -> str:
    """Return ``value`` in print: dots between thousands, a decimal comma, a minus sign."""
    number = rounded(value, decimals)
    text = f"{abs(number):,.{decimals}f}".translate(_SWAP)
    return f"{MINUS}{text}" if number < 0 else text


def written(value: float) -> str:
    """Return a stored number in print with all its decimals."""
    number = exact(value).normalize()
    return vietnamese(number, max(0, -int(number.as_tuple().exponent)))


def level_decimals(value: Decimal) -> int:
    """Return how many decimals a level needs: one, and more below ten so that two digits or more speak."""
    size = abs(value)
    if size == 0 or size >= 10:
        return 1
    return 2 if size >= 1 else 3
