"""Units of the figures of a table: of the row, the column, the heading or a footnote, whichever says it nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctdp_etl.catalog import Catalog, Unit
from ctdp_etl.model import Finding
from ctdp_etl.reading.grid import cell_name
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.meanings import Meaning
from ctdp_etl.reading.rows import Row
from ctdp_etl.reading.sections import Section
from ctdp_etl.reading.structure import finding

_CURRENCIES = {"USD", "VND", "EUR"}
_NO_UNIT = Unit("", 0, "")


class TableUnits:
    """The unit of every figure: its row's, else its column's, else its table's; never the dataflow's usual one."""

    def __init__(self, section: Section, block: HeaderBlock, catalog: Catalog) -> None:
        self.section, self.block, self.catalog = section, block, catalog
        self.findings: list[Finding] = []
        self._table = self._split(block.unit_text)
        self._note = self._split(_footnote(section))
        self._said: set[str] = set()
        self._heads: dict[int, Unit | None] = {}

    def of(self, row: Row, column: int, said: Meaning) -> Unit:
        """Return the unit of a level; an unknown or missing one is a finding, once for each text."""
        head = self._head(column, said)
        if row.unit_cell is not None:
            unit = self.catalog.unit(row.unit) if row.unit else None
            if unit is not None:
                if head is not None and head.code not in (unit.code, "PCT"):
                    self._once("S15", head.name, self.block.cells[column])
                return unit
            self._once("S06", row.unit or row.label, row.unit_cell)
            return _NO_UNIT
        if row.noted and said.aspect == "QUANTITY" and (noted := _choose(self._note, said.aspect)):
            return noted
        if head is not None and head.code != "PCT":
            return head
        self._once("S06", self.section.title, self.block.cells[column])
        return _NO_UNIT

    def _head(self, column: int, said: Meaning) -> Unit | None:
        """Return the unit that the heading of a column says, else the table."""
        if column not in self._heads:
            own = self.catalog.unit(self.block.unit_texts.get(column, ""))
            self._heads[column] = own or _choose(self._table, said.aspect)
        return self._heads[column]

    def _once(self, code: str, text: str, cell: tuple[int, int]) -> None:
        if (key := f"{code}{text}") not in self._said:
            self._said.add(key)
            self.findings.append(
                finding(
                    code,
                    text,
                    sheet=self.section.sheet.name,
                    cell=cell_name(*cell),
                    dataflow=self.section.dataflow.code,
                )
            )

    def _split(self, text: str) -> list[Unit]:
        return [unit for part in re.split(r"[;,]|\bvà\b", text) if (unit := self.catalog.unit(part))]


def _choose(units: Sequence[Unit], aspect: str) -> Unit | None:
    if aspect == "QUANTITY":
        return next((unit for unit in units if unit.code not in _CURRENCIES), None)
    if aspect == "VALUE":
        return next((unit for unit in units if unit.code in _CURRENCIES), None)
    return units[0] if len(units) == 1 else None


def _footnote(section: Section) -> str:
    for row in range(section.last, max(section.last - 6, section.first), -1):
        for _, value in section.sheet.row_values(row):
            if isinstance(value, str) and (match := re.match(r"^\(\s*\*+\s*\)\s*\.?\s*(.+)$", value)):
                return str(match[1])
    return ""
