"""The annex on a page of its own width: every locality with its main figures, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ctdp_etl.briefing.document import Column, Row, Run, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.month import NO_FIGURE, Month

TITLE = "Một số chỉ tiêu chủ yếu của các địa phương"
_FEWEST_AREAS, _FEWEST_COLUMNS = 5, 6
"""A smaller table says no more than those of the sections do."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One column: what it shows, and for a level its currency and power of ten."""

    dataflow: str
    measure: str
    heading: str
    power: int = 0
    currency: str = ""
    indicator: str = "TOTAL"


_ITEMS = (
    _Item("IIP", "mom", "IIP so với tháng trước (%)"),
    _Item("IIP", "yoy", "IIP so với cùng kỳ (%)"),
    _Item("IIP", "ytd_yoy", "IIP cộng dồn so với cùng kỳ (%)"),
    _Item("RETAIL", "month", "Bán lẻ tháng (tỷ đồng)", 9, "VND"),
    _Item("RETAIL", "ytd", "Bán lẻ cộng dồn (tỷ đồng)", 9, "VND"),
    _Item("RETAIL", "yoy", "Bán lẻ so với cùng kỳ (%)"),
    _Item("RETAIL", "ytd_yoy", "Bán lẻ cộng dồn so với cùng kỳ (%)"),
    _Item("TRADE", "month", "Xuất khẩu tháng (triệu USD)", 6, "USD", "EXPORT.TOTAL.VALUE"),
    _Item("TRADE", "yoy", "Xuất khẩu so với cùng kỳ (%)", indicator="EXPORT.TOTAL.VALUE"),
    _Item("TRADE", "month", "Nhập khẩu tháng (triệu USD)", 6, "USD", "IMPORT.TOTAL.VALUE"),
    _Item("TRADE", "yoy", "Nhập khẩu so với cùng kỳ (%)", indicator="IMPORT.TOTAL.VALUE"),
    _Item("LABOUR", "yoy", "Lao động so với cùng kỳ (%)"),
)


def overview(month: Month) -> Table | None:
    """Return the localities with their main figures, for a page on its side; None where few reported little."""
    found = [(item, _by_area(month, item)) for item in _ITEMS]
    shown = [(item, facts) for item, facts in found if len(facts) >= _FEWEST_AREAS]
    if len(shown) < _FEWEST_COLUMNS:
        return None
    rows = [_row(month, index, area.code, area.name, shown) for index, area in enumerate(month.areas, start=1)]
    facts = [fact for _, known in shown for fact in known.values()]
    columns = (
        Column("TT"),
        Column("Địa phương", 2, numeric=False),
        *(Column(item.heading, 1) for item, _ in shown),
    )
    return Table(TITLE, "", columns, tuple(rows), month.sources(facts), "… không có số liệu; xếp theo mã địa phương.")


def _by_area(month: Month, item: _Item) -> dict[str, Fact]:
    found = month.provinces(item.dataflow, item.indicator, item.measure)
    return {fact.ref_area: fact for fact in found if not item.currency or fact.unit == item.currency}


def _row(month: Month, number: int, code: str, name: str, shown: Sequence[tuple[_Item, dict[str, Fact]]]) -> Row:
    cells: list[Run] = [str(number), name]
    return Row((*cells, *(_figure(month, item, facts[code]) if code in facts else NO_FIGURE for item, facts in shown)))


def _figure(month: Month, item: _Item, fact: Fact) -> Figure:
    if item.currency:
        return month.figures.level(fact, item.power, month.unit_name(item.currency, item.power))
    return month.figures.growth(fact)
