"""Sections of the briefing of a longer period: the index by month, levels, other years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ctdp_etl.briefing.commerce import most_told
from ctdp_etl.briefing.document import Block, Column, Paragraph, Row, Runs, Section, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.industry import by_section, history
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.localities import ends, placed
from ctdp_etl.briefing.month import NO_FIGURE, Month
from ctdp_etl.briefing.narrative import capital, closed, extremes, joined, split
from ctdp_etl.briefing.span import FEWEST, HEADS, Span, cells_of, columns_of, in_span
from ctdp_etl.briefing.tables import coarse, without_empty_columns
from ctdp_etl.briefing.trade import heads, largest_commodities, titled
from ctdp_etl.period import Period

_SECTIONS = ("TOTAL", "B", "C", "D", "E")
YEARS = 5
"""So many years stand beside each other."""
_ENOUGH = 0.9
_AREAS = "Số địa phương"
_ADDED_UP = (
    "Số cộng từ các địa phương đã báo cáo, cột cuối của bảng là số địa phương; tốc độ tăng tính lại từ mức và chỉ số "
    "của các địa phương có đủ cả hai. Số của riêng kỳ chỉ cộng các địa phương có đủ mọi tháng của kỳ."
)
_GROWTH = "so với cùng kỳ năm trước"
_LATE_YEARS = (
    "Mỗi năm lấy số lũy kế như báo cáo của năm đó; năm chỉ có số cộng từ các địa phương thì in khi từ 90% số địa "
    "phương có số liệu. Mức theo giá hiện hành của từng năm; tốc độ tăng như báo cáo của năm đó, trên cơ sở của năm đó."
)


def index(span: Span) -> Section | None:
    """Return the section on the industrial index: month by month, and since January; None where nobody told it."""
    month = span.month
    parts = split(month, month.provinces("IIP", "TOTAL", "ytd_yoy"))
    told = by_section(month, "ytd_yoy", span.against)
    sections: Runs = (f"IIP {span.so_far} ", *told) if told else ()
    ranked = len(parts.known) >= FEWEST
    sentences = (sections, joined(extremes(month, parts, count=5), last="; ") if ranked else ())
    blocks: list[Block | None] = [Paragraph(closed(runs)) for runs in sentences if runs]
    blocks += [_sections(span), *history(month)]
    blocks += [*ends(month, parts, f"IIP {span.so_far}", span.against), _provinces(span)]
    found = tuple(block for block in blocks if block)
    return Section("Chỉ số sản xuất công nghiệp", found) if found else None


def levels(span: Span) -> Section | None:
    """Return the section on levels, a table for each form; None where nothing was reported."""
    tables = [_form(span, "OUTPUT"), _form(span, "RETAIL"), *_trade(span), _form(span, "ELECTRICITY")]
    blocks: list[Block] = [table for table in (*tables, _products(span)) if table]
    if any(column.heading == _AREAS for table in tables if table for column in table.columns):
        blocks.append(Paragraph((_ADDED_UP,), "note"))
    return Section("Sản xuất, thương mại, điện", tuple(blocks)) if blocks else None


def years(span: Span) -> Section | None:
    """Return the section that sets the same months of several years beside each other; None for fewer than two."""
    seen = [span.month.period.shift(-12 * back) for back in range(YEARS - 1, -1, -1)]
    at = {
        one: span.month if one == span.month.period else replace(span.month, period=one, worked_out={}) for one in seen
    }
    rows = [*_over_years(at), *(row for head in HEADS for row in _levels_over_years(at, *head[1:]))]
    told = [index for index, one in enumerate(seen) if any(row.cells[index + 2] != NO_FIGURE for row in rows)]
    if len(told) < 2:
        return None
    columns = (
        Column("Chỉ tiêu", 1, numeric=False),
        Column("Đơn vị tính", numeric=False),
        *(Column(_of_year(span, seen[index].year)) for index in told),
    )
    cells = tuple(replace(row, cells=(*row.cells[:2], *(row.cells[index + 2] for index in told))) for row in rows)
    facts = [fact for row in cells for cell in row.cells if isinstance(cell, Figure) for fact in cell.facts]
    title = "Số liệu của các năm" if span.period.freq == "A" else f"{span.so_far} của các năm"
    return Section("So sánh với các năm", (Table(title, "", columns, cells, span.month.sources(facts), _LATE_YEARS),))


def _told(span: Span, dataflow: str, **parts: str) -> list[Line]:
    return [line for line in lines(span.month, dataflow, **parts) if line.ytd]


def _trade(span: Span) -> list[Table | None]:
    """Return exports and imports: total, sectors of the economy and the largest commodities of the period."""
    tables = []
    for flow, words in (("EXPORT", "Xuất khẩu"), ("IMPORT", "Nhập khẩu")):
        found = _told(span, "TRADE", prefix=f"{flow}.", suffix=".VALUE")
        largest = largest_commodities(
            span.month, found, lambda line: line.ytd if span.is_cumulative else in_span(span, "TRADE", line).now
        )
        title = titled(f"{words} {span.period.vietnamese}", largest)
        tables.append(_table(span, "TRADE", [*heads(found), *largest], title))
    return tables


def _products(span: Span) -> Table | None:
    shown, left = most_told([line for line in _told(span, "PRODUCTS") if "." not in line.indicator])
    return _table(span, "PRODUCTS", shown, note=left)


def _form(span: Span, dataflow: str) -> Table | None:
    shown, left = coarse(_told(span, dataflow))
    return _table(span, dataflow, shown, note=left)


def _of_year(span: Span, year: int) -> str:
    return f"Năm {year}" if span.period.freq == "A" else f"{span.so_far} năm {year}"


def _table(span: Span, dataflow: str, found: Sequence[Line], title: str = "", note: str = "") -> Table | None:
    if not found:
        return None
    summed = any(one.areas for one in found)
    rows = []
    for line in found:
        cells = (line.label, line.unit, *cells_of(span, in_span(span, dataflow, line)))
        level = 0 if "TOTAL" in line.indicator.split(".") else 2
        rows.append(Row((*cells, line.areas or NO_FIGURE) if summed else cells, level))
    columns = [Column("Chỉ tiêu", 1, numeric=False), Column("Đơn vị tính", numeric=False), *columns_of(span)]
    columns += [Column(_AREAS)] if summed else []
    title = title or f"{span.month.form_name(dataflow)} {span.period.vietnamese}"
    sources = span.month.sources([fact for line in found for fact in line.facts])
    table = Table(title, "", tuple(columns), tuple(rows), sources, note)
    return without_empty_columns(table)


def _sections(span: Span) -> Table | None:
    """Return the country's index by section: each month of the period, the last six of them, and since January."""
    shown = span.months[-6:]
    rows, facts = [], []
    for code in _SECTIONS:
        told = [span.month.country("IIP", code, "yoy", str(one)) for one in shown]
        if not span.is_cumulative:
            told.append(span.month.country("IIP", code, "yoy", str(span.period)))
        told.append(span.month.country("IIP", code, "ytd_yoy"))
        known = [fact for fact in told if fact]
        if known:
            rows.append(Row((span.month.name(known[-1]), *map(span.month.growth, told)), 0 if code == "TOTAL" else 1))
            facts += known
    if not rows:
        return None
    *months, so_far = _month_columns(span, shown)
    own = () if span.is_cumulative else (Column(span.words),)
    columns = (Column("Ngành", 1, numeric=False), *months, *own, so_far)
    title = f"Tăng, giảm IIP cả nước so với cùng kỳ{f' từ tháng {shown[0].number}' if shown != span.months else ''}"
    return without_empty_columns(Table(title, "%", columns, tuple(rows), span.month.sources(facts)))


def _provinces(span: Span) -> Table | None:
    """Return the provinces from the highest cumulative growth down, with the last three months; those in doubt last."""
    facts = span.month.provinces("IIP", "TOTAL", "ytd_yoy")
    if len(facts) < FEWEST:
        return None
    shown = span.months[-3:]
    ranked = sorted(facts, key=lambda fact: (fact.questioned, -fact.value, fact.ref_area))
    rows = []
    for place, fact in placed(ranked):
        told = [span.month.facts.get("IIP", fact.ref_area, "TOTAL", str(one), "yoy") for one in shown]
        growths = map(span.month.growth, (*told, fact))
        rows.append(Row((place, span.month.area_name(fact.ref_area), *growths)))
    columns = (Column("TT"), Column("Địa phương", 1, numeric=False), *_month_columns(span, shown))
    title = f"IIP của các địa phương xếp theo mức tăng {span.so_far} so với {span.against}"
    missing = [area.name for area in span.month.areas if area.code not in {fact.ref_area for fact in facts}]
    note = f"Chưa có số liệu lũy kế: {', '.join(missing)}." if missing else ""
    return Table(title, "%", columns, tuple(rows), span.month.sources(facts), note)


def _month_columns(span: Span, shown: Sequence[Period]) -> tuple[Column, ...]:
    return (*(Column(f"Tháng {one.number}") for one in shown), columns_of(span)[2])


def _over_years(at: dict[Period, Month]) -> list[Row]:
    told = [month.country("IIP", "TOTAL", "ytd_yoy") for month in at.values()]
    cells = [month.growth(fact) for month, fact in zip(at.values(), told, strict=True)]
    return [Row(("IIP so với cùng kỳ năm trước", "%", *cells), 2)] if any(told) else []


def _levels_over_years(at: dict[Period, Month], dataflow: str, indicator: str, name: str) -> list[Row]:
    """Return a level of each year and its growth as that year told it: levels of two years may have other bases."""
    found = [
        next((line for line in lines(month, dataflow) if line.indicator.startswith(indicator)), None)
        for month in at.values()
    ]
    units = {line.unit for line in found if line}
    if len(units) != 1:
        return []
    told = [line if line and _speaks(month, line) else None for month, line in zip(at.values(), found, strict=True)]
    levels = [line.ytd if line and line.ytd else NO_FIGURE for line in told]
    growths = [line.ytd_yoy if line and line.ytd_yoy else NO_FIGURE for line in told]
    rows = [Row((str(capital((name,))[0]), units.pop(), *levels), 2)]
    return [*rows, Row((_GROWTH, "%", *growths), 2)] if set(growths) != {NO_FIGURE} else rows


def _speaks(month: Month, line: Line) -> bool:
    return line.areas is None or len({fact.ref_area for fact in line.facts}) >= _ENOUGH * len(month.areas)
