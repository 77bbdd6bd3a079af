"""A workbook read as one source's report: its tables in order, its month and area, duplicates resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Catalog
from ctdp_etl.model import Finding, Form, Observation, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.reading.columns import Columns, file_month, own_month, report_month, understand
from ctdp_etl.reading.grid import Sheet, read_sheets
from ctdp_etl.reading.identity import reporting_area
from ctdp_etl.reading.observing import Reporter, observe
from ctdp_etl.reading.rows import Position
from ctdp_etl.reading.structure import finding
from ctdp_etl.reading.tables import HeaderBlock, Section, find_sections, read_header
from ctdp_etl.reading.untitled import untitled_section


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
    sheets = read_sheets(content)
    visible = [sheet for sheet in sheets if not sheet.hidden]
    tables = [table for sheet in visible for table in _tables(sheet, file_name, catalog)]
    findings = _about_sheets(sheets, {table.section.sheet.name for table in tables})
    if not tables:
        return WorkbookReading((), (), (finding("S01"), *findings))
    month = report_month(table.month for table in tables) or (Period.parse(period).last_month if period else None)
    if month is None and (month := file_month(file_name)):
        findings.append(finding("S16", month.vietnamese))
    if month is None:
        section = tables[0].section
        unknown = finding(
            "S09", section.title or section.sheet.name, sheet=section.sheet.name, dataflow=section.dataflow.code
        )
        empty = [
            Form(
                table.section.dataflow.code,
                f"{table.section.spec.form}.M",
                table.section.sheet.name,
                area or "",
                "",
                table.section.title,
            )
            for table in tables
        ]
        return WorkbookReading(tuple(_distinct(empty)), (), (unknown, *findings))
    ours = area or reporting_area(visible, str(month), catalog) or ""
    if not ours:
        findings.append(finding("S13"))
    forms, observations, more = _read_tables(tables, month, Reporter(source, ours), catalog)
    kept, repeated = _without_repeats(observations)
    return WorkbookReading(tuple(forms), tuple(kept), (*findings, *more, *repeated))


def _tables(sheet: Sheet, file_name: str, catalog: Catalog) -> list[_Table]:
    sections = find_sections(sheet, catalog)
    if not sections:
        section = untitled_section(sheet, file_name, catalog)
        sections = [section] if section else []
    blocks = [(section, read_header(section, catalog)) for section in sections]
    return [_Table(section, block, own_month(section, block, catalog)) for section, block in blocks]


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
) -> tuple[list[Form], list[Observation], list[Finding]]:
    forms: list[Form] = []
    observations: list[Observation] = []
    findings: list[Finding] = []
    columns: Columns | None = None
    position = Position()
    for table in tables:
        section = table.section
        previous, columns = columns, understand(section, table.block, table.month or month, catalog)
        if not section.continued:
            position = Position()
        elif not columns.values and previous is not None:
            columns = previous
        reading = observe(section, table.block, columns, position, reporter, catalog)
        observations += reading.observations
        findings += reading.findings
        code = f"{section.spec.form}.{'Q' if columns.time.quarterly else 'M'}"
        forms.append(
            Form(section.dataflow.code, code, section.sheet.name, reporter.area, str(columns.time.month), section.title)
        )
    return _distinct(forms), observations, findings


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
        key = (one.dataflow, one.ref_area, one.indicator, one.item, one.time_period, one.measure)
        at = first.setdefault(key, len(kept))
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
