"""Deployment ``collect-submissions``: what has come since the last look is taken, read, loaded and answered."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.states import State
from prefect.task_runners import ThreadPoolTaskRunner

from flows import _shown, _tasks
from flows._months import LOADERS, ending, load_each
from flows._names import flow_run_name, month_of


@flow(name="collect-submissions", flow_run_name=flow_run_name, task_runner=ThreadPoolTaskRunner(LOADERS))
def collect_submissions(period: str | None = None) -> State[dict[str, Any]]:
    """Collect, read, load, mark and answer, without checks or briefing, the month given or that of the schedule."""
    month = month_of(period)
    collected = _tasks.collect_sources(month)
    loaded = load_each(month, _tasks.list_due(month))
    _shown.show_board(month)
    _tasks.mark_workbooks(month, only_new=True)
    letters = _tasks.send_letters(month)
    return ending({"period": month, **collected, **loaded, "gate": "", "pdf": "", "letters": letters})
