"""Layouts of real workbooks, retyped in layouts/*.yaml: their cells, and what each cell must become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

FOLDER = Path(__file__).parent / "layouts"

Runs = tuple[tuple[str, str], ...]
"""(font name, text) parts of one text cell."""
Cell = float | Runs
Address = tuple[int, int]
"""(row, column), both from 1."""


@dataclass(frozen=True)
class Fact:
    """What one cell must become. Patterns are alternatives joined by "|", each with "*" for anything; "!" means not.

    ``under`` is the row whose indicator begins this one's ("@10.STATE"). A fact with ``maybe`` may be missing where
    a finding says so in its row. ``value`` is exact, but for ``near`` (computed: 100 + growth, text); None where the
    cell says in words that there is none.
    """

    sheet: str
    at: Address
    dataflow: str
    area: str
    code: str
    measure: str
    period: str
    status: str
    value: float | None
    unit: str = ""
    label: str = ""
    form_end: str = ""
    under: int = 0
    maybe: bool = False
    growth: bool = False
    near: bool = False


@dataclass(frozen=True)
class Page:
    """One sheet: its cells, merged ranges (first row, first column, last row, last column) and what it must give.

    A finding must speak of each row of ``findings`` and each of ``finding_columns``, and of nothing else unless
    ``findings_allowed``.
    """

    name: str
    cells: Mapping[Address, Cell]
    merges: tuple[tuple[int, int, int, int], ...]
    hidden_columns: tuple[int, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Address, ...]
    empty_forms: tuple[str, ...]
    finding_columns: tuple[int, ...] = ()
    findings_allowed: bool = False
    said: bool = False


@dataclass(frozen=True)
class Book:
    """A workbook to be built, who sends it and for which period."""

    name: str
    file_name: str
    sender: str
    area: str
    period: str | None
    format: str
    pages: tuple[Page, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What all of its sheets must give."""
        return tuple(fact for page in self.pages for fact in page.facts)


def address(text: str) -> Address:
    """Return (row, column) of a cell as Excel writes it."""
    column, row, *_ = range_boundaries(text)
    return int(row or 0), int(column or 0)


def cell_name(at: Address) -> str:
    """Return the cell as Excel writes it."""
    return f"{get_column_letter(at[1])}{at[0]}"


def load(name: str) -> Book:
    """Return the layout ``layouts/<name>.yaml``."""
    content = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    pages = tuple(_page(sheet, content["area"]) for sheet in content["sheets"])
    return Book(
        name,
        content["file_name"],
        content["sender"],
        content["area"],
        content["period"],
        content["format"],
        pages,
    )


def names() -> list[str]:
    """Return the layouts there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def _page(sheet: Mapping[str, Any], area: str) -> Page:
    font = sheet.get("font", "Arial")
    cells = {
        (row, column_index_from_string(column)): _cell(value, font)
        for row, line in sheet["rows"].items()
        for column, value in line.items()
    }
    tables = sheet["expect"]
    facts = [fact for table in tables for fact in _table_facts(sheet["name"], table, cells, area)]
    facts += [_text_fact(sheet["name"], item, area) for item in sheet.get("facts", ())]
    bounds = [range_boundaries(text) for text in sheet.get("merges", ())]
    return Page(
        sheet["name"],
        cells,
        tuple((int(b[1] or 0), int(b[0] or 0), int(b[3] or 0), int(b[2] or 0)) for b in bounds),
        tuple(map(column_index_from_string, sheet.get("hidden_columns", ()))),
        tuple(facts),
        tuple(map(address, sheet.get("findings", ()))),
        tuple(table["dataflow"] for table in tables if not table["rows"]),
        tuple(map(column_index_from_string, sheet.get("finding_columns", ()))),
        sheet.get("findings_allowed", False),
        sheet.get("said", False),
    )


def _cell(value: object, font: str) -> Cell:
    match value:
        case {"runs": list(runs)}:
            return tuple((str(name), str(text)) for name, text in runs)
        case {"font": name, "text": text}:
            return ((str(name), str(text)),)
        case int() | float():
            return float(value)
        case _:
            return ((font, str(value)),)


def _table_facts(sheet: str, table: Mapping[str, Any], cells: Mapping[Address, Cell], area: str) -> list[Fact]:
    facts = []
    for row, line in table["rows"].items():
        spec: Mapping[str, Any] = line if isinstance(line, dict) else {"code": line}
        for column, (measure, period, status, *more) in table["columns"].items():
            at = (row, column_index_from_string(column))
            value = cells.get(at)
            if not isinstance(value, float):
                continue
            growth = "growth" in more
            aspect = next((word for word in more if word != "growth"), "")
            code, under = _code(str(spec["code"]), aspect)
            units = table.get("units", {})
            unit = units.get(aspect, "") if aspect != "QUANTITY" else spec.get("unit", units.get(aspect, ""))
            facts.append(
                Fact(
                    sheet=sheet,
                    at=at,
                    dataflow=table["dataflow"],
                    area=spec.get("area", area),
                    code=code,
                    measure=measure,
                    period=period,
                    status=status,
                    value=100 + value if growth else value,
                    unit=unit or table.get("unit", "") or (spec.get("unit", "") if not aspect else ""),
                    label=spec.get("label", ""),
                    form_end=table["freq"],
                    under=under,
                    maybe=spec.get("maybe", False),
                    growth=growth,
                    near=growth,
                )
            )
    return facts


def _code(code: str, aspect: str) -> tuple[str, int]:
    under = 0
    if code.startswith("@"):
        row, _, code = code[1:].partition(".")
        under = int(row)
    if aspect == "*":
        code += "*"
    elif aspect:
        code += f".{aspect}"
    return code, under


def _text_fact(sheet: str, item: list[Any], area: str) -> Fact:
    cell, dataflow, ref_area, code, measure, period, status, value = item
    own_area = area if ref_area == "*" else ref_area
    number = None if value is None else float(value)
    return Fact(
        sheet, address(cell), dataflow, own_area, code, measure, period, status, number, near=True, maybe=value is None
    )


def told_nothing(book: Book) -> Book:
    """Return the same workbook sent without a word about its period."""
    return replace(book, period=None)
