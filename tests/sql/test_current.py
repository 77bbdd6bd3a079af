"""Which value counts: a table of cases, each loaded in every order, each on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

import pytest
from deliveries import DEPARTMENT, Sent, TakenOut, day, deliver, empty, figure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine, func, select

from ctdp_etl.warehouse.read import current_observations
from ctdp_etl.warehouse.tables import observation

Event = Sent | TakenOut
LAST_MONTH = {"time_period": "2026-09"}
RETAIL = {"dataflow": "RETAIL", "form": "RETAIL.M", "sheet": "TM", "measure": "month"}


@dataclass(frozen=True)
class Case:
    """Events, how the warehouse is asked, and the current value of each indicator."""

    name: str
    events: tuple[Event, ...]
    current: dict[str, float | None]
    asked: dict[str, Any] = field(default_factory=dict)


def sent(name: str, at: str, *figures: Any, **fields: Any) -> Sent:
    """Return a delivery of figures."""
    return Sent(name, at, figures, **fields)


FIRST = sent("first", day(18), figure("B", 101.0), figure("C", 102.0), figure("D", 103.0))
CORRECTED = sent("corrected", day(19), figure("B", 101.0), figure("C", 105.0), figure("D", 103.0))
SHORTER = sent("shorter", day(19), figure("B", 101.5), figure("C", 102.5))
TWO_FORMS = sent("two", day(18), figure("B", 101.0), figure("G", 900.0, **RETAIL))
ONE_FORM = sent("one", day(19), figure("B", 104.0))
ESTIMATE = sent("september", day(20, 9), figure("B", 110.84, **LAST_MONTH), period="2026-09")
OFFICIAL = sent("october", day(20, 10), figure("B", 108.30, obs_status="A", **LAST_MONTH))
LATE_ESTIMATE = sent("late", day(25, 10), figure("B", 109.9, **LAST_MONTH), period="2026-09")
LATEST_ESTIMATE = sent("november", day(20, 11), figure("B", 111.1, **LAST_MONTH), period="2026-11")
WRONG_AREA = sent("of another area", day(19), figure("B", 55.0))
RIGHT_AREA = sent("of another area", day(19), figure("B", 55.0, ref_area="VN34_24"), source="SCT_VN34_24")
LOW, HIGH = "0" * 64, "f" * 64

CASES = [
    Case("a resend replaces", (FIRST, CORRECTED), {"B": 101.0, "C": 105.0, "D": 103.0}),
    Case("a resend with a row less withdraws the row", (FIRST, SHORTER), {"B": 101.5, "C": 102.5}),
    Case("a resend with one form only leaves the other", (TWO_FORMS, ONE_FORM), {"B": 104.0, "G": 900.0}),
    Case(
        "an empty form withdraws all rows of its table",
        (TWO_FORMS, sent("empty", day(19), empty_forms=("IIP.M",))),
        {"G": 900.0},
    ),
    Case("a restatement overrides the estimate", (ESTIMATE, OFFICIAL), {"B": 108.30}),
    Case("a late estimate does not override the official figure", (ESTIMATE, OFFICIAL, LATE_ESTIMATE), {"B": 108.30}),
    Case("a later month's estimate does not either", (OFFICIAL, LATEST_ESTIMATE), {"B": 108.30}),
    Case("a later month's estimate overrides an estimate", (ESTIMATE, LATEST_ESTIMATE), {"B": 111.1}),
    Case(
        "official over preliminary over estimate",
        (
            sent("a", day(1), figure("B", 1.0, obs_status="A"), period="2026-08"),
            sent("p", day(2), figure("B", 2.0, obs_status="P"), figure("C", 2.5, obs_status="P"), period="2026-09"),
            sent("e", day(3), figure("B", 3.0), figure("C", 3.5), figure("D", 3.75), period="2026-10"),
        ),
        {"B": 1.0, "C": 2.5, "D": 3.75},
    ),
    Case(
        "the same file by two ways",
        (FIRST, replace(FIRST, at=day(17)), CORRECTED),
        {"B": 101.0, "C": 105.0, "D": 103.0},
    ),
    Case(
        "the first file sent again after its correction stands again",
        (FIRST, CORRECTED, replace(FIRST, at=day(20))),
        {"B": 101.0, "C": 102.0, "D": 103.0},
    ),
    Case(
        "at the same instant the hash decides",
        (sent(LOW, day(18), figure("B", 1.0)), sent(HIGH, day(18), figure("B", 2.0))),
        {"B": 2.0},
    ),
    Case(
        "two sources for one province stand side by side",
        (FIRST, sent("office", day(20), figure("B", 99.0), source="NSO", ref_area="VN")),
        {"NSO B": 99.0, "B": 101.0, "C": 102.0, "D": 103.0},
    ),
    Case("a wrong file taken out leaves nothing", (WRONG_AREA, TakenOut(WRONG_AREA, day(20))), {}),
    Case(
        "a wrong-area file taken out and given to its area",
        (WRONG_AREA, RIGHT_AREA, TakenOut(WRONG_AREA, day(20))),
        {"SCT_VN34_24 B": 55.0},
    ),
    Case(
        "taking out is a resend of nothing: what it had replaced stays away",
        (FIRST, WRONG_AREA, TakenOut(WRONG_AREA, day(20))),
        {},
    ),
    Case(
        "taking out leaves the forms that it did not have",
        (TWO_FORMS, ONE_FORM, TakenOut(ONE_FORM, day(20))),
        {"G": 900.0},
    ),
    Case(
        "taking out an old file leaves its correction",
        (FIRST, SHORTER, TakenOut(FIRST, day(21))),
        {"B": 101.5, "C": 102.5},
    ),
    Case(
        "a file sent again after it was taken out stands",
        (FIRST, TakenOut(FIRST, day(20)), replace(FIRST, at=day(21))),
        {"B": 101.0, "C": 102.0, "D": 103.0},
    ),
    Case(
        "an older vintage says what it said",
        (ESTIMATE, OFFICIAL, LATEST_ESTIMATE),
        {"B": 110.84},
        {"vintage_to": "2026-09"},
    ),
    Case(
        "as of an instant before the correction",
        (FIRST, CORRECTED),
        {"B": 101.0, "C": 102.0, "D": 103.0},
        {"as_of": day(18)},
    ),
    Case("as of the instant of the correction", (FIRST, SHORTER), {"B": 101.5, "C": 102.5}, {"as_of": day(19)}),
    Case("as of an instant before anything came", (FIRST,), {}, {"as_of": day(17)}),
    Case("as of before it was taken out", (WRONG_AREA, TakenOut(WRONG_AREA, day(20))), {"B": 55.0}, {"as_of": day(19)}),
    Case("as of when it was taken out", (WRONG_AREA, TakenOut(WRONG_AREA, day(20))), {}, {"as_of": day(20)}),
    Case(
        "as of between its two arrivals",
        (FIRST, CORRECTED, replace(FIRST, at=day(20))),
        {"B": 101.0, "C": 105.0, "D": 103.0},
        {"as_of": day(19)},
    ),
    Case(
        "a key with two values in one file is current with neither",
        (sent("twice", day(18), figure("B", 1.0, conflict=True), figure("B", 2.0, conflict=True), figure("C", 3.0)),),
        {"C": 3.0},
    ),
    Case(
        "a conflict leaves the earlier report's value",
        (ESTIMATE, sent("twice", day(20), figure("B", 1.0, conflict=True, obs_status="A", **LAST_MONTH))),
        {"B": 110.84},
    ),
    Case(
        "text takes part like a number",
        (FIRST, sent("text", day(19), figure("B", None, text="không phát sinh"), figure("C", 102.0))),
        {"B": None, "C": 102.0},
    ),
    Case("one dataflow of two", (TWO_FORMS,), {"G": 900.0}, {"dataflows": ["RETAIL", "TRADE"]}),
    Case("no dataflow", (TWO_FORMS,), {}, {"dataflows": []}),
    Case(
        "a range of months holds the quarter and the year that they share",
        (
            sent(
                "periods",
                day(18),
                *(
                    figure(name, 1.0, time_period=name)
                    for name in ("2025-12", "2026-06", "2026-07", "2026-10", "2026-11")
                ),
                *(
                    figure(name, 1.0, time_period=name)
                    for name in ("2026-Q2", "2026-Q3", "2026-S1", "2026-S2", "2026", "2027")
                ),
            ),
        ),
        dict.fromkeys(("2026-07", "2026-10", "2026-Q3", "2026-S2", "2026"), 1.0),
        {"time_from": "2026-07", "time_to": "2026-10"},
    ),
]


def orders(events: Sequence[Event]) -> Iterator[tuple[Event, ...]]:
    """Yield every order in which the events can be done: what is taken out has to be there."""
    for order in permutations(events):
        loaded: set[str] = set()
        for event in order:
            if isinstance(event, Sent):
                loaded.add(event.submission.id)
            elif event.sent.submission.id not in loaded:
                break
        else:
            yield order


def ask(engine: Engine, **asked: Any) -> DataFrame:
    """Return the current observations."""
    with engine.connect() as connection:
        return current_observations(connection, **{"vintage_to": None, **asked})


def by_indicator(frame: DataFrame) -> dict[str, float | None]:
    """Return values by indicator, with the source in front where it is not the department."""
    return {
        row.indicator if row.source == DEPARTMENT else f"{row.source} {row.indicator}": (
            None if row.value != row.value else row.value
        )
        for row in frame.itertuples()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_current_values_in_every_order_of_loading(warehouse: Engine, case: Case) -> None:
    for order in orders(case.events):
        empty(warehouse)
        deliver(warehouse, order)
        assert by_indicator(ask(warehouse, **case.asked)) == case.current, [event.at for event in order]


def test_a_file_by_two_ways_is_received_when_it_first_came(warehouse: Engine) -> None:
    mailed, shared = replace(FIRST, file_name="thu.xlsx"), replace(FIRST, at=day(17), file_name="thu-muc.xlsx")
    for order in permutations((mailed, shared)):
        empty(warehouse)
        results = deliver(warehouse, order)
        assert [(result.new, result.observations) for result in results] == [(True, 3), (False, 0)]
        frame = ask(warehouse)
        assert set(frame["received_at"]) == {day(17)}
        assert set(frame["file_name"]) == {"thu-muc.xlsx"}


months = st.sampled_from(["2026-08", "2026-09", "2026-10"])
figures = st.builds(
    figure,
    st.sampled_from(["B", "C"]),
    st.sampled_from([None, 0.0, -0.0, 1.5, 110.84]),
    time_period=months,
    obs_status=st.sampled_from("APE"),
    conflict=st.sampled_from([False, False, False, True]),
    form=st.sampled_from(["IIP.M", "IIP.Q"]),
)
histories = st.lists(
    st.builds(
        sent,
        st.sampled_from(["w", "x", "y", "z"]),
        st.sampled_from([day(18), day(19), day(20)]),
        period=months,
        source=st.sampled_from([DEPARTMENT, "NSO"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), history=histories, contents=st.lists(st.lists(figures, max_size=4), min_size=4, max_size=4))
def test_the_state_depends_on_what_was_sent_and_never_on_the_order(
    warehouse: Engine, data: st.DataObject, history: list[Sent], contents: list[list[Any]]
) -> None:
    # The same bytes have the same content, whenever and by whomever they are sent.
    by_bytes = dict(zip("wxyz", contents, strict=True))
    events = [replace(event, figures=tuple(by_bytes[event.bytes])) for event in history]
    other = data.draw(st.permutations(events))
    empty(warehouse)
    deliver(warehouse, events)
    frame = ask(warehouse)
    with warehouse.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(observation)).scalar()
    assert sum(result.observations for result in deliver(warehouse, other)) == 0
    assert_frame_equal(ask(warehouse), frame)
    empty(warehouse)
    assert sum(result.observations for result in deliver(warehouse, other)) == stored
    assert_frame_equal(ask(warehouse), frame)
