"""Which row is which: labels in one or two lines and columns, mapped by alias inside their group, never by guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ctdp_etl.catalog import Catalog
from ctdp_etl.reading.cells import is_number_text, is_numbering
from ctdp_etl.reading.columns import Columns
from ctdp_etl.reading.grid import Value
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.headings import ROLE, heading_text
from ctdp_etl.reading.labels import row_label
from ctdp_etl.reading.mapping import Found, Mapper, Position, code_in, same_branch
from ctdp_etl.reading.memory import remembered
from ctdp_etl.reading.sections import YEARS, Section
from ctdp_etl.reading.times import mentions


@dataclass(frozen=True, slots=True)
class Row:
    """A row with figures: its label, where it stands, and the code and area found (None where nobody knows it).

    ``noted`` marks a row with a star, or a part of one: a footnote says its unit.
    """

    number: int
    label: str
    label_cell: tuple[int, int]
    code: str | None
    area: str | None
    values: Mapping[int, Value]
    unit: str
    unit_cell: tuple[int, int] | None
    price_base: str
    noted: bool


_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_CONSTANT = re.compile(r"giá (?:so sánh|cố định)\D{0,12}((?:19|20)\d{2})")
_CURRENT = re.compile(r"giá (?:hiện hành|thực tế)")


@lru_cache(maxsize=1024)
def price_base(text: str) -> str:
    """Return the price base that a text names: P1994, P2010, CURRENT ..., or ""."""
    lower = text.lower()
    if match := _CONSTANT.search(lower):
        return f"P{match[1]}"
    return "CURRENT" if _CURRENT.search(lower) else ""


class RowReader:
    """Reads the rows of one section from the top; ``position`` moves along."""

    def __init__(
        self, section: Section, block: HeaderBlock, columns: Columns, position: Position, catalog: Catalog
    ) -> None:
        self.section, self.block, self.columns = section, block, columns
        self.position, self.catalog = position, catalog
        roles = {heading.role: column for column, heading in block.headings.items() if heading.kind == ROLE}
        others = {column for role, column in roles.items() if role in ("unit", "order", "code", "note")}
        first = min(columns.values, default=1_000_000)
        self.labels = [column for column in block.headings if column < first and column not in others]
        self.unit_column = roles.get("unit")
        self.mapper = Mapper(section.spec, catalog, str(columns.time.month), position)
        self.code_column = self._trusted(roles.get("code"))

    def rows(self) -> Iterator[Row]:
        """Yield the rows with figures."""
        pending: tuple[int, str] | None = None
        for number in self.section.sheet.between(self.block.body, self.section.last):
            label, column = row_label(self.section.sheet, number, self.labels)
            figures = self._figures(number)
            if (not label and not figures) or self._is_header_again(number, label, figures):
                continue
            if not figures:
                self.position.price_base = price_base(label) or self.position.price_base
                self.mapper.heading(label)
                pending = None if _is_footer(label, self.catalog) else (number, label)
                continue
            yield self._row(number, label or (pending[1] if pending else ""), column, figures, pending)
            pending = None

    def _row(
        self, number: int, label: str, column: int, figures: Mapping[int, Value], pending: tuple[int, str] | None
    ) -> Row:
        found = self.mapper.find(label, self._code(number))
        if not found:
            found, label = self._over_two_lines(number, label, pending, figures)
        if not found:
            self.mapper.lost()
        unit, cell = self._unit(number, column, found)
        self.position.price_base = price_base(label) or self.position.price_base
        noted = "*" in label or bool(self.position.noted.intersection(self.position.inside))
        if "*" in label and found.code is not None:
            self.position.noted |= {found.code}
        base, name = self.position.price_base, " ".join(label.split())
        return Row(number, name, (number, column), found.code, found.area, figures, unit, cell, base, noted)

    def _figures(self, number: int) -> dict[int, Value]:
        """Return the figures of a row; a date beside a figure is a number that Excel took for a date."""
        cells = self.section.sheet.cells
        values = {key: value for key in self.columns.values if (value := cells.get((number, key), "")) != ""}
        words = [key for key, value in values.items() if isinstance(value, str) and not _is_figure(value, self.catalog)]
        if len(words) == len(values):
            return {}
        for key in words:
            if not _DATE.fullmatch(str(values[key])):
                del values[key]
        return values

    def _is_header_again(self, number: int, label: str, figures: Mapping[int, Value]) -> bool:
        """Say whether the header is repeated inside the body: column numbers, or years in their own row."""
        if any(isinstance(value, float) and not value.is_integer() for value in figures.values()):
            return False
        if is_numbering(self.section.sheet, number):
            return True
        years = [value for value in figures.values() if isinstance(value, float) and value in YEARS]
        return bool(years) and len(years) == len(figures) and not self.mapper.find(label)

    def _over_two_lines(
        self, number: int, label: str, pending: tuple[int, str] | None, figures: Mapping[int, Value]
    ) -> tuple[Found, str]:
        """Try the label joined with the line above it or below it that holds no figures."""
        below, _ = row_label(self.section.sheet, number + 1, self.labels)
        empty_below = not any((number + 1, key) in self.section.sheet.cells for key in figures)
        for joined in (
            f"{pending[1]} {label}" if pending and pending[0] >= number - 2 else "",
            f"{label} {below}" if below and empty_below and number < self.section.last else "",
        ):
            if joined and (found := self.mapper.find(joined)):
                return found, joined
        return Found(), label

    def _code(self, number: int) -> Value:
        return self.section.sheet.cells.get((number, self.code_column), "") if self.code_column else ""

    def _trusted(self, column: int | None) -> int:
        """Return the column of codes, or 0 where its numbers only count the lines of a form."""
        if column is None:
            return 0
        agree = 0
        for codelist in self.mapper.lists:
            for number in self.section.sheet.between(self.block.body, self.section.last):
                label, _ = row_label(self.section.sheet, number, self.labels)
                named = codelist.resolve(label)
                if named and (own := code_in(codelist, self.section.sheet.cells.get((number, column), ""))):
                    agree += 1 if same_branch(own, named) else -1
        return column if agree >= 0 else 0

    def _unit(self, number: int, label_column: int, found: Found) -> tuple[str, tuple[int, int] | None]:
        """Return the unit of a row: its own, that in its label, or the one above for a ditto mark or a part."""
        if self.unit_column is None:
            return (found.unit, (number, label_column)) if found.unit else ("", None)
        text = self.section.sheet.text(number, self.unit_column)
        if text and text.strip().lower() not in self.catalog.vocabulary.ditto:
            self.position.unit = text
        part = "." in (found.code or "")
        own = self.position.unit if text or (part and not found.unit) else found.unit
        return own, (number, self.unit_column)


@remembered
def _is_figure(text: str, catalog: Catalog) -> bool:
    return (
        text.startswith(("=", "#"))
        or is_number_text(text, catalog)
        or text.lower() in catalog.vocabulary.absent
        or (any(mark.isdigit() for mark in text) and not mentions(heading_text(text, catalog.vocabulary)))
    )


def _is_footer(label: str, catalog: Catalog) -> bool:
    return catalog.vocabulary.footer.search(heading_text(label, catalog.vocabulary)) is not None
