"""A workbook read as one source's report: its tables in order, its month and area, duplicates resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from ctdp_etl.catalog import Catalog
from ctdp_etl.catalog.returned_list import LIST_HEADER_ROW, LIST_HEADINGS, LIST_TITLE
from ctdp_etl.model import Finding, Form, Observation, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.reading.columns import file_month, own_month, report_month, understand
from ctdp_etl.reading.grid import Sheet, read_sheets
from ctdp_etl.reading.header import HeaderBlock, has_values, header_above, read_header
from ctdp_etl.reading.identity import reporting_area
from ctdp_etl.reading.mapping import Position
from ctdp_etl.reading.observing import Reporter, TableReading, observe
from ctdp_etl.reading.scrambled import put_right
from ctdp_etl.reading.sections import FLOWS, Section, find_sections
from ctdp_etl.reading.structure import finding
from ctdp_etl.reading.summary import Summary, find_summary, observe_summary
from ctdp_etl.reading.untitled import untitled_section

_KEY = attrgetter("dataflow", "ref_area", "indicator", "item", "time_period", "measure")


@dataclass(frozen=True, slots=True)
class _Table:
    section: Section
    block: HeaderBlock
    month: Period | None


def read_workbook(
    content: bytes, *, file_name: str, source: str, area: str | None, period: str | None, catalog: Catalog
) -> WorkbookReading:
    """Return what the bytes of a workbook say; raise ``WorkbookError`` for bytes that are no readable workbook.

    ``area`` is the reporter's area code where it is known; ``period`` is the month due, which only serves tables
    that name no year themselves. Nothing is dropped: what is not understood is a finding at its cell.
    """
    sheets = put_right(tuple(sheet for sheet in read_sheets(content) if not _is_returned_list(sheet)), catalog)
    visible = [sheet for sheet in sheets if not sheet.hidden]
    summaries = [summary for sheet in visible if (summary := find_summary(sheet, catalog))]
    turned = {summary.sheet.name for summary in summaries}
    tables = [table for sheet in visible if sheet.name not in turned for table in _tables(sheet, file_name, catalog)]
    findings = _about_sheets(sheets, turned | {table.section.sheet.name for table in tables})
    if not tables and not summaries:
        return WorkbookReading((), (), (finding("S01"), *findings))
    month = _month(tables, summaries, period, file_name, findings)
    if month is None:
        return _undated(tables, summaries, area or "", findings)
    reporter = Reporter(source, area or reporting_area(visible, str(month), catalog) or "")
    if not reporter.area:
        findings.append(finding("S13"))
    forms, readings = _read_tables(tables, month, reporter, catalog)
    for summary in summaries:
        more, reading = observe_summary(summary, summary.year or month.year, reporter, catalog)
        forms += more
        readings.append(reading)
    kept, repeated = _without_repeats([one for reading in readings for one in reading.observations])
    found = [one for reading in readings for one in reading.findings]
    return WorkbookReading(tuple(_distinct(forms)), tuple(kept), (*findings, *found, *repeated))


def _is_returned_list(sheet: Sheet) -> bool:
    """Say whether a sheet is the list of findings that went back to the sender: its words are not the sender's."""
    return sheet.text(1, 1) == LIST_TITLE and tuple(sheet.texts(LIST_HEADER_ROW)) == LIST_HEADINGS


def _month(
    tables: Sequence[_Table], summaries: Sequence[Summary], period: str | None, file_name: str, findings: list[Finding]
) -> Period | None:
    """Return the month that the workbook reports: said in its tables, else the one due, else in the file's name."""
    month = report_month(table.month for table in tables)
    if month is None:
        month = max((s.last_month for s in summaries if s.last_month), key=str, default=None)
    if month is None and period:
        month = Period.parse(period).last_month
    if month is None and (month := file_month(file_name)):
        findings.append(finding("S16", month.vietnamese))
    return month


def _undated(
    tables: Sequence[_Table], summaries: Sequence[Summary], area: str, findings: Sequence[Finding]
) -> WorkbookReading:
    """Without a year nothing can be stored: the forms are named, and each says so at its sheet."""
    sections = [table.section for table in tables]
    forms = [
        Form(section.dataflow.code, f"{section.spec.form}.M", section.sheet.name, area, "", section.title)
        for section in sections
    ]
    unknown = [
        finding("S09", section.title or section.sheet.name, sheet=section.sheet.name, dataflow=section.dataflow.code)
        for section in sections
    ]
    unknown += [finding("S09", summary.sheet.name, sheet=summary.sheet.name) for summary in summaries]
    return WorkbookReading(tuple(_distinct(forms)), (), (*unknown, *findings))


def _tables(sheet: Sheet, file_name: str, catalog: Catalog) -> list[_Table]:
    """Return the tables of a sheet; one without a header of its own stands under the header of the one above."""
    sections = find_sections(sheet, catalog)
    above = sections[0].title_cell[0] - 1 if sections else max(sheet.rows, default=0)
    untitled = untitled_section(sheet, above, file_name, catalog)
    tables: list[_Table] = []
    for section in [untitled, *sections] if untitled else sections:
        block = read_header(section, catalog)
        if not section.continued and not has_values(block):
            shared = tables[-1].block if tables else header_above(section, catalog)
            block = replace(shared, body=section.first, unit_text=block.unit_text) if shared else block
        tables.append(_Table(section, block, own_month(section, block, catalog)))
    return tables


def _about_sheets(sheets: Sequence[Sheet], read: set[str]) -> list[Finding]:
    outside = [sheet.name for sheet in sheets if not sheet.hidden and sheet.cells and sheet.name not in read]
    hidden = [sheet.name for sheet in sheets if sheet.hidden and sheet.cells]
    found = []
    if outside:
        found.append(finding("S08", ", ".join(outside)))
    if hidden:
        found.append(finding("S12", ", ".join(hidden)))
    return found


def _read_tables(
    tables: Sequence[_Table], month: Period, reporter: Reporter, catalog: Catalog
) -> tuple[list[Form], list[TableReading]]:
    forms: list[Form] = []
    readings: list[TableReading] = []
    before: HeaderBlock | None = None
    position = Position()
    for table in tables:
        section, block = table.section, table.block
        if not section.continued:
            position = Position()
        elif before is not None and not has_values(block):
            block = replace(before, body=section.first)
        before, columns = block, understand(section, block, table.month or month, catalog)
        readings.append(observe(section, block, columns, position, reporter, catalog))
        if section.spec.rows == (FLOWS,):
            continue
        code = f"{section.spec.form}.{'Q' if columns.time.quarterly else 'M'}"
        told = str(columns.time.month)
        forms.append(Form(section.dataflow.code, code, section.sheet.name, reporter.area, told, section.title))
    return forms, readings


def _distinct(forms: Iterable[Form]) -> list[Form]:
    """A table that goes on over pages or sheets is one form."""
    seen: dict[tuple[str, str, str], Form] = {}
    for form in forms:
        seen.setdefault((form.form, form.sheet, form.time_period), form)
    return list(seen.values())


def _without_repeats(observations: Sequence[Observation]) -> tuple[list[Observation], list[Finding]]:
    """The same key twice: equal values, and one is kept with a notice; unequal, and both are kept as a conflict."""
    first: dict[tuple[str, ...], int] = {}
    kept: list[Observation] = []
    findings: list[Finding] = []
    for one in observations:
        at = first.setdefault(_KEY(one), len(kept))
        if at == len(kept):
            kept.append(one)
            continue
        other = kept[at]
        equal = (one.value, one.text, one.unit_mult) == (other.value, other.text, other.unit_mult)
        where = f"ô {other.cell} trang “{other.sheet}”"
        findings.append(
            finding(
                "S10" if equal else "S11",
                where,
                sheet=one.sheet,
                cell=one.cell,
                dataflow=one.dataflow,
                ref_area=one.ref_area,
                indicator=one.indicator,
                label=one.label,
                time_period=one.time_period,
                measure=one.measure,
            )
        )
        if not equal:
            kept[at] = replace(other, conflict=True)
            kept.append(replace(one, conflict=True))
    return kept, findings
