"""The sheet that lists every finding, the gravest first, each with a link to its cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctdp_etl.catalog.returned_list import LIST_HEADER_ROW, LIST_HEADINGS, LIST_TITLE
from ctdp_etl.feedback import words
from ctdp_etl.feedback.package import document
from ctdp_etl.feedback.splice import attribute, text
from ctdp_etl.model import Finding

_WIDTHS = (6, 12, 20, 9, 32, 15, 15, 62, 8)
_LETTERS = "ABCDEFGHI"
_LINE_LETTERS = 150
"""Letters of the lines above the table that fit into its width."""
_LINE_HEIGHT, _HIGHEST = 15, 405
"""Points of a line of text, and of the highest row; not every program makes a row as high as its text."""
_LONGEST_NUMBER = 14


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as the list shows it: what stood in the cell, and the target of its link ('' for none)."""

    finding: Finding
    written: str
    target: str


def sheet(main: str, rows: Sequence[Row], remarks: Sequence[str], looks: Mapping[str, int]) -> bytes:
    """Return the part of the sheet; ``main`` is the namespace of the workbook, ``looks`` the numbers of cell looks."""
    lines = (words.counted([row.finding for row in rows]), words.HOW, " ".join(remarks))
    head = [_line(1, LIST_TITLE, looks["title"], 24)]
    head += [_line(number, line, looks["line"]) for number, line in enumerate(lines, start=2)]
    table = [_row(LIST_HEADER_ROW, LIST_HEADINGS, [looks["header"]] * len(LIST_HEADINGS))]
    table += [_entry(LIST_HEADER_ROW + number, number, row, looks) for number, row in enumerate(rows, start=1)]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    merges = "".join(f'<mergeCell ref="A{number}:I{number}"/>' for number in range(1, LIST_HEADER_ROW))
    links = "".join(_link(LIST_HEADER_ROW + number, row) for number, row in enumerate(rows, start=1))
    return document(
        f'<worksheet xmlns="{main}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{LIST_HEADER_ROW}" topLeftCell="A{LIST_HEADER_ROW + 1}" activePane="bottomLeft"'
        ' state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{''.join((*head, *table))}</sheetData>"
        f'<mergeCells count="{LIST_HEADER_ROW - 1}">{merges}</mergeCells>'
        f"{f'<hyperlinks>{links}</hyperlinks>' if links else ''}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;CTrang &amp;P/&amp;N</oddFooter></headerFooter></worksheet>"
    )


def _entry(at: int, number: int, row: Row, looks: Mapping[str, int]) -> str:
    found = row.finding
    values = (
        *(str(number), words.severity(found), found.sheet, found.cell or "cả tệp", found.label),
        *(shown(found, row.written), words.number(found.expected), found.message, found.code),
    )
    plain, right = looks["text"], looks["number"]
    link = looks["link"] if row.target else plain
    return _row(at, values, (plain, looks[found.severity], plain, link, plain, right, right, plain, plain))


def shown(finding: Finding, written: str) -> str:
    """Return what stands in the cell: as it is ``written``, or the number where that is the longer way to write it."""
    return (written if len(written) <= _LONGEST_NUMBER or finding.observed is None else "") or words.number(
        finding.observed
    )


def _line(number: int, words_said: str, look: int, height: int = 0) -> str:
    height = height or 16 * (1 + len(words_said) // _LINE_LETTERS)
    return f'<row r="{number}" ht="{height}" customHeight="1">{_cell(f"A{number}", words_said, look)}</row>'


def _row(number: int, values: Sequence[str], looks: Sequence[int]) -> str:
    cells = (
        _cell(f"{letter}{number}", value, look) for letter, value, look in zip(_LETTERS, values, looks, strict=True)
    )
    lines = max(math.ceil(len(value) / width) for value, width in zip(values, _WIDTHS, strict=True))
    height = min(max(lines, 1) * _LINE_HEIGHT + 2, _HIGHEST)
    return f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def _cell(place: str, value: str, look: int) -> str:
    if not value:
        return f'<c r="{place}" s="{look}"/>'
    return f'<c r="{place}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text(value)}</t></is></c>'


def _link(number: int, row: Row) -> str:
    return f'<hyperlink ref="D{number}" location={attribute(row.target)}/>' if row.target else ""
