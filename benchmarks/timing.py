"""Ways to do one thing, timed in turn: ours, theirs, ours, theirs; medians and ratios inside one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Way:
    """One way: ``prepare`` is not timed and gives what ``run`` gets; ``check`` sees what ``run`` returned."""

    name: str
    run: Callable[..., object]
    prepare: Callable[[], object] | None = None
    check: Callable[..., None] | None = None
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of the rounds in seconds."""
        return median(self.seconds)


def interleave(ways: Sequence[Way], rounds: int, *, warm_up: bool | None = None) -> None:
    """Run every way once in each round, in order, and note its seconds.

    A warm-up round comes first and does not count; a single round is a try and has none unless ``warm_up`` asks for it.
    """
    for number in range(-1 if (rounds > 1 if warm_up is None else warm_up) else 0, rounds):
        for way in ways:
            given = () if way.prepare is None else (way.prepare(),)
            gc.collect()
            started = time.perf_counter()
            result = way.run(*given)
            seconds = time.perf_counter() - started
            if way.check is not None:
                way.check(result)
            if number >= 0:
                way.seconds.append(seconds)


def ratios(way: Way, other: Way) -> tuple[float, float, float]:
    """Return (median, smallest, largest) of ``way`` over ``other``, round by round: both felt the same machine."""
    found = [one / two for one, two in zip(way.seconds, other.seconds, strict=True)]
    return median(found), min(found), max(found)


def table(ways: Sequence[Way], amount: int, unit: str) -> list[str]:
    """Return the lines of a Markdown table; the last column is the way's time over that of the first way."""
    lines = [
        f"| way | seconds: median (least-most) | {unit}/s | time over ours |",
        "|---|---|---|---|",
    ]
    for way in ways:
        middle, least, most = ratios(way, ways[0])
        over = "1" if way is ways[0] else f"**{middle:.2f}** ({least:.2f}-{most:.2f})"
        span = f"{way.median:.3f} ({min(way.seconds):.3f}-{max(way.seconds):.3f})"
        lines.append(f"| {way.name} | {span} | {amount / way.median:,.0f} | {over} |")
    return lines
