"""When reports are due, and which month an instant belongs to: Vietnam's clock (UTC+7) and its working days."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from ctdp_etl.period import VIETNAM, Period
from ctdp_etl.settings import INSTANT_FORMAT

if TYPE_CHECKING:
    from holidays import HolidayBase


def local_month(instant: str) -> str:
    """Return the month in Vietnam of an instant (UTC text)."""
    return _local(instant).strftime("%Y-%m")


def local_text(instant: str) -> str:
    """Return an instant (UTC text) as a Vietnamese reads it: "20/04/2026 09:30"."""
    return _local(instant).strftime("%d/%m/%Y %H:%M") if instant else ""


def local_day(instant: str) -> date:
    """Return the day in Vietnam of an instant (UTC text)."""
    return _local(instant).date()


def later(instant: str, by: timedelta) -> str:
    """Return the instant (UTC text) ``by`` after, or with a negative ``by`` before, another."""
    return (_local(instant) + by).astimezone(UTC).strftime(INSTANT_FORMAT)


def due_instant(period: Period, day: int) -> str:
    """Return the instant (UTC text) after which a report for ``period`` due on ``day`` of its last month is late.

    A day on which nobody works moves it to the end of the next working day (Bộ luật Dân sự 2015, Điều 148 khoản 5).
    """
    due = _working_day_of(period, day)
    end = datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=VIETNAM)
    return end.astimezone(UTC).strftime(INSTANT_FORMAT)


def release_instant(period: Period, day: int) -> str:
    """Return the instant (UTC text) from which a briefing on ``period`` may be released: the day's first moment.

    ``day`` is one of the period's last month, moved to the next working day as a due day is.
    """
    first = _working_day_of(period, day)
    return datetime(first.year, first.month, first.day, tzinfo=VIETNAM).astimezone(UTC).strftime(INSTANT_FORMAT)


def _working_day_of(period: Period, day: int) -> date:
    month = period.last_month
    last = min(day, calendar.monthrange(month.year, month.number)[1])
    return working_day(date(month.year, month.number, last))


def end_of(day: date) -> str:
    """Return the instant (UTC text) at which ``day`` is over in Vietnam: the first moment of the next one."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=VIETNAM).astimezone(UTC).strftime(INSTANT_FORMAT)


def working_day(day: date) -> date:
    """Return ``day``, or the next one on which offices work: no weekend, no public holiday, but exchanged Saturdays."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Say whether offices work on ``day``."""
    return bool(_holidays().is_working_day(day))


def working_days_from(day: date, count: int) -> date:
    """Return the working day that is ``count`` working days after ``day``, before it for a negative count."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


@cache
def _holidays() -> HolidayBase:
    """Vietnam's public holidays: Tết and Giỗ Tổ by the moon, days in lieu, exchanges as the Government decided them."""
    from holidays import country_holidays

    return country_holidays("VN")


def opening_instant(period: Period) -> str:
    """Return the instant (UTC text) from which reports for ``period`` are awaited: the first day of its last month."""
    month = period.last_month
    return datetime(month.year, month.number, 1, tzinfo=VIETNAM).astimezone(UTC).strftime(INSTANT_FORMAT)


def _local(instant: str) -> datetime:
    return datetime.strptime(instant, INSTANT_FORMAT).replace(tzinfo=UTC).astimezone(VIETNAM)
