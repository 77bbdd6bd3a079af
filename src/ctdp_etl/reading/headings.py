"""What a column heading says: its measure, the period it speaks of, its status; nothing by position."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Vocabulary
from ctdp_etl.model import Measure, ObsStatus
from ctdp_etl.period import Period
from ctdp_etl.reading.times import MONTH, QUARTER, YEAR, YTD, Mention, mentions

LEVEL, RATIO, SHARE, PLAN, ROLE, CONTRIBUTION, UNKNOWN = (
    "level",
    "ratio",
    "share",
    "plan",
    "role",
    "contribution",
    "unknown",
)
PREVIOUS, SAME, THIS, OF_PLAN = "previous", "same", "this", "plan"
_DOTTED = re.compile(r"(?<=\d)\s*[.\-–]\s*(?=(?:19|20)\d{2}\b)")
_NOT_HEADING = re.compile(r"[^\w%/]+")
_SPLIT = re.compile(r"\bso\b(?: sánh)?(?: với)?")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading understood by itself. ``subject`` is the period named, ``relative`` the one told by words.

    ``base`` says what a ratio compares with: the previous period, the same period, the plan, or ``base_mention``.
    """

    kind: str
    text: str
    role: str = ""
    subject: Mention | None = None
    relative: str = ""
    cumulative: bool = False
    base: str = ""
    base_mention: Mention | None = None
    status: str = ""
    aspect: str = ""
    reported_form: str = ""


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


def heading_text(text: str, vocabulary: Vocabulary) -> str:
    """Return a heading as the vocabulary knows it: lower case, words, %, / and no abbreviations."""
    words = unicodedata.normalize("NFC", text).lower().replace("kì", "kỳ").replace("luỹ", "lũy")
    words = " ".join(_NOT_HEADING.sub(" ", _DOTTED.sub("/", words)).split())
    for pattern, full in vocabulary.abbreviations:
        words = pattern.sub(full, words)
    return " ".join(words.split())


def read_heading(raw: str, vocabulary: Vocabulary) -> Heading:
    """Return what the joined heading ``raw`` says by itself."""
    text = heading_text(raw, vocabulary)
    for role, pattern in vocabulary.roles.items():
        if pattern.search(text):
            return Heading(ROLE, raw, role=role)
    said = Heading(
        UNKNOWN,
        raw,
        status=next((status for status, pattern in vocabulary.status.items() if pattern.search(text)), ""),
        aspect=_aspect(text, vocabulary),
        cumulative=vocabulary.cumulative.search(text) is not None,
    )
    if vocabulary.contribution.search(text):
        return replace(said, kind=CONTRIBUTION)
    if vocabulary.share.search(text):
        return replace(said, kind=SHARE, subject=_first(text))
    if vocabulary.comparison.search(text):
        return _ratio(text, vocabulary, said)
    if vocabulary.plan.search(text):
        return replace(said, kind=PLAN, subject=_first(text))
    return _level(text, vocabulary, said)


def _first(text: str) -> Mention | None:
    found = mentions(text)
    exact = [mention for mention in found if mention.kind != YEAR]
    return next(iter(exact or found), None)


def _aspect(text: str, vocabulary: Vocabulary) -> str:
    if vocabulary.quantity.search(text):
        return "QUANTITY"
    return "VALUE" if vocabulary.value.search(text) else ""


def _ratio(text: str, vocabulary: Vocabulary, said: Heading) -> Heading:
    splits = list(_SPLIT.finditer(text))
    left, right = (text[: splits[-1].start()], text[splits[-1].end() :]) if splits else ("", text)
    base, rest = "", right
    for name, pattern in ((OF_PLAN, vocabulary.plan), (PREVIOUS, vocabulary.previous), (SAME, vocabulary.same_period)):
        if match := pattern.search(right if name != OF_PLAN else text):
            base = name
            rest = right[: match.start()] + " " + right[match.end() :] if name != OF_PLAN else ""
            break
    subject, base_mention = _first(left), None
    if not base:
        base_mention = _first(right)
        base = SAME if re.search(r"\bnăm trước\b", right) else ""
        if base:
            subject, base_mention = subject or base_mention, None
    elif subject is None:
        subject = _first(rest)
    if not base and base_mention is None:
        return said
    relative = THIS if subject is None and vocabulary.this_month.search(left.strip()) else ""
    form = "growth" if vocabulary.growth.search(text) else "index" if vocabulary.index.search(text) else ""
    return replace(
        said,
        kind=RATIO,
        subject=subject,
        relative=relative,
        base=base,
        base_mention=base_mention,
        reported_form=form,
    )


def _level(text: str, vocabulary: Vocabulary, said: Heading) -> Heading:
    subject = _first(text)
    relative = ""
    if subject is None:
        for name, pattern in (
            (SAME, vocabulary.same_period),
            (PREVIOUS, vocabulary.previous),
            (THIS, vocabulary.this_month),
        ):
            if pattern.search(text):
                relative = name
                break
    if subject is None and not relative and not said.cumulative and said.status != ObsStatus.ESTIMATE:
        return said
    if subject is not None and re.search(r"\bcùng kỳ\b", text) and subject.kind == YEAR:
        relative, subject = SAME, None
    return replace(said, kind=LEVEL, subject=subject, relative=relative)


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
        return _dated(heading, Measure.PLAN_PCT, month, YTD, table)
    base = heading.base or _base(heading.base_mention, month, kind)
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


def _base(base: Mention | None, month: Period, kind: str) -> str:
    if base is None:
        return ""
    step = 3 if kind == QUARTER else 1
    year = base.year or (month.year if (base.number or month.number) < month.number else month.year - 1)
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
