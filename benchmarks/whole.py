"""The whole month by our steps: archive, read, load, check, brief; with the share of each step.

As a program, ``python -m benchmarks.whole ours|plain HOME`` works off one prepared home and prints what it took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from benchmarks import homes, machine
from ctdp_etl.briefing.document import Briefing, Chart, Table
from ctdp_etl.period import Period
from ctdp_etl.pipeline import brief, check, collect, load, side_by_side

STEPS = ("collect", "read", "load", "check", "brief", "render")
_INSIDE: tuple[tuple[ModuleType, str, str], ...] = (
    (load, "read_bytes", "read"),
    (brief, "compose", "compose"),
    (side_by_side, "lay_out", "render"),
)


def run(home: Path) -> dict[str, Any]:
    """Work off the month; return the seconds of each step (``brief`` without ``render``) and what was made."""
    period = Period.parse("2026-04")
    seconds: dict[str, float] = {}
    kept: dict[str, Any] = {}
    with ExitStack() as stack:
        for module, name, step in _INSIDE:
            stack.enter_context(_timed(module, name, step, seconds, kept))
        site = homes.site(home)
        _take(seconds, "collect", lambda: collect.collect(site, period))
        outcomes = _take(seconds, "load", lambda: list(load.load(site, period)))
        findings = _take(seconds, "check", lambda: check.check(site, period))
        printed = _take(seconds, "brief", lambda: brief.brief(site, period, is_checked=True))
        site.engine.dispose()
    seconds["load"] -= seconds["read"]
    seconds["brief"] -= seconds["render"]
    made = {"pages": printed.pages, **_contents(kept["compose"]), "bytes": printed.path.stat().st_size}
    made |= {"rows": sum(outcome.observations for outcome in outcomes), "findings": len(findings)}
    return {"seconds": {step: seconds[step] for step in STEPS}, "made": made}


def _take(seconds: dict[str, float], step: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    seconds[step] = time.perf_counter() - started
    return result


@contextmanager
def _timed(module: ModuleType, name: str, step: str, seconds: dict[str, float], kept: dict[str, Any]) -> Iterator[None]:
    """Add up the seconds in which a function of ``module`` runs, in one thread or several, and keep its last result."""
    original, lock, running = getattr(module, name), Lock(), []

    def timed(*given: Any, **named: Any) -> Any:
        with lock:
            running.append(time.perf_counter())
        try:
            result = kept[step] = original(*given, **named)
        finally:
            with lock:
                started = running.pop()
                if not running:
                    seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started
        return result

    setattr(module, name, timed)
    try:
        yield
    finally:
        setattr(module, name, original)


def _contents(briefing: Briefing) -> dict[str, int]:
    blocks = [briefing.key_figures, *briefing.annex, *(block for part in briefing.sections for block in part.blocks)]
    tables = [block for block in blocks if isinstance(block, Table)]
    return {
        "tables": len(tables),
        "charts": sum(isinstance(block, Chart) for block in blocks),
        "cells": sum(len(row.cells) for table in tables for row in table.rows),
        "figures": len(briefing.figures),
        "sources": sum(len(figure.facts) for figure in briefing.figures),
    }


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        result = run(Path(sys.argv[2]))
    else:
        from benchmarks import plain_month

        result = plain_month.run(Path(sys.argv[2]))
    print(json.dumps(result | {"memory": machine.peak_memory_mib()}))
