"""What a workbook tells only by its bytes: formulas never calculated, errors (#DIV/0!), cells far from everything.

Calamine gives formulas without a result and errors as empty: they are put back as text, so that each is a finding at
its cell and none is taken for a blank. A cell far from everything would make it reserve memory for all between.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from posixpath import join, normpath

import xlrd

Unvalued = Mapping[str, Mapping[tuple[int, int], str]]
"""Text by sheet name and (row, column) from 1: "#REF!" or the formula with "=" before it."""

_CELL = rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'
_FORMULA = rb"\s*<f[^>]*?(?:/>|>([^<]*)</f>)\s*"
_NOT_CALCULATED = re.compile(_CELL + rb'(?:(?!t="str")[^>])*>' + _FORMULA + rb"(?:<v\s*/>|<v></v>)?\s*</c>")
_ERROR = re.compile(_CELL + rb'[^>]*\bt="e"[^>]*>(?:' + _FORMULA + rb")?<v>([^<]*)</v>")
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}|[A-Z]{1,2}[0-9]{5,7}")')
_FILLED = re.compile(_CELL + rb"[^>]*[^/>]>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_XLS_ERROR = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00..{7}\x02\x00.\x00\x00\x00\xff\xff", re.DOTALL)


def read_unvalued(content: bytes) -> Unvalued:
    """Return the cells without a value; empty where the file keeps none or cannot be looked into."""
    try:
        if content[:4] == b"PK\x03\x04":
            return {name: cells for name, xml in _sheets(content) if (cells := dict(_cells(xml)))}
        return _xls_errors(content) if _XLS_ERROR.search(content) else {}
    except (zipfile.BadZipFile, KeyError, ValueError, xlrd.XLRDError, AssertionError, IndexError):
        return {}


def far_cell(content: bytes, most: int) -> str:
    """Return where a cell stands so far off that its sheet spans more than ``most`` cells ("Ô A9 trang ..."), or ""."""
    try:
        for name, xml in _sheets(content) if content[:4] == b"PK\x03\x04" else ():
            if not _FAR.search(xml):
                continue
            found = [(int(row), _column(letters), letters) for letters, row in _FILLED.findall(xml)]
            rows, columns = (max((cell[axis] for cell in found), default=0) for axis in (0, 1))
            if rows * columns > most:
                row, _, letters = max(found, key=lambda cell: (cell[0] * cell[1], cell))
                return f"Ô {letters.decode()}{row} trang “{name}”"
    except (zipfile.BadZipFile, KeyError, ValueError):
        pass
    return ""


def _sheets(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return
        tags = _RELATION.findall(_text(archive, "xl/_rels/workbook.xml.rels"))
        relations = [dict(_ATTRIBUTE.findall(tag)) for tag in tags]
        targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
        for tag in _SHEET.findall(_text(archive, "xl/workbook.xml")):
            attributes = dict(_ATTRIBUTE.findall(tag))
            target = targets.get(attributes.get("r:id", ""), "")
            path = normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
            if path in archive.namelist():
                yield unescape(attributes.get("name", "")), archive.read(path)


def _text(archive: zipfile.ZipFile, path: str) -> str:
    return archive.read(path).decode("utf-8", "replace")


def _cells(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b"<f" in xml:
        for letters, row, formula in _NOT_CALCULATED.findall(xml):
            yield (int(row), _column(letters)), "=" + unescape(formula.decode("utf-8", "replace"))
    if b't="e"' in xml:
        for letters, row, _, error in _ERROR.findall(xml):
            yield (int(row), _column(letters)), error.decode("ascii", "replace")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xls_errors(content: bytes) -> Unvalued:
    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    return {
        sheet.name: {
            (row + 1, column + 1): xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
            for row in range(sheet.nrows)
            for column, kind in enumerate(sheet.row_types(row))
            if kind == xlrd.XL_CELL_ERROR
        }
        for sheet in book.sheets()
    }
