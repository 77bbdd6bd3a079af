"""Killed anywhere, and two at once: a letter leaves at most once, and one in doubt is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from desks import Desk
from sqlalchemy import Engine

from ctdp_etl.pipeline.deliver import deliver
from ctdp_etl.warehouse.turn import only_one
from post_office import PostOffice

CRASHING = Path(__file__).parent / "crashing_letters.py"


def test_killed_at_any_command_or_commit_a_letter_arrives_once_or_is_shown(
    tmp_path: Path, warehouse_url: str, office: PostOffice
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CTDP_")}
    done = subprocess.run(
        [sys.executable, str(CRASHING), str(tmp_path), warehouse_url, office.url()],
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    letters = 2 if warehouse_url.startswith("sqlite") else 1
    assert told["points"] >= 20 + 14 * letters
    assert told["codes"] == [0] + [-9] * told["points"]
    arrived = Counter(recipient for recipient, _ in office.arrived())
    assert len(told["states"]) == letters * (told["points"] + 1)
    kinds = Counter((state, arrived[recipient]) for recipient, state in told["states"].items())
    assert set(kinds) == {("sent", 1), ("unknown", 0), ("unknown", 1)}, kinds
    # In doubt are only those whose sender died between its claim and the note of the answer.
    in_doubt = kinds["unknown", 0] + kinds["unknown", 1]
    assert 0 < in_doubt < told["points"] / 3, kinds


def test_two_at_once_send_each_letter_once(desk: Desk, office: PostOffice, warehouse: Engine) -> None:
    desk.write(*(f"so{number}@so.example.vn" for number in range(12)))
    with ThreadPoolExecutor(4) as threads:
        rounds = list(threads.map(lambda _: deliver(desk.site), range(4)))
    assert sum(done.sent for done in rounds) == 12
    assert sorted(Counter(who for who, _ in office.arrived()).values()) == [1] * 12
    assert desk.states() == ["sent"] * 12


def test_a_letter_is_queued_once_for_each_event_and_recipient(desk: Desk) -> None:
    events = [f"test:{number}" for number in range(1, 9)]
    with ThreadPoolExecutor(4) as threads:
        for event in events:
            list(
                threads.map(
                    lambda _, event=event: desk.write("A@so.example.vn", "b@so.example.vn", event=event), range(4)
                )
            )
    queued = sorted((letter.event, letter.recipient) for letter in desk.letters())
    assert queued == [(event, name) for event in events for name in ("a@so.example.vn", "b@so.example.vn")]


def test_what_another_process_was_sending_is_left_alone_while_it_lives(desk: Desk, office: PostOffice) -> None:
    code = (
        "import sys; from ctdp_etl.warehouse.engine import open_engine; from ctdp_etl.warehouse.turn import only_one\n"
        "with only_one(open_engine(sys.argv[1]), 'deliver') as mine: print(mine, flush=True); sys.stdin.read()"
    )
    desk.write("a@so.example.vn")
    other = subprocess.Popen(
        [sys.executable, "-c", code, desk.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert (deliver(desk.site).sent, desk.states()) == (0, ["queued"])
        other.kill()
    assert (deliver(desk.site).sent, desk.states()) == (1, ["sent"])


def test_a_round_that_fails_gives_its_turn_back(desk: Desk, office: PostOffice) -> None:
    with pytest.raises(ZeroDivisionError), only_one(desk.engine, "deliver") as is_mine:
        assert is_mine
        raise ZeroDivisionError
    desk.write("a@so.example.vn")
    assert deliver(desk.site).sent == 1
