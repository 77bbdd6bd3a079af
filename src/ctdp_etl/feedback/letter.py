"""What the letter to a sender says: how many findings, and each error and warning with its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctdp_etl.catalog.returned_list import LIST_TITLE
from ctdp_etl.feedback import words
from ctdp_etl.feedback.listing import shown
from ctdp_etl.model import Finding, Severity

_GROUPS = {Severity.ERROR: "Lỗi phải sửa", Severity.WARNING: "Cảnh báo cần sửa hoặc giải thích"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as the letter shows it, numbered through the letter."""

    number: int
    place: str
    written: str
    expected: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one severity."""

    title: str
    rows: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that goes back with a marked workbook; ``release_day`` is a day as it is printed."""

    sender: str
    file_name: str
    period_words: str
    release_day: str
    counted: str
    groups: tuple[Group, ...]
    notices: int
    list_title: str = LIST_TITLE


def letter(
    findings: Sequence[Finding],
    written: Mapping[tuple[str, str], str],
    *,
    sender: str,
    file_name: str,
    period_words: str,
    release_day: str,
) -> Letter | None:
    """Return the letter, or None where there is neither error nor warning; ``written``: what stands in each cell."""
    grave = [[one for one in findings if one.severity == severity] for severity in _GROUPS]
    if not any(grave):
        return None
    numbers = iter(range(1, len(findings) + 1))
    groups = tuple(
        Group(title, tuple(_entry(next(numbers), one, written.get((one.sheet, one.cell), "")) for one in found))
        for title, found in zip(_GROUPS.values(), grave, strict=True)
        if found
    )
    notices = sum(one.severity == Severity.NOTICE for one in findings)
    return Letter(sender, file_name, period_words, release_day, words.counted_briefly(findings), groups, notices)


def _entry(number: int, finding: Finding, written: str) -> Entry:
    place = f"{finding.sheet}, ô {finding.cell}" if finding.cell else finding.sheet or "cả tệp"
    stands = shown(finding, written)
    return Entry(number, place, stands, words.number(finding.expected), finding.message, finding.code)
