"""What Prefect costs: the month as a flow through a running server, and the same steps as plain functions, in turn.

As a program, ``python -m benchmarks.orchestration HOME ROUNDS`` works off copies of one prepared home; Prefect's code
stays in that process.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from benchmarks import homes
from benchmarks.month import Book
from benchmarks.timing import Way, interleave, ratios
from ctdp_etl.period import Period
from ctdp_etl.pipeline import answer, brief, calls, check, collect, deliver, feedback, load, run, status
from ctdp_etl.pipeline.server import prefect_server
from ctdp_etl.settings import Settings

_REPOSITORY = Path(__file__).resolve().parents[1]
_PERIOD = Period.parse("2026-04")
_NOW = "2026-04-24T02:00:00Z"


def measure(folder: Path, before: Sequence[Book], now: Sequence[Book], rounds: int, *, with_prefect: bool) -> list[str]:
    """Return the lines of the section; without Prefect the steps are only gone through."""
    home = folder / "orchestration"
    homes.prepare_ours(home, before, now)
    if not with_prefect:
        step_by_step(home)
        return ["Not measured: left out on request."]
    command = [sys.executable, "-m", "benchmarks.orchestration", str(home), str(rounds)]
    done = subprocess.run(command, cwd=_REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    flow, steps = (Way(name, run.run_month, seconds=taken) for name, taken in json.loads(done.stdout).items())
    middle, least, most = (ratio - 1 for ratio in ratios(flow, steps))
    spans = {way.name: f"{way.median:.2f} ({min(way.seconds):.2f}-{max(way.seconds):.2f})" for way in (flow, steps)}
    return [
        "| way | seconds: median (least-most) |",
        "|---|---|",
        *(f"| {name} | {span} |" for name, span in spans.items()),
        "",
        f"The flow takes **{middle:.0%}** ({least:.0%} to {most:.0%}) more than its steps.",
    ]


def through_prefect(home: Path) -> None:
    """Work off the month as the schedule does, in this process."""
    summary = run.run_month(Settings(home, homes.address(home)), _PERIOD, now=_NOW)
    if not summary["pdf"]:
        raise RuntimeError(summary["gate"])


def step_by_step(home: Path) -> None:
    """Do what the flow does, without Prefect."""
    site = homes.site(home)
    collect.collect(site, _PERIOD)
    list(load.load(site, _PERIOD))
    check.check(site, _PERIOD)
    feedback.feedback(site, _PERIOD)
    brief.brief(site, _PERIOD, is_checked=True)
    status.by_source(site, status.board(site, _PERIOD))
    check.findings(site, _PERIOD)
    calls.calls(site, _PERIOD)
    answer.answer(site)
    deliver.deliver(site)
    site.engine.dispose()


def _main(home: Path, rounds: int) -> dict[str, list[float]]:
    numbers = count()

    def copy() -> Path:
        target = home.with_name(f"{home.name}-{next(numbers)}")
        shutil.copytree(home, target)
        return target

    server_home = home.with_name("server")
    with prefect_server(Settings(server_home, ""), lambda text: print(text, file=sys.stderr)) as ready:
        run.load_steps()
        ready()
        ways = [
            Way("the flow through a running server", through_prefect, copy),
            Way("its steps as plain functions", step_by_step, copy),
        ]
        interleave(ways, rounds, warm_up=True)  # the flow's first run loads Prefect, the server's its routes
    return {way.name: way.seconds for way in ways}


if __name__ == "__main__":
    print(json.dumps(_main(Path(sys.argv[1]), int(sys.argv[2]))))
