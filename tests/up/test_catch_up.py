"""Which late runs stay, which are let go, which are made: decided from runs, schedules and the ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ctdp_etl.pipeline.catch_up import CRASHED, OTHER, WAITING, Missed, Run, plan

NOW = datetime(2026, 4, 27, 3, tzinfo=UTC)
CUT_OFF = datetime(2026, 4, 24, 0, tzinfo=UTC)
"""Seven in the morning of the 24th in Vietnam."""
DAY = timedelta(days=1)
SCHEDULES = {
    "run-month": [CUT_OFF - 31 * DAY, CUT_OFF],
    "verify-nightly": [NOW - 2.5 * DAY, NOW - 1.5 * DAY, NOW - 0.5 * DAY],
}


def night(day: float, state: str = WAITING, name: str = "") -> Run:
    return Run(name or f"night {day}", "verify-nightly", "", NOW - day * DAY, state)


def month(due: datetime, state: str = WAITING, period: str = "") -> Run:
    return Run(f"{due:%m-%d} {state} {period}", "run-month", period, due, state)


def outline(runs: list[Run], undone: set[str]) -> tuple[set[str], set[str], list[tuple[str, str]]]:
    found = plan(SCHEDULES, runs, NOW, undone)
    return (
        {run.id for run in found.keep},
        {run.id for run, _ in found.cancel},
        sorted((one.deployment, one.period) for one in found.create),
    )


def test_of_the_late_runs_of_a_night_the_newest_stays() -> None:
    runs = [night(2.5), night(1.5), night(0.5)]
    assert outline(runs, set()) == ({"night 0.5"}, {"night 2.5", "night 1.5"}, [])


def test_of_the_late_runs_of_each_month_the_newest_stays() -> None:
    march, april = month(CUT_OFF - 31 * DAY), month(CUT_OFF)
    again = month(CUT_OFF + DAY, period="2026-04")
    keep, cancel, made = outline([march, april, again, night(0.5, OTHER)], {"2026-03", "2026-04"})
    assert (keep, cancel, made) == ({march.id, again.id}, {april.id}, [])


@pytest.mark.parametrize("state", [OTHER, WAITING])
def test_what_ran_or_waits_is_not_made_again(state: str) -> None:
    runs = [month(CUT_OFF - 31 * DAY, OTHER), month(CUT_OFF + DAY, state, "2026-04"), night(0.5, state)]
    assert outline(runs, {"2026-03", "2026-04"})[2] == []


def test_what_nothing_ran_for_is_made_once_for_each_period_that_is_not_done() -> None:
    assert outline([], {"2026-03", "2026-04"})[2] == [
        ("run-month", "2026-03"),
        ("run-month", "2026-04"),
        ("verify-nightly", "2026-04"),
    ]
    assert outline([], {"2026-04"})[2] == [("run-month", "2026-04"), ("verify-nightly", "2026-04")]
    assert outline([], set())[2] == [("verify-nightly", "2026-04")]


def test_a_run_that_a_power_cut_ended_is_made_again_under_another_key() -> None:
    keys = {
        tuple(one.key for one in plan(SCHEDULES, crashed, NOW, {"2026-04"}).create if one.deployment == "run-month")
        for crashed in ([], [month(CUT_OFF, CRASHED)], [month(CUT_OFF, CRASHED), month(CUT_OFF + DAY, CRASHED)])
    }
    assert len(keys) == 3
    assert all(len(key) == 1 for key in keys)


def test_a_run_of_an_earlier_instant_answers_for_no_later_one() -> None:
    assert outline([night(1.5, OTHER)], set())[2] == [("verify-nightly", "2026-04")]
    assert outline([night(-0.5)], set())[2] == [("verify-nightly", "2026-04")], "tomorrow's run is not today's"
    assert outline([night(0.5, OTHER), night(-0.5)], set()) == (set(), set(), [])


def test_runs_that_no_schedule_makes_are_left_alone() -> None:
    alert = Run("alert", "alert-operators", "", NOW - DAY, WAITING)
    assert outline([alert, night(0.5, OTHER)], set()) == (set(), set(), [])


def test_the_same_plan_is_made_of_runs_in_any_order() -> None:
    runs = [night(2.5), night(1.5), night(0.5), month(CUT_OFF)]
    assert plan(SCHEDULES, runs, NOW, {"2026-04"}) == plan(SCHEDULES, runs[::-1], NOW, {"2026-04"})


def test_a_deployment_without_a_passed_instant_owes_nothing() -> None:
    assert plan({"run-month": [], "verify-nightly": []}, [], NOW, {"2026-04"}).create == ()
    (one,) = plan({"run-month": [CUT_OFF]}, [], NOW, {"2026-04"}).create
    assert one == Missed("run-month", "2026-04", "catch-up run-month 2026-04 2026-04-24T00:00Z 0")
