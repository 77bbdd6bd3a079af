"""Deployment ``run-month``: one month from the sources to the briefing; running it again does only what is not done."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.states import State
from prefect.task_runners import ThreadPoolTaskRunner

from flows import _shown, _tasks
from flows._months import LOADERS, ending, load_each
from flows._names import flow_run_name, month_of


@flow(name="run-month", flow_run_name=flow_run_name, task_runner=ThreadPoolTaskRunner(LOADERS))
def run_month(period: str | None = None) -> State[dict[str, Any]]:
    """Collect, read, load, check and print one month, and answer the senders.

    Without ``period`` it is the month for which the run was scheduled, also where the run starts days later.
    """
    month = month_of(period)
    collected = _tasks.collect_sources(month)
    loaded = load_each(month, _tasks.list_due(month))
    checked = _tasks.check_month(month)
    marked = _tasks.mark_workbooks(month)
    briefing = _tasks.print_briefing(month)
    _shown.show_board(month)
    _shown.show_findings(month)
    _shown.show_calls(month)
    _shown.show_briefing(month, **briefing)
    letters = _tasks.send_letters(month)
    return ending({"period": month, **collected, **loaded, **checked, **briefing, "marked": marked, "letters": letters})
