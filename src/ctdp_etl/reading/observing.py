"""From the rows of a table to observations: values, units, areas, growth or index, and what is wrong at its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Catalog, Unit, label_key
from ctdp_etl.model import INDEX_MEASURES, LEVEL_MEASURES, Finding, Measure, Observation
from ctdp_etl.period import Period
from ctdp_etl.reading.columns import Columns
from ctdp_etl.reading.grid import Value, cell_name
from ctdp_etl.reading.growth import DOUBT, GROWTH, INDEX, RatioColumn, decide, like_fractions
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.mapping import Position
from ctdp_etl.reading.meanings import Meaning
from ctdp_etl.reading.numbers import WrittenNumber, evidence, parse_number
from ctdp_etl.reading.rows import Row, RowReader, price_base
from ctdp_etl.reading.sections import Section
from ctdp_etl.reading.structure import finding
from ctdp_etl.reading.units import TableUnits

_PERCENT = Unit("PCT", 0, "%")
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: the registered source and the area of rows that name none."""

    source: str
    area: str


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
    made: list[Observation] = []
    for row in known:
        for column, value in row.values.items():
            said = columns.values[column]
            base = _blank(section, columns, row, said, column, reporter)
            unit = _PERCENT if said.measure not in LEVEL_MEASURES else units.of(row, column, said)
            base = replace(base, unit=unit.code, unit_mult=unit.mult)
            made += figures(base, value, forms.get(column, DOUBT), written, found, catalog)
    return TableReading(made, [*found, *units.findings])


def _blank(section: Section, columns: Columns, row: Row, said: Meaning, column: int, reporter: Reporter) -> Observation:
    address = (row.number, column)
    value = row.values[column]
    base = price_base(said.text) or row.price_base
    parts = {"row": row.code or "", "aspect": said.aspect or "VALUE", "price_base": base, "breakdown": ""}
    return Observation(
        source=reporter.source,
        dataflow=section.dataflow.code,
        form=f"{section.spec.form}.{'Q' if columns.time.quarterly else 'M'}",
        ref_area=row.area or reporter.area,
        indicator=".".join(part for name in section.spec.parts if (part := parts.get(name, name))),
        item="",
        label=row.label,
        time_period=said.time_period,
        measure=said.measure.value,
        obs_status=str(said.obs_status),
        value=None,
        text="",
        unit="",
        unit_mult=0,
        qualifier="",
        reported_form="",
        conflict=False,
        sheet=section.sheet.name,
        cell=cell_name(*address),
        raw=section.sheet.raw.get(address, _plain(value)),
    )


def _plain(value: Value) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else value


def figures(
    base: Observation, value: Value, form: str, written: str, found: list[Finding], catalog: Catalog
) -> Iterator[Observation]:
    """Yield the observation of one cell; a level with its growth in brackets gives two."""
    ratio = base.measure in INDEX_MEASURES
    if isinstance(value, float):
        yield _ratio(base, value, form) if ratio else replace(base, value=value)
        return
    number = None if value.startswith("=") or _DATE.fullmatch(value) else parse_number(value, written)
    if number is None or number.value is None or (ratio and number.qualifier == "lần"):
        if value.lower() not in catalog.vocabulary.absent or value.startswith("#"):
            unsure = number is not None and (number.ambiguous or number.qualifier == "lần")
            found.append(_at("S17" if value.startswith("=") else "S05" if unsure else "S04", base, value))
        yield replace(base, text=value)
    else:
        yield _written(base, number, number.value, form, catalog)
    if number is not None and number.growth is not None and not ratio:
        measure = Measure.YTD_YOY if base.measure == Measure.YTD else Measure.YOY
        growth = replace(base, measure=measure.value, unit=_PERCENT.code, unit_mult=0)
        yield _ratio(growth, number.growth, GROWTH)


def _written(base: Observation, number: WrittenNumber, value: float, form: str, catalog: Catalog) -> Observation:
    made = replace(base, qualifier=number.qualifier)
    if base.measure in INDEX_MEASURES:
        return _ratio(made, value, GROWTH if number.signed else form)
    unit = catalog.unit(number.rest) if number.rest else None
    if unit is not None:
        made = replace(made, unit=unit.code, unit_mult=unit.mult)
    return replace(made, value=value)


def _ratio(base: Observation, value: float, form: str) -> Observation:
    """Return an index: growth is stored as 100 + growth with its form kept; in doubt there is no number."""
    if form == DOUBT:
        return replace(base, text=_plain(value))
    return replace(base, value=_index(value) if form == GROWTH else value, reported_form=form)


def _index(growth: float) -> float:
    """Return 100 + growth without the dust of binary addition where the growth has few decimals."""
    text = repr(growth)
    decimals = len(text.partition(".")[2]) if "e" not in text else 17
    return round(100 + growth, decimals) if decimals <= 6 else 100 + growth


def _at(code: str, base: Observation, text: str) -> Finding:
    return finding(
        code,
        text,
        sheet=base.sheet,
        cell=base.cell,
        source=base.source,
        dataflow=base.dataflow,
        ref_area=base.ref_area,
        indicator=base.indicator,
        label=base.label,
        time_period=base.time_period,
        measure=base.measure,
    )


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
    for column, other in columns.values.items():
        if (other.measure, other.time_period) == (level, str(period)) and other.aspect == said.aspect:
            return {row.number: value for row in rows if isinstance(value := row.values.get(column), float)}
    return {}


def _sums(section: Section, rows: Sequence[Row]) -> list[tuple[int, tuple[int, ...]]]:
    by_code: Mapping[str, int] = {row.code: row.number for row in rows if row.code and not row.area}
    return [
        (by_code[item.total], tuple(by_code[part] for part in item.parts))
        for item in section.dataflow.additive
        if item.total in by_code and all(part in by_code for part in item.parts)
    ]
