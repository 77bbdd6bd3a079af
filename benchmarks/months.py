"""The whole month, ours and the plain way, in turn: in a warm process and as a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from benchmarks import homes, plain_month, whole
from benchmarks.databases import Server
from benchmarks.month import Book
from benchmarks.timing import Way, interleave, ratios

_REPOSITORY = Path(__file__).resolve().parents[1]
_numbers = count()
_STEPS = {
    "collect": "archive, receipts",
    "read": "read",
    "load": "load",
    "check": "check",
    "brief": "brief without rendering",
    "render": "render the PDF",
}


class Contestant:
    """One way to work off a month, from a prepared home that every round gets a copy of."""

    def __init__(self, name: str, program: str, home: Path, server: Server) -> None:
        self.name, self.program, self.home, self.server = name, program, home, server
        self.module: ModuleType = whole if program == "ours" else plain_month
        self.results: list[dict[str, Any]] = []
        self.processes: list[dict[str, Any]] = []

    def prepare(self, before: Sequence[Book], now: Sequence[Book]) -> None:
        """Make the home; its database stands inside, or on the PostgreSQL server."""
        if self.server.is_postgres:
            homes.write_address(self.home, self.server.empty())
        make = homes.prepare_ours if self.program == "ours" else plain_month.prepare
        make(self.home, before, now)

    def warm(self) -> Way:
        """Return the way inside this process."""
        return Way(self.name, self.module.run, self._copy, self.results.append)

    def cold(self) -> Way:
        """Return the way as a process of its own, imports included."""
        return Way(self.name, self._process, self._copy, self.processes.append)

    def step(self, name: str) -> float:
        """Return the median seconds of a step in the warm rounds that count."""
        return median(result["seconds"].get(name, 0.0) for result in self.results[1:] or self.results)

    def _copy(self) -> Path:
        target = self.home.with_name(f"{self.home.name}-{next(_numbers)}")
        shutil.copytree(self.home, target)
        if self.server.is_postgres:
            homes.write_address(target, self.server.copy(homes.address(self.home)))
        return target

    def _process(self, home: Path) -> dict[str, Any]:
        command = [sys.executable, "-m", "benchmarks.whole", self.program, str(home)]
        done = subprocess.run(command, cwd=_REPOSITORY, capture_output=True, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def measure(
    folder: Path, servers: Sequence[Server], before: Sequence[Book], now: Sequence[Book], rounds: int
) -> list[str]:
    """Return the lines of the section on the whole month: SQLite in full, then the totals on other databases."""
    lines: list[str] = []
    for server in servers:
        home = folder / server.name
        ours = Contestant("**ctdp_etl**", "ours", home / "ours", server)
        plain = Contestant("the plain way", "plain", home / "plain", server)
        both = (ours, plain)
        for one in both:
            one.prepare(before, now)
        warm, cold = [one.warm() for one in both], [one.cold() for one in both]
        interleave(warm, rounds)
        if server.is_postgres:
            lines += ["", *_line(warm, both, server)]
            continue
        interleave(cold, max(1, rounds - 1), warm_up=False)
        lines += [*_totals(warm, cold, both), "", *_steps(both), ""]
        lines += [f"- {one.name}: {_made(one.results[-1]['made'])}" for one in both]
    return lines


def _line(warm: Sequence[Way], both: Sequence[Contestant], server: Server) -> list[str]:
    said = "; ".join(f"{one.name} {_span(way)} s" for one, way in zip(both, warm, strict=True))
    middle, least, most = ratios(warm[1], warm[0])
    return [
        f"The same on {server.name}, warm process: {said}; time of the plain way over ours **{middle:.2f}** "
        f"({least:.2f}-{most:.2f})."
    ]


def _totals(warm: Sequence[Way], cold: Sequence[Way], both: Sequence[Contestant]) -> list[str]:
    lines = [
        "| way | warm process, s | whole process, s | peak memory, MiB |",
        "|---|---|---|---|",
    ]
    for one, warm_way, cold_way in zip(both, warm, cold, strict=True):
        memory = median(result["memory"] for result in one.processes)
        lines.append(f"| {one.name} | {_span(warm_way)} | {_span(cold_way)} | {memory:.0f} |")
    over = [ratios(ways[1], ways[0]) for ways in (warm, cold)]
    said = " | ".join(f"**{middle:.2f}** ({least:.2f}-{most:.2f})" for middle, least, most in over)
    return [*lines, f"| time of the plain way over ours | {said} | |"]


def _steps(both: Sequence[Contestant]) -> list[str]:
    names = " | ".join(f"{one.name}, s | share" for one in both)
    lines = [f"| step (warm) | {names} |", "|---|---|---|---|---|"]
    totals = [sum(one.step(step) for step in _STEPS) for one in both]
    for step, said in _STEPS.items():
        shares = " | ".join(
            f"{one.step(step):.2f} | {one.step(step) / total:.0%}" for one, total in zip(both, totals, strict=True)
        )
        lines.append(f"| {said} | {shares} |")
    return lines


def _span(way: Way) -> str:
    return f"{way.median:.2f} ({min(way.seconds):.2f}-{max(way.seconds):.2f})"


def _made(made: dict[str, int]) -> str:
    return (
        f"{made['rows']:,} figures loaded, {made['findings']} findings; PDF of {made['pages']} pages, "
        f"{made['tables']} tables with {made['cells']:,} cells, {made['charts']} charts, {made['figures']:,} figures "
        f"with {made['sources']:,} cells behind them, {made['bytes'] // 1024:,} KiB"
    )
