"""``python -m ctdp_etl.pipeline.parser``: reads or marks workbooks from standard input, one by one, within limits.

It is the only process in which bytes from outside are parsed. It gets the catalog and the limits first, then one
workbook at a time, and ends with its input; ``parsing`` holds the other end.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
from collections.abc import Iterable
from dataclasses import astuple
from operator import attrgetter
from typing import Any, BinaryIO

from ctdp_etl.collect.refusals import BROKEN, refused
from ctdp_etl.errors import CtdpError, WorkbookError
from ctdp_etl.feedback import annotate
from ctdp_etl.model import OBSERVATION_COLUMNS, WorkbookReading
from ctdp_etl.pipeline.wire import HEAVY, MARKED, READ, REFUSED, STOPPED, UNREADABLE, receive, send
from ctdp_etl.reading import read_workbook

_WORDS = {"measure", "obs_status"}
"""Columns whose texts may be members of an enumeration."""
_values = attrgetter(*OBSERVATION_COLUMNS)


def answer(content: bytes, given: dict[str, Any]) -> tuple[Any, ...]:
    """Return what reading a workbook gave, as plain values: nothing in it has a class of its own.

    Where findings are given the workbook is marked with them instead.
    """
    try:
        if "findings" in given:
            return MARKED, annotate(content, given["findings"], given["written"])
        return (READ, *plain(read_workbook(content, **given)))
    except WorkbookError as error:
        return REFUSED, error.code, str(error)
    except CtdpError as error:
        return STOPPED, str(error)
    except MemoryError:
        return (HEAVY,)
    except Exception as error:
        return UNREADABLE, f"{type(error).__name__}: {str(error)[:300]}"
    except BaseException:  # the native reader panics over lengths and offsets that do not fit: a damaged file
        return REFUSED, BROKEN, str(refused(BROKEN, given["file_name"]))


def plain(reading: WorkbookReading) -> tuple[Any, ...]:
    """Return a reading as tuples and lists of plain values; observations column by column."""
    rows = map(_values, reading.observations)
    columns = [[*map(str, column)] if name in _WORDS else [*column] for name, column in _named(zip(*rows, strict=True))]
    return _rows(reading.forms), columns, _rows(reading.findings)


def _named(columns: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, tuple[Any, ...]]]:
    return zip(OBSERVATION_COLUMNS, columns, strict=False)


def _rows(things: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [tuple(_plain(value) for value in astuple(thing)) for thing in things]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def run(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until there are no more."""
    catalog, limits = pickle.loads(receive(requests, sys.maxsize))  # noqa: S301 - from the process that started us
    gc.freeze()  # the catalog stays as long as the process
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = limits.memory if hard == resource.RLIM_INFINITY else min(limits.memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    send(answers, pickle.dumps((READ,)))
    while True:
        try:
            given = pickle.loads(receive(requests, sys.maxsize))  # noqa: S301 - from the process that started us
            content = receive(requests, sys.maxsize)
        except EOFError:
            return
        _allow_work(limits.marking if "findings" in given else limits.work)
        send(answers, pickle.dumps(answer(content, {**given, "catalog": catalog}), protocol=5))


def _allow_work(seconds: int) -> None:
    """Let the kernel end the process after so many more seconds of work."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def main() -> None:
    """Keep standard output for answers alone: whatever else prints, prints to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    run(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
