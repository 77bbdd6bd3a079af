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

PRO_FORMA = "cơ sở so sánh: cộng các tỉnh cũ"
PARTLY_PRO_FORMA = f"{PRO_FORMA}, nơi chưa đủ số thì theo chỉ số của địa phương"
OWN_BASE = "cơ sở so sánh của địa phương hợp nhất: theo chỉ số do địa phương tự tính"
_HOW_PRO_FORMA = (
    "tổng mức / tổng cơ sở × 100 \u2212 100; cơ sở là tổng mức của các tỉnh cũ cùng kỳ, nơi chưa đủ số thì là mức / "
    "chỉ số × 100"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: levels in ``unit``, changes in per cent; None where it cannot be said.

    ``areas`` counts the provinces that are added up; it is None where the figure is the country's own. ``base`` says
    what the growth over a year ago of merged provinces rests on, '' where there is none among them.
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
    base: str = ""


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
    whole = [fact for fact in facts if fact.ref_area == month.home]
    parts = facts if month.areas else []
    indicators = {fact.indicator: fact for fact in (whole or parts)}
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
    code, mult = _unit(month, dataflow, [first])
    unit = month.unit_name(code, mult)

    def level(of: Fact | None) -> Figure | None:
        return None if of is None else month.figures.level(of, mult, unit)

    def growth(of: Fact | None) -> Figure | None:
        return None if of is None else month.figures.growth(of)

    return Line(
        label=month.name(first),
        indicator=indicator,
        unit=unit,
        last=level(last),
        now=level(now),
        ytd=level(ytd),
        mom=growth(fact("mom")) or _change(month, f"{first.key}.change", now, last),
        yoy=growth(fact("yoy")),
        ytd_yoy=growth(fact("ytd_yoy")),
        areas=None,
        facts=tuple(item for item in (now, last, ytd) if item is not None),
    )


@once
def sum_line(month: Month, dataflow: str, indicator: str, within: frozenset[str] | None = None) -> Line | None:
    """Return the provinces' sum, or that of those ``within``: levels added up, growth from the bases of a year ago.

    The base of a merged province is the sum of its old units, else what its index implies. Numbers under an open error
    are left out; ``areas`` says how many provinces are in it (domain rule: levels are added, ratios are recomputed,
    indices are never averaged).
    """
    told = _sound(month.provinces(dataflow, indicator, "month"))
    now = [fact for fact in told if within is None or fact.ref_area in within]
    if not now:
        return None
    unit, mult = _unit(month, dataflow, now)
    now = [fact for fact in now if fact.unit == unit]
    places = {fact.ref_area for fact in now}
    name = month.unit_name(unit, mult)

    def same(measure: str) -> list[Fact]:
        facts = _sound(month.provinces(dataflow, indicator, measure))
        return [fact for fact in facts if fact.ref_area in places]

    bases, ytd = _last(month, now), same("ytd")
    last = [base for each in bases for base in each]
    about = f"SUM.{dataflow}.{indicator}.{month.now}{'' if len(now) == len(told) else '.part'}"
    return Line(
        label=month.name(now[0]),
        indicator=indicator,
        unit=name,
        last=_total(month, f"{about}.last", last, mult, name),
        now=_total(month, f"{about}.month", now, mult, name),
        ytd=_total(month, f"{about}.ytd", ytd, mult, name),
        mom=_grown(month, f"{about}.mom", now, bases),
        yoy=_regrown(month, f"{about}.yoy", now, same("yoy")),
        ytd_yoy=_regrown(month, f"{about}.ytd_yoy", ytd, same("ytd_yoy")),
        areas=month.figures.count(f"{about}.areas", now),
        facts=tuple(now),
        base=_base(month, now),
    )


def _sound(facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if not fact.questioned]


def _unit(month: Month, dataflow: str, facts: Sequence[Fact]) -> tuple[str, int]:
    """Return the unit in which levels are printed: the form's own, else the one most of them have."""
    (unit, mult), _ = min(
        Counter((fact.unit, fact.unit_mult) for fact in facts).items(), key=lambda item: (-item[1], item[0])
    )
    for table in month.catalog.dataflows[dataflow].tables:
        if table.unit == unit:
            return unit, table.unit_mult
    return unit, mult


def amount(facts: Sequence[Fact], mult: int = 0) -> Decimal:
    """Return the sum of levels in their unit times ten to the ``mult``."""
    return sum((exact(fact.value).scaleb(fact.unit_mult - mult) for fact in facts), Decimal(0))


def _total(month: Month, about: str, facts: Sequence[Fact], mult: int, unit: str) -> Figure | None:
    if not facts:
        return None
    value = amount(facts, mult)
    how = f"tổng của {len(facts)} địa phương"
    return month.figures.number(about, value, facts, decimals=level_decimals(value), unit=unit, how=how)


def _last(month: Month, now: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    """Return for each level that of the month before, of the area or of its old units; () where it cannot be said."""
    own = [month.facts.get(one.dataflow, one.ref_area, one.indicator, month.last, one.measure) for one in now]
    lacking = [fact for fact, before in zip(now, own, strict=True) if before is None]
    old = month.pro_forma(lacking, month.period.previous)
    found = [(before,) if before else old.get(fact.ref_area, ()) for fact, before in zip(now, own, strict=True)]
    return [() if any(one.questioned for one in bases) else bases for bases in found]


def _change(month: Month, about: str, new: Fact | None, old: Fact | None) -> Figure | None:
    """Return the growth between two levels of the country."""
    return _grown(month, about, [new], [(old,)]) if new and old else None


def _grown(month: Month, about: str, new: Sequence[Fact], old: Sequence[Sequence[Fact]]) -> Figure | None:
    """Return the growth of levels over their bases (each as many facts); None where too little of the level has one."""
    both = [fact for fact, bases in zip(new, old, strict=True) if bases]
    base = [one for bases in old for one in bases]
    if not _enough(both, new) or amount(base) <= 0:
        return None
    value = change(amount(both), amount(base))
    how = "tổng mức kỳ này / tổng mức kỳ trước × 100 \u2212 100"
    return month.figures.number(about, value, [*both, *base], decimals=1, unit="%", how=how)


def _enough(part: Sequence[Fact], whole: Sequence[Fact]) -> bool:
    """Tell whether ``part`` makes up enough of the level to speak for it."""
    return bool(part) and amount(part) >= _ENOUGH * amount(whole)


def _regrown(month: Month, about: str, levels: Sequence[Fact], indices: Sequence[Fact]) -> Figure | None:
    """Return the growth of a sum over its base; None where too little of the level has one.

    The base of a merged area is the sum of its old units where they all stand; any other is level / index.
    """
    ratio = {fact.ref_area: fact for fact in indices if fact.value > 0}
    old = [fact for fact in levels if fact.ref_area in month.merged or fact.ref_area not in ratio]
    parts = month.pro_forma(old, month.period.year_ago)
    both = [fact for fact in levels if fact.ref_area in parts or fact.ref_area in ratio]
    implied = [fact for fact in both if fact.ref_area not in parts]
    summed = [part for fact in both for part in parts.get(fact.ref_area, ())]
    base = sum((amount([fact]) * 100 / exact(ratio[fact.ref_area].value) for fact in implied), start=amount(summed))
    if not _enough(both, levels) or base <= 0:
        return None
    how = _HOW_PRO_FORMA if summed else "tổng mức / tổng (mức / chỉ số × 100) × 100 \u2212 100"
    facts = [*both, *summed, *(ratio[fact.ref_area] for fact in implied)]
    return month.figures.number(about, change(amount(both), base), facts, decimals=1, unit="%", how=how)


def _base(month: Month, levels: Sequence[Fact]) -> str:
    """Return what the growth of merged provinces rests on, '' where none of them is among ``levels``."""
    merged = [fact for fact in levels if fact.ref_area in month.merged]
    known = len(month.pro_forma(merged, month.period.year_ago))
    if not merged:
        return ""
    return PRO_FORMA if known == len(merged) else PARTLY_PRO_FORMA if known else OWN_BASE
