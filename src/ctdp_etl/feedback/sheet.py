"""A sheet of the sender's: marked cells get another look and the drawing of the notes; nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ctdp_etl.feedback.splice import Edit, Element, appended, prefix, spliced, walk, with_attributes

Place = tuple[int, int]
"""Row and column, from 1."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_AFTER_NOTES = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
}
"""What stands behind the drawing of the notes in a sheet (ECMA-376, CT_Worksheet)."""
_POINTS, _PIXELS = 72, 96


def place(cell: str) -> Place | None:
    """Return row and column of an address such as ``G16``, or None where there is no such cell."""
    found = _CELL.fullmatch(cell)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def address(row: int, column: int) -> str:
    """Return the address as Excel writes it."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass(slots=True)
class Sizes:
    """Widths of columns and heights of rows in pixels, where they are not the usual ones."""

    columns: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, int] = field(default_factory=dict)

    def width(self, column: int) -> int:
        """Return the width of a column in pixels."""
        return next((one[2] for one in self.columns if one[0] <= column <= one[1]), 64)

    def look(self, column: int) -> int:
        """Return the number of the look of a column's empty cells."""
        return next((one[3] for one in self.columns if one[0] <= column <= one[1]), 0)

    def height(self, row: int) -> int:
        """Return the height of a row in pixels."""
        return self.heights.get(row, 20)


@dataclass(slots=True)
class Layout:
    """What a sheet has beside its cells: merged ranges by their first cell, sizes, its drawing of notes."""

    merges: list[tuple[Place, Place]] = field(default_factory=list)
    sizes: Sizes = field(default_factory=Sizes)
    drawing: str = ""

    def anchor(self, cell: Place) -> Place:
        """Return the cell that shows what stands in ``cell``: the first of its merged range."""
        for (top, left), (bottom, right) in self.merges:
            if top <= cell[0] <= bottom and left <= cell[1] <= right:
                return top, left
        return cell


def layout(content: bytes) -> Layout:
    """Return the layout of a sheet."""
    found = Layout()

    def started(_path: tuple[str, ...], element: Element) -> None:
        given = element.attributes
        match element.name:
            case "mergeCell":
                corner, _, opposite = given.get("ref", "").partition(":")
                if (begin := place(corner)) and (end := place(opposite or corner)):
                    found.merges.append((begin, end))
            case "col":
                hidden = given.get("hidden") in {"1", "true"}
                width = 0 if hidden else int(float(given.get("width", "8.43")) * 7 + 5)
                found.sizes.columns.append((_int(given, "min"), _int(given, "max"), width, _int(given, "style")))
            case "row" if "ht" in given or "hidden" in given:
                hidden = given.get("hidden") in {"1", "true"}
                found.sizes.heights[_int(given, "r")] = (
                    0 if hidden else int(float(given.get("ht", "15")) * _PIXELS / _POINTS)
                )
            case "legacyDrawing":
                found.drawing = given.get("id", "")

    walk(content, started, lambda _path, _element: None)
    return found


class _Marker:
    """Goes through a sheet once and collects what has to change."""

    def __init__(self, content: bytes, marks: Mapping[Place, str], look: Callable[[int, str], int], sizes: Sizes):
        self._content, self._look, self._sizes = content, look, sizes
        self._rows: dict[int, dict[int, str]] = {}
        for (row, column), mark in sorted(marks.items()):
            self._rows.setdefault(row, {})[column] = mark
        self.edits: list[Edit] = []
        self._row = self._column = self._row_look = 0
        self._prefix = b""

    def started(self, path: tuple[str, ...], element: Element) -> None:
        match (path[-1] if path else "", element.name):
            case "sheetData", "row":
                self._prefix = prefix(self._content, element)
                self._row = _int(element.attributes, "r") or self._row + 1
                self._column = 0
                has_look = element.attributes.get("customFormat") in {"1", "true"}
                self._row_look = _int(element.attributes, "s") if has_look else 0
                self._insert_rows(element.start, before=self._row)
            case "row", "c":
                at = place(element.attributes.get("r", ""))
                self._column = at[1] if at else self._column + 1
                self._mark_cell(element)
            case _, "sheetView" if element.attributes.get("tabSelected") in {"1", "true"}:
                self._change(element, {"tabSelected": 0})

    def ended(self, _: tuple[str, ...], element: Element) -> None:
        if element.name == "row":
            left = self._rows.pop(self._row, {})
            if left:
                self.edits.append(appended(self._content, element, self._cells(self._row, left, self._row_look)))
        elif element.name == "sheetData":
            self._prefix = prefix(self._content, element)
            rows = b"".join(self._new_row(row) for row in sorted(self._rows))
            self._rows.clear()
            if rows:
                self.edits.append(appended(self._content, element, rows))

    def _mark_cell(self, element: Element) -> None:
        wanted = self._rows.get(self._row)
        if not wanted:
            return
        early = {column: mark for column, mark in wanted.items() if column < self._column}
        if early:
            new = self._cells(self._row, early, self._row_look)
            self.edits.append((element.start, element.start, new))
        for column in early:
            del wanted[column]
        if mark := wanted.pop(self._column, ""):
            self._change(element, {"s": self._look(_int(element.attributes, "s"), mark)})

    def _change(self, element: Element, values: Mapping[str, str | int]) -> None:
        tag = self._content[element.start : element.inner]
        self.edits.append((element.start, element.inner, with_attributes(tag, values)))

    def _insert_rows(self, at: int, *, before: int) -> None:
        rows = sorted(row for row in self._rows if row < before)
        if rows:
            self.edits.append((at, at, b"".join(self._new_row(row) for row in rows)))
        for row in rows:
            del self._rows[row]

    def _new_row(self, row: int) -> bytes:
        mark = self._prefix
        return b'<%srow r="%d">%s</%srow>' % (mark, row, self._cells(row, self._rows[row], 0), mark)

    def _cells(self, row: int, columns: Mapping[int, str], row_look: int) -> bytes:
        return b"".join(
            b'<%sc r="%s" s="%d"/>'
            % (
                self._prefix,
                address(row, column).encode(),
                self._look(row_look or self._sizes.look(column), mark),
            )
            for column, mark in sorted(columns.items())
        )


def marked(content: bytes, marks: Mapping[Place, str], look: Callable[[int, str], int], sizes: Sizes) -> bytes:
    """Return the sheet with cells marked; ``look`` gives the number of a look with a mark. No sheet stays selected.

    With two sheets selected, what is typed into one would go into both.
    """
    marker = _Marker(content, marks, look, sizes)
    walk(content, marker.started, marker.ended)
    return spliced(content, marker.edits)


def with_drawing(content: bytes, relation: str, office: str) -> bytes:
    """Return the sheet with the drawing of its notes, at the place that the order of a sheet gives it."""
    places: list[int] = []
    new: list[Edit] = []

    def ended(path: tuple[str, ...], element: Element) -> None:
        if len(path) == 1 and element.name in _AFTER_NOTES:
            places.append(element.start)
        if not path:
            mark = prefix(content, element)
            tag = b'<%slegacyDrawing xmlns:r="%s" r:id="%s"/>' % (mark, office.encode(), relation.encode())
            at = min(places, default=element.close)
            new.append((at, at, tag))

    walk(content, lambda _path, _element: None, ended)
    return spliced(content, new)


def _int(given: Mapping[str, str], name: str) -> int:
    number = given.get(name, "")
    return int(number) if number.isdecimal() else 0
