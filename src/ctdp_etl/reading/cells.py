"""What one cell or row of a table is: a figure written as text, a unit, a label, the numbering of the columns."""

from __future__ import annotations

import re
from itertools import pairwise

from ctdp_etl.catalog import Catalog
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.memory import remembered
from ctdp_etl.reading.numbers import parse_number

_UNIT_SAID = re.compile(
    r"(?:đơn vị(?: tính)?|đvt|đv tính)\s*(?P<colon>:?)\s*\(?\s*(?P<unit>\S.*?)\s*\)?$", re.IGNORECASE
)


@remembered
def is_number_text(text: str, catalog: Catalog) -> bool:
    """Say whether a text cell is written as a figure ("12,3%", "8.290 tỷ đồng"), not as words or a period."""
    found = parse_number(text)
    if found is None or re.match(r"(?:19|20)\d{2}\b(?![.,]\d)", text):
        return False
    return not found.rest or found.rest in {"%", "điểm %"} or catalog.unit(found.rest) is not None


def is_label(value: object, catalog: Catalog) -> bool:
    """Say whether a cell holds words, not a figure or a mark for its absence."""
    if not isinstance(value, str) or value.startswith(("=", "#")):
        return False
    return not is_number_text(value, catalog) and len(value.strip("\"'-–.… ")) > 0


@remembered
def unit_text(text: str, catalog: Catalog) -> str:
    """Return what a text says of the table's unit ("Đơn vị tính: Tỷ đồng", "%", "Nghìn tấn; Triệu USD"), or ""."""
    if (match := _UNIT_SAID.search(text)) and (match["colon"] or catalog.unit(match["unit"])):
        return str(match["unit"])
    parts = re.split(r"[;,]|\bvà\b", text)
    return text if text and all(catalog.unit(part) for part in parts) else ""


def is_unit_row(sheet: Sheet, row: int, catalog: Catalog) -> bool:
    """Say whether a row holds nothing but units."""
    cells = sheet.row_values(row)
    return bool(cells) and all(isinstance(value, str) and unit_text(value, catalog) for _, value in cells)


def is_numbering(sheet: Sheet, row: int) -> bool:
    """Say whether a row numbers the columns: A, B, C, 1, 2, 3, "5 (4/3)"."""
    values = [value for _, value in sheet.row_values(row)]
    if len(values) < 3:
        return False
    marks = [str(int(value)) if isinstance(value, float) and value.is_integer() else str(value) for value in values]
    if not all(re.fullmatch(r"[(\[]?(?:[A-ZĐ]|\d{1,2})[)\]]?(?:\s*[=(:].*)?", mark) for mark in marks):
        return False
    numbers = [int(found[0]) for mark in marks if (found := re.match(r"\d+", mark.strip("([")))]
    return len(numbers) >= 2 and all(after - before == 1 for before, after in pairwise(numbers))
