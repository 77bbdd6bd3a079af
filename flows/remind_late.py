"""Deployment ``remind-late``: who has not sent is reminded, before the due day and after it."""

from __future__ import annotations

from prefect import flow
from prefect.states import Completed, State

from flows import _tasks


@flow(name="remind-late")
def remind_late() -> State[str]:
    """Queue the reminders of today and send them; again on the same day it sends nothing."""
    trouble = _tasks.remind_late()
    if trouble:
        return Completed(name="Có thư chưa gửi được", message=trouble, data=trouble)
    return Completed(message="Thư nhắc của hôm nay đã gửi.", data=trouble)
