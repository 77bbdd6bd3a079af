"""What to do about runs that were missed while nothing was running: which stay, which are let go, which are made.

Pure: runs and schedules go in, a plan comes out. Whether a month is done is a question to the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ctdp_etl.period import VIETNAM, Period
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.publications import publications

WAITING, CRASHED, OTHER = "waiting", "crashed", "other"
BY_PERIOD = frozenset({"run-month"})
"""Deployments that owe a run to every period; of all others only the latest run is worth anything."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a deployment: for which period ('' where it was not said) and instant, and whether it still waits."""

    id: str
    deployment: str
    period: str
    due: datetime
    state: str

    @property
    def month(self) -> str:
        """The period that was said, else the month in Vietnam in which the run was due."""
        return self.period or local_month(self.due)


@dataclass(frozen=True, slots=True)
class Missed:
    """A run to be made; ``key`` makes it once."""

    deployment: str
    period: str
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Late runs that stay, late runs that are let go because of another, and runs to be made."""

    keep: tuple[Run, ...]
    cancel: tuple[tuple[Run, Run], ...]
    create: tuple[Missed, ...]


def plan(
    schedules: dict[str, Sequence[datetime]], runs: Collection[Run], now: datetime, undone: Collection[str]
) -> Plan:
    """Return what to do at ``now``.

    ``schedules`` has the passed instants of each scheduled deployment since it exists, ``undone`` the months that the
    ledger holds to be due and not done. Of the late runs for one (deployment, period) the newest stays; where nothing
    is left that was to run at or after the last instant, one run is made, unless the ledger says that it is done.
    """
    late: dict[tuple[str, str], list[Run]] = {}
    for run in sorted(runs, key=lambda run: (run.due, run.id)):
        if run.deployment in schedules and run.state == WAITING and run.due <= now:
            late.setdefault((run.deployment, _group(run)), []).append(run)
    keep = tuple(group[-1] for group in late.values())
    cancel = tuple((run, group[-1]) for group in late.values() for run in group[:-1])
    let_go = {run.id for run, _ in cancel}
    left = [run for run in runs if run.id not in let_go and (run.due <= now or run.deployment in BY_PERIOD)]
    missed = (
        one
        for deployment, instants in schedules.items()
        for one in _missed(deployment, instants, [run for run in left if run.deployment == deployment])
    )
    return Plan(keep, cancel, tuple(one for one in missed if one.deployment not in BY_PERIOD or one.period in undone))


def _group(run: Run) -> str:
    return run.month if run.deployment in BY_PERIOD else run.period


def _missed(deployment: str, instants: Sequence[datetime], runs: Sequence[Run]) -> Iterable[Missed]:
    """Yield the periods (of other deployments: the last one) for which nothing ran, runs or waits."""
    last = {local_month(instant): instant for instant in sorted(instants)}
    if deployment not in BY_PERIOD:
        last = dict(list(last.items())[-1:])
    for period, instant in last.items():
        answers = [run for run in runs if _answers(run, period, instant)]
        crashed = sum(run.state == CRASHED for run in answers)
        if crashed == len(answers):
            # A run that a power cut ended is made again, under a key of its own.
            yield Missed(deployment, period, f"catch-up {deployment} {period} {instant:%Y-%m-%dT%H:%MZ} {crashed}")


def _answers(run: Run, period: str, instant: datetime) -> bool:
    """Whether a run stands for what was due at ``instant``; a late one always does."""
    if run.deployment in BY_PERIOD and run.month != period:
        return False
    return run.due >= instant or run.state == WAITING


def local_month(instant: datetime) -> str:
    """Return the month in Vietnam of an instant."""
    return instant.astimezone(VIETNAM).strftime("%Y-%m")


def undone(site: Site, months: Iterable[str]) -> frozenset[str]:
    """Return those of ``months`` for which sources report here and no briefing has been printed."""
    found = set()
    for month in months:
        reported = any(source.in_force(str(Period.parse(month))) for source in site.sources)
        with site.engine.connect() as connection:
            if reported and publications(connection, report=REPORT, period=month).empty:
                found.add(month)
    return frozenset(found)
