"""Reminders: on working days, before and after the due day, once for each occasion, never to who has sent."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from desks import CATALOG, Desk
from sqlalchemy import Engine

from ctdp_etl.collect.sources import Source
from ctdp_etl.model import Form, Submission, WorkbookReading
from ctdp_etl.pipeline.remind import occasion, remind
from ctdp_etl.warehouse.load import load_submission

OPERATOR = "lan@cuc.example.vn"
FORMS = ("IIP", "RETAIL")


def source(area: str, **named: object) -> Source:
    contacts = (f"{area.lower()}@so.example.vn",)
    usual = {"due_day": 22, "valid_from": "2025-07", "contacts": contacts}
    return Source(f"SCT_{area}", area, f"Sở {area}", FORMS, Path(area), **(usual | named))  # type: ignore[arg-type]


def send(engine: Engine, who: Source, forms: tuple[str, ...], month: str = "2026-04") -> None:
    """Load a report that has the tables and nothing else."""
    tables = tuple(Form(form, f"{form}.M", form, who.area, month, form) for form in forms)
    sent = Submission(
        f"{who.id}{month}", who.id, who.area, month, "0" * 64, "a.xlsx", "2026-04-10T02:00:00Z", "received"
    )
    load_submission(engine, sent, WorkbookReading(tables, (), ()))


def at(day: str, hour: int = 1) -> str:
    return f"{day}T{hour:02}:30:00Z"


@pytest.fixture
def room(desk: Desk) -> Desk:
    desk.operators = OPERATOR
    return desk


def test_each_occasion_has_one_letter_and_days_off_have_none(room: Desk) -> None:
    """April 2026: due on Wednesday the 22nd; the 27th is a holiday (Giỗ Tổ in lieu), 30 April and 1 May too."""
    room.sources = (source("VN34_80"),)
    days: dict[str, int] = {}
    day = date(2026, 4, 1)
    while day < date(2026, 6, 1):
        if day.month == 4 or day.day < 15:
            room.now = at(str(day))
            days[str(day)] = remind(room.site)
            assert remind(room.site) == 0
        day += timedelta(days=1)
    told = {one: count for one, count in days.items() if count}
    assert told == {"2026-04-20": 1, "2026-04-23": 2, "2026-04-28": 2}
    kinds = [(letter.recipient, letter.event.split(":")[-1]) for letter in room.letters()]
    assert sorted(kinds) == [
        *((OPERATOR, when) for when in ("first", "third")),
        *(("vn34_80@so.example.vn", when) for when in ("before", "first", "third")),
    ]


def test_who_sent_all_is_left_alone_and_who_sent_some_is_told_what_is_missing(room: Desk) -> None:
    room.sources = done, half, none = source("VN34_80"), source("VN34_24"), source("VN34_01")
    send(room.engine, done, FORMS)
    send(room.engine, half, ("IIP",))
    room.now = at("2026-04-23")
    assert remind(room.site) == 3
    bodies = {letter.recipient: letter.body for letter in room.letters()}
    assert set(bodies) == {*half.contacts, *none.contacts, OPERATOR}
    assert "(RETAIL)" in bodies[half.contacts[0]]
    assert "(IIP)" not in bodies[half.contacts[0]]
    assert CATALOG.dataflows["IIP"].name in bodies[none.contacts[0]]
    assert f"{half.id} " in bodies[OPERATOR]
    assert f"{done.id} " not in bodies[OPERATOR]


def test_only_the_latest_occasion_is_made_up_for(room: Desk) -> None:
    room.sources = (source("VN34_80"),)
    room.now = at("2026-04-29")
    remind(room.site)
    assert {letter.event.split(":")[-1] for letter in room.letters()} == {"third"}


def test_simulated_and_ended_sources_are_never_reminded(room: Desk) -> None:
    room.sources = (source("VN34_80", simulated=True), source("VN34_24", valid_to="2026-03"))
    room.now = at("2026-04-23")
    assert (remind(room.site), room.letters()) == (0, [])


def test_an_office_without_an_address_is_named_to_the_operators(room: Desk) -> None:
    room.sources = (source("VN34_80", contacts=()),)
    room.now = at("2026-04-23")
    assert remind(room.site) == 1
    assert "chưa có địa chỉ thư" in room.letters()[0].body


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-02-11", ""),
        ("2026-02-12", "before"),
        ("2026-02-13", "before"),
        ("2026-02-23", "before"),
        ("2026-02-24", "first"),
        ("2026-02-25", "first"),
        ("2026-02-26", "third"),
        ("2026-03-02", "third"),
        ("2026-03-03", ""),
    ],
)
def test_occasions_count_working_days_over_tet(today: str, expected: str) -> None:
    """The 22nd falls on the Sunday after Tết 2026 (14 to 22 February): due on Monday the 23rd."""
    assert occasion(date(2026, 2, 23), date.fromisoformat(today)) == expected
