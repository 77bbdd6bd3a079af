"""What a workbook tells of its cells only by its bytes: no value, a per cent format, a place far from everything.

Calamine gives formulas without a result and errors as empty: they are put back as text, so that each is a finding at
its cell and none is taken for a blank. A cell far from everything would make it reserve memory for all between. A cell
shown as 101,5% holds 1.015.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from posixpath import join, normpath

Address = tuple[int, int]

_CELL = rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'
_FORMULA = rb"\s*<f[^>]*?(?:/>|>([^<]*)</f>)\s*"
_NOT_CALCULATED = re.compile(_CELL + rb'(?:(?!t="str")[^>])*>' + _FORMULA + rb"(?:<v\s*/>|<v></v>)?\s*</c>")
_ERROR = re.compile(_CELL + rb'[^>]*\bt="e"[^>]*>(?:' + _FORMULA + rb")?<v>([^<]*)</v>")
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}|[A-Z]{1,2}[0-9]{5,7}")')
_FILLED = re.compile(_CELL + rb"(?:[^>]*[^/>])?>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_FORMAT = re.compile(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"')
_LITERAL = re.compile(r'".*?"|\\.')
_STYLE = re.compile(r'<xf numFmtId="(\d+)"')
_PERCENT_FORMATS = {"9", "10"}
_XLS_ERROR = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00..{7}\x02\x00.\x00\x00\x00\xff\xff", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PackageCells:
    """Cells by sheet name and (row, column) from 1.

    ``unvalued`` maps a cell without a value to "#REF!" or its formula with "=" before it; ``percent`` are the cells
    shown as per cent; ``far`` names a cell so far off that its sheet is too large to open ("Ô A9 trang ..."), or "".
    """

    unvalued: Mapping[str, Mapping[Address, str]] = field(default_factory=dict)
    percent: Mapping[str, frozenset[Address]] = field(default_factory=dict)
    far: str = ""


def look_into(content: bytes, most: int) -> PackageCells:
    """Return what the bytes of a workbook tell; ``most`` is the number of cells that a sheet may span."""
    try:
        if content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return _of_package(archive, most)
        return PackageCells(_xls_errors(content) if _XLS_ERROR.search(content) else {})
    except (zipfile.BadZipFile, KeyError, ValueError, AssertionError, IndexError):
        return PackageCells()


def _of_package(archive: zipfile.ZipFile, most: int) -> PackageCells:
    unvalued: dict[str, Mapping[Address, str]] = {}
    percent: dict[str, frozenset[Address]] = {}
    shown = _percent_pattern(archive)
    for name, xml in _sheets(archive):
        if far := _far_cell(xml, most):
            return PackageCells(far=f"{far} trang “{name}”")
        if cells := dict(_unvalued(xml)):
            unvalued[name] = cells
        if shown and (found := shown.findall(xml)):
            percent[name] = frozenset(map(_address, found))
    return PackageCells(unvalued, percent)


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
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


def _percent_pattern(archive: zipfile.ZipFile) -> re.Pattern[bytes] | None:
    """Return the pattern of cells whose number format multiplies by a hundred (0.0%, but not 0.0"%"), or None."""
    if "xl/styles.xml" not in archive.namelist():
        return None
    styles = _text(archive, "xl/styles.xml")
    own = {number for number, code in _FORMAT.findall(styles) if "%" in _LITERAL.sub("", unescape(code))}
    used = _STYLE.findall(styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    ids = [str(index).encode() for index, number in enumerate(used) if number in own | _PERCENT_FORMATS]
    return re.compile(_CELL + rb'[^>]*\bs="(?:' + b"|".join(ids) + rb')"[^>]*[^/]>') if ids else None


def _text(archive: zipfile.ZipFile, path: str) -> str:
    return archive.read(path).decode("utf-8", "replace")


def _far_cell(xml: bytes, most: int) -> str:
    if not _FAR.search(xml):
        return ""
    found = [(_address(cell), cell) for cell in _FILLED.findall(xml)]
    rows, columns = (max((address[axis] for address, _ in found), default=0) for axis in (0, 1))
    if rows * columns <= most:
        return ""
    _, (letters, row) = max(found, key=lambda cell: (cell[0][0] * cell[0][1], cell[0]))
    return f"Ô {letters.decode()}{row.decode()}"


def _unvalued(xml: bytes) -> Iterator[tuple[Address, str]]:
    if b"<f" in xml:
        for letters, row, formula in _NOT_CALCULATED.findall(xml):
            yield _address((letters, row)), "=" + unescape(formula.decode("utf-8", "replace"))
    if b't="e"' in xml:
        for letters, row, _, error in _ERROR.findall(xml):
            yield _address((letters, row)), error.decode("ascii", "replace")


def _address(cell: tuple[bytes, bytes]) -> Address:
    number = 0
    for letter in cell[0]:
        number = number * 26 + letter - 64
    return int(cell[1]), number


def _xls_errors(content: bytes) -> dict[str, Mapping[Address, str]]:
    import xlrd  # only old workbooks with errors need it, and it takes long to load

    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except xlrd.XLRDError:
        return {}
    return {
        sheet.name: {
            (row + 1, column + 1): xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
            for row in range(sheet.nrows)
            for column, kind in enumerate(sheet.row_types(row))
            if kind == xlrd.XL_CELL_ERROR
        }
        for sheet in book.sheets()
    }
