"""Where the tables of a sheet are: found by title, ended by the next title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ctdp_etl.catalog import Catalog, Dataflow, TableSpec, label_key
from ctdp_etl.reading.cells import is_number_text, unit_text
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.headings import heading_text
from ctdp_etl.reading.times import mentions

_NUMBERED = re.compile(r"^\s*\d{1,2}\s*\.\s*\S")
_CONTINUED = re.compile(r"\(\s*tiếp(?: theo)?\s*\)|^tiếp theo", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one printed table: title, where it stands, and the rows below it up to the next title."""

    sheet: Sheet
    dataflow: Dataflow
    spec: TableSpec
    title: str
    title_cell: tuple[int, int]
    first: int
    last: int
    continued: bool


def is_numbered_title(text: str) -> bool:
    """Say whether a text looks like the title of a printed table ("12. Chỉ số giá ...")."""
    return _NUMBERED.match(text) is not None and len(text) > 12


def find_sections(sheet: Sheet, catalog: Catalog) -> list[Section]:
    """Return the tables of ``sheet`` whose titles the catalog knows, in their order."""
    starts: list[tuple[int, int, str, int, tuple[Dataflow, TableSpec] | None]] = []
    skip_to = 0
    for row in sorted(sheet.rows):
        if row < skip_to:
            continue
        for column in _title_columns(sheet, row):
            title, after = _title(sheet, row, column, catalog)
            known = match_title(title, catalog)
            if known and starts and _inside_header(sheet, starts[-1], row, known, title, catalog):
                continue
            if known or (_NUMBERED.match(title) and _heads_a_table(sheet, after, catalog)):
                starts.append((row, column, title, after, known))
                skip_to = after
                break
    end = max(sheet.rows, default=0) + 1
    bounds = [*(start[0] for start in starts[1:]), end]
    return [
        Section(sheet, known[0], known[1], title, (row, column), after, last - 1, bool(_CONTINUED.search(title)))
        for (row, column, title, after, known), last in zip(starts, bounds, strict=False)
        if known
    ]


def _inside_header(
    sheet: Sheet,
    start: tuple[int, int, str, int, tuple[Dataflow, TableSpec] | None],
    row: int,
    known: tuple[Dataflow, TableSpec],
    title: str,
    catalog: Catalog,
) -> bool:
    """Say whether a matching text is a heading cell of the table begun above: same dataflow, no figures between."""
    if start[4] is None or start[4][0] is not known[0] or _NUMBERED.match(title):
        return False
    between = (value for line in range(start[3], row) for _, value in sheet.row_values(line))
    return not any(isinstance(value, float) or is_number_text(value, catalog) for value in between)


def match_title(title: str, catalog: Catalog) -> tuple[Dataflow, TableSpec] | None:
    """Return the dataflow and table that ``title`` names, or None."""
    key = label_key(title)
    bare = catalog.vocabulary.title_prefix.sub("", key)
    for flow in catalog.dataflows.values():
        for spec in flow.tables:
            if re.search(spec.title, bare) and not (spec.not_title and re.search(spec.not_title, bare)):
                return flow, spec
    return None


def _title_columns(sheet: Sheet, row: int) -> list[int]:
    cells = list(sheet.row_values(row))
    if len(cells) > 4 or any(not isinstance(value, str) for _, value in cells):
        return []
    return [column for column, value in cells if isinstance(value, str) and len(value) >= 3]


def _title(sheet: Sheet, row: int, column: int, catalog: Catalog) -> tuple[str, int]:
    """Return the title with the lines that continue it, and the row after it."""
    title, after = sheet.text(row, column), row + 1
    for line in (row + 1, row + 2):
        cells = list(sheet.row_values(line))
        if len(cells) != 1 or not isinstance(cells[0][1], str) or abs(cells[0][0] - column) > 1:
            break
        text = cells[0][1]
        if catalog.unit(text) or unit_text(text, catalog) or match_title(text, catalog) or _NUMBERED.match(text):
            break
        title, after = f"{title} {text}", line + 1
    return " ".join(title.split()), after


def _heads_a_table(sheet: Sheet, first: int, catalog: Catalog) -> bool:
    for row in range(first, first + 6):
        texts = [value for _, value in sheet.row_values(row) if isinstance(value, str)]
        if len([text for text in texts if _speaks_of_time(text, catalog)]) >= 2:
            return True
    return False


def _speaks_of_time(text: str, catalog: Catalog) -> bool:
    words = heading_text(text, catalog.vocabulary)
    patterns = (catalog.vocabulary.comparison, catalog.vocabulary.cumulative, *catalog.vocabulary.status.values())
    return bool(mentions(words)) or any(pattern.search(words) for pattern in patterns)
