"""What the reader made of a workbook, beside what it must give; every difference is one readable line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase

from layout_book import Address, Book, Fact, address, cell_name
from layout_build import build
from pytest import approx

from ctdp_etl.catalog import Catalog, label_key, load_catalog
from ctdp_etl.model import KEY, LEVEL_MEASURES, Measure, Observation, WorkbookReading
from ctdp_etl.reading import read_workbook

Cells = dict[tuple[str, Address], list[Observation]]


def read(book: Book) -> WorkbookReading:
    """Return the reading of the workbook that is built from ``book``."""
    return read_workbook(
        build(book),
        file_name=book.file_name,
        source=book.sender,
        area=book.area,
        period=book.period,
        catalog=load_catalog(),
    )


def differences(book: Book, reading: WorkbookReading) -> list[str]:
    """Return how ``reading`` differs from the facts of ``book``: missing, wrong, unexpected, unsaid."""
    seen: Cells = defaultdict(list)
    for observation in reading.observations:
        seen[observation.sheet, address(observation.cell)].append(observation)
    said = {(finding.sheet, address(finding.cell)[0]) for finding in reading.findings if finding.cell}
    indicators = {(sheet, at[0]): group[0].indicator for (sheet, at), group in seen.items()}
    found: list[str] = []
    for fact in book.facts:
        found += _fact_differences(fact, seen, said, indicators)
    found += [
        f"{sheet}!{cell_name(at)}: unexpected {observation.dataflow} {observation.indicator} {observation.measure} "
        f"{observation.time_period} = {observation.value}"
        for (sheet, at), group in seen.items()
        for observation in group
    ]
    return found + list(_table_differences(book, reading, said))


def _fact_differences(
    fact: Fact, seen: Cells, said: set[tuple[str, int]], indicators: dict[tuple[str, int], str]
) -> list[str]:
    where = f"{fact.sheet}!{cell_name(fact.at)}"
    group = seen.get((fact.sheet, fact.at), [])
    if not group:
        if fact.maybe and (fact.sheet, fact.at[0]) in said:
            return []
        return [f"{where}: missing {fact.dataflow} {fact.code} {fact.measure} {fact.period} = {fact.value}"]
    observation = next((item for item in group if _like(fact.measure, item.measure)), group[0])
    group.remove(observation)
    if not group:
        del seen[fact.sheet, fact.at]
    return [
        f"{where}: {field} should be {expected}, is {got!r}"
        for field, expected, got in _wrong(fact, observation, load_catalog(), indicators)
    ]


def _wrong(
    fact: Fact, seen: Observation, catalog: Catalog, indicators: dict[tuple[str, int], str]
) -> Iterator[tuple[str, object, object]]:
    code = fact.code
    if fact.under:
        code = f"{indicators.get((fact.sheet, fact.under), '?')}.{fact.code}"
    for field, expected, got in (
        ("dataflow", fact.dataflow, seen.dataflow),
        ("ref_area", fact.area, seen.ref_area),
        ("indicator", code, seen.indicator),
        ("measure", fact.measure, seen.measure),
        ("time_period", fact.period, seen.time_period),
        ("obs_status", fact.status, seen.obs_status),
    ):
        if not _like(expected, got):
            yield field, expected, got
    if None in (fact.value, seen.value):
        same = fact.value is seen.value and seen.text != ""
    else:
        same = seen.value == fact.value or (fact.near and seen.value == approx(fact.value, abs=1e-9))
    if not same:
        yield "value", fact.value, seen.value
    if fact.unit and Measure(seen.measure) in LEVEL_MEASURES:
        unit = catalog.unit(fact.unit)
        if unit is None or (unit.code, unit.mult) != (seen.unit, seen.unit_mult):
            yield "unit", fact.unit, (seen.unit, seen.unit_mult)
    if fact.label and label_key(fact.label) != label_key(seen.label):
        yield "label", fact.label, seen.label
    if fact.form_end and not seen.form.endswith(f".{fact.form_end}"):
        yield "form", f"*.{fact.form_end}", seen.form
    if fact.growth and seen.reported_form != "growth":
        yield "reported_form", "growth", seen.reported_form
    if seen.conflict:
        yield "conflict", False, True


def _table_differences(book: Book, reading: WorkbookReading, said: set[tuple[str, int]]) -> Iterator[str]:
    forms = {(form.dataflow, form.sheet) for form in reading.forms}
    needed = {(fact.dataflow, fact.sheet) for fact in book.facts}
    needed |= {(dataflow, page.name) for page in book.pages for dataflow in page.empty_forms}
    for dataflow, sheet in sorted(needed - forms):
        yield f"{sheet}: no table of {dataflow} was recognised"
    for page in book.pages:
        for at in page.findings:
            if (page.name, at[0]) not in said:
                yield f"{page.name}!{cell_name(at)}: no finding speaks of it"
        if page.said and not any(form.sheet == page.name for form in reading.forms) and not reading.findings:
            yield f"{page.name}: dropped without a word"
    yield from _finding_differences(book, reading)
    keys: dict[tuple[str, ...], str] = {}
    for observation in reading.observations:
        key = tuple(str(getattr(observation, name)) for name in KEY)
        where = f"{observation.sheet}!{observation.cell}"
        if keys.setdefault(key, where) != where:
            yield f"{where}: the same key as {keys[key]}: {' '.join(key)}"


def _finding_differences(book: Book, reading: WorkbookReading) -> Iterator[str]:
    pages = {page.name: page for page in book.pages}
    rows = {(page.name, at[0]) for page in book.pages for at in page.findings}
    rows |= {(fact.sheet, fact.at[0]) for fact in book.facts if fact.maybe}
    columns = {(page.name, column) for page in book.pages for column in page.finding_columns}
    unsaid = set(columns)
    for finding in reading.findings:
        page = pages.get(finding.sheet)
        row, column = address(finding.cell) if finding.cell else (0, 0)
        unsaid.discard((finding.sheet, column))
        expected = (finding.sheet, row) in rows or (finding.sheet, column) in columns
        if not expected and (finding.severity == "error" or (finding.cell and page and not page.findings_allowed)):
            yield f"{finding.sheet}!{finding.cell}: unexpected {finding.severity} {finding.code}: {finding.message}"
    for sheet, column in sorted(unsaid):
        yield f"{sheet}!{cell_name((1, column))[:-1]}: no finding speaks of the column"


def _like(expected: str, got: str) -> bool:
    if expected.startswith("!"):
        return not _like(expected[1:], got)
    return any(fnmatchcase(got, pattern) for pattern in expected.split("|"))
