"""Workbooks are read and marked in child processes with limits of memory and time; a child that breaks is replaced."""

from __future__ import annotations

import atexit
import io
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, BinaryIO, cast

from ctdp_etl.catalog import Catalog
from ctdp_etl.collect.limits import ReadingLimits
from ctdp_etl.collect.refusals import HEAVY, SLOW, UNREADABLE, refused
from ctdp_etl.errors import CtdpError, WorkbookError
from ctdp_etl.model import OBSERVATION_COLUMNS, CellRef, Finding, Form, Observation, Scope, Severity, WorkbookReading
from ctdp_etl.pipeline import wire

PROCESSES = min(len(os.sched_getaffinity(0)), 8)
"""Children that read side by side: one for each processor; more would only wait."""
_READER = "ctdp_etl.pipeline.parser"
_STARTING, _DYING = 60.0, 1.0
"""Seconds that a child has to load the reader, and to be gone once it no longer answers."""
_FINDING = tuple(field.name for field in fields(Finding))
_SETTERS = [vars(Observation)[name].__set__ for name in OBSERVATION_COLUMNS]


class ParserStartError(OSError):
    """The child process that reads workbooks does not start: the machine's fault, not the file's."""


class _LostError(Exception):
    """The child ended while it read; ``is_slow`` says that it took too long."""

    def __init__(self, is_slow: bool) -> None:
        self.is_slow = is_slow


class _Plain(pickle.Unpickler):
    """Loads plain values only: a child that was taken over cannot make this process call anything."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name}")


class _Watch(threading.Timer):
    """Ends a child that has not answered in time."""

    def __init__(self, seconds: float, process: subprocess.Popen[bytes]) -> None:
        super().__init__(seconds, self._end)
        self.daemon = True
        self.is_over = False
        self._child = process
        self.start()

    def _end(self) -> None:
        self.is_over = True
        self._child.kill()


class _Parser:
    """One child process; not shared between threads while it reads."""

    def __init__(self, beginning: bytes, limits: ReadingLimits) -> None:
        self._limits = limits
        self.is_fresh = True
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-P", "-m", _READER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        try:
            self._exchange(_STARTING, beginning)
        except BaseException as error:
            said = self._last_words()
            self.end()
            if not isinstance(error, _LostError):
                raise
            raise ParserStartError(f"Không khởi động được tiến trình đọc tệp: {said}") from error

    def read(self, content: bytes, given: dict[str, Any]) -> tuple[Any, ...]:
        """Return the child's answer; raise ``_LostError`` where it ends or has to be ended."""
        done = self._exchange(self._limits.wait, pickle.dumps(given), content)
        self.is_fresh = False
        return done

    def end(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers, self._errors):
            with suppress(OSError):
                stream.close()

    def _exchange(self, seconds: float, *messages: bytes) -> tuple[Any, ...]:
        watch = _Watch(seconds, self._process)
        try:
            for message in messages:
                wire.send(self._requests, message)
            found = wire.receive(self._answers, self._limits.answer)
            return cast(tuple[Any, ...], _Plain(io.BytesIO(found)).load())
        except Exception as error:  # no answer, or one that a reader would not give
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_DYING)
            raise _LostError(watch.is_over or self._process.returncode == -signal.SIGXCPU) from error
        finally:
            watch.cancel()

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace").strip().rpartition("\n")[2][:300]


class Parsers:
    """A pool of children that share one catalog; threads may read through it side by side.

    Whether a file is refused never depends on those read before it: what a used child cannot read, a fresh one tries.
    """

    def __init__(self, catalog: Catalog, limits: ReadingLimits, processes: int = PROCESSES) -> None:
        self.catalog = catalog
        self._limits = limits
        self._beginning = pickle.dumps((catalog, limits), protocol=5)
        self._idle: deque[_Parser] = deque()
        self._places = threading.BoundedSemaphore(processes)

    def read(
        self, content: bytes, file_name: str, source: str, area: str | None, period: str | None
    ) -> WorkbookReading:
        """Return what a workbook says; raise ``WorkbookError``: the reader's, or F09, F14, F15 where it failed."""
        given = {"file_name": file_name, "source": source, "area": area, "period": period}
        with self._places:
            found = self._answer(content, given)
        try:
            return _reading(found, file_name)
        except (TypeError, ValueError, LookupError) as error:
            raise refused(HEAVY, file_name) from error

    def annotate(
        self, content: bytes, file_name: str, findings: Sequence[Finding], written: Mapping[tuple[str, str], str]
    ) -> bytes:
        """Return the workbook marked with findings; raise ``WorkbookError`` as ``read`` does."""
        given = {"file_name": file_name, "findings": tuple(findings), "written": dict(written)}
        with self._places:
            match self._answer(content, given):
                case [wire.MARKED, bytes() as marked]:
                    return marked
                case found:
                    raise _refusal(found, file_name)

    def _answer(self, content: bytes, given: dict[str, Any]) -> tuple[Any, ...]:
        while True:
            try:
                child = self._idle.pop()
            except IndexError:
                child = _Parser(self._beginning, self._limits)
            is_last_try = child.is_fresh
            try:
                found = child.read(content, given)
            except _LostError as lost:
                child.end()
                if is_last_try or lost.is_slow:
                    raise refused(SLOW if lost.is_slow else HEAVY, given["file_name"]) from lost
                continue
            except BaseException:
                child.end()
                raise
            if found[0] != wire.HEAVY:
                self._idle.append(child)
                return found
            child.end()
            if is_last_try:
                return found

    def close(self) -> None:
        """End all children that are idle."""
        while self._idle:
            self._idle.pop().end()


_lock = threading.Lock()
_pool: Parsers | None = None


def parsers(catalog: Catalog) -> Parsers:
    """Return this process's pool for the catalog, started when first asked for and ended with the process."""
    global _pool
    with _lock:
        if _pool is None or _pool.catalog is not catalog:
            close()
            _pool = Parsers(catalog, ReadingLimits())
        return _pool


@atexit.register
def close() -> None:
    """End the children of this process's pool."""
    if _pool is not None:
        _pool.close()


def _forget() -> None:
    """A forked copy of this process shares the pipes of its children and must not use them."""
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def _reading(found: Sequence[Any], file_name: str) -> WorkbookReading:
    match found:
        case [wire.READ, forms, columns, findings]:
            return WorkbookReading(
                tuple(Form(*form) for form in forms), tuple(_observations(columns)), tuple(map(_finding, findings))
            )
        case _:
            raise _refusal(found, file_name)


def _refusal(found: Sequence[Any], file_name: str) -> CtdpError:
    match found:
        case [wire.REFUSED, code, message]:
            return WorkbookError(code, message)
        case [wire.STOPPED, message]:
            return CtdpError(message)
        case [wire.UNREADABLE, what]:
            return refused(UNREADABLE, file_name, what)
        case _:
            return refused(HEAVY, file_name)


def _observations(columns: Sequence[Sequence[Any]]) -> list[Observation]:
    """Return the rows of the columns; each slot is filled directly, at half the price of calling ``Observation``."""
    rows = [object.__new__(Observation) for _ in columns[0]] if columns else []
    for fill, column in zip(_SETTERS, columns, strict=bool(columns)):
        deque(map(fill, rows, column), maxlen=0)
    return rows


def _finding(values: Sequence[Any]) -> Finding:
    found = dict(zip(_FINDING, values, strict=True))
    return Finding(
        **{
            **found,
            "severity": Severity(found["severity"]),
            "scope": Scope(found["scope"]),
            "cells": tuple(CellRef(*cell) for cell in found["cells"]),
        }
    )
