"""Section: how far the year's plans are fulfilled, for the whole country or added up over the provinces that told both.

A ratio is never averaged: the provinces' levels are added and their plans are added (domain rule for merged units).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ctdp_etl.briefing.document import Block, Chart, Paragraph, Runs, Section
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import capital, joined, lower_first
from ctdp_etl.briefing.numbers import exact, vietnamese
from ctdp_etl.briefing.pictures import pace_of, plan_bars, plan_fulfilment
from ctdp_etl.catalog import NATIONAL

_ENOUGH = Decimal("0.75")
"""The provinces that tell both level and plan have to make up this part of the level; how many they are is said."""
_FEWEST_AREAS = 5
_HOW = "tổng cộng dồn / tổng kế hoạch năm × 100"
_ASKED = (
    ("OUTPUT", "TOTAL", "Giá trị sản xuất công nghiệp"),
    ("RETAIL", "TOTAL", "Tổng mức bán lẻ, dịch vụ"),
    ("TRADE", "EXPORT.TOTAL.VALUE", "Kim ngạch xuất khẩu"),
    ("TRADE", "IMPORT.TOTAL.VALUE", "Kim ngạch nhập khẩu"),
    ("ELECTRICITY", "GENERATION", "Điện sản xuất"),
    ("ELECTRICITY", "SALES", "Điện thương phẩm"),
)
"""Dataflow, beginning of the indicator and how it is called."""


class Fulfilment(NamedTuple):
    """One indicator: how much of the year's plan, and how many localities were added (None for the country's own)."""

    label: str
    percent: Figure
    areas: Figure | None


def plans(month: Month, *, is_told: bool = False) -> Section | None:
    """Return the section on plan fulfilment, or None where nobody told a plan; ``is_told`` where page one says it."""
    found = fulfilments(month)
    if not found or month.period.freq != "M":
        return None
    blocks: list[Block] = [Paragraph((*sentence(month, found), "."))]
    marks = [(one.label, one.percent) for one in found]
    if drawn := plan_bars(month, marks, [fact for one in found for fact in one.percent.facts]):
        blocks = [drawn] if is_told else [*blocks, drawn]
    if by_area := _by_area(month):
        blocks.append(by_area)
    return Section("Thực hiện kế hoạch năm", tuple(blocks))


def _by_area(month: Month) -> Chart | None:
    """Return the localities' own fulfilment of the indicator that most of them told; None below five."""
    if month.home != NATIONAL:
        return None
    told: list[tuple[str, tuple[Fact, ...]]] = []
    for dataflow, start, label in _ASKED:
        first = min(_told(month, dataflow, start), key=month.order, default=None)
        facts = month.provinces(dataflow, first.indicator, "plan_pct") if first else ()
        told.append((label, tuple(fact for fact in facts if not fact.questioned)))
    label, facts = max(told, key=lambda pair: len(pair[1]))
    return plan_fulfilment(month, facts, subject=label) if len(facts) >= _FEWEST_AREAS else None


def _told(month: Month, dataflow: str, start: str) -> list[Fact]:
    """Return every area's fulfilment of the indicators of a dataflow that begin so."""
    return [fact for fact in month.facts.across(dataflow, month.now, "plan_pct") if fact.indicator.startswith(start)]


def fulfilments(month: Month) -> tuple[Fulfilment, ...]:
    """Return how far each asked indicator's plan is fulfilled, where it can be said."""
    found: list[Fulfilment] = []
    for dataflow, start, label in _ASKED:
        if told := _told(month, dataflow, start):
            indicator = min(told, key=month.order).indicator
            one = _of_country(month, dataflow, indicator, label) or _of_provinces(month, dataflow, indicator, label)
            found += [one] if one else []
    return tuple(found)


def sentence(month: Month, found: Sequence[Fulfilment]) -> Runs:
    """Return "tính chung 4 tháng so với kế hoạch năm, bán lẻ đạt 32,1% (29 địa phương); …" without its full stop."""
    parts: list[Runs] = []
    for one in found:
        cover: Runs = (" (", one.areas, " địa phương)") if one.areas else ()
        parts.append((f"{lower_first(one.label)} đạt ", one.percent, "%", *cover))
    pace = f"; nhịp đều của {month.so_far} là {vietnamese(pace_of(month), 1)}%"
    return capital((f"tính chung {month.so_far} so với kế hoạch năm, ", *joined(parts, between="; ", last="; "), pace))


def _of_country(month: Month, dataflow: str, indicator: str, label: str) -> Fulfilment | None:
    fact = month.country(dataflow, indicator, "plan_pct")
    if fact is None or fact.questioned:
        return None
    percent = month.figures.number(f"{fact.key}.percent", exact(fact.value), [fact], decimals=1, unit="%")
    return Fulfilment(label, percent, None)


def _of_provinces(month: Month, dataflow: str, indicator: str, label: str) -> Fulfilment | None:
    """Return the sum's fulfilment over the provinces that tell both a cumulative level and a plan."""
    levels = [fact for fact in month.provinces(dataflow, indicator, "ytd") if not fact.questioned]
    year = str(month.period.year)
    pairs = [(fact, month.facts.get(dataflow, fact.ref_area, indicator, year, "plan")) for fact in levels]
    both = [(fact, plan) for fact, plan in pairs if plan and not plan.questioned and plan.unit == fact.unit]
    reached, planned = _amount([fact for fact, _ in both]), _amount([plan for _, plan in both])
    if not both or planned <= 0 or reached < _ENOUGH * _amount(levels):
        return None
    about = f"PLAN.{dataflow}.{indicator}.{month.now}"
    percent = month.figures.number(
        about, reached / planned * 100, [one for pair in both for one in pair], decimals=1, unit="%", how=_HOW
    )
    areas = month.figures.count(f"{about}.areas", [fact for fact, _ in both])
    return Fulfilment(label, percent, areas)


def _amount(facts: Sequence[Fact]) -> Decimal:
    return sum((exact(fact.value).scaleb(fact.unit_mult) for fact in facts), Decimal(0))
