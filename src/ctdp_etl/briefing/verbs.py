"""The words for a change: by direction, by size and by whether it is larger than what estimates are revised by.

"Tăng", "giảm" and "tương đương" by the rounded value are the offices' own words. The adverbs are ours: "mạnh" is growth
of two digits, "khá" half of that and more, "nhẹ" less than one per cent; a fall has no "khá".
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ctdp_etl.briefing.figures import Figure

LEVEL, UNCHANGED = "tương đương", "gần như không đổi"
RISES, FALLS = "tăng", "giảm"


class Degree(NamedTuple):
    """What a change smaller than ``below`` per cent is called."""

    below: Decimal
    rises: str
    falls: str


DEGREES = (
    Degree(Decimal(1), f"{RISES} nhẹ", f"{FALLS} nhẹ"),
    Degree(Decimal(5), RISES, FALLS),
    Degree(Decimal(10), f"{RISES} khá", FALLS),
    Degree(Decimal("Infinity"), f"{RISES} mạnh", f"{FALLS} mạnh"),
)

REVISED_BY = {
    ("IIP", "TOTAL"): Decimal("0.6"),
    ("IIP", "SECTION"): Decimal("1.4"),
    ("IIP", "PART"): Decimal("2.9"),
    ("RETAIL", "TOTAL"): Decimal("0.5"),
    ("RETAIL", "PART"): Decimal("1.5"),
    ("PRODUCTS", "PART"): Decimal("3.7"),
}
"""By how much estimates of the whole country are typically revised, points or per cent.

Medians of the change from the estimate to the next month's figure in the General Statistics Office's tables of August
2021, January, February, March and September 2024 (5 totals, 20 sections, 160 branches, 163 products). Where nothing
is known, a change counts from the rounding on.
"""
LOW_BASE, HIGH_BASE = Decimal(-5), Decimal(10)
"""Growth a year ago from which on this year's rests on a low or a high base: ours, a fall or a two-digit rise."""
_SECTIONS = frozenset("BCDE")
_SO_FAR = frozenset({"ytd", "ytd_yoy"})


def noise(growth: Figure) -> Decimal:
    """Return below which size a growth says nothing: the typical revision of an estimate.

    It is 0 for what is official, and for sums of months, in which one estimate is a small part.
    """
    estimates = [fact for fact in growth.facts if fact.obs_status != "A" and fact.measure not in _SO_FAR]
    return max((_revised_by(fact.dataflow, fact.indicator) for fact in estimates), default=Decimal(0))


def speaks(growth: Figure) -> bool:
    """Tell whether a growth as printed is more than its noise."""
    return abs(growth.rounded) > noise(growth)


def verb(growth: Figure, *, degree: bool = False) -> str:
    """Return the verb of a growth that speaks; ``degree`` adds how much."""
    if not degree:
        return RISES if growth.sign > 0 else FALLS
    size = abs(growth.rounded)
    found = next(one for one in DEGREES if size < one.below)
    return found.rises if growth.sign > 0 else found.falls


def _revised_by(dataflow: str, indicator: str) -> Decimal:
    level = "TOTAL" if "TOTAL" in indicator.split(".") else "SECTION" if indicator in _SECTIONS else "PART"
    return REVISED_BY.get((dataflow, level), Decimal(0))
