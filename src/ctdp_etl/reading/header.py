"""What the columns of a section say: their headings joined from cells above each other, and where the body begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Catalog
from ctdp_etl.reading.cells import is_label, is_numbering, is_unit_row, unit_text
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.headings import LEVEL, PLAN, RATIO, ROLE, SHARE, UNKNOWN, Heading, read_heading
from ctdp_etl.reading.numbers import parse_number
from ctdp_etl.reading.sections import YEARS, Section, header_row
from ctdp_etl.reading.times import mentions


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The heading of every column, where the body begins, and the texts around that name a unit."""

    headings: dict[int, Heading]
    body: int
    unit_text: str
    unit_texts: dict[int, str]
    cells: dict[int, tuple[int, int]]


def has_values(block: HeaderBlock) -> bool:
    """Say whether a header has any column of figures."""
    return any(heading.kind in (LEVEL, RATIO, SHARE, PLAN) for heading in block.headings.values())


def read_header(section: Section, catalog: Catalog) -> HeaderBlock:
    """Return the joined headings of the section's columns and the first row of its body."""
    body = _first_body_row(section, catalog)
    rows = list(range(section.first, body))
    unit_rows = {row for row in rows if is_unit_row(section.sheet, row, catalog)}
    unit_text = _table_unit(section, unit_rows, catalog)
    rows = [row for row in rows if row not in unit_rows and not is_numbering(section.sheet, row)]
    columns = sorted(
        {column for row in section.sheet.between(section.first, section.last) for column, _ in section.sheet.rows[row]}
    )
    headings, cells, unit_texts = {}, {}, {}
    for column in columns:
        own, borrowed, cell = _pieces(section.sheet, rows, column)
        heading = _heading(" ".join(own), " ".join([*borrowed, *own]), catalog)
        words = heading.kind not in (ROLE, UNKNOWN) and _holds_words(section, body, column, catalog)
        headings[column] = Heading(ROLE, heading.text, role="label") if words else heading
        cells[column] = cell or (body, column)
        unit_texts[column] = _column_unit([*borrowed, *own], catalog)
    return HeaderBlock(headings, body, unit_text, unit_texts, cells)


def header_above(section: Section, catalog: Catalog) -> HeaderBlock | None:
    """Return the header that stands above the title of a section, or None."""
    last = section.title_cell[0] - 1
    begin = header_row(section.sheet, last, catalog)
    return read_header(replace(section, first=begin, last=last), catalog) if begin else None


def _holds_words(section: Section, body: int, column: int, catalog: Catalog) -> bool:
    """Say whether a column holds labels and no figure: then it has no values, whatever stands above it."""
    words = []
    for row in section.sheet.between(body, section.last):
        value = section.sheet.cells.get((row, column), "")
        if isinstance(value, float):
            return False
        if value and value.lower() not in catalog.vocabulary.absent:
            words.append(value)
    return bool(words) and all(is_label(word, catalog) and not parse_number(word) for word in words)


def _table_unit(section: Section, unit_rows: set[int], catalog: Catalog) -> str:
    texts = [section.title]
    for row in sorted({section.title_cell[0], *unit_rows}):
        cells = section.sheet.row_values(row)
        texts += [value for column, value in cells if isinstance(value, str) and (row, column) != section.title_cell]
    return next((unit for unit in (unit_text(text, catalog) for text in texts) if unit), "")


def _column_unit(pieces: Sequence[str], catalog: Catalog) -> str:
    """Return the unit that a heading carries ("(Tỷ đồng)", a line "Tỷ đồng"); the lowest piece decides."""
    for piece in reversed(pieces):
        for part in [*re.findall(r"\(([^()]+)\)", piece), piece]:
            if catalog.unit(part) and not mentions(part.lower()):
                return str(part)
    return ""


def _first_body_row(section: Section, catalog: Catalog) -> int:
    """Return the first row with a label and a figure to its right; without any, the row after the last heading."""
    sheet = section.sheet
    for row in sheet.between(section.first, section.last):
        if is_numbering(sheet, row):
            continue
        cells = sheet.row_values(row)
        labels = [column for column, value in cells if is_label(value, catalog)]
        figures = [(column, value) for column, value in cells if column not in labels]
        right = [value for column, value in figures if labels and column > labels[0]]
        if not right:
            continue
        if all(isinstance(value, float) and value.is_integer() and int(value) in YEARS for value in right):
            texts = [sheet.text(row, column) for column in labels]
            if any(read_heading(text, catalog.vocabulary).kind != UNKNOWN for text in texts):
                continue
        return row
    last = section.first
    for row in range(section.first, min(section.first + 12, section.last + 1)):
        texts = sheet.texts(row)
        if any(read_heading(text, catalog.vocabulary).kind in (LEVEL, RATIO, SHARE, ROLE) for text in texts):
            last = row + 1
    return last


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
    return heading
