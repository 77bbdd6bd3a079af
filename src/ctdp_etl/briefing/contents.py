"""What each kind of report contains: page one, and its sections by the names that report.yaml uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ctdp_etl.briefing import (
    commerce,
    industry,
    labour,
    plans,
    position,
    province,
    quality,
    quality_report,
    revision,
    span,
    span_tables,
    summary,
    trade,
)
from ctdp_etl.briefing.document import Block, Paragraph, Section, Table
from ctdp_etl.briefing.inputs import BriefingInput
from ctdp_etl.briefing.month import Month
from ctdp_etl.catalog import NATIONAL

_Part = Callable[[Month, BriefingInput], Section | None]

MONTHLY: Mapping[str, _Part] = {
    "industry": lambda month, _: industry.industry(month),
    "products": lambda month, _: commerce.products(month),
    "retail": lambda month, _: commerce.retail(month),
    "trade": lambda month, _: trade.trade(month),
    "electricity": lambda month, _: commerce.electricity(month),
    "plans": lambda month, _: plans.plans(month),
    "labour": lambda month, _: labour.labour(month),
    "revised": lambda month, _: revision.revised(month),
    "reporting": lambda month, given: quality.reporting(month, given.board),
    "findings": lambda month, _: quality.findings(month),
}
"""The sections of the country's briefing by the names that report.yaml uses."""

QUALITY: Mapping[str, _Part] = {
    "reporting": lambda month, given: quality.reporting(month, given.board),
    "senders": lambda month, given: quality_report.senders(month, given),
    "families": lambda month, given: quality_report.families(month, given),
    "revised": lambda month, _: revision.revised(month),
    "findings": lambda month, _: quality.findings(month),
    "decisions": lambda month, _: quality_report.decisions(month),
}
"""The sections of the report on quality."""

PROVINCE: Mapping[str, _Part] = {
    "position": lambda month, _: position.position(month),
    "production": lambda month, _: province.production(month),
    "levels": lambda month, _: province.levels(month),
    "revised": lambda month, _: province.revised(month),
    "reporting": lambda month, given: province.reporting(month, given.board),
    "findings": lambda month, _: province.questions(month),
}
"""The sections of a province's brief."""


SPAN: Mapping[str, _Part] = {
    "index": lambda month, given: span_tables.index(_span(month, given)),
    "levels": lambda month, given: span_tables.levels(_span(month, given)),
    "plans": lambda month, _: plans.plans(month, is_told=True),
    "years": lambda month, given: span_tables.years(_span(month, given)),
    "reporting": lambda month, given: quality.reporting(month, given.board),
    "findings": lambda month, _: quality.findings(month),
}
"""The sections of the briefing of a quarter, a half or a year."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Page one: its sentences, its table, and what the reader has to know."""

    points: tuple[Paragraph, ...]
    key_figures: Table
    cautions: tuple[Paragraph, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of it, in the order of print."""
        return (*self.points, self.key_figures, *self.cautions)


def sections_of(month: Month, inputs: BriefingInput) -> list[Section]:
    """Return the sections of the report that have something to say."""
    parts = MONTHLY if month.home == NATIONAL else PROVINCE
    parts = SPAN if inputs.span else QUALITY if inputs.senders is not None else parts
    found = (parts[name](month, inputs) for name in inputs.sections or parts)
    return [section for section in found if section is not None]


def first_page(month: Month, inputs: BriefingInput) -> FirstPage:
    """Return page one of the report; where nobody told what it is about it says so."""
    page = _first_page(month, inputs)
    if page.points or page.key_figures.rows:
        return page
    about = (inputs.span or inputs.period).vietnamese
    return replace(page, points=(Paragraph((f"Chưa có số liệu đầy đủ của {about} để tổng hợp.",), "point"),))


def _first_page(month: Month, inputs: BriefingInput) -> FirstPage:
    if inputs.span:
        longer_one = _span(month, inputs)
        return FirstPage(span.points(longer_one), span.key_figures(longer_one), span.cautions(longer_one))
    if inputs.senders is not None:
        told = quality_report.key_figures(month, inputs)
        return FirstPage(quality_report.points(month, inputs), told, ())
    key_figures = summary.key_figures(month)
    if month.home == NATIONAL:
        return FirstPage(summary.points(month), key_figures, summary.cautions(month, inputs.board))
    return FirstPage(province.points(month), key_figures, province.cautions(month, inputs.board))


def _span(month: Month, inputs: BriefingInput) -> span.Span:
    return span.Span(month, inputs.span or inputs.period)
