"""Due days move over weekends and holidays of Vietnam."""

from __future__ import annotations

from datetime import date

import pytest

from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import due_instant, working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 22), date(2026, 4, 22)),  # a Wednesday
        (date(2026, 3, 22), date(2026, 3, 23)),  # a Sunday
        (date(2025, 1, 25), date(2025, 2, 3)),  # the Saturday before Tết Ất Tỵ: nine days off
        (date(2026, 2, 16), date(2026, 2, 23)),  # Tết Bính Ngọ and the weekend after it
        (date(2026, 4, 25), date(2026, 4, 28)),  # a weekend, Giỗ Tổ (10 March by the moon) on its Sunday, a day in lieu
        (date(2026, 8, 22), date(2026, 8, 22)),  # a Saturday worked in exchange for 31 August
        (date(2026, 8, 29), date(2026, 9, 3)),  # a weekend, the exchanged Monday, National Day on 1 and 2 September
        (date(2027, 2, 4), date(2027, 2, 11)),  # Tết Đinh Mùi
    ],
)
def test_nobody_works_on_weekends_and_holidays(day: date, works: date) -> None:
    assert working_day(day) == works


def test_a_report_is_late_after_the_end_of_its_working_day_in_vietnam() -> None:
    assert due_instant(Period.parse("2026-04"), 22) == "2026-04-22T16:59:59Z"
    assert due_instant(Period.parse("2026-03"), 22) == "2026-03-23T16:59:59Z"
    assert due_instant(Period.parse("2026-02"), 31) == "2026-03-02T16:59:59Z"
