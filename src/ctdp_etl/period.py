"""Reporting periods: months ``2026-10``, quarters ``2026-Q3``, halves ``2026-S1``, years ``2026``; and days late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ctdp_etl.errors import PeriodError

VIETNAM = timezone(timedelta(hours=7))
_PATTERN = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|S([12])))?")
_PER_YEAR = {"M": 12, "Q": 4, "S": 2, "A": 1}
_ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Period:
    """A period of frequency M, Q, S or A; ``number`` counts from 1 inside the year."""

    year: int
    number: int
    freq: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that ``text`` names; raise ``PeriodError`` otherwise."""
        match = _PATTERN.fullmatch(text.strip())
        if match is None or not 1900 <= int(match[1]) <= 2199:
            raise PeriodError(text)
        year, month, quarter, half = match.groups()
        for freq, number in (("M", month), ("Q", quarter), ("S", half)):
            if number:
                return cls(int(year), int(number), freq)
        return cls(int(year), 1, "A")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return the month; raise ``PeriodError`` where there is no such month."""
        return cls.parse(f"{year:04d}-{month:02d}")

    def __str__(self) -> str:
        suffix = {"M": f"-{self.number:02d}", "Q": f"-Q{self.number}", "S": f"-S{self.number}", "A": ""}[self.freq]
        return f"{self.year:04d}{suffix}"

    def shift(self, count: int) -> Period:
        """Return the period ``count`` steps later in the same frequency."""
        per_year = _PER_YEAR[self.freq]
        index = self.year * per_year + self.number - 1 + count
        return Period(index // per_year, index % per_year + 1, self.freq)

    @property
    def previous(self) -> Period:
        """The period before."""
        return self.shift(-1)

    @property
    def year_ago(self) -> Period:
        """The same period of last year."""
        return self.shift(-_PER_YEAR[self.freq])

    @property
    def first_month(self) -> Period:
        """The month with which the period begins."""
        return self.last_month.shift(1 - 12 // _PER_YEAR[self.freq])

    @property
    def last_month(self) -> Period:
        """The month with which the period ends."""
        return Period(self.year, self.number * 12 // _PER_YEAR[self.freq], "M")

    def until(self, last: Period) -> Iterator[Period]:
        """Yield the periods from this one to ``last``, both included."""
        current = self
        while (current.year, current.number) <= (last.year, last.number):
            yield current
            current = current.shift(1)

    @property
    def vietnamese(self) -> str:
        """The period in words: "tháng 10 năm 2026", "quý III năm 2026"."""
        match self.freq:
            case "M":
                return f"tháng {self.number} năm {self.year}"
            case "Q":
                return f"quý {_ROMAN[self.number]} năm {self.year}"
            case "S":
                return f"6 tháng {'đầu' if self.number == 1 else 'cuối'} năm {self.year}"
            case _:
                return f"năm {self.year}"


def days_late(received_at: str, due_at: str) -> int:
    """Return by how many days of Vietnam's calendar a report came after it was due (UTC texts); 0 where one is ''."""
    if not received_at or not due_at:
        return 0
    came, due = (datetime.fromisoformat(one).astimezone(VIETNAM).date() for one in (received_at, due_at))
    return max(0, (came - due).days)
