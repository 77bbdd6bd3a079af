"""The folder channel: a directory per source, where files appear by copying, synchronising or SFTP."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ctdp_etl.collect import intake
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import PeriodError, WorkbookError
from ctdp_etl.period import Period
from ctdp_etl.settings import INSTANT_FORMAT

PARTIAL_PREFIXES = ("~$", ".")
PARTIAL_SUFFIXES = (".part", ".tmp", ".crdownload", ".filepart")
MAX_STORED = 100 * 2**20
"""A larger file is not even kept; one that is too large for a workbook is kept and gets its named error."""
_NOT_SENT = {"thumbs.db", "desktop.ini"}
_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it lies in a source's folder; ``received_at`` is its file time as UTC text, never later than now."""

    source: str
    file_name: str
    locator: str
    content: bytes
    received_at: str

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
    """A file that could not be taken; ``message`` is Vietnamese and says why."""

    source: str
    locator: str
    message: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies in one source's folder: files to take, files still arriving (by locator), files that failed."""

    arrivals: tuple[Arrival, ...]
    waiting: tuple[str, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of waiting: a file unchanged for ``settled`` is whole; a broken one is waited for until ``give_up``.

    A younger file is looked at twice, ``interval`` apart, and taken if it is a whole workbook and did not change.
    """

    settled: float = 60
    interval: float = 0.5
    give_up: float = 3600


@dataclass(frozen=True, slots=True)
class _Entry:
    locator: str
    directory: Path
    name: str
    status: os.stat_result

    @property
    def state(self) -> tuple[int, int, int]:
        return self.status.st_ino, self.status.st_size, self.status.st_mtime_ns


def scan(
    source: Source,
    *,
    now: str,
    patience: Patience | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Scan:
    """Return what lies in the source's folder at the instant ``now`` (UTC text), in the order of the locators."""
    patience = patience or Patience()
    clock = datetime.strptime(now, INSTANT_FORMAT).replace(tzinfo=UTC).timestamp()
    failures: list[Failure] = []
    entries = list(_entries(source, failures))
    if any(abs(clock - entry.status.st_mtime) < patience.settled for entry in entries):
        pause(patience.interval)
    arrivals: list[Arrival] = []
    waiting: list[str] = []
    for entry in entries:
        try:
            content = _read(entry)
        except OSError as error:
            failures.append(_failure(source, entry.locator, error))
            continue
        age = clock - entry.status.st_mtime
        if content is None or (age < patience.give_up and _incomplete(content, entry.name, age, patience)):
            waiting.append(entry.locator)
            continue
        moment = datetime.fromtimestamp(min(entry.status.st_mtime, clock), UTC).strftime(INSTANT_FORMAT)
        arrivals.append(Arrival(source.id, _text(entry.name), entry.locator, content, moment))
    return Scan(tuple(arrivals), tuple(waiting), tuple(sorted(failures, key=lambda failure: failure.locator)))


def _entries(source: Source, failures: list[Failure]) -> Iterator[_Entry]:
    """Yield the regular files below the source's folder by locator; links and special files are failures."""
    if not source.path.is_dir():
        failures.append(Failure(source.id, "", f"Chưa có thư mục của nguồn {source.id}: {source.path}."))
        return
    found: list[_Entry] = []
    walk = os.walk(source.path, onerror=lambda error: failures.append(_failure(source, _where(source, error), error)))
    for directory, folders, names in walk:
        links = [name for name in folders if (Path(directory) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        for name in (*links, *names):
            if _is_partial(name):
                continue
            path = Path(directory) / name
            locator = _text(path.relative_to(source.path).as_posix())
            try:
                status = path.lstat()
            except OSError as error:
                failures.append(_failure(source, locator, error))
                continue
            if refusal := _refusal(status):
                failures.append(Failure(source.id, locator, f"Không nhận {locator}: {refusal}"))
            else:
                found.append(_Entry(locator, Path(directory), name, status))
    yield from sorted(found, key=lambda entry: entry.locator)


def _refusal(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "đây là liên kết hoặc tệp đặc biệt. Hãy đặt chính tệp vào thư mục."
    if status.st_size > MAX_STORED:
        return f"tệp lớn hơn {MAX_STORED // 2**20} MB. Hãy bỏ ảnh và trang thừa rồi gửi lại."
    return ""


def _is_partial(name: str) -> bool:
    lower = name.lower()
    return lower.startswith(PARTIAL_PREFIXES) or lower.endswith(PARTIAL_SUFFIXES) or lower in _NOT_SENT


def _read(entry: _Entry) -> bytes | None:
    """Return the file's bytes, or None where it changed since it was listed or while it was read."""
    handle = os.open(entry.directory / entry.name, _OPEN_FLAGS)
    with os.fdopen(handle, "rb") as file:
        if _state(file.fileno()) != entry.state:
            return None
        content = file.read(MAX_STORED + 1)
        return content if _state(file.fileno()) == entry.state else None


def _state(handle: int) -> tuple[int, int, int]:
    status = os.fstat(handle)
    return status.st_ino, status.st_size, status.st_mtime_ns


def _incomplete(content: bytes, name: str, age: float, patience: Patience) -> bool:
    """Say whether the bytes may be the beginning of a file that is still being copied."""
    try:
        intake.inspect(content, name)
    except WorkbookError as error:
        return error.code in {"F01", "F04"} or age < patience.settled
    return False


def _where(source: Source, error: OSError) -> str:
    try:
        return _text(Path(os.fsdecode(error.filename)).relative_to(source.path).as_posix())
    except (TypeError, ValueError):
        return ""


def _failure(source: Source, locator: str, error: OSError) -> Failure:
    return Failure(
        source.id, locator, f"Không đọc được {locator or source.path}: {error.strerror}. Hãy kiểm tra quyền."
    )


def _text(name: str) -> str:
    """Return a file name as text that can be stored and shown: what is not UTF-8 or not printable becomes U+FFFD."""
    decoded = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in decoded)
