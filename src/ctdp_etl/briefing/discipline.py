"""How a report came: its due day, its arrival, and whether that was late; of one form, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctdp_etl.briefing.inputs import IN_HAND, STATES
from ctdp_etl.briefing.times import vietnam_time
from ctdp_etl.period import days_late

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
