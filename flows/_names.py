"""What a flow run is about, said by its parameters or by its schedule."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from prefect.runtime import flow_run

from ctdp_etl.period import Period

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def month_of(period: str | None) -> str:
    """Return the reporting period: the given one, else the month in which the run was due by its schedule."""
    if period:
        return str(Period.parse(period))
    return f"{flow_run.scheduled_start_time.astimezone(ZONE):%Y-%m}"


def flow_run_name() -> str:
    """Return the name of the running flow's run: ``run-month-2026-04``."""
    return f"{flow_run.flow_name}-{month_of(flow_run.parameters.get('period'))}"


def day_name() -> str:
    """Return the name of a run that is about a day: ``publish-due-2026-04-25``, or about a month where one is given."""
    about = flow_run.parameters.get("period") or f"{flow_run.scheduled_start_time.astimezone(ZONE):%Y-%m-%d}"
    return f"{flow_run.flow_name}-{about}"
