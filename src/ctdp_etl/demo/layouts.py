"""How offices lay out a table, as data: column headings, first cell, letterhead, units, numbers, footers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ctdp_etl.period import Period

_FILE = Path(__file__).with_name("data") / "layouts.toml"
TEXT_COLUMNS = frozenset({"order", "label", "unit"})


@dataclass(frozen=True, slots=True)
class Layout:
    """One office's habits; ``headings`` maps a column to its heading's storeys from the top down."""

    headings: Mapping[str, tuple[str, ...]]
    level: tuple[str, ...]
    index: tuple[str, ...]
    books: str
    file: str
    sheet: str
    first: tuple[int, int]
    after: tuple[str, ...] = ()
    unit: str = "column"
    numbers: str = "number"
    growth: bool = False
    letterhead: bool = False
    number_row: bool = False
    signature: bool = False
    notes: bool = False
    hidden: bool = False
    upper: bool = False
    ditto: bool = False
    stacked: bool = False
    numbered: bool = False
    dashes: bool = False
    second_labels: bool = False

    @property
    def digits(self) -> int:
        """Decimals of rates: offices that write growth print one."""
        return 1 if self.growth else 2

    def columns(self, *, is_index: bool, unit: str) -> tuple[str, ...]:
        """Return the columns of a table of indices or levels; ``unit`` is the whole table's, if it has one."""
        columns = self.index if is_index else self.level
        return tuple(one for one in columns if one != "unit") if self.unit == "line" and unit else columns

    def heading(self, column: str, month: Period) -> tuple[str, ...]:
        """Return the storeys of a column's heading in the report of ``month``."""
        return tuple(fill(storey, month) for storey in self.headings[column])


@cache
def layouts() -> Mapping[str, Layout]:
    """Return the layouts by name."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    wordings = {
        name: {column: tuple(storeys) for column, storeys in wording.items()}
        for name, wording in content["wording"].items()
    }
    return {name: _layout(entry, wordings) for name, entry in content["layout"].items()}


def fill(text: str, month: Period, **more: object) -> str:
    """Return ``text`` with the month's numbers in its braces: m, mm, y, p (month before) and py (its year)."""
    before = month.previous
    return text.format(m=month.number, mm=f"{month.number:02d}", y=month.year, p=before.number, py=before.year, **more)


def _layout(entry: Mapping[str, Any], wordings: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Layout:
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    wording: str = given.pop("wording")
    return Layout(headings=wordings[wording], **given)
