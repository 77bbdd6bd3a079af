"""An index across the localities: counts and extremes, tile map, ranking."""

from __future__ import annotations

from collections.abc import Sequence

from ctdp_etl.briefing.document import Block, Chart, Column, Mark, Paragraph, Row, Run, Runs, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.month import NO_FIGURE, NOT_COMPARED, Month, listed
from ctdp_etl.briefing.narrative import Split, closed, directions, extremes, joined, moved, split
from ctdp_etl.briefing.pictures import ends_of

_BARS = 6
_FEWEST = 5
"""Below this many localities there is no map and no ranking: it would say nothing about the country."""

_OWN_BASE = (
    "Chỉ số so với cùng kỳ của các địa phương mới hợp nhất do nơi gửi tự tính; không dựng lại được từ các tỉnh cũ vì "
    "chỉ số không có quyền số, nên thứ hạng của các địa phương này chỉ để tham khảo."
)


def localities(
    month: Month, dataflow: str, subject: str, short: str, against: str, *, ranked: bool = True
) -> tuple[Block, ...]:
    """Return the blocks about an index of the provinces; none where too few reported it.

    ``subject`` names the index in text, ``short`` in the title of the map; the table of all is there where ``ranked``.
    """
    facts = month.provinces(dataflow, "TOTAL", "yoy")
    if len(facts) < _FEWEST:
        return ()
    parts = split(month, facts)
    about = f"{dataflow}.{month.now}.yoy"
    sentence = closed((f"{subject} {month.words} so với {against} ", *directions(month, about, parts, whole=True)))
    return (
        Paragraph(sentence),
        *_extremes(month, parts),
        *_missing(month, parts),
        *_merged(month, facts),
        *(ends(month, parts, short, against) if dataflow == "IIP" else ()),
        *_map(month, facts, short, against, directions(month, about, parts)),
        *((_ranking(month, dataflow, facts, short),) if ranked else ()),
    )


def _extremes(month: Month, parts: Split) -> tuple[Paragraph, ...]:
    runs = closed(joined(extremes(month, parts, count=5), last="; "))
    return (Paragraph(runs),) if runs else ()


def _missing(month: Month, parts: Split) -> tuple[Paragraph, ...]:
    if not parts.missing:
        return ()
    known = month.figures.count(f"known.{parts.known[0].dataflow}.{month.now}", parts.known)
    names = listed([month.area_name(code) for code in parts.missing])
    lacking = f"; chưa có: {names}" if len(parts.missing) <= len(parts.known) else ""
    return (Paragraph(("Có số liệu của ", known, f" trong {len(month.areas)} địa phương{lacking}."), "note"),)


def _merged(month: Month, facts: Sequence[Fact]) -> tuple[Paragraph, ...]:
    """Return what has to be known of areas that were several a year ago: nobody but the sender can say their growth."""
    if not any(fact.ref_area in month.merged for fact in facts):
        return ()
    return (Paragraph((_OWN_BASE,), "note"),)


def _map(month: Month, facts: Sequence[Fact], subject: str, against: str, counts: Runs) -> tuple[Chart, ...]:
    """Return the map of tiles; none where most of them would be empty."""
    if 2 * len(facts) < len(month.areas):
        return ()
    by_area = {fact.ref_area: fact for fact in facts}
    marks = tuple(
        Mark(
            label=area.name,
            figure=month.figures.growth(by_area[area.code]) if area.code in by_area else None,
            code=area.code,
        )
        for area in month.areas
    )
    chart = Chart(
        kind="tiles",
        title=(f"{subject} ", *counts),
        unit=f"% tăng, giảm so với {against}",
        marks=marks,
        source=month.sources(facts),
        alt=f"Bản đồ ô của {len(marks)} tỉnh, thành phố: {subject} so với {against}; số trong ô là phần trăm.",
    )
    return (chart,)


def ends(month: Month, parts: Split, subject: str, against: str) -> tuple[Chart, ...]:
    """Return the highest and the lowest localities as bars; none where there are fewer than twice as many."""
    ranked = sorted((*parts.up, *parts.level, *parts.down), key=lambda fact: (-fact.value, fact.ref_area))
    if len(ranked) < 2 * _BARS:
        return ()
    shown = ranked[:_BARS] + ranked[-_BARS:]
    marks = tuple(Mark(month.area_name(fact.ref_area), month.figures.growth(fact)) for fact in shown)
    said = [(mark.label, " ", *moved(month, mark.figure)) for mark in (marks[0], marks[-1]) if mark.figure]
    title: Runs = (f"{subject}: ", *joined(said, last="; "))
    unit = f"% tăng, giảm so với {against}{ends_of(len(shown), len(ranked), 'địa phương')}"
    alt = f"Biểu đồ cột, {unit}."
    return (Chart("bars", title, unit, marks, month.sources(shown), alt),)


def _ranking(month: Month, dataflow: str, facts: Sequence[Fact], subject: str) -> Table:
    """Return the localities from the highest growth to the lowest, in two halves side by side."""
    measures = [
        ("mom", "So với tháng trước"),
        ("yoy", "So với cùng kỳ"),
        *([("ytd_yoy", "Cộng dồn so với cùng kỳ")] if month.cumulates else []),
    ]
    present = [
        (measure, heading)
        for measure, heading in measures
        if any(month.facts.get(dataflow, fact.ref_area, "TOTAL", month.now, measure) for fact in facts)
    ]
    ranked = sorted(facts, key=lambda fact: (fact.questioned, -fact.value, fact.ref_area))
    cells = [_cells(month, dataflow, fact, place, [name for name, _ in present]) for place, fact in placed(ranked)]
    half = (len(cells) + 1) // 2
    blank: tuple[Run, ...] = ("",) * len(cells[0])
    rows = [
        Row(left + (cells[half + index] if half + index < len(cells) else blank))
        for index, left in enumerate(cells[:half])
    ]
    part = (Column("TT"), Column("Địa phương", 1, numeric=False), *(Column(text) for _, text in present))
    return Table(
        title=f"{subject}: các địa phương xếp theo mức tăng so với cùng kỳ năm trước",
        unit="%",
        columns=part + part,
        rows=tuple(rows),
        source=month.sources(facts),
    )


def placed(ranked: Sequence[Fact]) -> list[tuple[str, Fact]]:
    """Return each fact with its place in the ranking; what is under an open error has none."""
    return [(NOT_COMPARED if fact.questioned else str(place), fact) for place, fact in enumerate(ranked, start=1)]


def _cells(month: Month, dataflow: str, fact: Fact, place: str, measures: Sequence[str]) -> tuple[Run, ...]:
    found = [month.facts.get(dataflow, fact.ref_area, "TOTAL", month.now, measure) for measure in measures]
    growths = [month.growth(item) if item else NO_FIGURE for item in found]
    return (place, month.area_name(fact.ref_area), *growths)
