"""Which row is which: labels in one or two lines and columns, mapped by alias inside their group, never by guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctdp_etl.catalog import HEADING, Catalog, CodeList, TableSpec
from ctdp_etl.reading.cells import is_number_text
from ctdp_etl.reading.columns import Columns
from ctdp_etl.reading.grid import Sheet, Value
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.headings import heading_text
from ctdp_etl.reading.sections import Section
from ctdp_etl.reading.times import mentions

_ORDER_MARK = re.compile(r"^(?:[IVX]{1,5}|\d{1,3}(?:\.\d{1,2})*|[A-Za-zĐđ])[.)]?$")


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


@dataclass(slots=True)
class Position:
    """Where in a table reading stands; carried over printed pages ("Tiếp theo")."""

    inside: tuple[str, ...] = ()
    product: str = ""
    breakdown: tuple[str, ...] = ()
    area: str = ""
    unit: str = ""
    price_base: str = ""
    noted: frozenset[str] = frozenset()


_CONSTANT = re.compile(r"giá (?:so sánh|cố định)\D{0,12}((?:19|20)\d{2})")
_CURRENT = re.compile(r"giá (?:hiện hành|thực tế)")


def price_base(text: str) -> str:
    """Return the price base that a text names: P1994, P2010, CURRENT ..., or ""."""
    lower = text.lower()
    if match := _CONSTANT.search(lower):
        return f"P{match[1]}"
    return "CURRENT" if _CURRENT.search(lower) else ""


def read_rows(
    section: Section, block: HeaderBlock, columns: Columns, position: Position, catalog: Catalog
) -> Iterator[Row]:
    """Yield the rows with figures from the top; ``position`` moves along."""
    sheet = section.sheet
    first_value = min(columns.values, default=1_000_000)
    roles = {heading.role: column for column, heading in block.headings.items() if heading.kind == "role"}
    code_column = roles.get("code", 0)
    others = {column for role, column in roles.items() if role in ("unit", "order", "code", "note")}
    label_columns = [column for column in block.headings if column < first_value and column not in others]
    unit_column = roles.get("unit")
    mapper = _Mapper(section.spec, catalog, str(columns.time.month), position)
    pending: tuple[int, str] | None = None
    for number in range(block.body, section.last + 1):
        label, column = _label(sheet, number, label_columns)
        figures = {
            key: value for key in columns.values if _is_figure(value := sheet.cells.get((number, key), ""), catalog)
        }
        if not label and not figures:
            continue
        if not figures:
            if _is_footer(label, catalog):
                break
            position.price_base = price_base(label) or position.price_base
            mapper.heading(label)
            pending = (number, label)
            continue
        if not label:
            label = pending[1] if pending else ""
        code, area = mapper.find(label, sheet.text(number, code_column) if code_column else "")
        if code is None and area is None:
            code, area, label = _over_two_lines(sheet, section, mapper, number, label, pending, label_columns, figures)
        if code is None and area is None:
            mapper.lost()
        unit, cell = _unit(sheet, number, unit_column, position, catalog, part="." in (code or ""))
        pending = None
        position.price_base = price_base(label) or position.price_base
        noted = "*" in label or bool(position.noted.intersection(position.inside))
        if "*" in label and code is not None:
            position.noted |= {code}
        yield Row(number, label, (number, column), code, area, figures, unit, cell, position.price_base, noted)


def _over_two_lines(
    sheet: Sheet,
    section: Section,
    mapper: _Mapper,
    number: int,
    label: str,
    pending: tuple[int, str] | None,
    label_columns: Sequence[int],
    figures: Mapping[int, Value],
) -> tuple[str | None, str | None, str]:
    """Try the label joined with the line above it or below it that holds no figures."""
    below, _ = _label(sheet, number + 1, label_columns)
    empty_below = not any((number + 1, key) in sheet.cells for key in figures)
    for joined in (
        f"{pending[1]} {label}" if pending and pending[0] >= number - 2 else "",
        f"{label} {below}" if below and empty_below and number < section.last else "",
    ):
        if joined:
            code, area = mapper.find(joined, "")
            if code is not None or area is not None:
                return code, area, joined
    return None, None, label


class _Mapper:
    """Maps labels to codes inside the group that the rows above opened."""

    def __init__(self, spec: TableSpec, catalog: Catalog, period: str, position: Position) -> None:
        self.spec, self.catalog, self.period, self.at = spec, catalog, period, position

    def heading(self, label: str) -> None:
        """Take note of a label without figures: it may open a group or an area, or close the one before."""
        if "areas" in self.spec.rows and (area := self.catalog.areas.find(label, self.period)):
            self.at.area, self.at.inside = area.code, ()
            return
        for codelist in self._lists():
            code = codelist.resolve(label, self.at.inside)
            if code is not None:
                self.at.inside = () if code == HEADING else codelist.ancestry(code)
                self.at.product, self.at.breakdown = "" if code == HEADING else code, ()
                return

    def find(self, label: str, code: str) -> tuple[str | None, str | None]:
        """Return (code, area) of a row with figures; both None where the label is unknown."""
        for name in self.spec.rows:
            if name == "areas":
                if area := self.catalog.areas.find(label, self.period):
                    self.at.area, self.at.inside = area.code, ()
                    return self.spec.area_indicator, area.code
                continue
            found = self._in_list(self.catalog.codelists[name], label, code)
            if found is not None:
                return found, self.at.area or None
        if self.spec.breakdown and self.at.product:
            codelist = self.catalog.codelists[self.spec.breakdown]
            part = codelist.resolve(label, self.at.breakdown)
            if part is not None and part != HEADING:
                self.at.breakdown = codelist.ancestry(part)
                return f"{self.at.product}.{part}", self.at.area or None
        return None, None

    def lost(self) -> None:
        """Forget the group: the rows below an unknown row may be parts of it."""
        self.at.product, self.at.breakdown = "", ()

    def _in_list(self, codelist: CodeList, label: str, code: str) -> str | None:
        found = code.strip() if code.strip() in codelist.codes else codelist.resolve(label, self.at.inside)
        if found is None or found == HEADING:
            return None
        self.at.inside = codelist.ancestry(found)
        self.at.product, self.at.breakdown = found, ()
        return found

    def _lists(self) -> list[CodeList]:
        return [self.catalog.codelists[name] for name in self.spec.rows if name != "areas"]


def _label(sheet: Sheet, row: int, columns: Sequence[int]) -> tuple[str, int]:
    """Return the label of a row and its column; order marks (I, 1.2) are left out."""
    texts = [(column, sheet.text(row, column)) for column in columns if sheet.text(row, column)]
    words = [(column, text) for column, text in texts if not _ORDER_MARK.match(text)] or texts
    if not words:
        return "", columns[0] if columns else 1
    return " ".join(" ".join(text.split()) for _, text in words), words[-1][0]


def _is_figure(value: Value, catalog: Catalog) -> bool:
    if isinstance(value, float):
        return True
    return bool(value) and (
        is_number_text(value, catalog)
        or value.lower() in catalog.vocabulary.absent
        or (any(mark.isdigit() for mark in value) and not mentions(heading_text(value, catalog.vocabulary)))
    )


def _is_footer(label: str, catalog: Catalog) -> bool:
    return catalog.vocabulary.footer.search(heading_text(label, catalog.vocabulary)) is not None


def _unit(
    sheet: Sheet, row: int, column: int | None, position: Position, catalog: Catalog, *, part: bool
) -> tuple[str, tuple[int, int] | None]:
    """Return the unit text of a row: its own, or the one above for a ditto mark or a part of the row above."""
    if column is None:
        return "", None
    text = sheet.text(row, column)
    if text and text.strip().lower() not in catalog.vocabulary.ditto:
        position.unit = text
    return (position.unit if text or part else ""), (row, column)
