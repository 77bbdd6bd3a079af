"""Frames to a briefing: the pure half, the same inputs give the same briefing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ctdp_etl.briefing import annex, commerce, industry, labour, plans, position, province, quality, revision, summary
from ctdp_etl.briefing.document import Block, Briefing, Chart, Paragraph, Section, Table, printed_in
from ctdp_etl.briefing.facts import Doubt, Ruling, facts_from
from ctdp_etl.briefing.figures import Figure, Figures
from ctdp_etl.briefing.inputs import BriefingInput, received
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.tables import fitted
from ctdp_etl.briefing.variation import in_turns
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import Decision, DecisionKind, Finding, Severity

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_CELL = ["sha256", "sheet", "cell"]
_KEY = ["source", "dataflow", "ref_area", "indicator", "time_period", "measure"]
_Part = Callable[[Month, BriefingInput], Section | None]

MONTHLY: Mapping[str, _Part] = {
    "industry": lambda month, _: industry.industry(month),
    "products": lambda month, _: commerce.products(month),
    "retail": lambda month, _: commerce.retail(month),
    "trade": lambda month, _: commerce.trade(month),
    "electricity": lambda month, _: commerce.electricity(month),
    "plans": lambda month, _: plans.plans(month),
    "labour": lambda month, _: labour.labour(month),
    "revised": lambda month, _: revision.revised(month),
    "reporting": lambda month, given: quality.reporting(month, given.board),
    "findings": lambda month, _: quality.findings(month),
}
"""The sections of the country's briefing by the names that report.yaml uses."""

PROVINCE: Mapping[str, _Part] = {
    "position": lambda month, _: position.position(month),
    "production": lambda month, _: province.production(month),
    "levels": lambda month, _: province.levels(month),
    "revised": lambda month, _: province.revised(month),
    "reporting": lambda month, given: province.reporting(month, given.board),
    "findings": lambda month, _: province.questions(month),
}
"""The sections of a province's brief."""


@dataclass(frozen=True, slots=True)
class _FirstPage:
    points: tuple[Paragraph, ...]
    key_figures: Table
    cautions: tuple[Paragraph, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (*self.points, self.key_figures, *self.cautions)


def compose(inputs: BriefingInput) -> Briefing:
    """Return the report on a month: sentences, tables and charts, every number of them a figure."""
    return composed(material(inputs), inputs)


def material(inputs: BriefingInput) -> Month:
    """Return what every report on the month is written from; worth keeping where several are."""
    doubt, ruling = _doubt(inputs.findings), _ruling(inputs.decisions)
    period = str(inputs.period)
    return Month(
        period=inputs.period,
        catalog=inputs.catalog,
        facts=facts_from(inputs.current, period, inputs.catalog, doubt, ruling),
        before=facts_from(inputs.previous, period, inputs.catalog, doubt, ruling),
        findings=tuple(inputs.findings),
        waived=tuple(one for one in inputs.decisions if one.kind == DecisionKind.WAIVE),
        receipts=received(inputs.submissions),
        figures=Figures(),
    )


def composed(month: Month, inputs: BriefingInput) -> Briefing:
    """Return the report that ``inputs`` names, from material of the whole country that was made before."""
    if inputs.home == NATIONAL:
        return _put_together(month, inputs, MONTHLY)
    return _put_together(province.of_province(month, inputs.board, inputs.home), inputs, PROVINCE)


def _put_together(month: Month, inputs: BriefingInput, parts: Mapping[str, _Part]) -> Briefing:
    found = (parts[name](month, inputs) for name in inputs.sections or parts)
    sections = [section for section in found if section is not None]
    first = _first_page(month, inputs)
    printed = _printed([*first.blocks, *(block for part in sections for block in part.blocks)])
    last: tuple[Block, ...] = ()
    if month.home == NATIONAL:
        last = annex.annex(month, printed)
    else:
        sections.append(province.sources(month, printed, printed_in(first.key_figures)))
    whole = Briefing(
        report=inputs.report,
        period=month.now,
        period_words=inputs.period.vietnamese,
        as_of=inputs.as_of,
        letterhead=inputs.letterhead,
        points=first.points,
        key_figures=first.key_figures,
        cautions=first.cautions,
        sections=_numbered(sections),
        annex=tuple(fitted(block) if isinstance(block, Table) else block for block in last),
        figures=printed,
        ref_area=month.home,
        area_words=month.home_name if month.home == NATIONAL else province.titled(month),
    )
    return in_turns(whole, month.period)


def _first_page(month: Month, inputs: BriefingInput) -> _FirstPage:
    key_figures = fitted(summary.key_figures(month))
    if month.home == NATIONAL:
        return _FirstPage(summary.points(month), key_figures, summary.cautions(month, inputs.board))
    return _FirstPage(province.points(month), key_figures, province.cautions(month, inputs.board))


def _numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections with Roman numerals and their tables and charts counted through."""
    tables = charts = 0
    result = []
    for numeral, section in zip(_ROMAN, sections, strict=False):
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tables += 1
                blocks.append(fitted(replace(block, number=tables)))
            elif isinstance(block, Chart):
                charts += 1
                blocks.append(replace(block, number=charts))
            else:
                blocks.append(block)
        result.append(Section(section.title, tuple(blocks), numeral))
    return tuple(result)


def _printed(blocks: Iterable[Block | Paragraph]) -> tuple[Figure, ...]:
    """Return every figure that is printed, once, in the order of print."""
    return tuple({figure.id: figure for block in blocks for figure in printed_in(block)}.values())


def _doubt(findings: Sequence[Finding]) -> Doubt:
    """Return what tells which rows an open error speaks of: by its cell, or by the key where it has no cell."""
    errors = {_about(finding) for finding in findings if finding.severity == Severity.ERROR}

    def doubt(frame: pd.DataFrame) -> list[bool]:
        if not errors:
            return [False] * len(frame)
        return [cell in errors or key in errors for cell, key in _places(frame)]

    return doubt


def _ruling(decisions: Sequence[Decision]) -> Ruling:
    """Return what tells what was decided about rows: a correction about the value itself, a waiver about a finding."""
    found: dict[tuple[str, ...], list[Decision]] = {}
    for one in decisions:
        corrected = (one.obs_submission_id, one.obs_sheet, one.obs_cell, one.obs_measure)
        found.setdefault(corrected if one.kind == DecisionKind.CORRECT else _about(one.finding), []).append(one)

    def ruling(frame: pd.DataFrame) -> list[tuple[Decision, ...]]:
        if not found:
            return [()] * len(frame)
        stored = zip(*(frame[name] for name in ("submission_id", "sheet", "cell", "measure")), strict=True)
        rows = zip(stored, _places(frame), strict=True)
        return [tuple(one for about in (value, *places) for one in found.get(about, ())) for value, places in rows]

    return ruling


def _about(finding: Finding) -> tuple[str, ...]:
    """Return the cell that a finding speaks of, or the key of the number where it names no cell."""
    return tuple(getattr(finding, name) for name in (_CELL if finding.cell else _KEY))


def _places(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the cell and the key of each row."""
    by_cell, by_key = (zip(*(frame[name] for name in names), strict=True) for names in (_CELL, _KEY))
    return zip(by_cell, by_key, strict=True)
