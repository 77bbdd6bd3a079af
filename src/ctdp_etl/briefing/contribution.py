"""What the parts of a level contribute to its growth, in points: said only where levels and growths tell it.

Contribution of a part = (its level - its base) / base of the total, base = level / (1 + growth) (NSO practice for
retail sales). Indices have no weights here, so nothing is ever said of what sections contribute to an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ctdp_etl.briefing.document import Chart, Mark, Runs
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import Line, sum_line
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import capital, lower_first
from ctdp_etl.briefing.numbers import exact, rounded

_POINTS = "điểm phần trăm"
_HOW = "(mức \u2212 cơ sở của phần) / cơ sở của tổng × 100; cơ sở là mức / (1 + tốc độ tăng)"
_OF_LEVEL = Decimal("0.005")
_OF_GROWTH = Decimal("0.15")
_FEWEST = 3


class Contribution(NamedTuple):
    """A part and how many points of the total's growth it makes."""

    line: Line
    points: Figure


def alike(month: Month, dataflow: str, total: Line | None, parts: Sequence[Line]) -> list[Line]:
    """Return the parts over the localities that the total is added up from; a part that lacks one stays as it is."""
    if total is None or not total.areas:
        return list(parts)
    within = frozenset(fact.ref_area for fact in total.facts)
    return [_within(month, dataflow, line, within) for line in parts]


def _within(month: Month, dataflow: str, line: Line, within: frozenset[str]) -> Line:
    if not within < {fact.ref_area for fact in line.facts}:
        return line
    return sum_line(month, dataflow, line.indicator, within) or line


def contributions(month: Month, total: Line | None, parts: Sequence[Line]) -> tuple[Contribution, ...]:
    """Return what each part contributes to the growth over a year ago, in the order given.

    Nothing where a part has no growth or is in question, where parts and total rest on other localities, or where the
    parts do not add up to the total's level (0.5%) and growth (0.15 points).
    """
    if total is None or not parts or any(not _usable(line, total) for line in (total, *parts)):
        return ()
    base = _base(total)
    found = [(line, (_now(line) - _base(line)) / base * 100) for line in parts]
    level = sum((_now(line) for line in parts), Decimal(0))
    growth = (_now(total) / base - 1) * 100
    if abs(level - _now(total)) > _OF_LEVEL * _now(total):
        return ()
    if abs(sum((points for _, points in found), Decimal(0)) - growth) > _OF_GROWTH:
        return ()
    return tuple(Contribution(line, _figure(month, line, total, points)) for line, points in found)


def contributed(month: Month, total: Line, one: Contribution, *, first: bool = True) -> Runs:
    """Return ", đóng góp 6,8 điểm phần trăm vào mức tăng chung" by the sign of the total and of the part.

    What it is a contribution to is said with the ``first``.
    """
    points = one.points
    growth = total.yoy
    if growth is None or points.sign == 0:
        return ()
    if points.sign < 0:
        return (", làm giảm ", month.figures.size(points), f" {_POINTS}")
    if growth.sign > 0:
        return (", đóng góp ", points, f" {_POINTS} vào mức tăng chung" if first else f" {_POINTS}")
    return (", bù lại ", points, f" {_POINTS}")


def waterfall(month: Month, total: Line | None, parts: Sequence[Contribution], subject: str) -> Chart | None:
    """Return the steps from the parts' contributions to the total's growth; None below three parts."""
    if total is None or total.yoy is None or len(parts) < _FEWEST:
        return None
    ranked = sorted(parts, key=lambda one: (-one.points.value, one.line.indicator))
    marks = tuple(Mark(one.line.label, one.points) for one in ranked)
    marks = (*marks, Mark("Mức tăng, giảm chung", total.yoy, strong=True))
    largest = max(ranked, key=lambda one: (abs(one.points.value), one.line.indicator))
    said = contributed(month, total, largest)
    if not said:
        return None
    title: Runs = (f"{lower_first(largest.line.label)} {str(said[0]).removeprefix(', ')}", *said[1:])
    alt = f"Biểu đồ bậc thang: đóng góp của {len(parts)} nhóm vào tốc độ tăng của {subject} {month.words}."
    unit = f"{_POINTS}; {month.words} so với cùng kỳ năm trước"
    facts = [fact for one in parts for fact in one.line.facts]
    return Chart("waterfall", capital(title), unit, marks, month.sources(facts), alt)


def _usable(line: Line, total: Line) -> bool:
    if line.now is None or line.yoy is None or line.unit != total.unit or line.now.value <= 0:
        return False
    return not line.now.questioned and not line.yoy.questioned and line.yoy.value > -100 and _same_areas(line, total)


def _same_areas(line: Line, total: Line) -> bool:
    return {fact.ref_area for fact in line.facts} == {fact.ref_area for fact in total.facts}


def _now(line: Line) -> Decimal:
    return exact(line.now.value) if line.now else Decimal(0)


def _base(line: Line) -> Decimal:
    growth = exact(line.yoy.value) if line.yoy else Decimal(0)
    return _now(line) / (1 + growth / 100)


def _figure(month: Month, line: Line, total: Line, points: Decimal) -> Figure:
    sources = [figure for figure in (line.now, line.yoy, total.now, total.yoy) if figure]
    facts = list(dict.fromkeys(fact for figure in sources for fact in figure.facts))
    about = f"CONTRIBUTION.{facts[0].dataflow}.{line.indicator}.{month.now}"
    return month.figures.number(about, rounded(points, 10), facts, decimals=1, unit=_POINTS, how=_HOW)
