"""The briefing of a quarter, a half or a year: cumulative figures, the period's own, localities, other years."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ctdp_etl.briefing import plans, quality
from ctdp_etl.briefing.document import Column, Paragraph, Row, Run, Runs, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure, change
from ctdp_etl.briefing.levels import Line, amount, lines
from ctdp_etl.briefing.month import NO_FIGURE, Month
from ctdp_etl.briefing.narrative import (
    LAST_YEAR,
    added_up,
    capital,
    directions,
    extremes,
    joined,
    lower_first,
    moved,
    split,
    themed,
)
from ctdp_etl.briefing.numbers import level_decimals
from ctdp_etl.briefing.tables import without_empty_columns
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.period import Period

HEADS = (
    ("Giá trị sản xuất", "OUTPUT", "TOTAL", "giá trị sản xuất công nghiệp"),
    ("Bán lẻ", "RETAIL", "TOTAL", "tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"),
    ("Xuất khẩu", "TRADE", "EXPORT.TOTAL.VALUE", "kim ngạch xuất khẩu hàng hóa"),
    ("Nhập khẩu", "TRADE", "IMPORT.TOTAL.VALUE", "kim ngạch nhập khẩu hàng hóa"),
)
FEWEST = 5
"""Below this many localities nothing is said of them together."""


@dataclass(frozen=True, slots=True)
class Span:
    """A longer period seen at its last month: ``month`` is the material as of that month."""

    month: Month
    period: Period

    @property
    def is_cumulative(self) -> bool:
        """Whether the period begins with January, so that its figures are the cumulative ones."""
        return self.period.first_month.number == 1

    @property
    def words(self) -> str:
        """The period without its year, to begin a heading: "Quý III"."""
        return str(capital((self.period.vietnamese.removesuffix(f" năm {self.period.year}"),))[0])

    @property
    def against(self) -> str:
        """What its growth is over."""
        return f"năm {self.period.year - 1}" if self.period.freq == "A" else LAST_YEAR

    @property
    def so_far(self) -> str:
        """The months since January in words: "6 tháng", "năm 2025"."""
        return self.period.vietnamese if self.period.freq == "A" else self.month.so_far

    @property
    def months(self) -> tuple[Period, ...]:
        """The months of the period."""
        return tuple(self.period.first_month.until(self.period.last_month))


@dataclass(frozen=True, slots=True)
class Level:
    """One indicator: its level and growth in the period, and since January; None where it cannot be said."""

    line: Line
    now: Figure | None
    growth: Figure | None


def points(span: Span) -> tuple[Paragraph, ...]:
    """Return the sentences of page one, each with its theme in bold."""
    found: list[tuple[str, Runs]] = [("Sản xuất công nghiệp", index_words(span)), ("Địa phương", locality_words(span))]
    found += [(theme, _told(span, *about)) for theme, *about in HEADS]
    if fulfilled := plans.fulfilments(span.month):
        found.append(("Kế hoạch năm", plans.sentence(span.month, fulfilled)))
    return themed(found)


def key_figures(span: Span) -> Table:
    """Return the table of page one."""
    rows = []
    if fact := span.month.country("IIP", "TOTAL", "ytd_yoy"):
        own = None if span.is_cumulative else span.month.country("IIP", "TOTAL", "yoy", str(span.period))
        now = span.month.figures.growth(own) if own else ""
        rows.append(Row(("Chỉ số sản xuất công nghiệp", "%", "", now, "", span.month.figures.growth(fact)), 0))
    for _, dataflow, indicator, name in HEADS:
        one = _level(span, dataflow, indicator)
        if one:
            rows.append(Row((capital((name,))[0], one.line.unit, *cells_of(span, one)), 0))
    columns = (Column("Chỉ tiêu", 1, numeric=False), Column("Đơn vị tính", numeric=False), *columns_of(span))
    return without_empty_columns(
        Table(f"Một số chỉ tiêu chủ yếu {span.period.vietnamese}", "", columns, tuple(rows), "")
    )


def cautions(span: Span) -> tuple[Paragraph, ...]:
    """Return what a reader of page one has to know: how many reported each month, and what is open."""
    counts = [(month, span.month.provinces("IIP", "TOTAL", "yoy", str(month))) for month in span.months]
    told: list[Runs] = [
        (f"tháng {month.number}: ", span.month.figures.count(f"reported.{month}", facts))
        for month, facts in counts
        if facts
    ]
    parts = [("Số địa phương có số liệu IIP: ", *joined(told, last=", "))] if told else []
    parts += [capital(one) for one in (quality.findings_headline(span.month), quality.held(span.month)) if one]
    return (Paragraph((*joined(parts, between=". ", last=". "), "."), "note"),) if parts else ()


def index_words(span: Span) -> Runs:
    """Return "IIP quý I năm 2026 tăng …" by the country's own cumulative index; the period's own where it was told."""
    month = span.month
    own = month.country("IIP", "TOTAL", "yoy", str(span.period))
    so_far = month.country("IIP", "TOTAL", "ytd_yoy")
    parts: list[Runs] = []
    if own and not span.is_cumulative:
        parts.append((f"IIP {span.period.vietnamese} ", *moved(month, month.figures.growth(own), span.against)))
    if so_far:
        name = span.period.vietnamese if span.is_cumulative else f"tính chung {month.so_far}"
        start = f"IIP {name} " if not parts else f"{name} "
        parts.append((start, *moved(month, month.figures.growth(so_far), span.against)))
    return joined(parts, last="; ")


def locality_words(span: Span) -> Runs:
    """Return how many localities rose and fell since January, and the extremes; nothing for too few of them."""
    facts = span.month.provinces("IIP", "TOTAL", "ytd_yoy")
    if len(facts) < FEWEST:
        return ()
    parts = split(span.month, facts)
    counts = directions(span.month, f"IIP.{span.month.now}.ytd_yoy", parts)
    start = f"IIP {span.so_far} so với {span.against} "
    return (start, *joined([counts, *extremes(span.month, parts)], between="; ", last="; "))


def _told(span: Span, dataflow: str, indicator: str, name: str) -> Runs:
    """Return "tổng mức bán lẻ … quý I năm 2026 đạt …, tăng …" of one indicator, with its coverage where it is a sum."""
    one = _level(span, dataflow, indicator)
    if one is None or one.now is None:
        return ()
    runs: Runs = (f"{name} {span.period.vietnamese} đạt ", one.now, f" {lower_first(one.line.unit)}")
    if one.line.areas:
        runs = (*runs, " (", *added_up(span.month, _areas(span, one.now)), ")")
    if one.growth:
        runs = (*runs, ", ", *moved(span.month, one.growth, span.against))
    if not span.is_cumulative and one.line.ytd_yoy:
        runs = (*runs, f"; tính chung {span.month.so_far} ", *moved(span.month, one.line.ytd_yoy))
    return runs


def _areas(span: Span, figure: Figure) -> Figure:
    """Return how many areas a sum is made of."""
    number = Decimal(len({fact.ref_area for fact in figure.facts}))
    about = f"count.{figure.id.removeprefix('f-')}.areas"
    return span.month.figures.number(about, number, figure.facts, decimals=0, how="đếm địa phương", counted=True)


def _level(span: Span, dataflow: str, indicator: str) -> Level | None:
    found = next((one for one in lines(span.month, dataflow) if one.indicator.startswith(indicator)), None)
    return in_span(span, dataflow, found) if found else None


def in_span(span: Span, dataflow: str, line: Line) -> Level:
    """Return what a line is in the period: the cumulative figures, those told for the period, or the sum of months."""
    if span.is_cumulative:
        return Level(line, line.ytd, line.ytd_yoy)
    month = span.month
    told = month.country(dataflow, line.indicator, "month", str(span.period))
    if told:
        yoy = month.country(dataflow, line.indicator, "yoy", str(span.period))
        growth = month.figures.growth(yoy) if yoy else None
        return Level(line, month.figures.level(told, told.unit_mult, line.unit), growth)
    return _summed(span, dataflow, line)


def _summed(span: Span, dataflow: str, line: Line) -> Level:
    """Return the period's level as the sum of its months, of the areas that told them all."""
    month = span.month
    mult = next((unit.mult for unit in month.catalog.units.values() if unit.name == line.unit), None)
    areas = [area.code for area in month.areas] if line.areas else [NATIONAL]
    now = {area: _whole(span, dataflow, line.indicator, area, 0) for area in areas}
    facts = [fact for mine in now.values() for fact in mine]
    if mult is None or not facts:
        return Level(line, None, None)
    value = amount(facts, mult)
    about = f"SPAN.{dataflow}.{line.indicator}.{span.period}"
    how = f"tổng {len(span.months)} tháng của {sum(map(bool, now.values()))} nơi báo cáo"
    figure = month.figures.number(
        f"{about}.month", value, facts, decimals=level_decimals(value), unit=line.unit, how=how
    )
    before = {area: _whole(span, dataflow, line.indicator, area, 12) for area, mine in now.items() if mine}
    base = [fact for mine in before.values() for fact in mine]
    if not all(before.values()) or amount(base) <= 0:
        return Level(line, figure, None)
    growth = change(amount(facts), amount(base))
    how = "tổng các tháng của kỳ / tổng các tháng cùng kỳ × 100 \u2212 100"
    return Level(
        line, figure, month.figures.number(f"{about}.yoy", growth, [*facts, *base], decimals=1, unit="%", how=how)
    )


def _whole(span: Span, dataflow: str, indicator: str, area: str, back: int) -> tuple[Fact, ...]:
    """Return the levels of an area in each month of the period, so many months ``back``; () where one is not sound."""
    facts = [span.month.facts.get(dataflow, area, indicator, str(one.shift(-back)), "month") for one in span.months]
    known = tuple(fact for fact in facts if fact and not fact.questioned)
    return known if len(known) == len(facts) and len({fact.unit for fact in known}) == 1 else ()


def columns_of(span: Span) -> tuple[Column, ...]:
    """Return the columns of level and growth, of the period and since January."""
    own = (Column(span.words), Column(f"{span.words} so với cùng kỳ (%)"))
    if span.period.freq == "A":
        return (*own, Column(str(capital((span.so_far,))[0])), Column(f"So với {span.against} (%)"))
    return (*own, Column(f"Lũy kế {span.so_far}"), Column(f"{span.so_far} so với cùng kỳ (%)"))


def cells_of(span: Span, one: Level) -> tuple[Run, ...]:
    """Return level and growth of the period and since January; once where they are the same."""
    own = (None, None) if span.is_cumulative else (one.now, one.growth)
    return tuple(
        figure or ("" if span.is_cumulative else NO_FIGURE) for figure in (*own, one.line.ytd, one.line.ytd_yoy)
    )
