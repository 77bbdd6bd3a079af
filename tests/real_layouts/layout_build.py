"""Workbooks built from layouts, with their fonts, runs, merges and doubles in full."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import openpyxl
import xlwt
from layout_book import Address, Book, Cell, address
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter


def build(book: Book) -> bytes:
    """Return the workbook's bytes in its own format."""
    return _xls(book) if book.format == "xls" else _xlsx(book)


def _xls(book: Book) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, xlwt.XFStyle] = {}

    def style(font: str) -> xlwt.XFStyle:
        if font not in styles:
            styles[font] = xlwt.XFStyle()
            styles[font].font = xlwt.Font()
            styles[font].font.name = font
        return styles[font]

    for page in book.pages:
        sheet = workbook.add_sheet(page.name)
        for (row, column), value in sorted(page.cells.items()):
            if isinstance(value, float):
                sheet.write(row - 1, column - 1, value)
            elif len(value) == 1:
                sheet.write(row - 1, column - 1, value[0][1], style(value[0][0]))
            else:
                parts = [(text, style(font).font) for font, text in value]
                sheet.write_rich_text(row - 1, column - 1, parts, style(value[0][0]))
        for top, left, bottom, right in page.merges:
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
        for column in page.hidden_columns:
            sheet.col(column - 1).hidden = True
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _xlsx(book: Book) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for page in book.pages:
        sheet = workbook.create_sheet(page.name)
        for (row, column), value in sorted(page.cells.items()):
            cell = sheet.cell(row, column)
            if isinstance(value, float):
                cell.value = value
                continue
            cell.font = Font(name=value[0][0])
            if len(value) == 1:
                cell.value = value[0][1]
            else:
                cell.value = CellRichText(*(TextBlock(InlineFont(rFont=font), text) for font, text in value))
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for column in page.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
    stream = io.BytesIO()
    workbook.save(stream)
    return _exact(stream, book)


def _exact(stream: io.BytesIO, book: Book) -> bytes:
    """Return the workbook with every double in full; openpyxl cuts them to 16 digits, Excel does not."""
    figure = re.compile(r'(<c r="([A-Z]+\d+)"[^>]*><v>)[^<]*(?=</v>)')
    whole = io.BytesIO()
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            text = parts.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number:
                cells = book.pages[int(number[1]) - 1].cells
                text = figure.sub(lambda match, cells=cells: _in_full(match, cells), text.decode()).encode()
            copy.writestr(name, text)
    return whole.getvalue()


def _in_full(match: re.Match[str], cells: Mapping[Address, Cell]) -> str:
    value = cells[address(match[2])]
    return match[1] + repr(value) if isinstance(value, float) else match[0]
