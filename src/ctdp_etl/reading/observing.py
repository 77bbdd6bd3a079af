"""From the rows of a table to observations: values, units, areas, growth or index, and what is wrong at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctdp_etl.catalog import Catalog, label_key
from ctdp_etl.model import INDEX_MEASURES, LEVEL_MEASURES, Finding, Measure, Observation
from ctdp_etl.period import Period
from ctdp_etl.reading.columns import Columns
from ctdp_etl.reading.figures import PERCENT, indicator, observed, plain, read_figure
from ctdp_etl.reading.grid import cell_name, column_letters
from ctdp_etl.reading.growth import DOUBT, GROWTH, INDEX, RatioColumn, decide, like_fractions
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.mapping import Position
from ctdp_etl.reading.meanings import Meaning
from ctdp_etl.reading.numbers import evidence, parse_number
from ctdp_etl.reading.rows import Row, RowReader, price_base
from ctdp_etl.reading.sections import Section
from ctdp_etl.reading.structure import finding
from ctdp_etl.reading.units import TableUnits


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: the registered source and the area of rows that name none."""

    source: str
    area: str


@dataclass(frozen=True, slots=True)
class _Column:
    """What the figures of a column share."""

    letters: str
    said: Meaning
    measure: str
    obs_status: str
    aspect: str
    price_base: str
    is_ratio: bool
    is_level: bool
    form: str


@dataclass(frozen=True, slots=True)
class _Table:
    """What the figures of a table share."""

    section: Section
    form: str
    reporter: Reporter
    values: Mapping[int, _Column]


@dataclass(slots=True)
class TableReading:
    """What one section of a table gave."""

    observations: list[Observation]
    findings: list[Finding]


def observe(
    section: Section, block: HeaderBlock, columns: Columns, position: Position, reporter: Reporter, catalog: Catalog
) -> TableReading:
    """Return the observations of a section and its findings."""
    named = {price_base(said.text) for said in columns.values.values()} - {""}
    single = named.pop() if len(named) == 1 else ""
    position.price_base = single or price_base(section.title) or position.price_base
    rows = list(RowReader(section, block, columns, position, catalog).rows())
    sheet = section.sheet.name
    known = [row for row in rows if row.code is not None and (row.area or reporter.area)]
    regions = {label_key(name) for name in catalog.regions.values()}
    found = [
        finding(
            "S18" if label_key(row.label) in regions else "S03",
            row.label,
            sheet=sheet,
            cell=cell_name(*row.label_cell),
            dataflow=section.dataflow.code,
            label=row.label,
        )
        for row in rows
        if row.code is None
    ]
    found += _unknown_columns(section, block, columns, catalog)
    written = evidence(value for row in rows for value in row.values.values() if isinstance(value, str))
    forms = _forms(section, columns, known, written, found)
    units = TableUnits(section, block, catalog)
    form = f"{section.spec.form}.{'Q' if columns.time.quarterly else 'M'}"
    table = _Table(section, form, reporter, _value_columns(columns, forms))
    made = [one for row in known for one in _observations(row, table, units, written, found, catalog)]
    return TableReading(made, [*found, *units.findings])


def _value_columns(columns: Columns, forms: Mapping[int, str]) -> dict[int, _Column]:
    return {
        number: _Column(
            letters=column_letters(number),
            said=said,
            measure=said.measure.value,
            obs_status=str(said.obs_status),
            aspect=said.aspect or "VALUE",
            price_base=price_base(said.text),
            is_ratio=said.measure in INDEX_MEASURES,
            is_level=said.measure in LEVEL_MEASURES,
            form=forms.get(number, DOUBT),
        )
        for number, said in columns.values.items()
    }


def _observations(
    row: Row, table: _Table, units: TableUnits, written: str, found: list[Finding], catalog: Catalog
) -> Iterator[Observation]:
    """Yield the observations of a row; a level with its growth in brackets gives two."""
    sheet, flow, parts = table.section.sheet.name, table.section.dataflow.code, table.section.spec.parts
    source, area, raw = table.reporter.source, row.area or table.reporter.area, table.section.sheet.raw
    for number, value in row.values.items():
        column = table.values[number]
        figure = read_figure(value, column.form, written, catalog, ratio=column.is_ratio)
        unit = units.of(row, number, column.said) if column.is_level else PERCENT
        if figure.unit is not None:
            unit = figure.unit
        as_written = raw.get((row.number, number))
        one = Observation(
            source=source,
            dataflow=flow,
            form=table.form,
            ref_area=area,
            indicator=indicator(parts, row.code or "", column.aspect, column.price_base or row.price_base),
            item="",
            label=row.label,
            time_period=column.said.time_period,
            measure=column.measure,
            obs_status=column.obs_status,
            value=figure.value,
            text=figure.text,
            unit=unit.code,
            unit_mult=unit.mult,
            qualifier=figure.qualifier,
            reported_form=figure.reported_form,
            conflict=False,
            sheet=sheet,
            cell=f"{column.letters}{row.number}",
            raw=plain(value) if as_written is None else as_written,
        )
        if figure.fault or figure.growth is not None:
            yield from observed(one, value, figure, found)
        else:
            yield one


def _unknown_columns(section: Section, block: HeaderBlock, columns: Columns, catalog: Catalog) -> list[Finding]:
    found = []
    body = section.sheet.between(block.body, section.last)
    for column in columns.unknown:
        figures = [value for row in body if isinstance(value := section.sheet.cells.get((row, column), ""), float)]
        counts = figures == sorted(set(figures)) and all(value.is_integer() and value < 500 for value in figures)
        if not figures or (counts and column < min(columns.values, default=0)):
            continue
        cell = cell_name(*block.cells[column])
        text = block.headings[column].text or "(không có tiêu đề)"
        found.append(finding("S02", text, sheet=section.sheet.name, cell=cell, dataflow=section.dataflow.code))
    return found


def _forms(
    section: Section, columns: Columns, rows: Sequence[Row], written: str, found: list[Finding]
) -> dict[int, str]:
    """Return growth or index for every ratio column; doubt that its neighbours do not settle is a finding."""
    forms, filled = {}, {}
    sums = _sums(section, rows)
    for column, said in columns.values.items():
        if said.measure in INDEX_MEASURES:
            filled[column] = _numbers(rows, column, written)
            bases = _levels(columns, rows, said, base=True)
            ratio = RatioColumn(filled[column], _levels(columns, rows, said), bases, said.reported_form)
            forms[column] = decide(ratio, sums, is_index=section.spec.is_index)
    decided = {form for column, form in forms.items() if form != DOUBT and filled[column]}
    for column in [column for column, form in forms.items() if form == DOUBT]:
        if decided == {GROWTH} or (decided == {INDEX} and not like_fractions(list(filled[column].values()))):
            forms[column] = next(iter(decided))
        elif filled[column]:
            cell, text = cell_name(min(filled[column]), column), columns.values[column].text
            found.append(finding("S07", text, sheet=section.sheet.name, cell=cell, dataflow=section.dataflow.code))
    return forms


def _numbers(rows: Sequence[Row], column: int, written: str) -> dict[int, float]:
    found = {}
    for row in rows:
        value = row.values.get(column)
        if isinstance(value, str):
            number = parse_number(value, written)
            value = number.value if number and not number.signed and number.qualifier != "lần" else None
        if value is not None:
            found[row.number] = value
    return found


def _levels(columns: Columns, rows: Sequence[Row], said: Meaning, *, base: bool = False) -> dict[int, float]:
    """Return by row the levels that a ratio compares (or, with ``base``, those it compares with), where they stand."""
    period = Period.parse(said.time_period)
    if base:
        period = period.previous if said.measure == Measure.MOM else period.year_ago
    level = Measure.YTD if said.measure == Measure.YTD_YOY else Measure.MONTH
    compared = (level, str(period), said.aspect)
    for column, other in columns.values.items():
        if (other.measure, other.time_period, other.aspect) == compared:
            return {row.number: value for row in rows if isinstance(value := row.values.get(column), float)}
    return {}


def _sums(section: Section, rows: Sequence[Row]) -> list[tuple[int, tuple[int, ...]]]:
    by_code: Mapping[str, int] = {row.code: row.number for row in rows if row.code and not row.area}
    return [
        (by_code[item.total], tuple(by_code[part] for part in item.parts))
        for item in section.dataflow.additive
        if item.total in by_code and all(part in by_code for part in item.parts)
    ]
