"""What the columns of a table are, once the month that it reports is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ctdp_etl.catalog import Catalog
from ctdp_etl.model import Measure, ObsStatus
from ctdp_etl.period import Period
from ctdp_etl.reading.growth import GROWTH
from ctdp_etl.reading.header import HeaderBlock
from ctdp_etl.reading.headings import LEVEL, RATIO, ROLE, SAME, SHARE, Heading, heading_text
from ctdp_etl.reading.meanings import Meaning, TableTime, dated, meaning
from ctdp_etl.reading.sections import Section
from ctdp_etl.reading.times import MONTH, QUARTER, YEAR, YTD, mentions

_RATIO_UNITS = {"PCT", "PP", "TIMES"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The value columns of a table by number, and what is not understood."""

    time: TableTime
    values: Mapping[int, Meaning]
    unknown: tuple[int, ...]


def _dated_headings(headings: Iterable[Heading]) -> list[Heading]:
    return [heading for heading in headings if heading.kind in (LEVEL, RATIO, SHARE) and heading.subject]


def own_month(section: Section, block: HeaderBlock, catalog: Catalog) -> Period | None:
    """Return the month that the table says it reports: the latest of its headings, else of its title.

    Columns of periods to come say nothing; a year by itself says less than a month or quarter of it. Where headings
    leave their month unsaid ("Ước tháng báo cáo") and only the month before is dated, the title dates the table.
    """
    spoken_of = _dated_headings(block.headings.values())
    sure = [heading for heading in spoken_of if not heading.forecast]
    headings = sure if any(heading.status == ObsStatus.ESTIMATE for heading in sure) else spoken_of
    subjects = [heading.subject for heading in headings if heading.subject]
    title = mentions(heading_text(section.title, catalog.vocabulary))
    unsaid = any(
        one.kind in (LEVEL, RATIO) and not (one.subject and one.subject.year) for one in block.headings.values()
    )
    if unsaid and subjects:
        subjects += [mention for mention in title if mention.year and mention.kind in (MONTH, YTD)]
    for spoken in (subjects, title):
        exact = [mention for mention in spoken if mention.year and mention.kind != YEAR]
        years = [mention for mention in spoken if mention.year and mention.kind == YEAR]
        latest = max((mention.month for mention in exact), key=_order, default=None)
        year = max((mention.year for mention in years), default=0)
        if latest is not None and latest.year >= year:
            return latest
        if year:
            return _month_of_year(year, headings) or Period.month(year, 12)
    return None


def _order(month: Period) -> tuple[int, int]:
    return month.year, month.number


def _month_of_year(year: int, headings: Sequence[Heading]) -> Period | None:
    """Return the month of ``year`` that headings without a year report: the estimate's, else the last one's."""
    bare = [heading for heading in headings if heading.subject and not heading.subject.year and not heading.relative]
    bare = [heading for heading in bare if heading.status == ObsStatus.ESTIMATE] or bare
    return bare[-1].subject.dated(year).month if bare and bare[-1].subject else None


def report_month(own: Iterable[Period | None]) -> Period | None:
    """Return the month that most tables report, the later one where they are even."""
    counts = Counter(month for month in own if month is not None)
    return max(counts, key=lambda month: (counts[month], month.year, month.number), default=None)


_FILE_MONTH = re.compile(
    r"(?:th[aá]ng|(?<![a-z])t)[ ._]*(\d{1,2})[ ._\-/]+(?:n[aă]m[ ._]*)?(20\d{2}|\d{2})(?!\d)", re.IGNORECASE
)


def file_month(file_name: str) -> Period | None:
    """Return the month that a file's name speaks of, or None; the last resort, since names are often left over."""
    match = _FILE_MONTH.search(file_name)
    if match is None or not 1 <= int(match[1]) <= 12:
        return None
    return Period.month(int(match[2]) % 100 + 2000, int(match[1]))


def understand(section: Section, block: HeaderBlock, month: Period, catalog: Catalog) -> Columns:
    """Return the meaning of every column of ``section`` in the month that it reports."""
    kinds = {heading.subject.kind for heading in _dated_headings(block.headings.values()) if heading.subject}
    quarterly = (
        MONTH not in kinds and (QUARTER in kinds or "quý" in section.title.lower()) and kinds <= {QUARTER, YTD, "year"}
    )
    time = TableTime(month, quarterly, _has_ytd(block, month))
    values: dict[int, Meaning] = {}
    unknown: list[int] = []
    near: Meaning | None = None
    twins = _twins(block.headings)
    for column, heading in block.headings.items():
        said = None if _no_ratio(section, block, column, catalog) else meaning(heading, time, near)
        if said is None or (said.measure != Measure.PLAN and _order(_last_month(said)) > _order(month)):
            if heading.kind != ROLE:
                unknown.append(column)
            continue
        if heading.kind == LEVEL:
            near = said if _last_month(said) == month else None
        if column in twins and said.measure == Measure.YTD_YOY:
            said = replace(said, measure=Measure.YOY)
        elif said.measure == Measure.YOY and _taken(said, values) and not heading.subject:
            said = replace(said, measure=Measure.YTD_YOY)
        elif said.measure == Measure.YTD_YOY and (heading.subject or heading.cumulative):
            values = _not_cumulative(values, said, block)
        values[column] = said
    return Columns(time, _weakest(values), tuple(unknown))


def _not_cumulative(values: Mapping[int, Meaning], said: Meaning, block: HeaderBlock) -> dict[int, Meaning]:
    """A ratio beside the cumulative is the month's, once a later heading names the cumulative itself."""
    key = (said.measure, said.time_period, said.aspect)
    return {
        column: replace(other, measure=Measure.YOY)
        if (other.measure, other.time_period, other.aspect) == key
        and not (block.headings[column].subject or block.headings[column].cumulative)
        else other
        for column, other in values.items()
    }


def _has_ytd(block: HeaderBlock, month: Period) -> bool:
    """Say whether a column names the months of the year up to ``month``: else a first quarter is these months."""
    subjects = [heading.subject for heading in _dated_headings(block.headings.values())]
    return any(one is not None and one.kind == YTD and dated(one, month).month == month for one in subjects)


def _last_month(said: Meaning) -> Period:
    return Period.parse(said.time_period).last_month


def _twins(headings: Mapping[int, Heading]) -> set[int]:
    """Return the first of every two ratio columns that say the same ("So với cùng kỳ"): the month, then the months."""
    ratios = [(column, heading) for column, heading in headings.items() if heading.kind == RATIO]
    return {
        column
        for (column, first), (_, second) in pairwise(ratios)
        if replace(first, text="") == replace(second, text="")
        and not (first.subject or first.relative or first.cumulative)
        and first.base == SAME
    }


def _no_ratio(section: Section, block: HeaderBlock, column: int, catalog: Catalog) -> bool:
    """Say whether a comparison may be a difference in units: "Tăng, giảm so với cùng kỳ" without per cent."""
    heading = block.headings[column]
    if heading.kind != RATIO or section.spec.is_index:
        return False
    unit = catalog.unit(block.unit_texts.get(column, ""))
    measured = unit is not None and unit.code not in _RATIO_UNITS and not heading.percent
    return measured or (heading.reported_form == GROWTH and not heading.percent)


def _taken(said: Meaning, values: Mapping[int, Meaning]) -> bool:
    key = (said.measure, said.time_period, said.aspect)
    return any((other.measure, other.time_period, other.aspect) == key for other in values.values())


def _weakest(values: Mapping[int, Meaning]) -> dict[int, Meaning]:
    """A cumulative that holds an estimated month is an estimate itself, whatever its group heading says."""
    estimated = {
        said.time_period
        for said in values.values()
        if said.measure == Measure.MONTH and said.obs_status == ObsStatus.ESTIMATE
    }
    return {
        column: replace(said, obs_status=ObsStatus.ESTIMATE)
        if said.measure == Measure.YTD and said.time_period in estimated and said.obs_status == ObsStatus.OFFICIAL
        else said
        for column, said in values.items()
    }
