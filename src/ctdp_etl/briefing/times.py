"""Instants as the readers of a briefing know them."""

from __future__ import annotations

from datetime import UTC, datetime

from ctdp_etl.period import VIETNAM


def vietnam_time(instant: str) -> str:
    """Return a UTC instant as the day and time in Vietnam ("09:30 20/10/2024"); another text as it stands."""
    try:
        return _local(instant).strftime("%H:%M %d/%m/%Y")
    except ValueError:
        return instant


def _local(instant: str) -> datetime:
    moment = datetime.fromisoformat(instant)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(VIETNAM)
