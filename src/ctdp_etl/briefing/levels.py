"""Lines of levels: a level with its changes, for the whole country or added up over the provinces that reported it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure, change
from ctdp_etl.briefing.month import Month, once
from ctdp_etl.briefing.numbers import exact, level_decimals
from ctdp_etl.model import Measure

_ENOUGH = Decimal("0.9")
"""A sum's growth is said when the provinces that it rests on make up this part of the level."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: levels in ``unit``, changes in per cent; None where it cannot be said.

    ``areas`` counts the provinces that are added up; it is None where the figure is the country's own.
    """

    label: str
    indicator: str
    unit: str
    last: Figure | None
    now: Figure | None
    ytd: Figure | None
    mom: Figure | None
    yoy: Figure | None
    ytd_yoy: Figure | None
    areas: Figure | None
    facts: tuple[Fact, ...]


@once
def lines(month: Month, dataflow: str, *, prefix: str = "", suffix: str = "") -> tuple[Line, ...]:
    """Return a line for each indicator of the dataflow that has a level in the period, in the order of its code list.

    The country's own figures come before sums; a sum of provinces never stands beside them.
    """
    facts = [
        fact
        for measure in (Measure.MONTH, Measure.YTD)
        for fact in month.facts.across(dataflow, month.now, measure)
        if fact.indicator.startswith(prefix) and fact.indicator.endswith(suffix)
    ]
    whole = [fact for fact in facts if month.country(dataflow, fact.indicator, fact.measure) == fact]
    indicators = {fact.indicator: fact for fact in (whole or facts)}
    make = country_line if whole else sum_line
    ordered = sorted(indicators.values(), key=month.order)
    made = (make(month, dataflow, fact.indicator) for fact in ordered)
    return tuple(line for line in made if line is not None)


def country_line(month: Month, dataflow: str, indicator: str) -> Line | None:
    """Return the country's own line, or None where it has no level in the period."""

    def fact(measure: str, period: str = "") -> Fact | None:
        return month.country(dataflow, indicator, measure, period)

    now, last, ytd = fact("month"), fact("month", month.last), fact("ytd")
    first = now or ytd
    if first is None:
        return None
    unit = month.unit_name(first.unit, first.unit_mult)

    def level(of: Fact | None) -> Figure | None:
        return None if of is None else month.figures.level(of, first.unit_mult, unit)

    def growth(of: Fact | None) -> Figure | None:
        return None if of is None else month.figures.growth(of)

    return Line(
        label=month.name(first),
        indicator=indicator,
        unit=unit,
        last=level(last),
        now=level(now),
        ytd=level(ytd),
        mom=growth(fact("mom")) or _change(month, f"{first.key}.change", [now] if now else [], [last] if last else []),
        yoy=growth(fact("yoy")),
        ytd_yoy=growth(fact("ytd_yoy")),
        areas=None,
        facts=tuple(item for item in (now, last, ytd) if item is not None),
    )


def sum_line(month: Month, dataflow: str, indicator: str) -> Line | None:
    """Return the provinces' sum: levels added up, growth recomputed from the bases that the provinces' indices imply.

    Numbers under an open error are left out; ``areas`` says how many provinces are in it (domain rule: levels are
    added, ratios are recomputed, indices are never averaged).
    """
    now = _sound(month.provinces(dataflow, indicator, "month"))
    if not now:
        return None
    unit, mult = _unit(month, dataflow, now)
    now = [fact for fact in now if fact.unit == unit]
    places = {fact.ref_area for fact in now}
    name = month.unit_name(unit, mult)

    def same(measure: str, period: str = "") -> list[Fact]:
        facts = _sound(month.provinces(dataflow, indicator, measure, period))
        return [fact for fact in facts if fact.ref_area in places]

    last, ytd = same("month", month.last), same("ytd")
    about = f"SUM.{dataflow}.{indicator}.{month.now}"
    return Line(
        label=month.name(now[0]),
        indicator=indicator,
        unit=name,
        last=_total(month, f"{about}.last", last, mult, name),
        now=_total(month, f"{about}.month", now, mult, name),
        ytd=_total(month, f"{about}.ytd", ytd, mult, name),
        mom=_change(month, f"{about}.mom", now, last),
        yoy=_regrown(month, f"{about}.yoy", now, same("yoy")),
        ytd_yoy=_regrown(month, f"{about}.ytd_yoy", ytd, same("ytd_yoy")),
        areas=month.figures.count(f"{about}.areas", now),
        facts=tuple(now),
    )


def _sound(facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if not fact.questioned]


def _unit(month: Month, dataflow: str, facts: Sequence[Fact]) -> tuple[str, int]:
    """Return the unit in which a sum is printed: the form's own, else the one most provinces use."""
    (unit, mult), _ = min(
        Counter((fact.unit, fact.unit_mult) for fact in facts).items(), key=lambda item: (-item[1], item[0])
    )
    for table in month.catalog.dataflows[dataflow].tables:
        if table.unit == unit:
            return unit, table.unit_mult
    return unit, mult


def _amount(facts: Sequence[Fact], mult: int = 0) -> Decimal:
    return sum((exact(fact.value).scaleb(fact.unit_mult - mult) for fact in facts), Decimal(0))


def _total(month: Month, about: str, facts: Sequence[Fact], mult: int, unit: str) -> Figure | None:
    if not facts:
        return None
    value = _amount(facts, mult)
    how = f"tổng của {len(facts)} địa phương"
    return month.figures.number(about, value, facts, decimals=level_decimals(value), unit=unit, how=how)


def _change(month: Month, about: str, new: Sequence[Fact], old: Sequence[Fact]) -> Figure | None:
    """Return the growth between two levels of the same provinces; None where too little of the level is in it."""
    earlier = {fact.ref_area: fact for fact in old}
    both = [fact for fact in new if fact.ref_area in earlier]
    base = [earlier[fact.ref_area] for fact in both]
    if not _enough(both, new) or _amount(base) <= 0:
        return None
    value = change(_amount(both), _amount(base))
    how = "tổng mức kỳ này / tổng mức kỳ trước × 100 \u2212 100"
    return month.figures.number(about, value, [*both, *base], decimals=1, unit="%", how=how)


def _enough(part: Sequence[Fact], whole: Sequence[Fact]) -> bool:
    """Tell whether ``part`` makes up enough of the level to speak for it."""
    return bool(part) and _amount(part) >= _ENOUGH * _amount(whole)


def _regrown(month: Month, about: str, levels: Sequence[Fact], indices: Sequence[Fact]) -> Figure | None:
    """Return the growth of a sum over its base, each base being level / index; None where too little is in it."""
    ratio = {fact.ref_area: fact for fact in indices if fact.value > 0}
    both = [fact for fact in levels if fact.ref_area in ratio]
    base = sum((_amount([fact]) * 100 / exact(ratio[fact.ref_area].value) for fact in both), Decimal(0))
    if not _enough(both, levels) or base <= 0:
        return None
    how = "tổng mức / tổng (mức / chỉ số × 100) × 100 \u2212 100"
    facts = [*both, *(ratio[fact.ref_area] for fact in both)]
    return month.figures.number(about, change(_amount(both), base), facts, decimals=1, unit="%", how=how)
