"""Deployment ``publish-due``: each month whose release day has come is released, or held and the operators are told."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed, State

from ctdp_etl.period import Period
from flows import _releasing
from flows._names import day_name

HELD = "Chờ phát hành"
"""Name of the completed state of a run that left a month unreleased."""


@flow(name="publish-due", flow_run_name=day_name)
def publish_due(period: str | None = None) -> State[list[dict[str, Any]]]:
    """Check, print and release what is due and not released, or the one month that is given.

    A month that fails stops no other; a month that is released already stays as it is.
    """
    months = [str(Period.parse(period))] if period else _releasing.list_releases()
    states = {month: _releasing.publish_month(month, return_state=True) for month in months}
    done = [state.result() for state in states.values() if state.is_completed()]
    rows = [{"kỳ": one["period"], "báo cáo": one["words"], "vì sao": _why(one)} for one in done]
    create_table_artifact(rows, key="publish-due", description=f"Phát hành: {len(done)} kỳ")
    trouble = _releasing.send_queued()
    broken = [f"{month}: {state.message}" for month, state in states.items() if not state.is_completed()]
    if broken:
        return Failed(message=f"{len(broken)} kỳ chưa xong. {'; '.join(broken)}", data=done)
    held = [f"{one['period']}: {_why(one)}" for one in done if not one["released"]]
    if held:
        return Completed(name=HELD, message="; ".join(held), data=done)
    if trouble:
        return Completed(name="Có thư chưa gửi được", message=trouble, data=done)
    return Completed(message=f"{len(done)} kỳ đã phát hành.", data=done)


def _why(one: dict[str, Any]) -> str:
    return " ".join(reason["message"] for reason in one["reasons"])
