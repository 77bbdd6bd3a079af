"""Sheets to .xlsx bytes that are the same on every machine: SpreadsheetML written part by part, stored unpacked.

A library's bytes change with its version and with the XML and zlib builds beneath it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_MOMENT = (1980, 1, 1, 0, 0, 0)
_STYLES = Path(__file__).with_name("styles.xml")
_ROLES = ("", "title", "line", "header", "label", "number", "note")
"""The looks of a cell, in the order of the formats (cellXfs) in ``styles.xml``."""
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; ``role`` is its look: title, line, header, label, number or note."""

    value: str | float
    role: str = "label"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: cells by (row, column) from 1, merged ranges (row, column, last row, last column), column widths."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    hidden: bool = False


def to_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the workbook of the sheets."""
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
            + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES.read_text(encoding="utf-8"),
        **{f"xl/worksheets/sheet{number}.xml": _sheet(sheet) for number, sheet in enumerate(sheets, start=1)},
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, _MOMENT), text.encode())
    return stream.getvalue()


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _content_types(sheets: int) -> str:
    parts = {"workbook": "sheet.main", "styles": "styles"} | {
        f"worksheets/sheet{number}": "worksheet" for number in range(1, sheets + 1)
    }
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in parts.items()
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _workbook(sheets: Sequence[Sheet]) -> str:
    pages = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" state="{"hidden" if sheet.hidden else "visible"}"'
        f' r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    return f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{pages}</sheets></workbook>'


def _sheet(sheet: Sheet) -> str:
    columns = "".join(
        f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
        for column, width in sorted(sheet.widths.items())
    )
    rows = "".join(
        f'<row r="{row}">{"".join(_cell(row, column, sheet.cells[row, column]) for _, column in places)}</row>'
        for row, places in groupby(sorted(sheet.cells), key=lambda place: place[0])
    )
    merges = "".join(
        f'<mergeCell ref="{column_letters(first)}{row}:{column_letters(last)}{last_row}"/>'
        for row, first, last_row, last in sheet.merges
    )
    widths = f"<cols>{columns}</cols>" if columns else ""
    joined = f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>' if merges else ""
    return f'{_DECLARATION}<worksheet xmlns="{_MAIN}">{widths}<sheetData>{rows}</sheetData>{joined}</worksheet>'


def _cell(row: int, column: int, cell: Cell) -> str:
    place = f'r="{column_letters(column)}{row}" s="{_ROLES.index(cell.role)}"'
    if isinstance(cell.value, str):
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(cell.value)}</t></is></c>'
    return f"<c {place}><v>{cell.value!r}</v></c>"
