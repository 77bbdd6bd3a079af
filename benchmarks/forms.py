"""The seven forms of a province at full length: rows of the catalog, figures of the demo's economy, no mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ctdp_etl.catalog import HEADING, Catalog, Code
from ctdp_etl.demo.series import Levels, Total, index_values, level_values
from ctdp_etl.demo.tables import Province, Row, Table, provinces
from ctdp_etl.period import Period

_SECTORS = ("TOTAL", "STATE", "STATE_CENTRAL", "STATE_LOCAL", "NONSTATE", "FDI")
_TRADE_SECTORS = ("TOTAL", "DOMESTIC", "FDI")
_BY_BRANCH = Row(HEADING, 1, "", ("Chia theo ngành", "Phân theo ngành kinh tế"), {})
_GOODS = Row(HEADING, 0, "", ("MẶT HÀNG CHỦ YẾU", "Mặt hàng chủ yếu"), {})
_PRODUCTS, _RETAIL, _COMMODITIES = 40, 20, 36
_BASE = 400.0


class IndexTable(Table):
    """A table of indices without levels."""

    __slots__ = ()

    @property
    def is_index(self) -> bool:
        """Whether the figures are indices without levels."""
        return True


@dataclass(frozen=True)
class Office:
    """One province's office with the month that it reports; ``rows`` limits the length of a table."""

    province: Province
    month: Period
    digits: int
    catalog: Catalog
    rows: int

    def tables(self) -> list[Table]:
        """Return the eight tables of the seven forms (trade has two)."""
        return [
            self._indices("IIP", "Chỉ số sản xuất công nghiệp"),
            self._output(),
            self._products(),
            self._levels("RETAIL", "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "Tỷ đồng"),
            self._trade("EXPORT", "xuất khẩu"),
            self._trade("IMPORT", "nhập khẩu"),
            self._levels("ELECTRICITY", "Điện sản xuất và điện thương phẩm", "Triệu kWh"),
            self._indices("LABOUR", "Chỉ số sử dụng lao động của doanh nghiệp công nghiệp"),
        ]

    def _indices(self, form: str, title: str) -> Table:
        return IndexTable(form, title, "%", self._rows(form, self._branches(), "%", is_index=True))

    def _levels(self, form: str, title: str, unit: str) -> Table:
        codes = [code for code in self._codes(form.lower()) if code.unit in {"VND", "KWH"} and not code.extra["note"]]
        return Table(form, title, unit, self._rows(form, codes[:_RETAIL], unit))

    def _output(self) -> Table:
        sectors = self._rows("OUTPUT", [code for code in self._codes("ownership") if code.code in _SECTORS], "Tỷ đồng")
        branches = self._rows("OUTPUT", self._branches()[1:], "Tỷ đồng", share=0.03)
        title = "Giá trị sản xuất công nghiệp (giá so sánh 2010)"
        return Table("OUTPUT", title, "Tỷ đồng", (*sectors, _BY_BRANCH, *branches)[: self.rows])

    def _trade(self, flow: str, name: str) -> Table:
        form, codes = f"TRADE_{flow}", self._codes("commodities")
        sectors = self._rows(form, [code for code in codes if code.code in _TRADE_SECTORS], "Triệu USD")
        goods = [code for code in codes if code.order > 18 and code.parent == "TOTAL" and not code.extra["flow"]]
        rows = (*sectors, _GOODS, *self._rows(form, goods[:_COMMODITIES], "Triệu USD", share=0.02))
        return Table(form, f"Kim ngạch {name} hàng hóa", "Triệu USD", rows[: self.rows])

    def _products(self) -> Table:
        names = {(unit.code, unit.mult): unit.name for unit in reversed(self.catalog.units.values())}
        named = [
            (code, unit)
            for code in self._codes("products")
            if not code.parent and (unit := names.get((code.unit, code.unit_mult or 0)))
        ]
        rows = [row for code, unit in named[:_PRODUCTS] for row in self._rows("PRODUCTS", [code], unit)]
        return Table("PRODUCTS", "Sản phẩm công nghiệp chủ yếu", "", tuple(rows[: self.rows]))

    def _codes(self, codelist: str) -> list[Code]:
        return list(self.catalog.codelists[codelist].codes.values())

    def _branches(self) -> list[Code]:
        """Return the total, the sections and the divisions of industry."""
        return [code for code in self._codes("industries") if code.extra["level"] in "012" and code.code != "DE"]

    def _rows(
        self, form: str, codes: Sequence[Code], unit: str, *, share: float = 1.0, is_index: bool = False
    ) -> tuple[Row, ...]:
        """Return rows in which every code is the sum of the codes below it."""
        codes = codes[: self.rows]
        above = parents(codes)
        base, decimals = _BASE * self.province.size * share, 6 if is_index else 2
        levels: dict[str, Levels] = {}
        for name in reversed(above):
            parts = tuple(levels[part] for part in levels if above[part] == name)
            levels[name] = Total(parts) if parts else self.province.series(form, name, base, decimals, 0.004)
        said = index_values if is_index else level_values
        return tuple(
            Row(
                code.code,
                _depth(code.code, above),
                unit,
                (code.name, code.name),
                said(levels[code.code], self.month, self.digits),
            )
            for code in codes
        )


def offices(month: Period, catalog: Catalog, digits: Mapping[str, int], *, count: int, rows: int) -> list[Office]:
    """Return the first ``count`` of the 34 offices; ``digits`` are the decimals of rates by layout."""
    everyone = {**provinces(), "VN34_80": Province("VN34_80", "tỉnh", 4, 1.08, "south", "a", True)}
    chosen = [replace(everyone[area], output=True) for area in sorted(everyone)[:count]]
    return [Office(province, month, digits[province.layout], catalog, rows) for province in chosen]


def parents(codes: Sequence[Code]) -> dict[str, str]:
    """Return for each code the one above it in the list itself: its parent, else the total, else ''."""
    known = {code.code for code in codes}
    total = "TOTAL" if "TOTAL" in known else ""
    return {code.code: code.parent if code.parent in known else total if code.code != total else "" for code in codes}


def _depth(code: str, above: Mapping[str, str]) -> int:
    return 0 if not above[code] else 1 + _depth(above[code], above)
