"""Runs that were missed while nothing was running: told by the server and the schedules, decided by the pipeline."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.server.schemas.schedules import CronSchedule as Cron
from prefect.states import Cancelled, Crashed

from ctdp_etl.pipeline import catch_up as missed
from ctdp_etl.pipeline.up import POOL, WORKER
from flows import _tasks

_PAGE = 200
_MONTHS, _DAYS = timedelta(days=800), timedelta(days=40)
"""How far back a missed run is looked for: of deployments that owe every month one, and of the others."""
_WAITING = {"Scheduled", "Late", "AwaitingConcurrencySlot"}
_BUSY = {StateType.PENDING, StateType.RUNNING, StateType.CANCELLING}


def catch_up(client: SyncPrefectClient, deployments: Sequence[DeploymentResponse]) -> list[str]:
    """Let superfluous late runs go and make what was missed, each once; return what was done in words."""
    site = _tasks.site()
    now = datetime.fromisoformat(site.settings.now())
    scheduled = {one.name: one for one in deployments if one.schedules and not one.paused}
    instants = {name: _passed(one, now) for name, one in scheduled.items()}
    months = {missed.local_month(instant) for name in missed.BY_PERIOD & set(instants) for instant in instants[name]}
    found = {name: _runs(client, one, now) for name, one in scheduled.items()}
    dead = _bury(client, [run for runs in found.values() for run in runs])
    runs = [_told(name, run) for name, several in found.items() for run in several]
    plan = missed.plan(instants, runs, now, missed.undone(site, months))
    for run, newer in plan.cancel:
        reason = f"Lượt trễ; lượt của {newer.due:%d/%m/%Y %H:%M} (UTC) làm thay."
        client.set_flow_run_state(UUID(run.id), Cancelled(message=reason), force=True)
    for one in plan.create:
        _make(client, scheduled[one.deployment], one)
    return [
        *([f"{dead} lần chạy đứt giữa chừng đã được ghi là hỏng."] if dead else []),
        *([f"Bỏ {len(plan.cancel)} lượt trễ đã có lượt mới hơn làm thay."] if plan.cancel else []),
        *(f"Làm bù: {one.deployment} {one.period}." for one in plan.create),
    ]


def _reach(deployment: DeploymentResponse) -> timedelta:
    return _MONTHS if deployment.name in missed.BY_PERIOD else _DAYS


def _passed(deployment: DeploymentResponse, now: datetime) -> list[datetime]:
    """Return the instants of the schedules that have passed since the deployment exists."""
    since = max(deployment.created or now, now - _reach(deployment))
    crons = [one.schedule for one in deployment.schedules if one.active and isinstance(one.schedule, CronSchedule)]
    dates = [asyncio.run(Cron(**cron.model_dump()).get_dates(start=since, end=now)) for cron in crons]
    return sorted(instant for several in dates for instant in several)


def _runs(client: SyncPrefectClient, deployment: DeploymentResponse, now: datetime) -> list[FlowRun]:
    """Return the runs of a deployment that have not ended, and those that were due as far back as is looked."""
    ended = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
    old = FlowRunFilterExpectedStartTime(after_=now - _reach(deployment))
    return [
        *_pages(client, deployment, FlowRunFilterStateType(not_any_=ended), None),
        *_pages(client, deployment, FlowRunFilterStateType(any_=ended), old),
    ]


def _pages(
    client: SyncPrefectClient,
    deployment: DeploymentResponse,
    kind: FlowRunFilterStateType,
    due: FlowRunFilterExpectedStartTime | None,
) -> Iterator[FlowRun]:
    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
        state=FlowRunFilterState(type=kind),
        expected_start_time=due,
    )
    for offset in count(0, _PAGE):
        order = FlowRunSort.EXPECTED_START_TIME_DESC
        page = client.read_flow_runs(flow_run_filter=chosen, sort=order, limit=_PAGE, offset=offset)
        yield from page
        if len(page) < _PAGE:
            return


def _told(deployment: str, run: FlowRun) -> missed.Run:
    """Return a run as the plan knows it."""
    kind, name, due = run.state_type, run.state_name, run.expected_start_time or run.created
    waits = kind is StateType.SCHEDULED and name in _WAITING
    state = missed.WAITING if waits else missed.CRASHED if kind is StateType.CRASHED else missed.OTHER
    return missed.Run(str(run.id), deployment, run.parameters.get("period") or "", due, state)


def _bury(client: SyncPrefectClient, runs: Sequence[FlowRun]) -> int:
    """Mark the runs whose process a power cut took as crashed, without waiting for their heartbeat; return how many.

    Only where no other machine ever worked for the pool: there a run that is not here is nowhere.
    """
    if {worker.name for worker in client.read_workers_for_work_pool(POOL)} - {WORKER}:
        return 0
    dead = [run for run in runs if run.state_type in _BUSY and not _lives(run.infrastructure_pid)]
    for run in dead:
        client.set_flow_run_state(run.id, Crashed(message="Máy tắt giữa chừng."), force=True)
        run.state_type = StateType.CRASHED
    return len(dead)


def _lives(process: str | None) -> bool:
    try:
        os.kill(int(process or ""), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _make(client: SyncPrefectClient, deployment: DeploymentResponse, one: missed.Missed) -> None:
    takes_period = "period" in (deployment.parameter_openapi_schema or {}).get("properties", {})
    client.create_flow_run_from_deployment(
        deployment.id, parameters={"period": one.period} if takes_period else None, idempotency_key=one.key
    )
