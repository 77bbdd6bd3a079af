"""What the figures of a column are: the measure, period and status of its heading in a table of a known month."""

from __future__ import annotations

from dataclasses import dataclass

from ctdp_etl.model import Measure, ObsStatus
from ctdp_etl.period import Period
from ctdp_etl.reading.headings import LEVEL, OF_PLAN, PLAN, PREVIOUS, RATIO, SAME, SHARE, Heading
from ctdp_etl.reading.times import MONTH, QUARTER, YEAR, YTD, Mention


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the figures of a column are."""

    measure: Measure
    time_period: str
    obs_status: str
    aspect: str
    reported_form: str
    text: str


@dataclass(frozen=True, slots=True)
class TableTime:
    """When a table speaks: the month that it reports, and whether its columns are quarters."""

    month: Period
    quarterly: bool
    has_ytd: bool


def meaning(heading: Heading, table: TableTime, near: Meaning | None) -> Meaning | None:
    """Return what the column's figures are in a table of ``table``, or None where the heading does not say.

    ``near`` is the nearest level column to the left: a ratio without a period of its own speaks of that one.
    """
    if heading.kind == PLAN:
        return _said(heading, Measure.PLAN, str((heading.subject or _YEARLESS).year or table.month.year), "A")
    if heading.kind not in (LEVEL, RATIO, SHARE):
        return None
    month, kind = _when(heading, table, near)
    if heading.kind == SHARE:
        return _dated(heading, Measure.SHARE, month, kind, table)
    if heading.kind == LEVEL:
        return _dated(heading, Measure.YTD if kind in (YTD, YEAR) else Measure.MONTH, month, kind, table)
    if heading.base == OF_PLAN:
        of_month = heading.subject is not None and kind in (MONTH, QUARTER) and month.number != 1
        return None if of_month else _dated(heading, Measure.PLAN_PCT, month, YTD, table)
    base = heading.base or _base(heading, month, kind)
    if base == PREVIOUS:
        return _dated(heading, Measure.MOM, month, kind, table)
    if base == SAME:
        return _dated(heading, Measure.YTD_YOY if kind in (YTD, YEAR) else Measure.YOY, month, kind, table)
    return None


_YEARLESS = Mention(YEAR, 0, 0, 0, 0)


def _when(heading: Heading, table: TableTime, near: Meaning | None) -> tuple[Period, str]:
    subject = heading.subject
    if subject is None:
        month, kind = table.month, YTD if heading.cumulative else MONTH
        if heading.kind != LEVEL and near is not None and not heading.cumulative and not heading.relative:
            month = Period.parse(near.time_period).last_month
            kind = YTD if near.measure == Measure.YTD else MONTH
        elif table.quarterly and kind == MONTH:
            kind = QUARTER
        shifts = {PREVIOUS: -1, SAME: -12}
        return month.shift(shifts.get(heading.relative, 0)), kind
    if heading.relative == SAME and not subject.year:
        subject = subject.dated(table.month.year - 1)
    month, kind = dated(subject, table.month).month, subject.kind
    if kind == MONTH and heading.cumulative:
        kind = YTD
    if kind == QUARTER and not table.quarterly and subject.number == 1 and not table.has_ytd:
        kind = YTD
    return month, kind


def dated(mention: Mention, report: Period) -> Mention:
    """Return the mention with a year: its own, else that of the report, or the year before for a later month."""
    if mention.year:
        return mention
    later = mention.dated(report.year).month.number > report.number
    return mention.dated(report.year - 1 if later else report.year)


def _base(heading: Heading, month: Period, kind: str) -> str:
    """Return whether the period that a ratio compares with is the previous one, the same of last year, or neither."""
    base = heading.base_mention
    if base is None:
        return ""
    step = 3 if kind == QUARTER else 1
    this_year = not heading.base_last_year and (base.number or month.number) < month.number
    year = base.year or (month.year if this_year else month.year - 1)
    compared = base.dated(year).month
    if kind in (MONTH, QUARTER) and compared == month.shift(-step):
        return PREVIOUS
    return SAME if compared == month.year_ago or (base.kind == YEAR and year == month.year - 1) else ""


def _dated(heading: Heading, measure: Measure, month: Period, kind: str, table: TableTime) -> Meaning:
    period = str(Period(month.year, (month.number + 2) // 3, "Q") if kind == QUARTER else month)
    default = ObsStatus.OFFICIAL if month.last_month != table.month else ObsStatus.ESTIMATE
    return _said(heading, measure, period, heading.status or default)


def _said(heading: Heading, measure: Measure, period: str, status: str) -> Meaning:
    return Meaning(measure, period, status, heading.aspect, heading.reported_form, heading.text)
