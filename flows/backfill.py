"""Deployment ``backfill``: what is due and not done in many months, or all of it again."""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed, State
from prefect.task_runners import ThreadPoolTaskRunner

from flows import _releasing, _shown, _tasks
from flows._months import LOADERS, ending, load_each

Mode = Literal["missing", "missing-and-failed", "all"]


@flow(name="backfill", flow_run_name="backfill-{first}-{last}")
def backfill(first: str, last: str, mode: Mode = "missing-and-failed", dry_run: bool = False) -> State[dict[str, Any]]:
    """Collect, then work off each month from ``first`` to ``last``; ``dry_run`` shows the plan and does nothing.

    A month that fails stops no other. Nobody gets a letter about it: old months are the operators' own affair.
    """
    if not dry_run:
        _tasks.collect_sources(first, last)
    planned = _releasing.plan(first, last, mode)
    create_table_artifact(planned, key="backfill", description=f"Việc phải làm từ {first} đến {last} ({mode})")
    months = [row["kỳ"] for row in planned if row["phải làm"]]
    if dry_run:
        return Completed(message=f"{len(months)} tháng có việc phải làm.", data={"plan": planned, "months": {}})
    states = {month: redo_month(month, mode, return_state=True) for month in months}
    broken = [f"{month}: {state.message}" for month, state in states.items() if not state.is_completed()]
    answer = {"plan": planned, "months": {month: state.name for month, state in states.items()}}
    if broken:
        return Failed(message=f"{len(broken)} tháng chưa xong. {'; '.join(broken)}", data=answer)
    return Completed(message=f"{len(months)} tháng đã làm xong.", data=answer)


@flow(name="redo-month", flow_run_name="redo-month-{period}", task_runner=ThreadPoolTaskRunner(LOADERS))
def redo_month(period: str, mode: Mode) -> State[dict[str, Any]]:
    """Load what is due, check and print one month; what is right stays as it is."""
    loaded = load_each(period, _tasks.list_due(period, mode))
    checked = _tasks.check_month(period)
    briefing = _tasks.print_briefing(period)
    _shown.show_board(period)
    _shown.show_findings(period)
    _shown.show_briefing(period, **briefing)
    nothing = {"quarantined": 0, "refused": [], "letters": ""}
    return ending({"period": period, **nothing, **loaded, **checked, **briefing})
