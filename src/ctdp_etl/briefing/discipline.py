"""How a report came: its due day, its arrival, and whether that was late; of one form, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctdp_etl.briefing.inputs import IN_HAND, STATES
from ctdp_etl.briefing.times import vietnam_day, vietnam_time

IN_TIME = "đúng hạn"


def late_words(line: Mapping[Any, Any]) -> tuple[str, str, str]:
    """Return due day, arrival and state of a line of the board ("đúng hạn", "muộn 2 ngày", "quá hạn, chưa nhận")."""
    due, came = str(line.get("due_at", "") or ""), str(line["received_at"])
    state = str(line["state"])
    words = STATES.get(state, state)
    if state in IN_HAND:
        late = days_late(came, due)
        words = f"muộn {late} ngày" if late else IN_TIME
    return vietnam_time(due)[-10:], vietnam_time(came), words


def days_late(received_at: str, due_at: str) -> int:
    """Return by how many days of Vietnam's calendar a report came after its due day; 0 where it has none."""
    if not received_at or not due_at:
        return 0
    return max(0, (vietnam_day(received_at) - vietnam_day(due_at)).days)
