"""Every version of a figure and the time in which it counted agree with what the warehouse said at that time."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

from deliveries import DEPARTMENT, Sent, TakenOut, day, deliver, empty, figure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine

from ctdp_etl.model import KEY, Finding
from ctdp_etl.series.vintages import history, releases
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.findings import record_findings
from ctdp_etl.warehouse.read import current_observations
from ctdp_etl.warehouse.vintages import VERSION_COLUMNS, arrivals, files_with_errors, restated_measures, versions

SEPTEMBER = {"time_period": "2026-09"}
FIRST = Sent("first", day(20, 9), (figure("TOTAL", 110.84, **SEPTEMBER),), period="2026-09")
AGAIN = Sent("again", day(22, 9), (figure("TOTAL", 110.48, **SEPTEMBER),), period="2026-09")
OCTOBER = Sent("october", day(20, 10), (figure("TOTAL", 108.30, obs_status="A", **SEPTEMBER), figure("TOTAL", 107.0)))


def known(engine: Engine, **asked: Any) -> DataFrame:
    """Return the versions."""
    with reading(engine) as connection:
        found = versions(connection, **asked)
    assert tuple(found.columns) == VERSION_COLUMNS
    return found


def told(found: DataFrame, when: str) -> list[list[Any]]:
    """Return (period, moment, value) of each row, None for no number."""
    rows = found[["time_period", when, "value"]].astype(object)
    return rows.where(rows.notna(), None).values.tolist()


def counting(found: DataFrame) -> DataFrame:
    """Return what both ways of asking tell of each figure that counts."""
    columns = [*KEY, "obs_status", "value", "unit", "unit_mult", "vintage", "sha256", "sheet", "cell"]
    return found[columns].reset_index(drop=True)


def test_a_figure_is_known_from_its_arrival_until_its_table_is_sent_again(warehouse: Engine) -> None:
    for order in permutations((FIRST, AGAIN, OCTOBER)):
        empty(warehouse)
        deliver(warehouse, order)
        found = known(warehouse).sort_values("known_from", kind="stable")
        assert found[["value", "known_from", "known_to"]].values.tolist() == [
            [110.84, day(20, 9), day(22, 9)],
            [110.48, day(22, 9), ""],
            [108.30, day(20, 10), ""],
            [107.0, day(20, 10), ""],
        ]
        september = ["2026-09", day(20, 10), 108.30]
        assert told(history(known(warehouse)), "known_at") == [
            ["2026-09", day(20, 9), 110.84],
            ["2026-09", day(22, 9), 110.48],
            september,
            ["2026-10", day(20, 10), 107.0],
        ]
        assert told(releases(known(warehouse), several=True), "release") == [
            ["2026-09", "2026-09", 110.48],
            ["2026-09", "2026-10", 108.30],
        ]


def test_as_of_an_instant_only_what_had_come_is_known(warehouse: Engine) -> None:
    deliver(warehouse, [FIRST, AGAIN, OCTOBER])
    before = known(warehouse, as_of=day(21, 9))
    assert before[["value", "known_from", "known_to"]].values.tolist() == [[110.84, day(20, 9), ""]]


def test_what_is_taken_out_counts_no_more_and_the_earlier_one_does_not_come_back(warehouse: Engine) -> None:
    deliver(warehouse, [FIRST, AGAIN, TakenOut(AGAIN, day(25, 9))])
    assert told(history(known(warehouse)), "known_at") == [
        ["2026-09", day(20, 9), 110.84],
        ["2026-09", day(22, 9), 110.48],
        ["2026-09", day(25, 9), None],
    ]
    assert known(warehouse, as_of=day(24, 9))["known_to"].tolist() == [day(22, 9), ""]
    assert releases(known(warehouse)).empty


def test_an_estimate_that_comes_later_does_not_replace_the_official_figure(warehouse: Engine) -> None:
    late = Sent("november", day(20, 11), (figure("TOTAL", 1.0, **SEPTEMBER),), period="2026-11")
    deliver(warehouse, [FIRST, OCTOBER, late])
    assert [row[2] for row in told(releases(known(warehouse), several=True), "release")] == [110.84, 108.30]


def test_what_is_asked_for_is_chosen(warehouse: Engine) -> None:
    other = replace(FIRST, source="NSO", ref_area="VN", figures=(figure("B", 1.0, ref_area="VN", measure="mom"),))
    deliver(warehouse, [FIRST, OCTOBER, other])
    assert len(known(warehouse)) == 4
    for asked, count in (
        ({"sources": [DEPARTMENT]}, 3),
        ({"dataflows": ["RETAIL"]}, 0),
        ({"areas": ["VN"]}, 1),
        ({"indicators": ["TOTAL"], "periods": ["2026-09"]}, 2),
        ({"measures": ["mom"]}, 1),
        ({"sources": []}, 0),
    ):
        assert len(known(warehouse, **asked)) == count, asked
    with reading(warehouse) as connection:
        assert restated_measures(connection) == ["mom", "yoy"]
        assert arrivals(connection, sources=["NSO"])["sha256"].tolist() == [other.sha256]


def test_errors_stay_with_the_file_in_which_they_were_found(warehouse: Engine) -> None:
    deliver(warehouse, [FIRST, AGAIN])
    error = Finding("A01", "error", "record", "sai", source=DEPARTMENT, dataflow="IIP", sha256=FIRST.sha256)
    record_findings(warehouse, "2026-09", [error, replace(error, severity="warning", sha256="b" * 64)], day(21, 9))
    record_findings(warehouse, "2026-09", [], day(23, 9))
    with reading(warehouse) as connection:
        found = files_with_errors(connection, "2026-09", "2026-10")
        assert found.values.tolist() == [["2026-09", DEPARTMENT, "IIP", FIRST.sha256]]
        assert files_with_errors(connection, "2026-10", "2026-10").empty
        assert files_with_errors(connection, "2026-09", "2026-09", as_of=day(20, 9)).empty


months = st.sampled_from(["2026-08", "2026-09", "2026-10"])
instants = [day(18), day(19), day(20)]
figures = st.builds(
    figure,
    st.sampled_from(["B", "C"]),
    st.sampled_from([None, 0.0, 1.5, 110.84]),
    time_period=months,
    obs_status=st.sampled_from("APE"),
    conflict=st.sampled_from([False, False, False, True]),
    form=st.sampled_from(["IIP.M", "IIP.Q"]),
)
histories = st.lists(
    st.tuples(st.sampled_from("wxyz"), st.sampled_from(instants), months, st.booleans()), min_size=1, max_size=6
)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sendings=histories, contents=st.lists(st.lists(figures, max_size=4), min_size=4, max_size=4))
def test_history_and_releases_are_what_was_current_at_the_time(
    warehouse: Engine, sendings: list[tuple[str, str, str, bool]], contents: list[list[Any]]
) -> None:
    by_bytes = dict(zip("wxyz", contents, strict=True))
    sent = [(Sent(name, at, tuple(by_bytes[name]), period), out) for name, at, period, out in sendings]
    empty(warehouse)
    deliver(warehouse, [one for one, _ in sent])
    deliver(warehouse, [TakenOut(one, day(21)) for one, out in sent if out])
    told_by_instant = history(known(warehouse))
    for instant in (*instants, day(21)):
        with reading(warehouse) as connection:
            now = current_observations(connection, vintage_to=None, as_of=instant)
        then = told_by_instant[told_by_instant["known_at"] <= instant].drop_duplicates(list(KEY), keep="last")
        assert_frame_equal(counting(then[then["obs_status"] != ""]), counting(now))
    released = releases(known(warehouse))
    for month in ("2026-08", "2026-09", "2026-10"):
        with reading(warehouse) as connection:
            now = current_observations(connection, vintage_to=month)
        then = released[released["release"] <= month].drop_duplicates(list(KEY), keep="last")
        assert_frame_equal(counting(then), counting(now))
