"""The parts of a briefing: paragraphs, tables and charts whose numbers are figures; no layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from ctdp_etl.briefing.figures import Figure, signs_in
from ctdp_etl.briefing.inputs import Letterhead


class Strong(str):
    """Words in bold."""

    __slots__ = ()


Run = str | Figure
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``style`` is ``body``, ``point`` (a point of page one) or ``note``."""

    runs: Runs
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section ("1. Cả nước")."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether it holds numbers, and its width.

    ``share`` is its part of what the others leave; a column without a share is as wide as its content. ``width`` is in
    millimetres, set by ``fitted``.
    """

    heading: str
    share: float = 0.0
    numeric: bool = True
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table; ``level`` 0 is a total, 1 a group, 2 a part."""

    cells: tuple[Run, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its unit and source; ``number`` is given when the briefing is put together."""

    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One datum of a chart: a bar, a point of a line, a tile or a cell; ``figure`` is None where there is no number.

    ``group`` names what it stands in where a chart has several: a panel of small charts, a row of cells.
    """

    label: str
    figure: Figure | None
    code: str = ""
    strong: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture: ``kind`` names its template; the title says what is to be seen.

    ``against`` is the value that bars are held against, with its words.
    """

    kind: str
    title: Runs
    unit: str
    marks: tuple[Mark, ...]
    source: str
    alt: str
    number: int = 0
    against: tuple[float, str] | None = None


Block = Paragraph | Heading | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; ``numeral`` is given when the briefing is put together."""

    title: str
    blocks: tuple[Block, ...]
    numeral: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A whole briefing, ready to be laid out; ``figures`` are in the order in which they were made.

    ``wide`` is a table for an annex of its own, on pages that lie on their side.
    """

    report: str
    period: str
    period_words: str
    as_of: str
    letterhead: Letterhead
    points: tuple[Paragraph, ...]
    key_figures: Table
    cautions: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    annex: tuple[Block, ...]
    figures: tuple[Figure, ...]
    wide: Table | None = None
    ref_area: str = "VN"
    area_words: str = "cả nước"

    @property
    def simulated(self) -> bool:
        """Whether any printed number is invented for demonstration."""
        return any(figure.simulated for figure in self.figures)


def printed_in(block: Block) -> tuple[Figure, ...]:
    """Return the figures of a block in the order of print."""
    match block:
        case Paragraph(runs=runs):
            return tuple(run for run in runs if isinstance(run, Figure))
        case Table(rows=rows):
            return tuple(cell for row in rows for cell in row.cells if isinstance(cell, Figure))
        case Chart(title=title, marks=marks):
            drawn = tuple(mark.figure for mark in marks if mark.figure is not None)
            return tuple(run for run in title if isinstance(run, Figure)) + drawn
        case _:
            return ()


_Block = TypeVar("_Block", Table, Chart)


def explained(block: _Block) -> _Block:
    """Return the block with what the signs behind its numbers mean."""
    words = signs_in(printed_in(block))
    if not words:
        return block
    if isinstance(block, Table):
        return replace(block, note=f"{block.note} {words}".strip())
    return replace(block, source=f"{block.source} {words}")


def only_drawn(briefing: Briefing) -> frozenset[str]:
    """Return the ids of the figures that are points of a picture and written nowhere."""
    blocks = tuple(_blocks(briefing))
    drawn = {figure.id for block in blocks for figure in _drawn_in(block)}
    written = {figure.id for block in blocks for figure in _written_in(block)}
    return frozenset(drawn - written)


def _written_in(block: Block) -> tuple[Figure, ...]:
    drawn = {id(figure) for figure in _drawn_in(block)}
    return tuple(figure for figure in printed_in(block) if id(figure) not in drawn)


def _drawn_in(block: Block) -> tuple[Figure, ...]:
    """Return the points of small charts, which write only the last of each."""
    if not isinstance(block, Chart) or block.kind != "multiples":
        return ()
    last = {mark.group: mark.figure for mark in block.marks if mark.figure}
    return tuple(mark.figure for mark in block.marks if mark.figure and mark.figure is not last[mark.group])


def _blocks(briefing: Briefing) -> Iterator[Block]:
    """Yield everything that is printed, in the order of print."""
    yield from briefing.points
    yield briefing.key_figures
    yield from briefing.cautions
    for section in briefing.sections:
        yield from section.blocks
    yield from briefing.annex
    if briefing.wide:
        yield briefing.wide


def sentences(briefing: Briefing) -> Iterator[Runs]:
    """Yield what is said in words, in the order of print: paragraphs and the titles of charts."""
    for block in _blocks(briefing):
        match block:
            case Paragraph(runs=runs):
                yield runs
            case Chart(title=title):
                yield title
