"""Brings a server to what ``prefect.yaml`` and this folder say; doing it again changes nothing that is right."""

from __future__ import annotations

import subprocess
import sys

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

from ctdp_etl import resources
from ctdp_etl.pipeline.up import POOL
from flows import _automations, _catch_up


def prepare() -> list[str]:
    """See to work pool, deployments, automations and what was missed; return what the operator should know."""
    with get_client(sync_client=True) as client:
        _see_to_pool(client)
        _deploy()
        deployments = client.read_deployments()
        _automations.see_to(client, deployments)
        said = _catch_up.catch_up(client, deployments)
    return [f"Lịch chạy: {', '.join(sorted(one.name for one in deployments))}.", *said]


def _see_to_pool(client: SyncPrefectClient) -> None:
    template = ProcessWorker.get_default_base_job_template()
    try:
        client.create_work_pool(WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template))
    except ObjectAlreadyExists:
        return


def _deploy() -> None:
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    folder = resources.folder("flows").parent
    subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)  # noqa: S603
