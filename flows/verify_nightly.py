"""Deployment ``verify-nightly``: are the archive and the published briefings still whole?"""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed, State

from flows import _tasks

DAMAGED = "Tệp hỏng"
"""Name of the failed state of a night on which a file was missing or changed."""


@flow(name="verify-nightly")
def verify_nightly() -> State[list[dict[str, str]]]:
    """Read every archived and published file again; fail where one is missing or changed."""
    damage = _tasks.verify_files()
    create_table_artifact(damage, key="verify", description=f"{len(damage)} tệp mất hoặc hỏng")
    if damage:
        said = "; ".join(f"{one['tệp']}: {one['nội dung']}" for one in damage[:5])
        return Failed(name=DAMAGED, message=f"{len(damage)} tệp mất hoặc hỏng. {said}", data=damage)
    return Completed(message="Mọi tệp còn nguyên vẹn.", data=damage)
