"""Where the tables of a sheet are: found by title, headed by joined heading cells, ended by the next title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ctdp_etl.catalog import Catalog, Dataflow, TableSpec, label_key
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.headings import (
    CONTRIBUTION,
    LEVEL,
    RATIO,
    ROLE,
    SHARE,
    UNKNOWN,
    Heading,
    heading_text,
    read_heading,
)
from ctdp_etl.reading.numbers import parse_number
from ctdp_etl.reading.times import mentions

_NUMBERED = re.compile(r"^\s*\d{1,2}\s*\.\s*\S")
_CONTINUED = re.compile(r"\(\s*tiếp(?: theo)?\s*\)|^tiếp theo", re.IGNORECASE)
_YEARS = range(1990, 2100)


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


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The heading of every column, where the body begins, and the texts around that name a unit."""

    headings: dict[int, Heading]
    body: int
    unit_text: str
    unit_texts: dict[int, str]
    cells: dict[int, tuple[int, int]]


def is_number_text(text: str, catalog: Catalog) -> bool:
    """Say whether a text cell is written as a figure ("12,3%", "8.290 tỷ đồng"), not as words or a period."""
    found = parse_number(text)
    if found is None or re.match(r"(?:19|20)\d{2}\b(?![.,]\d)", text):
        return False
    return not found.rest or found.rest in {"%", "điểm %"} or catalog.unit(found.rest) is not None


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
        if catalog.unit(text) or _unit_text(text, catalog) or match_title(text, catalog) or _NUMBERED.match(text):
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


def read_header(section: Section, catalog: Catalog) -> HeaderBlock:
    """Return the joined headings of the section's columns and the first row of its body."""
    body = _first_body_row(section, catalog)
    rows = list(range(section.first, body))
    unit_rows = {row for row in rows if _is_unit_row(section.sheet, row, catalog)}
    unit_text = _table_unit(section, unit_rows, catalog)
    rows = [row for row in rows if row not in unit_rows and not _is_numbering(section.sheet, row)]
    columns = sorted(
        {column for row in range(section.first, section.last + 1) for column in section.sheet.rows.get(row, ())}
    )
    headings, cells, unit_texts = {}, {}, {}
    for column in columns:
        own, borrowed, cell = _pieces(section.sheet, rows, column)
        headings[column] = _heading(" ".join(own), " ".join([*borrowed, *own]), catalog)
        cells[column] = cell or (body, column)
        unit_texts[column] = _column_unit([*borrowed, *own], catalog)
    return HeaderBlock(headings, body, unit_text, unit_texts, cells)


def _table_unit(section: Section, unit_rows: set[int], catalog: Catalog) -> str:
    texts = [section.title]
    for row in sorted({section.title_cell[0], *unit_rows}):
        cells = section.sheet.row_values(row)
        texts += [value for column, value in cells if isinstance(value, str) and (row, column) != section.title_cell]
    return next((unit for unit in (_unit_text(text, catalog) for text in texts) if unit), "")


def _column_unit(pieces: Sequence[str], catalog: Catalog) -> str:
    """Return the unit that a heading carries ("(Tỷ đồng)", a line "Tỷ đồng"); the lowest piece decides."""
    for piece in reversed(pieces):
        for part in [*re.findall(r"\(([^()]+)\)", piece), piece]:
            if catalog.unit(part) and not mentions(part.lower()):
                return str(part)
    return ""


def _unit_text(text: str, catalog: Catalog) -> str:
    """Return what a text says of the table's unit ("Đơn vị tính: Tỷ đồng", "%", "Nghìn tấn; Triệu USD"), or ""."""
    if match := re.search(r"(?:đơn vị(?: tính)?|đvt)\s*:\s*(.+?)\s*\)?$", text, re.IGNORECASE):
        return str(match[1])
    parts = re.split(r"[;,]|\bvà\b", text)
    return text if text and all(catalog.unit(part) for part in parts) else ""


def _is_unit_row(sheet: Sheet, row: int, catalog: Catalog) -> bool:
    cells = list(sheet.row_values(row))
    return bool(cells) and all(isinstance(value, str) and _unit_text(value, catalog) for _, value in cells)


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """Say whether a row numbers the columns: A, B, C, 1, 2, 3, "5 (4/3)"."""
    values = [value for _, value in sheet.row_values(row)]
    if len(values) < 3:
        return False
    marks = [str(int(value)) if isinstance(value, float) and value.is_integer() else str(value) for value in values]
    if not all(re.fullmatch(r"\(?(?:[A-ZĐ]|\d{1,2})\)?(?:\s*[=(].*)?", mark) for mark in marks):
        return False
    numbers = [int(found[0]) for mark in marks if (found := re.match(r"\d+", mark.strip("(")))]
    return len(numbers) >= 2 and all(after - before == 1 for before, after in pairwise(numbers))


def _first_body_row(section: Section, catalog: Catalog) -> int:
    """Return the first row with a label and a figure to its right; without any, the row after the last heading."""
    sheet = section.sheet
    for row in range(section.first, section.last + 1):
        if _is_numbering(sheet, row):
            continue
        labels = [column for column, value in sheet.row_values(row) if _is_label(value, catalog)]
        figures = [(column, value) for column, value in sheet.row_values(row) if not _is_label(value, catalog)]
        right = [value for column, value in figures if labels and column > labels[0]]
        if not right:
            continue
        if all(isinstance(value, float) and value.is_integer() and int(value) in _YEARS for value in right):
            texts = [sheet.text(row, column) for column in labels]
            if any(read_heading(text, catalog.vocabulary).kind != UNKNOWN for text in texts):
                continue
        return row
    last = section.first
    for row in range(section.first, min(section.first + 12, section.last + 1)):
        texts = [value for _, value in sheet.row_values(row) if isinstance(value, str)]
        if any(read_heading(text, catalog.vocabulary).kind in (LEVEL, RATIO, SHARE, ROLE) for text in texts):
            last = row + 1
    return last


def _is_label(value: object, catalog: Catalog) -> bool:
    return isinstance(value, str) and not is_number_text(value, catalog) and len(value.strip("\"'-–.… ")) > 0


def _pieces(sheet: Sheet, rows: Sequence[int], column: int) -> tuple[list[str], list[str], tuple[int, int] | None]:
    """Return the heading's own pieces, the pieces of an unmerged group to the left, and its first cell."""
    own: list[str] = []
    borrowed: list[str] = []
    seen: set[tuple[int, int]] = set()
    first = None
    for position, row in enumerate(rows):
        origin = sheet.merged.get((row, column), (row, column))
        if origin in seen:
            continue
        seen.add(origin)
        text = _piece(sheet, origin)
        if text and origin[0] >= rows[0]:
            own.append(text)
            first = first or origin
        elif (row, column) not in sheet.merged and not own and (row, column) not in sheet.cells:
            borrowed += _group(sheet, rows[position:], column)
    return own, borrowed, first


def _group(sheet: Sheet, rows: Sequence[int], column: int) -> list[str]:
    """Return the text of the group head left of a blank heading cell, where both columns have heads below."""
    row, below = rows[0], rows[1:]
    if not any(_piece(sheet, (lower, column)) for lower in below):
        return []
    for left in range(column - 1, max(column - 4, 0), -1):
        text = _piece(sheet, (row, left))
        if text:
            return [text] if any(_piece(sheet, (lower, left)) for lower in below) else []
    return []


def _piece(sheet: Sheet, cell: tuple[int, int]) -> str:
    value = sheet.cells.get(cell, "")
    return value if isinstance(value, str) else str(int(value)) if value.is_integer() else str(value)


def _heading(own: str, joined: str, catalog: Catalog) -> Heading:
    heading = read_heading(own, catalog.vocabulary)
    if joined == own:
        return heading
    whole = read_heading(joined, catalog.vocabulary)
    if heading.kind == UNKNOWN or (heading.kind == LEVEL and not heading.status and whole.kind in (RATIO, SHARE)):
        return whole
    if heading.kind == CONTRIBUTION:
        return heading
    return heading
