"""Moments at which a power cut would matter: counted in one fork, fatal in others, and what the kills left behind."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BEFORE, AFTER = "before", "after"
_LATE = (
    "alembic.command",
    "alembic.config",
    "ctdp_etl.briefing.press",
    "ctdp_etl.briefing.signature",
    "holidays.countries",
    "pypdf",
)
LANES = 2
"""Tries that run at the same time."""


@dataclass
class Points:
    """Counts the moments of a process, each as [step, kind, side], and dies at one of them (0: at none)."""

    fatal: int
    step: str = "open"
    passed: list[list[str]] = field(default_factory=list)

    def watch(self, owner: Any, name: str, kind: str | Callable[..., str]) -> None:
        """Make two points of a function: before it works and after."""
        original: Callable[..., Any] = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            label = kind if isinstance(kind, str) else kind(*given, **named)
            self._pass(label, BEFORE)
            result = original(*given, **named)
            self._pass(label, AFTER)
            return result

        setattr(owner, name, watched)

    def watch_async(self, owner: Any, name: str, kind: str) -> None:
        """Make two points of a coroutine function."""
        original: Callable[..., Any] = getattr(owner, name)

        async def watched(*given: Any, **named: Any) -> Any:
            self._pass(kind, BEFORE)
            result = await original(*given, **named)
            self._pass(kind, AFTER)
            return result

        setattr(owner, name, watched)

    def watch_disk(self) -> None:
        """Make points of what makes files last."""
        for name in ("replace", "fsync"):
            self.watch(os, name, name)

    def _pass(self, kind: str, side: str) -> None:
        self.passed.append([self.step, kind, side])
        if len(self.passed) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def load_ahead() -> None:
    """Load what the product loads only where it is needed: otherwise each fork would load it again."""
    for name in _LATE:
        importlib.import_module(name)


def in_fork(job: Callable[[], None]) -> int:
    """Do ``job`` in a fork and return its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            job()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def chosen(passed: Sequence[Sequence[str]]) -> list[int]:
    """Return the points to die at: before the first event of each kind in each step, and after the first and the last.

    Between the end of one event and the beginning of the next nothing lasts but unfinished files, and what lies between
    the first and the last is the same for one file more.
    """
    first: dict[tuple[str, ...], int] = {}
    last: dict[tuple[str, ...], int] = {}
    for number, point in enumerate(passed, start=1):
        first.setdefault(tuple(point), number)
        last[tuple(point)] = number
    return sorted({*first.values(), *(number for point, number in last.items() if point[2] == AFTER)})


def tried(
    folder: Path, count: Callable[[Path], list[list[str]]], kill: Callable[[Path, int], dict[str, Any]]
) -> dict[str, Any]:
    """Count the points of a whole run, kill one run at each chosen point, and return the answers.

    ``count`` works in a folder without dying and returns its points; ``kill`` works in a folder of its own, dies at the
    point, works again and says what stands then.
    """
    passed = count(folder / "whole")
    numbers = chosen(passed)
    children = []
    for lane in range(LANES):
        child = os.fork()
        if child == 0:
            _work(folder, numbers[lane::LANES], kill)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(codes):
        raise SystemExit(f"a lane ended with {codes}")
    kills = [json.loads((folder / f"{number}.json").read_text(encoding="utf-8")) for number in numbers]
    return {"points": passed, "kills": [{"point": passed[kill["number"] - 1], **kill} for kill in kills]}


def _work(folder: Path, numbers: Sequence[int], kill: Callable[[Path, int], dict[str, Any]]) -> None:
    code = 1
    try:
        for number in numbers:
            answer = {"number": number, **kill(folder / str(number), number)}
            (folder / f"{number}.json").write_text(json.dumps(answer), encoding="utf-8")
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def killed(told: dict[str, Any]) -> str:
    """Return the table of kills: how many of each kind in each step, and how many did not end the same."""
    rows = Counter((kill["point"][0], kill["point"][1]) for kill in told["kills"])
    bad = Counter((kill["point"][0], kill["point"][1]) for kill in told["kills"] if not _is_good(kill))
    lines = [
        f"{step:<10}{kind:<18}{number:>4} kills {bad[step, kind]:>4} astray" for (step, kind), number in rows.items()
    ]
    astray = [str(kill) for kill in told["kills"] if not _is_good(kill)]
    return "\n".join(("", *lines, f"{len(told['kills'])} kills of {len(told['points'])} points", *astray))


def _is_good(kill: dict[str, Any]) -> bool:
    return bool(kill["code"] == -signal.SIGKILL and kill["again"] == 0 and kill["same"])


def astray(told: dict[str, Any]) -> int:
    """Return how many kills did not happen, were not survived or did not end the same."""
    return sum(not _is_good(kill) for kill in told["kills"])
