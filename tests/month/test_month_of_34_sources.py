"""A month as it comes: 34 offices, four channels; some late, two forged, one half-written, one twice, one hostile."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from running_up import Up
from senders import CHANNELS, FORGED, HOSTILE, LATE, MONTH, OTHER_MONTH, TRUNCATED, TWICE, Servers, address, areas, sent

from post_office import PostOffice

OPERATOR = "truc@ctdp.example.vn"


@pytest.fixture(scope="module")
def ended(up: Up) -> dict[str, Any]:
    """The month's run on the running server and worker, as it ended."""
    return run(up)


def run(up: Up) -> dict[str, Any]:
    return up.ended(up.run("run-month", datetime.now(UTC).isoformat(), period=MONTH))


def rows(up: Up, query: str) -> list[dict[str, Any]]:
    with sqlite3.connect(up.home / "warehouse.db") as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def receipts(up: Up) -> list[dict[str, Any]]:
    return rows(up, "SELECT * FROM receipt")


def everything(up: Up) -> tuple[dict[str, list[str]], dict[str, bytes]]:
    """Return every row of the warehouse, letters too, and every published file."""
    tables = [row["name"] for row in rows(up, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    stored = {name: sorted(map(repr, rows(up, f"SELECT * FROM {name}"))) for name in tables}
    published = up.home / "published"
    return stored, {str(path): path.read_bytes() for path in published.rglob("*") if path.is_file()}


def test_the_run_ends_by_the_name_of_what_somebody_must_do(ended: dict[str, Any]) -> None:
    assert ended["state_type"] == "COMPLETED"
    assert ended["state_name"] == "Có tệp lỗi"
    assert f"SCT_{HOSTILE}" in ended["state"]["message"]


def test_the_board_says_how_it_stands_with_each_office(up: Up, ended: dict[str, Any]) -> None:
    answer = up.ctdp("status", MONTH, "--json")
    assert answer.returncode == 0, answer.stderr
    states: dict[str, set[str]] = {area: set() for area in areas()}
    for line in json.loads(answer.stdout)["board"]:
        states[line["ref_area"]].add(line["state"])
    missing = {area: {"late"} for area in (*LATE, TRUNCATED, OTHER_MONTH)} | {HOSTILE: {"failed"}}
    assert {area: states[area] for area in missing} == missing
    came = {area for area, state in states.items() if state <= {"received", "with findings"}}
    assert came == set(areas()) - set(missing)


def test_what_nobody_vouches_for_is_set_aside(up: Up, ended: dict[str, Any]) -> None:
    aside = [one for one in receipts(up) if one["state"] == "quarantined"]
    assert [one["file_name"] for one in aside] == [sent(FORGED)[0].name] * 2
    assert sorted(one["source"] for one in aside) == ["", f"SCT_{FORGED}"], "whom the sender says to be, if anybody"
    assert all(one["message"] for one in aside)
    known = {row["sha256"] for row in rows(up, "SELECT sha256 FROM submission")}
    assert {one["sha256"] for one in aside} <= known, "the forged file is the office's own, which came by itself too"


def test_every_channel_brought_its_files_and_none_twice(up: Up, ended: dict[str, Any]) -> None:
    taken = [one for one in receipts(up) if one["state"] != "quarantined"]
    assert {one["channel"] for one in taken} == set(CHANNELS)
    awaited = sum(len(sent(area)) for area in areas() if area != TRUNCATED)
    assert len(taken) == awaited + 1, "one office sent by two channels"
    assert len(rows(up, "SELECT id FROM submission")) == awaited - 1, "and the hostile file is none"
    (first, second) = [one for one in taken if one["source"] == f"SCT_{TWICE}"]
    assert (first["sha256"], first["state"]) == (second["sha256"], second["state"]) == (first["sha256"], "loaded")
    assert {first["channel"], second["channel"]} == {"folder", "http"}


def test_every_receipt_is_answered_to_its_office_alone_and_tells_no_figure(
    up: Up, office: PostOffice, ended: dict[str, Any]
) -> None:
    taken = [one for one in receipts(up) if one["state"] != "quarantined"]
    arrived = office.arrived()
    assert Counter(who for who, _ in arrived if who != OPERATOR) == Counter(
        address(one["source"].removeprefix("SCT_")) for one in taken
    )
    assert [str(letter["Subject"]) for who, letter in arrived if who == OPERATOR] == [
        "Có tệp bị cách ly, nhận ngày 2026-04-20"
    ]
    texts = {str(letter["Subject"]): letter.get_content() for _, letter in arrived}
    for one in taken:
        (text,) = [text for subject, text in texts.items() if one["id"][:12] in subject]
        assert one["file_name"] in text.replace("\n", " ")
    assert sum("đã nhận trước đó" in text for text in texts.values()) == 1
    assert sum("không đọc được" in subject for subject in texts) == 1
    assert not [text for text in texts.values() if re.search(r"\d,\d", text)]
    assert {letter.get_content_type() for _, letter in arrived} == {"text/plain"}


def test_there_is_one_briefing(up: Up, ended: dict[str, Any]) -> None:
    (briefing,) = (up.home / "published").rglob("*.pdf")
    assert briefing.parent.name == MONTH
    assert briefing.read_bytes().startswith(b"%PDF-")
    (stored,) = rows(up, "SELECT * FROM publication")
    assert (stored["time_period"], stored["number"]) == (MONTH, 1)


def test_run_again_nothing_changes_and_nothing_is_sent_again(
    up: Up, servers: Servers, office: PostOffice, ended: dict[str, Any]
) -> None:
    before, letters = everything(up), office.ids()
    assert len(letters) == len(set(letters)) > 60
    again = run(up)
    assert (again["state_type"], again["state_name"]) == (ended["state_type"], ended["state_name"])
    assert everything(up) == before
    assert office.ids() == letters
    assert servers.mail.subjects("solieu") == []
