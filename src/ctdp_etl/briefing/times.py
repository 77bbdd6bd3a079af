"""Instants as the readers of a briefing know them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_VIETNAM = timezone(timedelta(hours=7))


def vietnam_time(instant: str) -> str:
    """Return a UTC instant as the day and time in Vietnam ("09:30 20/10/2024"); another text as it stands."""
    try:
        moment = datetime.fromisoformat(instant)
    except ValueError:
        return instant
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(_VIETNAM).strftime("%H:%M %d/%m/%Y")
