"""Sections: main products, retail, electricity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ctdp_etl.briefing.contribution import Contribution, alike, contributed, contributions, waterfall
from ctdp_etl.briefing.document import Block, Chart, Mark, Paragraph, Runs, Section
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import PRO_FORMA, Line, lines
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import added_up, capital, closed, comparison, estimated, joined, lower_first, moved
from ctdp_etl.briefing.numbers import exact
from ctdp_etl.briefing.pictures import ends_of
from ctdp_etl.briefing.tables import table_of
from ctdp_etl.briefing.verbs import speaks

_NAMED = 5
_AREAS_SHOWN = 10
_PRODUCTS = 40
"""A page and a bit; the list of products has 280."""
_ENDS = 6
_FEWEST_BARS = 8
_POWER = ("GENERATION", "SALES")
_SPLIT = ("TOTAL", "ACCOMMODATION_FOOD")
"""Whose direct parts of retail sales are told in words: of the second only where it is not told whole."""


def products(month: Month) -> Section | None:
    """Return the section on main products, or None where nothing was reported."""
    found = [line for line in lines(month, "PRODUCTS") if "." not in line.indicator]
    if not found:
        return None
    blocks: list[Block] = [
        Paragraph((start, *runs, ".")) for start, runs in _moving_products(month, found, _NAMED) if runs
    ]
    shown, left = most_told(found)
    table = table_of(month, shown, f"Sản phẩm công nghiệp chủ yếu {month.period.vietnamese}")
    blocks.append(replace(table, note=f"{left} {table.note}".strip()))
    blocks += growth_bars(month, found, "sản phẩm", "Sản phẩm")
    return Section("Sản phẩm công nghiệp chủ yếu", tuple(blocks))


def most_told(found: Sequence[Line]) -> tuple[list[Line], str]:
    """Return the products for the table, of very many those that most localities told, and what is said of the others.

    They stay in the order given; '' where none is left out.
    """
    told = sorted(found, key=lambda line: -len(line.facts))[:_PRODUCTS]
    kept = {line.indicator for line in told}
    more = len(found) - len(told)
    left = f"Bảng nêu {len(told)} sản phẩm nhiều địa phương báo cáo nhất; còn {more} sản phẩm khác." if more else ""
    return [line for line in found if line.indicator in kept], left


def products_headline(month: Month) -> Runs:
    """Return the products that rose and those that fell most, as two sentences without the last full stop."""
    found = [line for line in lines(month, "PRODUCTS") if "." not in line.indicator]
    parts = [(start, *runs) for start, runs in _moving_products(month, found, 3) if runs]
    return joined(parts, last=". ")


def _moving_products(month: Month, found: list[Line], count: int) -> list[tuple[str, Runs]]:
    """Return the highest and the lowest products by growth over last year; what is under an error stays out."""
    known = [(line, line.yoy) for line in found if line.yoy and not line.yoy.questioned and speaks(line.yoy)]
    ranked = sorted(known, key=lambda pair: (-pair[1].value, pair[0].indicator))
    up = [pair for pair in ranked if pair[1].sign > 0][:count]
    down = [pair for pair in reversed(ranked) if pair[1].sign < 0][:count]

    def named(pairs: list[tuple[Line, Figure]]) -> Runs:
        parts = [(f"{lower_first(line.label)} ", *moved(month, growth)) for line, growth in pairs]
        return joined(parts, between="; ", last="; ")

    return [
        ("Tăng cao so với cùng kỳ năm trước: ", named(up)),
        ("Giảm so với cùng kỳ năm trước: ", named(down)),
    ]


def level_sentence(month: Month, line: Line, subject: str) -> Runs:
    """Return "tổng mức … tháng 10 ước đạt 545.729,6 tỷ đồng, tăng …"; the coverage is said where it is a sum."""
    if line.now is None:
        return ()
    unit = line.unit[:1].lower() + line.unit[1:]
    start: Runs = (f"{subject} {month.words} {estimated(line.now.facts)}đạt ", line.now, f" {unit}")
    changes = comparison(month, line.mom, line.yoy, line.ytd_yoy)
    base = f"; {line.base}" if line.base.startswith(PRO_FORMA) and line.yoy else ""
    cover: Runs = (" (", *added_up(month, line.areas), f"{base})") if line.areas else ()
    return (*start, *cover, ", ", *changes) if changes else (*start, *cover)


def headline_of(month: Month, dataflow: str, indicator: str, subject: str) -> Runs:
    """Return the level sentence of one indicator, or nothing where it was not reported."""
    line = next((line for line in lines(month, dataflow) if line.indicator == indicator), None)
    return level_sentence(month, line, subject) if line else ()


def output_headline(month: Month) -> Runs:
    """Return the level sentence of the output value, or nothing where it was not reported."""
    line = next((line for line in lines(month, "OUTPUT") if line.indicator.startswith("TOTAL")), None)
    if line is None:
        return ()
    return level_sentence(month, line, f"giá trị sản xuất công nghiệp{month.price_base(line.indicator)}")


def retail(month: Month) -> Section | None:
    """Return the section on retail sales and consumer services, or None."""
    told = lines(month, "RETAIL")
    if not told:
        return None
    subject = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
    blocks: list[Block] = [Paragraph(closed(runs)) for runs in [headline_of(month, "RETAIL", "TOTAL", subject)] if runs]
    total = next((line for line in told if line.indicator == "TOTAL"), None)
    found = alike(month, "RETAIL", total, told)
    shares = _shares(month, total, found)
    parts = _parts(month, total, found, shares)
    if parts:
        blocks.append(Paragraph(("Trong đó, so với cùng kỳ năm trước: ", *parts, ".")))
    if drawn := waterfall(month, total, shares, lower_first(subject)):
        blocks.append(drawn)
    blocks.append(table_of(month, found, f"{subject} {month.period.vietnamese}"))
    blocks += _largest(month, "RETAIL", "TOTAL", "Tổng mức bán lẻ lớn nhất")
    return Section("Bán lẻ hàng hóa và dịch vụ tiêu dùng", tuple(blocks))


def whole_and_parts(month: Month) -> list[Line]:
    """Return retail sales and their direct parts, where these are told; else every line."""
    found = lines(month, "RETAIL")
    codes = [(line, month.code("RETAIL", line.indicator)) for line in found]
    return [line for line, code in codes if code is None or code.parent in ("", _SPLIT[0])]


def _shares(month: Month, total: Line | None, found: Sequence[Line]) -> tuple[Contribution, ...]:
    """Return what the direct parts of retail sales contribute; one that some do not tell is told by its own parts."""

    def parts(parents: Collection[str]) -> list[Line]:
        codes = [(line, month.code("RETAIL", line.indicator)) for line in found]
        return [line for line, code in codes if code and code.parent in parents and line.indicator not in parents]

    return contributions(month, total, parts(_SPLIT[:1])) or contributions(month, total, parts(_SPLIT))


def _parts(month: Month, total: Line | None, found: Sequence[Line], shares: Sequence[Contribution]) -> Runs:
    """Return how the parts moved, with what each contributes where that can be told; never a part beside its whole."""
    known = {one.line.indicator: one for one in shares}
    told: list[Runs] = []
    first = True
    for line in found:
        code = month.code("RETAIL", line.indicator)
        is_part = line.indicator in known if known else code is not None and code.parent == _SPLIT[0]
        if line.yoy is None or line.yoy.questioned or not is_part:
            continue
        share = known.get(line.indicator)
        points = contributed(month, total, share, first=first) if total and share else ()
        first = first and not points
        told.append((f"{lower_first(line.label)} ", *moved(month, line.yoy), *points))
    return joined(told, between="; ", last="; ")


def electricity(month: Month) -> Section | None:
    """Return the section on electricity, or None."""
    found = lines(month, "ELECTRICITY")
    if not found:
        return None
    told = [line for line in found if line.indicator in _POWER] or found[:1]
    sentences = (level_sentence(month, line, line.label) for line in told)
    blocks: list[Block] = [Paragraph(closed(runs)) for runs in sentences if runs]
    blocks.append(table_of(month, found, f"Điện sản xuất và điện thương phẩm {month.period.vietnamese}"))
    return Section("Điện", tuple(blocks))


def growth_bars(month: Month, found: Sequence[Line], what: str, subject: str) -> list[Block]:
    """Return the highest and lowest growth over last year as bars; none where there are fewer than eight.

    ``what`` names what they are chosen from ("sản phẩm"); the title begins with the ``subject``.
    """
    known = [(line, line.yoy) for line in found if line.yoy and not line.yoy.questioned]
    ranked = sorted(known, key=lambda pair: (-pair[1].value, pair[0].indicator))
    if len(ranked) < _FEWEST_BARS:
        return []
    shown = ranked if len(ranked) <= 2 * _ENDS else ranked[:_ENDS] + ranked[-_ENDS:]
    marks = tuple(Mark(line.label, growth) for line, growth in shown)
    ends: list[Runs] = [
        (f"{lower_first(line.label)} ", *moved(month, growth)) if speaks(growth) else _end(line, growth, words)
        for (line, growth), words in ((shown[0], "cao nhất"), (shown[-1], "thấp nhất"))
    ]
    unit = f"% tăng, giảm {month.words} so với cùng kỳ năm trước{ends_of(len(shown), len(ranked), what)}"
    facts = [fact for _, growth in shown for fact in growth.facts]
    alt = f"Biểu đồ cột, {unit}."
    return [Chart("bars", (f"{subject}: ", *joined(ends, last="; ")), unit, marks, month.sources(facts), alt)]


def _end(line: Line, growth: Figure, words: str) -> Runs:
    """Return "thấp nhất là xăng, dầu (+2,2%)": the end of a ranking whose change says nothing by itself."""
    return (f"{words} là {lower_first(line.label)} (" + ("+" if growth.sign > 0 else ""), growth, "%)")


def _largest(month: Month, dataflow: str, indicator: str, subject: str) -> list[Block]:
    """Return the provinces with the largest level as bars; none where fewer than five reported."""
    facts = [fact for fact in month.provinces(dataflow, indicator, "month") if not fact.questioned]
    if len(facts) < 5:
        return []
    ranked = sorted(facts, key=lambda fact: (-_amount(fact), fact.ref_area))[:_AREAS_SHOWN]
    unit = month.unit_name("VND", 9)
    marks = tuple(Mark(month.area_name(fact.ref_area), month.figures.level(fact, 9, unit)) for fact in ranked)
    first, figure = marks[0], marks[0].figure
    title: Runs = (f"{subject}: {first.label}, ", figure, f" {unit[:1].lower()}{unit[1:]}") if figure else ()
    alt = f"{len(marks)} địa phương có mức lớn nhất trong {len(facts)} địa phương đã báo cáo."
    return [Chart("bars", capital(title), unit, marks, month.sources(ranked), alt)]


def _amount(fact: Fact) -> float:
    return float(exact(fact.value).scaleb(fact.unit_mult))
