"""Periods that a heading or title speaks of: "9 tháng năm 2021", "Tháng 01/2026", "quý III", "thời điểm 1/5/2017"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ctdp_etl.period import Period

MONTH, YTD, QUARTER, YEAR = "month", "ytd", "quarter", "year"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {
    word: number
    for number, words in enumerate(
        ("một giêng", "hai", "ba", "tư bốn", "năm", "sáu", "bảy bẩy", "tám", "chín", "mười", "", "chạp"), 1
    )
    for word in words.split()
} | {"mười một": 11, "mười hai": 12}
_COUNTED = "hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười một|mười hai|mười"
_HALF = re.compile(r"\b(?:nửa|nữa) đầu năm\b")
_TIME_WORD = re.compile(r"\d|tháng|quý|nửa đầu")
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_PATTERNS = (
    (MONTH, re.compile(rf"(?<!\d)\d{{1,2}}/(?P<n>\d{{1,2}})/{_YEAR}")),
    (QUARTER, re.compile(rf"\bquý (?P<n>i{{1,3}}|iv|[1-4])\b(?:(?: ?/ ?| năm | ){_YEAR})?")),
    (
        YTD,
        re.compile(
            rf"(?<![\d/])\b(?P<n>\d{{1,2}}|{_COUNTED}) tháng(?! trước| này| nay| báo cáo| cuối| \d{{1,2}}\b)"
            rf"(?: đầu)?(?: năm(?! trước))?(?: ?/ ?{_YEAR}| {_YEAR.replace('year', 'later')})?"
        ),
    ),
    (MONTH, re.compile(rf"\btháng (?P<n>\d{{1,2}})(?!\d)(?:(?: ?/ ?| ?năm | ){_YEAR})?")),
    (MONTH, re.compile(rf"\btháng (?P<n>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?: ?/ ?| năm ){_YEAR}")),
    (MONTH, re.compile(rf"(?<![\d/])(?P<n>\d{{1,2}})/{_YEAR}")),
    (YEAR, re.compile(rf"(?<![iv]/)(?:\bnăm )?\b{_YEAR}\b")),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A period in a text: ``kind`` month, ytd (to month ``number``), quarter or year; ``year`` 0 where none is said."""

    kind: str
    number: int
    year: int
    start: int
    end: int

    def dated(self, year: int) -> Mention:
        """Return the mention with ``year`` where it has none of its own."""
        return self if self.year else replace(self, year=year)

    @property
    def month(self) -> Period:
        """The month with which the period ends; the year must be known."""
        number = {QUARTER: self.number * 3, YEAR: 12}.get(self.kind, self.number)
        return Period(self.year, number, "M")


@lru_cache(maxsize=8192)
def mentions(text: str) -> tuple[Mention, ...]:
    """Return the periods named in ``text`` (lower case), in their order; a year said once serves those before it."""
    found: list[Mention] = []
    if not _TIME_WORD.search(text):
        return ()
    rest = text = _HALF.sub("6 tháng đầu năm", text)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(rest):
            number = _number(match.groupdict().get("n") or "0")
            if kind in (MONTH, YTD) and not 1 <= number <= 12:
                continue
            year = match["year"] or match.groupdict().get("later") or 0
            found.append(Mention(kind, number, int(year), match.start(), match.end()))
            rest = rest[: match.start()] + "#" * (match.end() - match.start()) + rest[match.end() :]
    found.sort(key=lambda mention: mention.start)
    return tuple(_share_years(found))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _ROMAN.get(text) or _WORDS.get(text, 0)


def _share_years(found: list[Mention]) -> list[Mention]:
    """A month followed by a bare year belongs to that year; a bare year stays only where it stands alone."""
    shared: list[Mention] = []
    for position, mention in enumerate(found):
        if mention.kind == YEAR and any(other.kind != YEAR and not other.year for other in found[:position]):
            continue
        later = next((other.year for other in found[position + 1 :] if other.year), 0)
        shared.append(mention if mention.year or mention.kind == YEAR else mention.dated(later))
    return shared
