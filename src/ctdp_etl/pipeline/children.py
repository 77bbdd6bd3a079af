"""Processes that must not outlive the one that started them, nor leave children of their own behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER of Linux
_FULL_LOG = 10 << 20


def start(arguments: Sequence[str], folder: Path, log: str, *, answers: bool = False) -> subprocess.Popen[bytes]:
    """Start a Python module that ends with this process, in ``folder``; what it says goes into the file ``log``.

    With ``answers`` its standard output can be read from ``stdout`` instead.
    """
    path = folder / log
    if path.exists() and path.stat().st_size > _FULL_LOG:
        path.replace(path.with_suffix(".old.log"))
    with path.open("ab") as file:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-m", "ctdp_etl.pipeline.guarded", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if answers else file,
            stderr=file,
            cwd=folder,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], seconds: float, hurried: Callable[[], bool] = lambda: False) -> None:
    """Stop a process politely by ending its input (see ``guarded``); after ``seconds``, or when hurried, surely."""
    if process.stdin is not None:
        process.stdin.close()
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline and not hurried():
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
    process.wait()


def adopt() -> None:
    """Become the parent of descendants whose own parent ends before them; Linux alone knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def descendants(root: int) -> list[int]:
    """Return the ids of the living processes below ``root``, parents before children; none where there is no /proc."""
    parents = {process: parent for process, state, parent in _processes() if state != "Z"}
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found[1:]


def _processes() -> Iterator[tuple[int, str, int]]:
    """Yield id, state and parent of every process on the machine."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        yield int(path.name), state, int(parent)


def end_descendants(seconds: float, hurried: Callable[[], bool] = lambda: False) -> None:
    """End every process below this one: politely, and after ``seconds``, or when hurried, surely."""
    _signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while descendants(os.getpid()) and time.monotonic() < deadline and not hurried():
        time.sleep(0.05)
    while descendants(os.getpid()):
        _signal(signal.SIGKILL)
        time.sleep(0.02)


def _signal(number: signal.Signals) -> None:
    for process in descendants(os.getpid()):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def bury(known: Collection[int]) -> None:
    """Let adopted children that have ended go; ``known`` are awaited elsewhere."""
    for process, state, parent in _processes():
        if state == "Z" and parent == os.getpid() and process not in known:
            os.waitpid(process, os.WNOHANG)
