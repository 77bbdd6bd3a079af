"""Section: industrial production: the index by section and branch, the localities, the output value."""

from __future__ import annotations

from collections.abc import Sequence

from ctdp_etl.briefing.document import Block, Chart, Column, Heading, Mark, Paragraph, Row, Runs, Section, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.localities import localities
from ctdp_etl.briefing.month import NO_FIGURE, Month
from ctdp_etl.briefing.narrative import LAST_YEAR, closed, comparison, estimated, joined, lower_first, moved
from ctdp_etl.briefing.pictures import ends_of
from ctdp_etl.briefing.tables import levels_table
from ctdp_etl.briefing.verbs import speaks
from ctdp_etl.period import Period

SECTIONS = ("B", "C", "D", "E")
_MEASURES = ("mom", "yoy", "ytd_yoy")
CHART_MONTHS = 13
"""The months that the line of the country's index goes over."""
_FEWEST_POINTS = 6
_FEWEST_PANELS = 3
_RANKED = 8


def industry(month: Month) -> Section | None:
    """Return the section on industrial production, or None where nothing was reported."""
    country = _country(month)
    areas = localities(month, "IIP", "Chỉ số sản xuất công nghiệp", "IIP", LAST_YEAR)
    output = levels_table(month, "OUTPUT", "Giá trị sản xuất công nghiệp")
    parts = [
        (f"Chỉ số sản xuất công nghiệp {month.home_name}", country),
        ("Chỉ số sản xuất công nghiệp theo địa phương", areas),
    ]
    parts.append(("Giá trị sản xuất công nghiệp", output))
    present = [(title, blocks) for title, blocks in parts if blocks]
    numbered: list[Block] = []
    for index, (title, blocks) in enumerate(present, start=1):
        numbered += [Heading(f"{index}. {title}"), *blocks]
    return Section("Sản xuất công nghiệp", tuple(numbered)) if present else None


def headline(month: Month) -> Runs:
    """Return the sentence on the country's index without its full stop; nothing where the country has none."""
    figures = {measure: country_growth(month, "TOTAL", measure) for measure in _MEASURES}
    runs = comparison(month, figures["mom"], figures["yoy"], figures["ytd_yoy"])
    total = month.country("IIP", "TOTAL", "yoy")
    return (f"IIP {month.period.vietnamese} {estimated([total] if total else [])}", *runs) if runs else ()


def by_section(month: Month, measure: str = "yoy", against: str = LAST_YEAR) -> Runs:
    """Return "so với cùng kỳ năm trước, chế biến, chế tạo tăng 8,8%; …; riêng khai khoáng giảm 10,4%"."""
    found = [month.country("IIP", code, measure) for code in SECTIONS]
    facts = sorted((fact for fact in found if fact), key=lambda fact: -fact.value)
    falling = [growth for growth in map(month.figures.growth, facts) if growth.sign < 0 and speaks(growth)]
    parts: list[Runs] = []
    for fact in facts:
        growth = month.figures.growth(fact)
        alone = growth in falling and len(falling) == 1
        start = "riêng " if alone and len(facts) > 1 else ""
        parts.append((f"{start}{lower_first(month.name(fact))} ", *moved(month, growth)))
    return (f"so với {against}, ", *joined(parts, between="; ", last="; ")) if parts else ()


def country_growth(month: Month, indicator: str, measure: str) -> Figure | None:
    """Return the country's growth of one industry, or None."""
    fact = month.country("IIP", indicator, measure)
    return month.figures.growth(fact) if fact else None


def _country(month: Month) -> tuple[Block, ...]:
    facts = [fact for fact in month.facts.across("IIP", month.now, "yoy") if fact.ref_area == month.home]
    if not facts:
        return ()
    facts.sort(key=month.order)
    branches = [fact for fact in facts if fact.indicator not in (*SECTIONS, "TOTAL")]
    blocks: list[Block] = [Paragraph(runs) for runs in [closed(headline(month))] if runs]
    blocks += _section_bars(month, facts) + history(month)
    blocks.append(_table(month, facts))
    blocks += _branch_sentences(month, branches) + _branch_bars(month, branches)
    return tuple(blocks)


def _table(month: Month, facts: Sequence[Fact]) -> Table:
    last, now = month.period.previous, month.period
    columns = [
        (f"Tháng {last.number} so với cùng kỳ năm trước", "yoy", month.last),
        (f"Tháng {now.number} so với tháng trước", "mom", month.now),
        (f"Tháng {now.number} so với cùng kỳ năm trước", "yoy", month.now),
        (f"{month.so_far} so với cùng kỳ năm trước", "ytd_yoy", month.now),
    ]
    if not month.cumulates:
        columns = columns[:-1]
    growths = {
        heading: [month.growth(month.country("IIP", fact.indicator, measure, period)) for fact in facts]
        for heading, measure, period in columns
    }
    present = {heading: cells for heading, cells in growths.items() if set(cells) != {NO_FIGURE}}
    rows = []
    for index, fact in enumerate(facts):
        level = 0 if fact.indicator == "TOTAL" else 1 if fact.indicator in SECTIONS else 2
        rows.append(Row((month.name(fact), *(cells[index] for cells in present.values())), level))
    return Table(
        title=f"Tăng, giảm chỉ số sản xuất công nghiệp {now.vietnamese} theo ngành",
        unit="%",
        columns=(Column("Ngành", 48, numeric=False), *(Column(heading, 14) for heading in present)),
        rows=tuple(rows),
        source=month.sources(facts),
    )


def _section_bars(month: Month, facts: Sequence[Fact]) -> list[Block]:
    shown = [fact for fact in facts if fact.indicator in (*SECTIONS, "TOTAL")]
    if len(shown) < len(SECTIONS):
        return []
    title = _contrast(month, [fact for fact in shown if fact.indicator != "TOTAL"])
    marks = tuple(
        Mark(month.name(fact), month.figures.growth(fact), strong=fact.indicator == "TOTAL") for fact in shown
    )
    return [_bars(month, title, marks, shown, "Biểu đồ cột tăng, giảm IIP của bốn ngành cấp 1")]


def _branch_bars(month: Month, branches: Sequence[Fact]) -> list[Block]:
    ranked = sorted((fact for fact in branches if not fact.questioned), key=lambda fact: (-fact.value, fact.indicator))
    if len(ranked) < 2 * _RANKED:
        return []
    shown = ranked[:_RANKED] + ranked[-_RANKED:]
    marks = tuple(Mark(month.name(fact), month.figures.growth(fact)) for fact in shown)
    ends = ends_of(len(shown), len(ranked), "ngành")
    return [_bars(month, _contrast(month, shown), marks, shown, "Biểu đồ cột tăng, giảm IIP theo ngành", ends)]


def _contrast(month: Month, facts: Sequence[Fact]) -> Runs:
    """Return "IIP: chế biến, chế tạo tăng 8,8%; khai khoáng giảm 10,4%": the highest and the lowest."""
    ranked = sorted(facts, key=lambda fact: (-fact.value, fact.indicator))
    ends = [(f"{lower_first(month.name(fact))} ", *moved(month, month.figures.growth(fact))) for fact in ranked]
    return ("IIP: ", *joined([ends[0], ends[-1]], last="; "))


def _bars(month: Month, title: Runs, marks: tuple[Mark, ...], facts: Sequence[Fact], alt: str, ends: str = "") -> Chart:
    unit = f"% tăng, giảm {month.period.vietnamese} so với cùng kỳ năm trước{ends}"
    return Chart("bars", title, unit, marks, month.sources(facts), f"{alt}, {unit}.")


def _branch_sentences(month: Month, branches: Sequence[Fact]) -> list[Block]:
    sound = sorted((fact for fact in branches if not fact.questioned), key=lambda fact: (-fact.value, fact.indicator))
    growths = [(fact, month.figures.growth(fact)) for fact in sound]
    up = [(fact, growth) for fact, growth in growths if growth.sign > 0 and speaks(growth)][:5]
    down = [(fact, growth) for fact, growth in reversed(growths) if growth.sign < 0 and speaks(growth)][:5]
    sentences: list[Block] = []
    for words, chosen in (
        (f"Các ngành tăng cao so với {LAST_YEAR}: ", up),
        (f"Các ngành giảm so với {LAST_YEAR}: ", down),
    ):
        parts = [(f"{lower_first(month.name(fact))} ", *moved(month, growth)) for fact, growth in chosen]
        if parts:
            sentences.append(Paragraph((words, *joined(parts, between="; ", last="; "), ".")))
    return sentences


def history(month: Month) -> list[Block]:
    """Return the index over a year: small lines of total and sections, or one of the total where these are not told.

    A month that nobody reported is a gap.
    """
    periods = [month.period.shift(-back) for back in range(CHART_MONTHS - 1, -1, -1)]
    told = {code: _told(month, code, periods) for code in ("TOTAL", *SECTIONS)}
    while periods and not any(facts[0] for facts in told.values()):
        del periods[0]
        told = {code: facts[1:] for code, facts in told.items()}
    panels = {code: facts for code, facts in told.items() if sum(map(bool, facts)) >= _FEWEST_POINTS}
    if "TOTAL" not in panels:
        return []
    shown = panels if len(panels) >= _FEWEST_PANELS else {"TOTAL": panels["TOTAL"]}
    known = [fact for facts in shown.values() for fact in facts if fact]
    names = {fact.indicator: month.name(fact) for fact in known}
    marks = tuple(
        Mark(f"{period.number}/{period.year}", month.figures.growth(fact) if fact else None, group=names[code])
        for code, facts in shown.items()
        for period, fact in zip(periods, facts, strict=True)
    )
    now = country_growth(month, "TOTAL", "yoy")
    title: Runs = ("IIP ", *moved(month, now, LAST_YEAR), f" trong {month.period.vietnamese}") if now else ()
    alt = "Đường biểu diễn tăng, giảm IIP cả nước theo tháng; tháng không có số liệu để trống."
    kind = "multiples" if len(shown) > 1 else "line"
    return [Chart(kind, title, "% tăng, giảm so với cùng kỳ năm trước", marks, month.sources(known), alt)]


def _told(month: Month, code: str, periods: Sequence[Period]) -> list[Fact | None]:
    """Return the country's growth of an industry in each period."""
    return [month.country("IIP", code, "yoy", str(period)) for period in periods]
