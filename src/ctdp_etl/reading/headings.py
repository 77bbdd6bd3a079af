"""What a column heading says: its measure, the period it speaks of, its status; nothing by position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctdp_etl.catalog import Vocabulary
from ctdp_etl.model import ObsStatus
from ctdp_etl.reading.memory import remembered
from ctdp_etl.reading.times import YEAR, Mention, mentions

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
_BASE_YEAR = re.compile(r"\b((?:giá (?:so sánh|cố định)|năm gốc|kỳ gốc|gốc so sánh)(?: năm)?) (?:19|20)\d{2}\b")
_AVERAGE = re.compile(r"\b(?:bình quân|gốc)\b")
_PART_OF_PLAN = re.compile(r"\bkế hoạch (?:tháng|quý|kỳ|\d{1,2} tháng|6 tháng)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading understood by itself. ``subject`` is the period named, ``relative`` the one told by words.

    ``base`` says what a ratio compares with: the previous period, the same period, the plan, or ``base_mention``
    (of last year where ``base_last_year``). ``percent`` tells that the heading speaks of per cent, ``forecast`` that
    it speaks of a period to come.
    """

    kind: str
    text: str
    role: str = ""
    subject: Mention | None = None
    relative: str = ""
    cumulative: bool = False
    base: str = ""
    base_mention: Mention | None = None
    base_last_year: bool = False
    percent: bool = False
    forecast: bool = False
    status: str = ""
    aspect: str = ""
    reported_form: str = ""


@remembered
def heading_text(text: str, vocabulary: Vocabulary) -> str:
    """Return a heading as the vocabulary knows it: lower case, words, %, / and no abbreviations."""
    words = unicodedata.normalize("NFC", text).lower().replace("kì", "kỳ").replace("luỹ", "lũy")
    words = " ".join(_NOT_HEADING.sub(" ", _DOTTED.sub("/", words)).split())
    for pattern, full in vocabulary.abbreviations:
        words = pattern.sub(full, words)
    return " ".join(_BASE_YEAR.sub(r"\1", words).split())


@remembered
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
        percent=vocabulary.percent.search(text) is not None,
        forecast=vocabulary.forecast.search(text) is not None,
    )
    if vocabulary.contribution.search(text):
        return replace(said, kind=CONTRIBUTION)
    if vocabulary.difference.search(text) or _PART_OF_PLAN.search(text):
        return said
    if vocabulary.share.search(text):
        return replace(said, kind=SHARE, subject=_first(text))
    if vocabulary.comparison.search(text):
        return _ratio(text, vocabulary, said)
    if fraction := _fraction(text):
        return replace(said, kind=RATIO, subject=fraction[0], base_mention=fraction[1])
    if vocabulary.plan.search(text):
        return replace(said, kind=PLAN, subject=_first(text))
    return _level(text, vocabulary, said)


def _fraction(text: str) -> tuple[Mention, Mention] | None:
    """Return the two periods of a heading that only divides them ("Tháng 2/2026 / Tháng 2/2025")."""
    found = mentions(text)
    if len(found) == 2 and text[found[0].end : found[1].start].strip() == "/":
        return found[0], found[1]
    return None


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
    if _AVERAGE.search(right) or vocabulary.plan.search(left):
        return said
    base, rest = _compared(right, vocabulary)
    subject, base_mention, last_year = _first(left), None, False
    if not base:
        base_mention, last_year = _first(right), re.search(r"\bnăm trước\b", right) is not None
        base = SAME if last_year and base_mention is None else ""
    elif subject is None:
        subject = _first(rest)
    if not base and base_mention is None:
        return said
    form = "growth" if vocabulary.growth.search(text) else "index" if vocabulary.index.search(text) else ""
    return replace(
        said,
        kind=RATIO,
        subject=subject,
        relative="" if subject else _relative(left.strip(), vocabulary, (PREVIOUS, THIS)),
        base=base,
        base_mention=base_mention,
        base_last_year=last_year,
        reported_form=form,
    )


def _compared(right: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Return what a ratio compares with (plan, previous or same period, or "") and the words left over."""
    if vocabulary.plan.search(right):
        return OF_PLAN, ""
    for name, pattern in ((PREVIOUS, vocabulary.previous), (SAME, vocabulary.same_period)):
        if match := pattern.search(right):
            return name, f"{right[: match.start()]} {right[match.end() :]}"
    return "", right


def _relative(text: str, vocabulary: Vocabulary, names: Sequence[str]) -> str:
    patterns = {SAME: vocabulary.same_period, PREVIOUS: vocabulary.previous, THIS: vocabulary.this_month}
    return next((name for name in names if patterns[name].search(text)), "")


def _level(text: str, vocabulary: Vocabulary, said: Heading) -> Heading:
    subject = _first(text)
    if subject is None:
        relative = _relative(text, vocabulary, (SAME, PREVIOUS, THIS))
        told = relative or said.cumulative or (said.status == ObsStatus.ESTIMATE and not said.forecast)
        return replace(said, kind=LEVEL, relative=relative) if told else said
    last_year = re.search(r"\bcùng kỳ\b", text) or (not subject.year and re.search(r"\bnăm trước\b", text))
    if last_year and subject.kind == YEAR:
        return replace(said, kind=LEVEL, relative=SAME)
    return replace(said, kind=LEVEL, subject=subject, relative=SAME if last_year else "")
