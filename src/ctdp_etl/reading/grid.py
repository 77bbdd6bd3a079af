"""Sheets as grids of decoded cells, addressed as in Excel; values by calamine, fonts only where the text asks."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from ctdp_etl.errors import WorkbookError
from ctdp_etl.reading import legacy
from ctdp_etl.reading.fonts import FontRuns, read_font_runs
from ctdp_etl.reading.package_cells import look_into

MAX_CELLS = 4_000_000
"""Cells of one sheet's used range; a report of a month has some thousands."""

Value = str | float
Address = tuple[int, int]
Line = tuple[tuple[int, Value], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: cells by (row, column) from 1, only those that hold something.

    ``cells`` hold decoded NFC text (stripped) or a double (of a cell shown as 101,5%: 101.5); ``raw`` is the text, or
    the number shown as per cent, as the file has it; ``merged`` maps every covered cell to the first cell of its
    range; ``rows`` are the rows that hold something, from the top, with their (column, value) pairs from the left.
    """

    name: str
    hidden: bool
    cells: Mapping[Address, Value]
    raw: Mapping[Address, str]
    merged: Mapping[Address, Address]
    rows: Mapping[int, Line]

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, or "" where it holds none."""
        value = self.cells.get((row, column), "")
        return value if isinstance(value, str) else ""

    def between(self, first: int, last: int) -> list[int]:
        """Return the rows from ``first`` to ``last`` that hold something; a stray cell may stand a million below."""
        return [row for row in self.rows if first <= row <= last]

    def row_values(self, row: int) -> Line:
        """Return the (column, value) pairs of a row, from the left."""
        return self.rows.get(row, ())

    def texts(self, row: int) -> list[str]:
        """Return the texts of a row, from the left."""
        return [value for _, value in self.rows.get(row, ()) if isinstance(value, str)]


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Return the letters of a column numbered from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the address as Excel writes it."""
    return f"{column_letters(column)}{row}"


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return every sheet of a workbook; raise ``WorkbookError`` for bytes that cannot be opened."""
    package = look_into(content, MAX_CELLS)
    if package.far:
        raise WorkbookError("F05", f"{package.far} ở quá xa bảng. Hãy xóa các hàng, cột thừa rồi gửi lại.")
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (meta.name, meta.visible != SheetVisibleEnum.Visible, _values(workbook.get_sheet_by_name(meta.name)))
            for meta in workbook.sheets_metadata
            if str(meta.typ).endswith("WorkSheet")
        ]
    except PasswordError as error:
        raise WorkbookError("F03", "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.") from error
    except (CalamineError, OSError, ValueError, KeyError, IndexError) as error:
        raise WorkbookError("F04", "Tệp Excel hỏng, không mở được. Hãy mở bằng Excel, lưu lại rồi gửi lại.") from error
    for name, _, (cells, _) in sheets:
        without = package.unvalued.get(name, {})
        cells.update({address: text for address, text in without.items() if address not in cells})
    texts = {value for _, _, (cells, _) in sheets for value in cells.values() if isinstance(value, str)}
    fonts = read_font_runs(content) if any(map(legacy.looks_legacy, texts)) else None
    return tuple(
        _sheet(name, hidden, cells, merged, package.percent.get(name, frozenset()), fonts)
        for name, hidden, (cells, merged) in sheets
    )


def _values(sheet: CalamineSheet) -> tuple[dict[Address, Value], dict[Address, Address]]:
    if sheet.height * sheet.width > MAX_CELLS:
        raise WorkbookError("F05", f"Trang tính {sheet.name!r} quá lớn. Hãy xóa các ô thừa rồi gửi lại.")
    top, left = sheet.start or (0, 0)
    cells = {
        (row, column): value
        for row, line in enumerate(sheet.to_python(skip_empty_area=True), top + 1)
        for column, item in enumerate(line, left + 1)
        if item != "" and (value := item if type(item) is float else _value(item)) != ""
    }
    merged = {
        (row + 1, column + 1): (first[0] + 1, first[1] + 1)
        for first, last in sheet.merged_cell_ranges or ()
        if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) <= 10_000
        for row in range(first[0], last[0] + 1)
        for column in range(first[1], last[1] + 1)
    }
    return cells, merged


def _value(item: object) -> Value:
    match item:
        case bool():
            return str(item).upper()
        case int() | float():
            return float(item)
        case str():
            return item if item.strip() else ""
        case datetime() | date():
            return item.strftime("%d/%m/%Y")
        case time() | timedelta():
            return str(item)
        case _:
            return ""


def _sheet(
    name: str,
    hidden: bool,
    cells: dict[Address, Value],
    merged: dict[Address, Address],
    percent: Collection[Address],
    fonts: FontRuns | None,
) -> Sheet:
    decoded: dict[Address, Value] = {}
    raw: dict[Address, str] = {}
    for address, value in cells.items():
        if isinstance(value, str):
            raw[address] = value
            value = _decoded(value, fonts.get((name, *address)) if fonts else None, legacy_book=fonts is not None)
            if not value:
                continue
        elif address in percent:
            raw[address], value = repr(value), float(Decimal(repr(value)) * 100)
        decoded[address] = value
    return Sheet(name, hidden, decoded, raw, merged, in_rows(decoded))


def in_rows(cells: Mapping[Address, Value]) -> dict[int, Line]:
    """Return cells by row from the top, each row from the left."""
    rows: dict[int, list[tuple[int, Value]]] = {}
    for (row, column), value in cells.items():
        if row in rows:
            rows[row].append((column, value))
        else:
            rows[row] = [(column, value)]
    return {row: tuple(sorted(rows[row])) for row in sorted(rows)}


def _decoded(text: str, runs: tuple[tuple[str, str], ...] | None, *, legacy_book: bool) -> str:
    if legacy_book and legacy.may_be_legacy(text):
        text = legacy.decode_runs(runs) if runs else legacy.decode_words(text)
    elif legacy_book and runs and all(font.lower().startswith((".vn", "vni")) for _, font in runs):
        text = legacy.decode_runs(runs)
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()
