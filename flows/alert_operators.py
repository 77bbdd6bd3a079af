"""Deployment ``alert-operators``: the operators are told by mail that a run did not finish; an automation starts it."""

from __future__ import annotations

from prefect import flow
from prefect.states import Completed, State

from flows import _tasks


@flow(name="alert-operators", flow_run_name="alert-operators-{name}")
def alert_operators(run_id: str, name: str, state: str) -> State[str]:
    """Queue one letter for each operator about the run ``run_id`` and send it; it names run and state, no figure."""
    trouble = _tasks.alert_operators(run_id, name, state)
    if trouble:
        return Completed(name="Có thư chưa gửi được", message=trouble, data=trouble)
    return Completed(message=f"Đã báo: {name} {state}.", data=trouble)
