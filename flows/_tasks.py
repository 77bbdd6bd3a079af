"""Tasks: each calls one step of the pipeline and returns keys and counts, never frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.logging import get_run_logger
from prefect.states import Failed, State
from prefect.tasks import Task
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ctdp_etl.errors import GateShutError, SettingsError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import answer, brief, check, collect, deliver, feedback, load, remind, verify
from ctdp_etl.pipeline.failure import tell_failure
from ctdp_etl.pipeline.site import Site, open_site, open_warehouse
from ctdp_etl.settings import Settings

BAD_FILE = "Tệp lỗi"
"""Name of the failed state of a file that cannot be read; the run goes on without it, and no retry would help."""
PASSING = (OSError, DBAPIError)
"""What may pass by itself: a file system or a database that did not answer."""


STAYING = (FileExistsError, NotADirectoryError, IsADirectoryError)
"""What stands in the way until somebody takes it away."""


def may_pass(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Say whether a failed task is worth another try."""
    return isinstance(state.data, PASSING) and not isinstance(state.data, STAYING)


step = partial(task, retries=3, retry_delay_seconds=[2, 10, 30], retry_condition_fn=may_pass, cache_policy=NO_CACHE)


def site() -> Site:
    """Return the site that the environment names, opened once in a process unless its register changes."""
    settings = Settings.from_environment()
    register = settings.sources_file
    changed = register.stat().st_mtime_ns if register.exists() else 0
    return replace(_site(settings.home, settings.warehouse_url, changed), settings=settings)


@cache
def _site(home: Path, url: str, changed: int) -> Site:
    return open_site(Settings(home, url), _warehouse(url))


@cache
def _warehouse(url: str) -> Engine:
    return open_warehouse(url)


@step(name="collect-sources", task_run_name="collect {period}")
def collect_sources(period: str, last: str = "") -> dict[str, Any]:
    """Take what has arrived; return counts, and of each source that could not be reached why (``refused``)."""
    found = collect.collect(site(), Period.parse(period), Period.parse(last) if last else None)
    refused = [f"{failure.source}: {failure.message}" for failure in found.failures]
    for failure in refused:
        get_run_logger().warning("Nguồn %s", failure)
    counts = {"arrived": found.new, "known": found.known, "quarantined": found.quarantined}
    return {**counts, "waiting": len(found.waiting), "refused": refused}


@step(name="list-due", task_run_name="list due {period}")
def list_due(period: str, mode: str = load.Mode.FAILED) -> list[dict[str, str]]:
    """Return the receipts that are due and not done: id, source and file name."""
    due = load.due_receipts(site(), Period.parse(period), mode=load.Mode(mode))
    return [{"receipt_id": one.id, "source": one.source, "file_name": one.file_name} for one in due]


@step(name="load-submission", task_run_name="load {source} {period} {file_name}")
def load_submission(
    period: str, receipt_id: str, source: str, file_name: str
) -> dict[str, Any] | State[dict[str, Any]]:
    """Read and load one file; a file that cannot be read fails this task alone, for good."""
    outcome = load.load_by_id(site(), source, receipt_id, due=period)
    if outcome.message:
        return Failed(name=BAD_FILE, message=f"{source} {file_name}: {outcome.message}")
    return {"added": outcome.added}


@step(name="check-month", task_run_name="check {period}")
def check_month(period: str) -> dict[str, int]:
    """Run the checks of the month; return the number of findings by severity."""
    return check.counts(check.check(site(), Period.parse(period)))


@step(name="print-briefing", task_run_name="brief {period}")
def print_briefing(period: str) -> dict[str, str]:
    """Make the briefing; return its path, or why its gate is shut."""
    try:
        return {"pdf": str(brief.brief(site(), Period.parse(period), is_checked=True).path), "gate": ""}
    except GateShutError as shut:
        return {"pdf": "", "gate": str(shut)}


@step(name="mark-workbooks", task_run_name="feedback {period}")
def mark_workbooks(period: str, only_new: bool = False) -> int:
    """Write the marked workbooks for the senders and return how many; one that fails stops no other, and no run."""
    done = feedback.feedback(site(), Period.parse(period), only_new=only_new)
    for bad in (one for one in done if one.message):
        get_run_logger().warning("%s %s không đánh dấu được: %s", bad.source, bad.file_name, bad.message)
    return sum(not one.message for one in done)


@step(name="send-letters", task_run_name="letters {period}")
def send_letters(period: str) -> str:
    """Answer the senders and send what is queued; return what somebody has to see to: letters never fail a run."""
    return _sent(answer.answer)


@step(name="remind-late", task_run_name="remind")
def remind_late() -> str:
    """Remind who is late and send what is queued; return what somebody has to see to."""
    return _sent(remind.remind)


@step(name="alert-operators", task_run_name="alert {name}")
def alert_operators(run_id: str, name: str, state: str) -> str:
    """Tell the operators about a run that did not finish, and send; return what somebody has to see to."""
    return _sent(lambda place: tell_failure(place, run_id, name, state))


def _sent(queue: Callable[[Site], int]) -> str:
    place, told = site(), []
    try:
        get_run_logger().info("%d thư mới", queue(place))
    except SettingsError as error:
        told.append(str(error))
    done = deliver.deliver(place)
    get_run_logger().info("%d thư đã gửi", done.sent)
    return " ".join(filter(None, (*told, done.trouble)))


@step(name="verify-files", task_run_name="verify")
def verify_files() -> list[dict[str, str]]:
    """Read every archived and published file again; return those that are missing or changed."""
    return [{"tệp": one.subject, "nội dung": one.message} for one in verify.verify(site())]
