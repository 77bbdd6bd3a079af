"""Section: what was revised since the briefing of the month before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ctdp_etl.briefing.document import Block, Chart, Column, Mark, Paragraph, Row, Runs, Section, Table
from ctdp_etl.briefing.facts import Fact, Facts
from ctdp_etl.briefing.figures import Figure, change
from ctdp_etl.briefing.month import Month, once
from ctdp_etl.briefing.narrative import capital, lower_first
from ctdp_etl.briefing.numbers import exact
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import INDEX_MEASURES, Measure
from ctdp_etl.period import Period

_SHOWN = 16
_DRAWN, _FEWEST_DRAWN = 8, 3
_SECTIONS = frozenset("BCDE")
_BEFORE = ".before"
_UNIT = "điểm phần trăm; số đã báo cáo → nay (%, cùng kỳ năm trước = 100)"
_FLOWS = {"EXPORT": "Xuất khẩu", "IMPORT": "Nhập khẩu"}
_WHAT = {
    "month": "",
    "ytd": "cộng dồn",
    "plan": "kế hoạch năm",
    "mom": "so với tháng trước",
    "yoy": "so với cùng kỳ",
    "ytd_yoy": "cộng dồn so với cùng kỳ",
    "plan_pct": "so với kế hoạch",
    "share": "cơ cấu",
    "value": "giá trị",
}


class Revision(NamedTuple):
    """One number as it stands now, and what the briefing before knew of it."""

    new: Fact
    was: float
    before: Facts

    @property
    def old(self) -> Fact:
        """The number as the briefing before knew it; made when it is asked for, as few are."""
        new = self.new
        return self.before.at((new.dataflow, new.ref_area, new.indicator, new.time_period, new.measure))

    @property
    def size(self) -> float:
        """The change in relation to the earlier value."""
        return abs(self.new.value / self.was - 1) if self.was else float("inf")


@once
def revisions(month: Month) -> tuple[Revision, ...]:
    """Return what changed from vintage P-1 to P in periods before P: the country's headlines first, then by size."""
    known, now = month.before, month.facts
    found = [
        Revision(new, was, known)
        for key in known
        if month.home in (NATIONAL, key[1])
        if (was := known.value(key)) is not None and now.value(key) not in (None, was)
        if now.source(key) == known.source(key) and (new := now.get(*key))
    ]
    return tuple(sorted(found, key=lambda item: (*_rank(item.new), -item.size, item.new.key)))


def _rank(fact: Fact) -> tuple[bool, int, bool]:
    head = 0 if "TOTAL" in fact.indicator.split(".") else 1 if fact.indicator in _SECTIONS else 2
    national = fact.ref_area == NATIONAL
    return (not national, head, national and fact.dataflow != "IIP")


def revised(month: Month) -> Section | None:
    """Return the section on revisions, or None where nothing changed."""
    found = revisions(month)
    if not found:
        return None
    count = month.figures.count(f"revised.{month.now}", [item.new for item in found])
    opening: Runs = ("Từ báo cáo tháng trước đến nay có ", count, " số liệu của các kỳ trước được điều chỉnh.")
    blocks: list[Block] = [Paragraph(opening)]
    head = headline(month)
    if head:
        blocks.append(Paragraph((*head, ".")))
    shown = found[:_SHOWN]
    note = "Chênh lệch: điểm phần trăm đối với chỉ số, % đối với mức."
    if len(found) > len(shown):
        note += f" Bảng nêu {len(shown)} điều chỉnh đáng chú ý nhất."
    rows = tuple(Row(_cells(month, item)) for item in shown)
    columns = (
        Column("Chỉ tiêu", 44, numeric=False),
        Column("Địa phương", 20, numeric=False),
        Column("Kỳ và số đo", 40, numeric=False),
        Column("Đã báo cáo"),
        Column("Nay"),
        Column("Chênh lệch"),
    )
    source = month.sources([item.new for item in shown])
    blocks += _changed(month, found)
    blocks.append(Table("Số liệu các kỳ trước được điều chỉnh", "", columns, rows, source, note))
    return Section("Số liệu điều chỉnh so với tháng trước", tuple(blocks))


def _changed(month: Month, found: Sequence[Revision]) -> list[Block]:
    """Return what was said and what stands now of the first indices over last year; none where there are too few."""
    chosen = [one for one in found if one.new.dataflow == "IIP" and one.new.measure == "yoy"][:_DRAWN]
    sound = [one for one in chosen if not one.new.questioned and not one.old.questioned]
    if len(sound) < _FEWEST_DRAWN:
        return []
    pairs = [(one, *_index_figures(month, one)) for one in sound]
    whole = [pair for pair in pairs if (pair[0].new.ref_area, pair[0].new.indicator) == (month.home, "TOTAL")]
    marks = tuple(
        Mark(label, figure, group=str(capital((_about(month, one.new),))[0]))
        for one, old, new in pairs
        for label, figure in (("đã báo cáo", old), ("nay", new))
    )
    first, old, new = max(whole or pairs, key=lambda pair: (abs(pair[2].value - pair[1].value), pair[0].new.key))
    direction = "lên" if new.value > old.value else "xuống"
    title: Runs = (f"IIP {_about(month, first.new)} được điều chỉnh từ ", old, f"% {direction} ", new, "%")
    alt = f"Biểu đồ {len(sound)} chỉ số được điều chỉnh: số đã báo cáo và số nay."
    source = month.sources([one.new for one in sound])
    return [Chart("revisions", title, _UNIT, marks, source, alt)]


def _about(month: Month, fact: Fact) -> str:
    """Return what an index of the chart is about: the industry in the country's, else the area too; with its month."""
    period = Period.parse(fact.time_period)
    where = "" if fact.ref_area == NATIONAL else f"{month.area_name(fact.ref_area)}, "
    return f"{where}{lower_first(month.name(fact))} {period.number}/{period.year}"


def headline(month: Month) -> Runs:
    """Return the sentence on the revised index of the whole country, without its full stop."""
    for item in revisions(month):
        fact = item.new
        if (fact.dataflow, fact.ref_area, fact.indicator, fact.measure) == ("IIP", month.home, "TOTAL", "yoy"):
            old, new = _index_figures(month, item)
            direction = "lên" if fact.value > item.was else "xuống"
            words = f"IIP {Period.parse(fact.time_period).vietnamese} so với cùng kỳ năm trước được điều chỉnh từ "
            return (words, old, f"% {direction} ", new, "%")
    return ()


def _cells(month: Month, item: Revision) -> tuple[str | Figure, ...]:
    return (*subject(month, item.new), *_figures(month, item))


def subject(month: Month, fact: Fact) -> tuple[str, str, str]:
    """Return what a number is about, in three cells: form and row, area, period and measure."""
    period = Period.parse(fact.time_period)
    when = f"{period.number}/{period.year}" if period.freq == "M" else period.vietnamese
    flow = _FLOWS.get(fact.indicator.split(".")[0]) or month.form_name(fact.dataflow)
    unit = "" if fact.unit == "PCT" else lower_first(month.unit_name(fact.unit, fact.unit_mult))
    measure = ", ".join(filter(None, (_WHAT[fact.measure], unit)))
    what = f"{flow}: {lower_first(month.name(fact))}"
    return what, month.area_name(fact.ref_area), f"{when}: {measure}"


def _figures(month: Month, item: Revision) -> tuple[Figure, Figure, Figure | str]:
    """Return the earlier value, the present one and their difference: points of an index, per cent of a level."""
    new, old = item.new, item.old
    about = f"{new.key}.revision"
    if Measure(new.measure) in INDEX_MEASURES or new.unit == "PCT":
        points = exact(new.value) - exact(old.value)
        difference = month.figures.number(
            about, points, [new, old], decimals=2, unit="điểm phần trăm", how="nay \u2212 đã báo cáo"
        )
        return *_index_figures(month, item), difference
    unit = month.unit_name(new.unit, new.unit_mult)
    before = month.figures.level(old, new.unit_mult, unit, decimals=2, version=_BEFORE)
    after = month.figures.number(
        f"{about}.level", exact(new.value), [new, old], decimals=2, unit=unit, how="số điều chỉnh, sau đó số đã báo cáo"
    )
    if not old.value:
        return before, after, "\u2026"
    base = exact(old.value).scaleb(old.unit_mult - new.unit_mult)
    relative = change(exact(new.value), base)
    how = "(nay / đã báo cáo \u2212 1) × 100"
    return before, after, month.figures.number(about, relative, [new, old], decimals=2, unit="%", how=how)


def _index_figures(month: Month, item: Revision) -> tuple[Figure, Figure]:
    """Return the earlier and the present index; the present one leads to the cells of both."""
    new, old = item.new, item.old
    how = "số điều chỉnh, sau đó số đã báo cáo"
    now = month.figures.number(f"{new.key}.revision.index", exact(new.value), [new, old], decimals=2, unit="%", how=how)
    return month.figures.index(old, _BEFORE), now
