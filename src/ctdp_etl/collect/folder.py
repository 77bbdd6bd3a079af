"""The folder channel: a directory per source, where files appear by copying, synchronising or SFTP."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ctdp_etl.collect.arrivals import (
    MAX_STORED,
    Arrival,
    Failure,
    Patience,
    is_partial,
    is_unfinished,
    printable,
    too_large,
)
from ctdp_etl.collect.sources import Source
from ctdp_etl.settings import INSTANT_FORMAT

_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies in one source's folder: files to take, files still arriving (by locator), files that failed."""

    arrivals: tuple[Arrival, ...]
    waiting: tuple[str, ...]
    failures: tuple[Failure, ...]


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
        if content is None or is_unfinished(content, entry.name, age, patience):
            waiting.append(entry.locator)
            continue
        moment = datetime.fromtimestamp(min(entry.status.st_mtime, clock), UTC).strftime(INSTANT_FORMAT)
        arrivals.append(Arrival(source.id, printable(entry.name), entry.locator, content, moment))
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
            if is_partial(name):
                continue
            path = Path(directory) / name
            locator = printable(path.relative_to(source.path).as_posix())
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
    return too_large(status.st_size)


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


def _where(source: Source, error: OSError) -> str:
    try:
        return printable(Path(os.fsdecode(error.filename)).relative_to(source.path).as_posix())
    except (TypeError, ValueError):
        return ""


def _failure(source: Source, locator: str, error: OSError) -> Failure:
    return Failure(
        source.id, locator, f"Không đọc được {locator or source.path}: {error.strerror}. Hãy kiểm tra quyền."
    )
