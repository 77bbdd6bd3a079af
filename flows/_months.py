"""What the runs over a month share: files loaded side by side, and the state in which a run ends."""

from __future__ import annotations

from typing import Any

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.futures import as_completed
from prefect.states import Completed, Failed, State

from ctdp_etl.pipeline.parsing import PROCESSES
from flows import _tasks

LOADERS = PROCESSES + 1
"""Files that are worked on side by side: one is stored, and told to Prefect, while every child reads."""


def load_each(month: str, due: list[dict[str, str]]) -> dict[str, Any]:
    """Load each file in a task run of its own and return counts; ``bad`` are files, ``broken`` are machine failures."""
    futures = [_tasks.load_submission.submit(month, **one) for one in due]
    bar = create_progress_artifact(progress=0.0, key=f"load-{month}", description=f"Nạp {len(due)} tệp kỳ {month}")
    for done, future in enumerate(as_completed(futures), start=1):
        future.wait()
        if done % 8 == 0 or done == len(due):
            update_progress_artifact(artifact_id=bar, progress=100.0 * done / len(due))
    states = [future.state for future in futures]
    good = [future.result() for future in futures if future.state.is_completed()]
    bad = [str(state.message) for state in states if state.name == _tasks.BAD_FILE]
    broken = [str(state.message) for state in states if not state.is_completed() and state.name != _tasks.BAD_FILE]
    return {"loaded": len(good), "added": sum(one["added"] for one in good), "bad": bad, "broken": broken}


def ending(summary: dict[str, Any]) -> State[dict[str, Any]]:
    """Return the state of the run: failed where the machine failed; else completed, by name where somebody must act."""
    if summary["broken"]:
        return Failed(message=f"{len(summary['broken'])} tệp chưa nạp được, hãy chạy lại.", data=summary)
    if summary["gate"]:
        return Completed(name="Chưa in báo cáo", message=summary["gate"], data=summary)
    if summary["bad"]:
        return Completed(name="Có tệp lỗi", message="; ".join(summary["bad"]), data=summary)
    if summary["quarantined"]:
        said = f"{summary['quarantined']} tệp bị cách ly, xem ctdp status {summary['period']} --receipts."
        return Completed(name="Có tệp cách ly", message=said, data=summary)
    if summary["refused"]:
        return Completed(name="Có nguồn không vào được", message="; ".join(summary["refused"]), data=summary)
    if summary["letters"]:
        return Completed(name="Có thư chưa gửi được", message=summary["letters"], data=summary)
    done = f"Báo cáo: {summary['pdf']}" if summary["pdf"] else f"{summary['loaded']} tệp đã nạp"
    return Completed(message=done, data=summary)
