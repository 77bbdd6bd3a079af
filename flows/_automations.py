"""Automations as code: each exists once by its name and says what stands here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.states import StateType

ALERT = "alert-operators"
_RUN = "prefect.flow-run.*"
_HEARTBEAT = "prefect.flow-run.heartbeat"
_SILENCE = timedelta(minutes=2)
"""Four heartbeats of a run (see ``ctdp up``)."""


def see_to(client: SyncPrefectClient, deployments: Sequence[DeploymentResponse]) -> None:
    """Create the automations that are missing, update those that differ, delete doubles."""
    (alert,) = [one for one in deployments if one.name == ALERT]
    for wanted in (_hung(), _failed(alert)):
        first, *doubles = client.read_automations_by_name(wanted.name) or (None,)
        if first is None:
            client.create_automation(wanted)
        elif AutomationCore.model_validate(first.model_dump()).model_dump() != wanted.model_dump():
            client.update_automation(first.id, wanted)
        for double in doubles:
            client.delete_automation(double.id)


def _hung() -> AutomationCore:
    """A run that has gone silent is marked as crashed, so that its turn is free again and somebody is told.

    Final states have names of our own ("Có tệp lỗi"), so any sign of the run ends the wait.
    """
    return AutomationCore(
        name="ctdp: lần chạy mất nhịp tim",
        description="Lần chạy không còn phát nhịp tim được đánh dấu là hỏng (Crashed).",
        trigger=EventTrigger(
            after={_HEARTBEAT},
            expect={_RUN},
            match=ResourceSpecification({"prefect.resource.id": _RUN}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=_SILENCE,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="Mất nhịp tim: tiến trình không còn trả lời.")],
    )


def _failed(alert: DeploymentResponse) -> AutomationCore:
    """A run that failed or crashed, but for that of the alert itself, is told to the operators."""
    told = {"run_id": "flow_run.id", "name": "flow_run.name", "state": "flow_run.state.name"}
    return AutomationCore(
        name="ctdp: lần chạy hỏng",
        description="Báo cho người trực khi một lần chạy không xong.",
        trigger=EventTrigger(
            expect={_RUN},
            match=ResourceSpecification({"prefect.resource.id": _RUN, "prefect.state-type": ["FAILED", "CRASHED"]}),
            match_related=ResourceSpecification(
                {"prefect.resource.role": "flow", "prefect.resource.name": f"!{ALERT}"}
            ),
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=alert.id,
                parameters={
                    name: {"__prefect_kind": "jinja", "template": f"{{{{ {value} }}}}"} for name, value in told.items()
                },
            )
        ],
    )
