"""Fonts of text cells and of the runs inside them; slow, so read only for workbooks with legacy letters."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str, int, int]
Runs = tuple[tuple[str, str], ...]
FontRuns = Mapping[Place, Runs]
"""(text, font name) runs by (sheet, row, column) from 1."""


def read_font_runs(content: bytes) -> FontRuns:
    """Return the font runs of every text cell; empty where the fonts cannot be read."""
    try:
        return _xls_runs(content) if content[:4] == b"\xd0\xcf\x11\xe0" else _xlsx_runs(content)
    except (ValueError, KeyError, IndexError, AssertionError, TypeError, AttributeError, OSError):
        return {}


def _xls_runs(content: bytes) -> FontRuns:
    import xlrd  # only old workbooks need it, and it takes long to load

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
        return dict(_runs_of(book, xlrd.XL_CELL_TEXT))
    except xlrd.XLRDError:
        return {}


def _runs_of(book: Any, text_cell: int) -> Iterator[tuple[Place, Runs]]:
    names = [font.name for font in book.font_list]
    for sheet in book.sheets():
        rich = sheet.rich_text_runlist_map
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                cell = sheet.cell(row, column)
                if cell.ctype != text_cell:
                    continue
                own = names[book.xf_list[cell.xf_index].font_index]
                starts = [(0, own), *((start, names[font]) for start, font in rich.get((row, column), ()))]
                ends = [start for start, _ in starts[1:]] + [len(cell.value)]
                yield (
                    (sheet.name, row + 1, column + 1),
                    tuple(
                        (cell.value[start:end], font)
                        for (start, font), end in zip(starts, ends, strict=True)
                        if end > start
                    ),
                )


def _xlsx_runs(content: bytes) -> FontRuns:
    from openpyxl import load_workbook  # only workbooks with legacy letters need it, and it takes long to load
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    book = load_workbook(io.BytesIO(content), rich_text=True, data_only=True)
    runs: dict[Place, Runs] = {}
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                own = cell.font.name or "" if cell.font else ""
                if isinstance(cell.value, CellRichText):
                    runs[sheet.title, cell.row, cell.column] = tuple(
                        (part.text, part.font.rFont or own) if isinstance(part, TextBlock) else (part, own)
                        for part in cell.value
                    )
                elif isinstance(cell.value, str):
                    runs[sheet.title, cell.row, cell.column] = ((cell.value, own),)
    return runs
