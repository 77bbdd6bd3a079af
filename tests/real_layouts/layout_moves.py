"""What offices change from month to month without changing a figure: rows, columns, names, order, numbering."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from layout_book import Address, Book, Cell, Fact, Page

Move = Callable[[Book], Book]
_NUMBER = re.compile(r"^\s*\d+\.\s*")


def moved(book: Book, rows: int = 0, columns: int = 0) -> Book:
    """Return the book with every table ``rows`` lower and ``columns`` further to the right."""
    return _place(book, lambda at: (at[0] + rows, at[1] + columns))


def spread(book: Book) -> Book:
    """Return the book with an empty column after each column; merged ranges grow with them."""
    return _place(book, lambda at: (at[0], 2 * at[1] - 1), last=lambda at: (at[0], 2 * at[1]))


def renamed(book: Book) -> Book:
    """Return the book with sheets that tell nothing by their name, in the opposite order."""
    pages = [
        replace(page, name=name, facts=tuple(replace(fact, sheet=name) for fact in page.facts))
        for number, page in enumerate(book.pages, 1)
        for name in [f"Sheet{number} (2)"]
    ]
    return replace(book, pages=tuple(reversed(pages)))


def renumbered(book: Book) -> Book:
    """Return the book with other numbers before its titles."""
    return replace(book, pages=tuple(replace(page, cells=_renumber(page)) for page in book.pages))


def stacked(book: Book) -> Book:
    """Return the book with all its sheets below one another in one, the last first."""
    cells: dict[Address, Cell] = {}
    merges: list[tuple[int, int, int, int]] = []
    facts: list[Fact] = []
    findings: list[Address] = []
    name, down = "Tong hop", 0
    for page in reversed(book.pages):
        cells |= {(row + down, column): value for (row, column), value in page.cells.items()}
        merges += [(top + down, left, bottom + down, right) for top, left, bottom, right in page.merges]
        facts += [_put(fact, name, lambda at, by=down: (at[0] + by, at[1])) for fact in page.facts]
        findings += [(row + down, column) for row, column in page.findings]
        down = max(row for row, _ in cells) + 3
    empty = tuple(dataflow for page in book.pages for dataflow in page.empty_forms)
    columns = tuple(column for page in book.pages for column in page.finding_columns)
    allowed = any(page.findings_allowed for page in book.pages)
    page = Page(name, cells, tuple(merges), (), tuple(facts), tuple(findings), empty, columns, allowed)
    return replace(book, pages=(page,))


def _place(book: Book, to: Callable[[Address], Address], last: Callable[[Address], Address] | None = None) -> Book:
    end = last or to
    pages = [
        replace(
            page,
            cells={to(at): value for at, value in page.cells.items()},
            merges=tuple(
                (*to((top, left)), *(end if right > left else to)((bottom, right)))
                for top, left, bottom, right in page.merges
            ),
            hidden_columns=tuple(to((1, column))[1] for column in page.hidden_columns),
            facts=tuple(_put(fact, fact.sheet, to) for fact in page.facts),
            findings=tuple(map(to, page.findings)),
            finding_columns=tuple(to((1, column))[1] for column in page.finding_columns),
        )
        for page in book.pages
    ]
    return replace(book, pages=tuple(pages))


def _put(fact: Fact, sheet: str, to: Callable[[Address], Address]) -> Fact:
    return replace(fact, sheet=sheet, at=to(fact.at), under=to((fact.under, 1))[0] if fact.under else 0)


def _renumber(page: Page) -> dict[Address, Cell]:
    first_figure = min((fact.at[0] for fact in page.facts), default=3)
    cells = dict(page.cells)
    for (row, column), value in page.cells.items():
        text = "" if isinstance(value, float) else "".join(part for _, part in value)
        is_title = row < first_figure or "(Ti" in text
        if not isinstance(value, float) and is_title and _NUMBER.match(value[0][1]):
            (font, start), *rest = value
            cells[row, column] = ((font, _NUMBER.sub("37. ", start)), *rest)
    return cells
