"""When reports are due, and which month an instant belongs to: Vietnam's clock (UTC+7, no summer time)."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, timezone

from ctdp_etl.period import Period
from ctdp_etl.settings import INSTANT_FORMAT

VIETNAM = timezone(timedelta(hours=7))


def local_month(instant: str) -> str:
    """Return the month in Vietnam of an instant (UTC text)."""
    return _local(instant).strftime("%Y-%m")


def local_text(instant: str) -> str:
    """Return an instant (UTC text) as a Vietnamese reads it: "20/04/2026 09:30"."""
    return _local(instant).strftime("%d/%m/%Y %H:%M") if instant else ""


def due_instant(period: Period, day: int) -> str:
    """Return the instant (UTC text) after which a report for ``period`` due on ``day`` of its last month is late."""
    month = period.last_month
    last = min(day, calendar.monthrange(month.year, month.number)[1])
    end = datetime(month.year, month.number, last, 23, 59, 59, tzinfo=VIETNAM)
    return end.astimezone(UTC).strftime(INSTANT_FORMAT)


def opening_instant(period: Period) -> str:
    """Return the instant (UTC text) from which reports for ``period`` are awaited: the first day of its last month."""
    month = period.last_month
    return datetime(month.year, month.number, 1, tzinfo=VIETNAM).astimezone(UTC).strftime(INSTANT_FORMAT)


def _local(instant: str) -> datetime:
    return datetime.strptime(instant, INSTANT_FORMAT).replace(tzinfo=UTC).astimezone(VIETNAM)
