"""The table turned round: indicators across, months down, often as text ("8.290 tỷ đồng (↓3,32%)")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ctdp_etl.catalog import Catalog, Dataflow, TableSpec
from ctdp_etl.model import INDEX_MEASURES, Finding, Form, Measure, Observation, ObsStatus
from ctdp_etl.period import Period
from ctdp_etl.reading.figures import indicator, observed, read_figure
from ctdp_etl.reading.grid import Sheet, Value, cell_name
from ctdp_etl.reading.growth import DOUBT, RatioColumn, decide
from ctdp_etl.reading.headings import heading_text
from ctdp_etl.reading.numbers import evidence, parse_number
from ctdp_etl.reading.observing import Reporter, TableReading
from ctdp_etl.reading.sections import FLOWS, match_title
from ctdp_etl.reading.structure import finding
from ctdp_etl.reading.times import mentions

_MONTH = re.compile(r"^(?:tháng|t|kỳ)?\s*(\d{1,2})(?:\s*tháng)?(?:\s*/\s*\d{4})?$", re.IGNORECASE)
_FEWEST = 2
_RISING = 0.6


@dataclass(frozen=True, slots=True)
class Summary:
    """A found table: its heading row, the month of every row below it and what its columns are."""

    sheet: Sheet
    heading_row: int
    months: dict[int, int]
    columns: dict[int, tuple[Dataflow, TableSpec]]
    other: tuple[int, ...]
    year: int

    @property
    def last_month(self) -> Period | None:
        """The latest month of the table, where it names its year."""
        return Period.month(self.year, max(self.months.values())) if self.year else None


def find_summary(sheet: Sheet, catalog: Catalog) -> Summary | None:
    """Return the table of months by indicators in ``sheet``, or None; ``year`` is 0 where the sheet names none."""
    for row, line in sheet.rows.items():
        cells = [(column, value) for column, value in line if isinstance(value, str)] if len(line) > _FEWEST else []
        if len(cells) <= _FEWEST:
            continue
        found = {column: match for column, text in cells if (match := match_title(text, catalog))}
        known = {column: match for column, match in found.items() if match[1].rows != (FLOWS,)}
        if len({spec.form for _, spec in known.values()}) < _FEWEST:
            continue
        first = cells[0][0]
        months = {
            line: number for line in sheet.rows if line > row and (number := _month(sheet.cells.get((line, first), "")))
        }
        if len(months) >= _FEWEST and first not in known:
            above = [str(value) for line in sheet.rows if line <= row for _, value in sheet.row_values(line)]
            years = [mention.year for text in above for mention in mentions(heading_text(text, catalog.vocabulary))]
            others = tuple(column for column, _ in cells if column not in known and column != first)
            return Summary(sheet, row, months, known, others, max(years, default=0))
    return None


def _month(value: Value) -> int:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    match = _MONTH.match(text.strip())
    return int(match[1]) if match and 1 <= int(match[1]) <= 12 else 0


def observe_summary(
    summary: Summary, year: int, reporter: Reporter, catalog: Catalog
) -> tuple[list[Form], TableReading]:
    """Return the forms and observations of a summary of ``year``."""
    sheet = summary.sheet
    findings: list[Finding] = [
        finding(
            "S02",
            sheet.text(summary.heading_row, column),
            sheet=sheet.name,
            cell=cell_name(summary.heading_row, column),
        )
        for column in summary.other
    ]
    every = [text for row in summary.months for text in sheet.texts(row)]
    written = evidence(every)
    above = " ".join(
        str(value) for row in sheet.rows if row <= summary.heading_row for _, value in sheet.row_values(row)
    )
    cumulative = catalog.vocabulary.cumulative.search(heading_text(above, catalog.vocabulary)) is not None
    last = Period.month(year, max(summary.months.values()))
    forms: list[Form] = []
    made: list[Observation] = []
    for column, (flow, spec) in summary.columns.items():
        forms.append(Form(flow.code, f"{spec.form}.M", sheet.name, reporter.area, str(last), above[:200]))
        numbers = [_number(sheet.cells.get((row, column), ""), written) for row in summary.months]
        running = cumulative or _rises([number for number in numbers if number is not None])
        form = decide(
            RatioColumn(dict(enumerate(n for n in numbers if n is not None)), {}, {}, ""), (), is_index=spec.is_index
        )
        for row, month in summary.months.items():
            value = sheet.cells.get((row, column), "")
            if value == "":
                continue
            at = (row, column)
            base = _base(summary, flow, spec, at, Period.month(year, month), reporter, running=running)
            if month == last.number:
                base = replace(base, obs_status=ObsStatus.ESTIMATE.value)
            made += _observations(base, value, form or DOUBT, written, findings, catalog)
    return forms, TableReading(made, findings)


def _observations(
    base: Observation, value: Value, form: str, written: str, found: list[Finding], catalog: Catalog
) -> Iterator[Observation]:
    figure = read_figure(value, form, written, catalog, ratio=base.measure in INDEX_MEASURES)
    unit, mult = (figure.unit.code, figure.unit.mult) if figure.unit else (base.unit, base.unit_mult)
    one = replace(
        base,
        value=figure.value,
        text=figure.text,
        unit=unit,
        unit_mult=mult,
        qualifier=figure.qualifier,
        reported_form=figure.reported_form,
    )
    return observed(one, value, figure, found)


def _number(value: Value, written: str) -> float | None:
    if isinstance(value, float):
        return value
    number = parse_number(value, written)
    return None if number is None or number.signed else number.value


def _rises(levels: Sequence[float]) -> bool:
    """Say whether levels month by month add up: they rise nearly always and the later ones are many times the first."""
    steps = list(pairwise(levels))
    return len(steps) >= _FEWEST and sum(after > before for before, after in steps) >= _RISING * len(steps)


def _base(
    summary: Summary,
    flow: Dataflow,
    spec: TableSpec,
    at: tuple[int, int],
    month: Period,
    reporter: Reporter,
    *,
    running: bool,
) -> Observation:
    value = summary.sheet.cells[at]
    signed = isinstance(value, str) and (number := parse_number(value)) is not None and number.signed
    ratio = spec.is_index or signed
    measure = (Measure.YTD_YOY if running else Measure.YOY) if ratio else (Measure.YTD if running else Measure.MONTH)
    return Observation(
        source=reporter.source,
        dataflow=flow.code,
        form=f"{spec.form}.M",
        ref_area=reporter.area,
        indicator=indicator(spec.parts, "TOTAL", "VALUE", ""),
        item="",
        label=summary.sheet.text(summary.heading_row, at[1]),
        time_period=str(month),
        measure=measure.value,
        obs_status=ObsStatus.OFFICIAL.value,
        value=None,
        text="",
        unit="PCT" if ratio else spec.unit,
        unit_mult=0 if ratio else spec.unit_mult,
        qualifier="",
        reported_form="",
        conflict=False,
        sheet=summary.sheet.name,
        cell=cell_name(*at),
        raw=summary.sheet.raw.get(at, str(value)),
    )
