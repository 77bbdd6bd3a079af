"""Findings to marks, notes and the list, in the sender's own workbook."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ctdp_etl.feedback import listing, notes, words
from ctdp_etl.feedback.book import Book, BookSheet, target
from ctdp_etl.feedback.package import Package
from ctdp_etl.feedback.sheet import Layout, Place, layout, marked, place, with_drawing
from ctdp_etl.feedback.styles import CLEARED, RELATED, Styles
from ctdp_etl.model import Finding, Severity

_OLE = b"\xd0\xcf\x11\xe0"
Written = Mapping[tuple[str, str], str]
"""What the sender wrote, by (sheet, cell)."""


@dataclass(slots=True)
class _Marks:
    """What a sheet gets: the mark and the lines of the note of each cell."""

    marks: dict[Place, str] = field(default_factory=dict)
    lines: dict[Place, list[str]] = field(default_factory=dict)

    def add(self, at: Place, mark: str, line: str) -> None:
        """Mark a cell, unless it has a mark already: findings come the gravest first, and before related cells."""
        self.marks.setdefault(at, mark)
        said = self.lines.setdefault(at, [])
        if line not in said:
            said.append(line)


def annotate(content: bytes, findings: Sequence[Finding], written: Written | None = None) -> bytes:
    """Return the workbook with findings at their cells, and a list of them as its first sheet, as .xlsx bytes.

    All else stays as it was; an .xls comes back as .xlsx with the same addresses. ``written`` says what stood in the
    cells. The same arguments give the same bytes. Raise ``WorkbookError`` for bytes that are no workbook.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    is_old = content.startswith(_OLE)
    package = _old_package(content) if is_old else Package(content)
    book, styles = Book(package), Styles(package)
    ordered = sorted(findings, key=lambda one: _order(one, book.sheets))
    layouts = {one.name: layout(package.parts[one.part]) for one in book.sheets}
    found = _marks(ordered, sha256, layouts)
    for sheet in book.sheets:
        _mark(package, sheet, found[sheet.name], layouts[sheet.name], styles)
    rows = [_row(one, layouts, sha256, written or {}) for one in ordered]
    book.put_list(listing.sheet(package.main, rows, [words.FROM_XLS] if is_old else [], styles.for_list()))
    styles.write()
    return package.to_bytes()


def _old_package(content: bytes) -> Package:
    from ctdp_etl.feedback.legacy_book import as_package  # only old workbooks need it, and it takes long to load

    return as_package(content)


def _order(finding: Finding, sheets: Sequence[BookSheet]) -> tuple[int, int, Place, str, str]:
    names = [one.name for one in sheets]
    position = names.index(finding.sheet) if finding.sheet in names else len(names)
    at = place(finding.cell) or (0, 0)
    return words.GRAVEST.index(Severity(finding.severity)), position, at, finding.code, finding.message


def _marks(findings: Sequence[Finding], sha256: str, layouts: Mapping[str, Layout]) -> dict[str, _Marks]:
    found = {name: _Marks() for name in layouts}
    here = [one for one in findings if one.sha256 in {"", sha256}]
    for one in here:
        if at := _place(one.sheet, one.cell, layouts):
            found[one.sheet].add(at, one.severity, words.said(one))
    for one in here:
        for other in one.cells if one.cell else ():
            at = _place(other.sheet, other.cell, layouts)
            if at and other.sha256 in {"", sha256} and (other.sheet, other.cell) != (one.sheet, one.cell):
                found[other.sheet].add(at, RELATED, words.pointing(one, other.sheet))
    return found


def _place(sheet: str, cell: str, layouts: Mapping[str, Layout]) -> Place | None:
    at = place(cell)
    return layouts[sheet].anchor(at) if at and sheet in layouts else None


def _mark(package: Package, sheet: BookSheet, found: _Marks, known: Layout, styles: Styles) -> None:
    said = {at: words.note(lines) for at, lines in found.lines.items()}
    gone = notes.add_comments(package, sheet.part, said)
    marks = {**dict.fromkeys(gone, CLEARED), **found.marks}
    content = marked(package.parts[sheet.part], marks, styles.marked, known.sizes)
    if said or gone:
        drawings = {one.id: one.target for one in package.relations(sheet.part) if one.kind == "vmlDrawing"}
        part = drawings.get(known.drawing, "")
        box = notes.drawing(package.parts.get(part, b""), said, gone, known.sizes)
        if part:
            package.parts[part] = box
        else:
            name = package.free_name("xl/drawings/vmlDrawing{}.vml")
            content = with_drawing(content, package.add(sheet.part, "vmlDrawing", name, box), package.office)
    package.parts[sheet.part] = content


def _row(finding: Finding, layouts: Mapping[str, Layout], sha256: str, written: Written) -> listing.Row:
    here = finding.sha256 in {"", sha256} and finding.sheet in layouts and place(finding.cell) is not None
    said = written.get((finding.sheet, finding.cell), "") if here else ""
    return listing.Row(finding, said, target(finding.sheet, finding.cell) if here else "")
