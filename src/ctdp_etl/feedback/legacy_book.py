"""An .xls as an .xlsx: the same addresses, values, merged cells, sizes and looks, as far as the old reader tells."""

from __future__ import annotations

import io
import re
from typing import Any

import xlrd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from ctdp_etl.errors import WorkbookError
from ctdp_etl.feedback.legacy_looks import Looks, plain
from ctdp_etl.feedback.package import Package

_CORE = "docProps/core.xml"
_DATES = re.compile(rb"(<dcterms:\w+[^>]*>)[^<]*")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_MOST_COLUMNS = 256
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_TWIPS, _LETTER = 20, 256
"""Parts of a point, and of a letter's width, in which heights and widths are kept."""


def as_package(content: bytes) -> Package:
    """Return an Excel 97-2003 workbook as the parts of an .xlsx; formulas become their values, pictures and charts go.

    Raise ``WorkbookError`` (F04) for one that the reader of looks cannot open.
    """
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # it fails in many ways over a workbook that another reader opens
        raise WorkbookError(
            "F04", "Tệp .xls không mang dấu được. Hãy mở bằng Excel, lưu thành .xlsx rồi gửi lại."
        ) from error
    new = Workbook()
    new.remove(new.worksheets[0])
    looks = Looks(book)
    for sheet in book.sheets():
        _copy(sheet, new.create_sheet(sheet.name), looks)
    stream = io.BytesIO()
    new.save(stream)
    package = Package(stream.getvalue())
    package.parts[_CORE] = _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z", package.parts[_CORE])
    return package


def _copy(old: Any, new: Any, looks: Looks) -> None:
    new.sheet_state = _STATES.get(old.visibility, "visible")
    for row in range(old.nrows):
        for column in range(old.row_len(row)):
            _copy_cell(old, new.cell(row + 1, column + 1), row, column, looks)
    for top, bottom, left, right in old.merged_cells:
        new.merge_cells(start_row=top + 1, end_row=bottom, start_column=left + 1, end_column=right)
    for number, column in old.colinfo_map.items():
        if number < _MOST_COLUMNS:
            size = new.column_dimensions[get_column_letter(number + 1)]
            size.width, size.hidden = column.width / _LETTER, bool(column.hidden)
    for number, row in old.rowinfo_map.items():
        size = new.row_dimensions[number + 1]
        size.hidden = bool(row.hidden)
        if row.has_default_height == 0 and row.height:
            size.height = row.height / _TWIPS
    for (row, column), note in old.cell_note_map.items():
        new.cell(row + 1, column + 1).comment = Comment(plain(note.text), plain(note.author) or "-")


def _copy_cell(old: Any, new: Any, row: int, column: int, looks: Looks) -> None:
    cell = old.cell(row, column)
    looks.put(new, cell.xf_index)
    match cell.ctype:
        case 1:
            runs = old.rich_text_runlist_map.get((row, column), ())
            new.value = looks.rich(cell.value, runs) if runs else plain(cell.value)
            new.data_type = "s"
        case 2 | 3:
            new.value = repr(cell.value)  # as text it keeps all its digits: openpyxl writes sixteen
            new.data_type = "n"
        case 4:
            new.value = bool(cell.value)
        case 5:
            new.value = _ERRORS.get(cell.value, "#VALUE!")
            new.data_type = "e"
