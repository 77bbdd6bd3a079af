"""A mail server that fails at each phase: nothing is lost, nothing arrives twice, doubt is told."""

from __future__ import annotations

import pytest
from desks import Desk

from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.announce import announce
from ctdp_etl.pipeline.deliver import deliver, resolve
from post_office import PostOffice

FIRST, SECOND = "a@so.example.vn", "b@so.example.vn"
NEXT_DAY = "2026-04-21T02:00:00Z"
WAITING = ("queued", "queued")

ROWS = [
    # phase, what happens there, states after it, letters that arrived in spite of it, those that arrived in the end
    ("BANNER", "drop", WAITING, 0, 2),
    ("BANNER", "554", WAITING, 0, 2),
    ("BANNER", "silent", WAITING, 0, 2),
    ("EHLO", "drop", WAITING, 0, 2),
    ("EHLO", "550", WAITING, 0, 2),
    ("STARTTLS", "454", WAITING, 0, 2),
    ("STARTTLS", "drop", WAITING, 0, 2),
    ("AUTH", "535", WAITING, 0, 2),
    ("AUTH", "454", WAITING, 0, 2),
    ("AUTH", "drop", WAITING, 0, 2),
    ("MAIL", "451", WAITING, 0, 2),
    ("MAIL", "421", WAITING, 0, 2),
    ("MAIL", "550", WAITING, 0, 2),
    ("MAIL", "drop", WAITING, 0, 2),
    ("MAIL", "silent", WAITING, 0, 2),
    ("RCPT", "450", WAITING, 0, 2),
    ("RCPT", "550", ("refused", "refused"), 0, 0),
    ("RCPT", "drop", WAITING, 0, 2),
    ("DATA", "451", WAITING, 0, 2),
    ("DATA", "554", ("refused", "refused"), 0, 0),
    ("DATA", "drop", WAITING, 0, 2),
    ("DATA", "silent", WAITING, 0, 2),
    ("BODY", "drop", ("queued", "unknown"), 0, 1),
    ("BODY", "silent", ("queued", "unknown"), 0, 1),
    ("END", "451", WAITING, 0, 2),
    ("END", "554", ("refused", "refused"), 0, 0),
    ("END", "drop", ("queued", "unknown"), 0, 1),
    ("STORED", "drop", ("queued", "unknown"), 1, 2),
    ("STORED", "silent", ("queued", "unknown"), 1, 2),
]


@pytest.mark.parametrize(("phase", "how", "states", "arrived", "in_the_end"), ROWS)
def test_a_failing_phase_loses_nothing_and_sends_nothing_twice(
    desk: Desk, office: PostOffice, phase: str, how: str, states: tuple[str, str], arrived: int, in_the_end: int
) -> None:
    desk.readers = f"province_brief:VN34_80={SECOND}"
    desk.issue("province_brief", "2026-04", "VN34_80")
    desk.write(FIRST)
    assert announce(desk.site) == 1, "the second letter brings a released report"
    office.fails(phase, how)
    first = deliver(desk.site, seconds=0.6 if how == "silent" else 30)
    assert (tuple(desk.states()), first.sent, len(office.arrived())) == (states, 0, arrived)
    assert bool(first.trouble) is (states != WAITING or phase in {"BANNER", "EHLO", "STARTTLS", "AUTH"})
    assert "mat-khau" not in first.trouble + "".join(letter.message for letter in desk.letters())

    office.fails()
    desk.now = NEXT_DAY
    for _ in range(2):
        deliver(desk.site)
    assert len(office.ids()) == len(set(office.ids())) == in_the_end
    assert "queued" not in desk.states()
    assert desk.states().count("unknown") == states.count("unknown")


def test_a_server_that_is_not_there_loses_nothing(desk: Desk, office: PostOffice) -> None:
    desk.write(FIRST)
    there, desk.smtp_url = desk.smtp_url, desk.smtp_url.replace(str(office.port), "1")
    assert "từ chối kết nối" in deliver(desk.site).reason
    assert [(one.state, one.attempts) for one in desk.letters()] == [("queued", 0)]
    desk.smtp_url = there
    assert deliver(desk.site).sent == 1


def test_a_letter_in_doubt_goes_out_again_only_by_name_and_reason(desk: Desk, office: PostOffice) -> None:
    desk.write(FIRST)
    office.fails("STORED", "drop")
    deliver(desk.site)
    office.fails()
    (letter,) = desk.letters()
    decision = Decision("Lan", "Sở nói chưa nhận được", desk.now)
    assert resolve(desk.site, letter.id[:10], decision, has_arrived=False).state == "queued"
    assert deliver(desk.site).sent == 1
    first, second = office.arrived()
    assert first[1]["Message-ID"] == second[1]["Message-ID"]
    assert desk.states() == ["sent"]


def test_a_letter_in_doubt_is_closed_where_it_has_arrived(desk: Desk, office: PostOffice) -> None:
    desk.write(FIRST)
    office.fails("STORED", "drop")
    deliver(desk.site)
    office.fails()
    (letter,) = desk.letters()
    resolve(desk.site, letter.id, Decision("Lan", "Sở đã nhận", desk.now), has_arrived=True)
    assert (deliver(desk.site).sent, len(office.arrived()), desk.states()) == (0, 1, ["sent"])


def test_waits_grow_and_after_days_somebody_is_asked(sqlite_desk: Desk, office: PostOffice) -> None:
    desk = sqlite_desk
    desk.write(FIRST)
    office.fails("RCPT", "450")
    for now, attempts in (("02:00", 1), ("02:04", 1), ("02:05", 2), ("02:14", 2), ("02:15", 3)):
        desk.now = f"2026-04-20T{now}:00Z"
        deliver(desk.site)
        assert [one.attempts for one in desk.letters()] == [attempts], now
    office.fails()
    desk.now = "2026-04-25T02:00:01Z"
    told = deliver(desk.site)
    assert (desk.states(), office.arrived()) == (["failed"], [])
    assert "ctdp deliver --list" in told.trouble


def test_a_server_that_takes_one_letter_a_connection_gets_them_all(sqlite_desk: Desk, office: PostOffice) -> None:
    sqlite_desk.write(*(f"so{number}@so.example.vn" for number in range(5)))
    assert deliver(sqlite_desk.site).sent == 5
    assert office.connections() == 1
    assert sorted(who for who, _ in office.arrived()) == [f"so{number}@so.example.vn" for number in range(5)]
