"""What a channel brings, and what it may ask of the receiving side: the same for every channel."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from ctdp_etl.collect import intake
from ctdp_etl.errors import PeriodError, WorkbookError
from ctdp_etl.period import Period
from ctdp_etl.settings import INSTANT_FORMAT

PARTIAL_PREFIXES = ("~$", ".")
PARTIAL_SUFFIXES = (".part", ".tmp", ".crdownload", ".filepart")
MAX_STORED = 100 * 2**20
"""A larger file is not even kept; one that is too large for a workbook is kept and gets its named error."""
MAX_ENTRIES = 10_000
"""A folder on another machine with more entries is not a source's folder."""
_NOT_SENT = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it lies with its sender; ``received_at`` is its file time as UTC text, never later than now.

    ``quarantine`` says in Vietnamese why nobody vouches for its sender, '' where somebody does. ``mark`` is what the
    other side calls this version of the file (ETag; size and time), to know it again without fetching it.
    """

    source: str
    file_name: str
    locator: str
    content: bytes
    received_at: str
    quarantine: str = ""
    mark: str = ""

    @property
    def period(self) -> str:
        """The reporting period that the folder holding the file is named after, or ''."""
        for part in reversed(PurePosixPath(self.locator).parts[:-1]):
            try:
                return str(Period.parse(part))
            except PeriodError:
                continue
        return ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or with an empty locator a whole source, that could not be taken; ``message`` says why in Vietnamese."""

    source: str
    locator: str
    message: str


@dataclass(slots=True)
class Visit:
    """What a look at another machine left behind: files still arriving and failures; ``known`` counts known marks."""

    waiting: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    known: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of waiting: a file unchanged for ``settled`` is whole; a broken one is waited for until ``give_up``.

    A younger file is looked at twice, ``interval`` apart, and taken if it is a whole workbook and did not change.
    """

    settled: float = 60
    interval: float = 0.5
    give_up: float = 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that another machine has: to take a connection, for each answer, and for a whole visit."""

    connect: float = 15
    answer: float = 30
    visit: float = 600


class NotKeptError(Exception):
    """The receiving side could not keep what a channel brought; nothing may be marked as taken."""


@dataclass(frozen=True, slots=True)
class Reception:
    """The receiving side. ``take`` returns once bytes and receipt are safe, or raises ``NotKeptError``.

    ``known_mark(locator)`` returns the mark under which the file was taken before, '' where it was not. A
    channel tells the other side that a file was taken only after ``take`` returned or the mark is the known one.
    """

    now: str
    take: Callable[[Arrival], None]
    known_mark: Callable[[str], str] = lambda _locator: ""
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    pause: Callable[[float], None] = time.sleep

    @property
    def clock(self) -> float:
        """Now, in seconds since 1970."""
        return datetime.strptime(self.now, INSTANT_FORMAT).replace(tzinfo=UTC).timestamp()

    def instant(self, seconds: float) -> str:
        """Return a file time as UTC text; one that lies in the future is now."""
        return datetime.fromtimestamp(max(0.0, min(seconds, self.clock)), UTC).strftime(INSTANT_FORMAT)

    def must_wait(self, content: bytes, name: str, file_time: float) -> bool:
        """Say whether a file that did not change while it was looked at may still be the beginning of one."""
        return is_unfinished(content, name, self.clock - file_time, self.patience)


def is_unfinished(content: bytes, name: str, age: float, patience: Patience) -> bool:
    """Say whether the bytes may be the beginning of a file that is still being copied."""
    if age >= patience.give_up:
        return False
    try:
        intake.inspect(content, name)
    except WorkbookError as error:
        return error.code in {"F01", "F04"} or age < patience.settled
    return False


def is_partial(name: str) -> bool:
    """Say whether the name is that of a file in the making, or of one that a system left behind."""
    lower = name.lower()
    return lower.startswith(PARTIAL_PREFIXES) or lower.endswith(PARTIAL_SUFFIXES) or lower in _NOT_SENT


def done_name(reception: Reception, file_time: float, size: int, name: str) -> str:
    """Return the name of a taken file in the folder for taken files: its own for each version, and not too long."""
    stamp = reception.instant(file_time).replace(":", "")
    tail = name.encode("utf-8", "surrogateescape")[-180:].decode("utf-8", "surrogateescape")
    return f"{stamp}-{size}-{tail}"


def too_large(size: int) -> str:
    """Return why a file of ``size`` bytes is not even kept, or ''."""
    if size <= MAX_STORED:
        return ""
    return f"tệp lớn hơn {MAX_STORED // 2**20} MB. Hãy bỏ ảnh và trang thừa rồi gửi lại."


def printable(name: str) -> str:
    """Return a file name as text that can be stored and shown: what is not UTF-8 or not printable becomes U+FFFD."""
    decoded = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in decoded)
