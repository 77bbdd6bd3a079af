"""What the columns of a table are, once the month that it reports is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Catalog
from ctdp_etl.model import Measure, ObsStatus
from ctdp_etl.period import Period
from ctdp_etl.reading.headings import LEVEL, RATIO, SHARE, Heading, Meaning, TableTime, heading_text, meaning
from ctdp_etl.reading.tables import HeaderBlock, Section
from ctdp_etl.reading.times import MONTH, QUARTER, YTD, Mention, mentions


@dataclass(frozen=True, slots=True)
class Columns:
    """The value columns of a table by number, and what is not understood."""

    time: TableTime
    values: Mapping[int, Meaning]
    unknown: tuple[int, ...]


def _subjects(headings: Iterable[Heading]) -> list[Mention]:
    return [heading.subject for heading in headings if heading.kind in (LEVEL, RATIO, SHARE) and heading.subject]


def own_month(section: Section, block: HeaderBlock, catalog: Catalog) -> Period | None:
    """Return the month that the table says it reports: the latest of its headings, else of its title."""
    spoken = [mention for mention in _subjects(block.headings.values()) if mention.year]
    if not spoken:
        spoken = [mention for mention in mentions(heading_text(section.title, catalog.vocabulary)) if mention.year]
    return max((mention.month for mention in spoken), key=lambda month: (month.year, month.number), default=None)


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
    kinds = {mention.kind for mention in _subjects(block.headings.values())}
    quarterly = (
        MONTH not in kinds and (QUARTER in kinds or "quý" in section.title.lower()) and kinds <= {QUARTER, YTD, "year"}
    )
    time = TableTime(month, quarterly, YTD in kinds)
    values: dict[int, Meaning] = {}
    unknown: list[int] = []
    near: Meaning | None = None
    for column, heading in block.headings.items():
        said = meaning(heading, time, near)
        if said is None:
            if heading.kind != "role":
                unknown.append(column)
            continue
        if heading.kind == LEVEL:
            near = said if Period.parse(said.time_period).last_month == month else None
        if said.measure == Measure.YOY and _taken(said, values) and not heading.subject:
            said = replace(said, measure=Measure.YTD_YOY)
        values[column] = said
    return Columns(time, _weakest(values), tuple(unknown))


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
