"""Frames to a briefing: the pure half, the same inputs give the same briefing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from ctdp_etl.briefing import annex, province
from ctdp_etl.briefing.contents import FirstPage, first_page, sections_of
from ctdp_etl.briefing.document import Block, Briefing, Chart, Paragraph, Section, Table, explained, printed_in
from ctdp_etl.briefing.facts import Doubt, Ruling, facts_from
from ctdp_etl.briefing.figures import Figure, Figures, signs_in
from ctdp_etl.briefing.inputs import BriefingInput, received
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import introduced
from ctdp_etl.briefing.overview import overview
from ctdp_etl.briefing.pictures import in_words
from ctdp_etl.briefing.tables import WIDE, fitted
from ctdp_etl.briefing.variation import in_turns
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import Decision, DecisionKind, Finding, Scope, Severity
from ctdp_etl.resources import REPORT

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_LONG = 120
"""A note of more characters than this stands under one table; the others refer to it."""
_CELL = ["sha256", "sheet", "cell"]
_KEY = ["source", "dataflow", "ref_area", "indicator", "time_period", "measure"]


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
    home = month if inputs.home == NATIONAL else province.of_province(month, inputs.board, inputs.home)
    return in_turns(_put_together(home, inputs), inputs.period)


def _put_together(month: Month, inputs: BriefingInput) -> Briefing:
    sections, first = sections_of(month, inputs), first_page(month, inputs)
    wide = overview(month) if inputs.report == REPORT else None
    blocks = [*first.blocks, *(block for part in sections for block in part.blocks), *filter(None, (wide,))]
    printed = _printed(blocks)
    about = inputs.span or inputs.period
    last: tuple[Block, ...] = ()
    if month.home == NATIONAL:
        last = annex.annex(month, printed, with_decisions="decisions" not in inputs.sections)
    else:
        sections.append(province.sources(month, printed, printed_in(first.key_figures)))
    return Briefing(
        report=inputs.report,
        period=str(about),
        period_words=about.vietnamese,
        as_of=inputs.as_of,
        letterhead=inputs.letterhead,
        points=introduced(month, first.points),
        key_figures=fitted(first.key_figures),
        cautions=(*first.cautions, *(Paragraph((words,), "note") for words in [_signs_on(first)] if words)),
        sections=_numbered(sections),
        annex=tuple(fitted(block) if isinstance(block, Table) else block for block in last),
        figures=printed,
        wide=fitted(explained(wide), WIDE) if wide else None,
        ref_area=month.home,
        area_words=month.home_name if month.home == NATIONAL else province.titled(month),
    )


def _numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections with Roman numerals and their tables and charts counted through."""
    tables = charts = 0
    noted: dict[str, int] = {}
    result = []
    for numeral, section in zip(_ROMAN, sections, strict=False):
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tables += 1
                first = noted.setdefault(block.note, tables)
                note = f"Ghi chú như ở Bảng {first}." if len(block.note) > _LONG and first < tables else block.note
                blocks.append(fitted(explained(replace(block, number=tables, note=note))))
            elif isinstance(block, Chart):
                charts += 1
                blocks.append(explained(replace(block, number=charts, alt=in_words(block))))
            else:
                blocks.append(block)
        result.append(Section(section.title, tuple(blocks), numeral))
    return tuple(result)


def _signs_on(first: FirstPage) -> str:
    blocks: tuple[Block, ...] = (*first.points, first.key_figures)
    return signs_in(figure for block in blocks for figure in printed_in(block))


def _printed(blocks: Iterable[Block | Paragraph]) -> tuple[Figure, ...]:
    """Return every figure that is printed, once, in the order of print."""
    return tuple({figure.id: figure for block in blocks for figure in printed_in(block)}.values())


def _doubt(findings: Sequence[Finding]) -> Doubt:
    """Return what tells which rows an open error speaks of: by its cells, or by the key where it has no cell."""
    errors = {about for finding in findings if finding.severity == Severity.ERROR for about in _in_doubt(finding)}

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


def _in_doubt(finding: Finding) -> Iterator[tuple[str, ...]]:
    """Yield what a finding speaks of; one about a whole table also each of its cells that stand in that table."""
    yield _about(finding)
    if finding.scope == Scope.SUBMISSION:
        cells = ((one.sha256, one.sheet, one.cell) for one in finding.cells)
        yield from (cell for cell in cells if cell[:2] == (finding.sha256, finding.sheet))


def _about(finding: Finding) -> tuple[str, ...]:
    """Return the cell that a finding speaks of, or the key of the number where it names no cell."""
    return tuple(getattr(finding, name) for name in (_CELL if finding.cell else _KEY))


def _places(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the cell and the key of each row."""
    by_cell, by_key = (zip(*(frame[name] for name in names), strict=True) for names in (_CELL, _KEY))
    return zip(by_cell, by_key, strict=True)
