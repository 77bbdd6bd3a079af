"""A month's sources are visited at the same time, and what ails one is said of that one alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dovecot import Dovecot, mail
from nginx import Nginx
from peers import free_port
from sites import look, names, put, site, workbook
from sshd import Sshd

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.arrivals import Limits
from ctdp_etl.pipeline.receipts import known_receipts

HASTY = Limits(connect=1, answer=1, visit=5)
PATIENT = Limits(connect=4, answer=4, visit=60)
AREAS = [code for code in load_catalog().areas.by_code if code.startswith("VN34_")]


@pytest.fixture
def mute() -> Iterator[int]:
    """Yield a port where somebody takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        held: list[socket.socket] = []

        def hold() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=hold)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in held:
            connection.close()


def at_port(entry: dict[str, object], port: int, number: int) -> dict[str, object]:
    """Return the entry for another source, at another port of this machine, in a folder of its own."""
    scheme, _, rest = str(entry["url"]).partition("://")
    account, _, place = rest.partition("@")
    path = place.partition("/")[2]
    area = AREAS[number]
    url = f"{scheme}://{account}{number}@127.0.0.1:{port}/{path}"
    return {**entry, "id": f"SCT_{area}", "area": area, "url": url}


def test_servers_that_never_answer_cost_one_wait_together(
    sftp_server: Sshd, portal: Nginx, mail_server: Dovecot, account: str, home: Path, mute: int
) -> None:
    kinds = (sftp_server.entry(), portal.entry("json"), mail_server.entry(account, "a@so.example.vn"))
    place = site(home, *(at_port(kinds[number % 3], mute, number) for number in range(34)))
    started = time.monotonic()
    found = look(place, limits=HASTY)
    assert time.monotonic() - started < 34 * HASTY.answer / 3
    assert found.new == 0
    assert len({failure.source for failure in found.failures}) == len(found.failures) == 34
    assert {failure.message.split(" trong thời")[0] for failure in found.failures} == {
        f"Máy chủ 127.0.0.1:{mute} không trả lời"
    }


def test_one_source_s_trouble_stops_no_other(
    sftp_server: Sshd, portal: Nginx, mail_server: Dovecot, account: str, home: Path, mute: int
) -> None:
    nobody = free_port()
    put(sftp_server.inbox, "sftp.xlsx", workbook("sftp"))
    put(portal.inbox, "http.xlsx", workbook("http"))
    put(home / "inbox", "folder.xlsx", workbook("folder"))
    sender, results = "a@so.example.vn", "mx.bo.example.vn; dmarc=pass header.from=so.example.vn"
    mail_server.deliver(account, mail(sender, ("mail.xlsx", workbook("mail")), results=results))
    good = (sftp_server.entry(), portal.entry("json"), mail_server.entry(account, sender), {"path": "inbox"})
    entries = [
        *({**entry, "id": f"SCT_{AREAS[number]}", "area": AREAS[number]} for number, entry in enumerate(good, 20)),
        *(at_port(entry, nobody, number) for number, entry in enumerate(good[:3])),
        *(at_port(entry, mute, number) for number, entry in enumerate(good[:3], 3)),
        at_port(good[0], portal.port, 6),
        at_port(good[1], sftp_server.port, 7),
        at_port(good[2], sftp_server.port, 8),
        {"id": f"SCT_{AREAS[9]}", "area": AREAS[9], "path": "nowhere"},
    ]
    place = site(home, *entries)
    found = look(place, limits=PATIENT)
    assert found.new == 4, found.failures
    assert names(place) == ["folder.xlsx", "http.xlsx", "mail.xlsx", "sftp.xlsx"]
    assert {receipt.channel for receipt in known_receipts(place)} == {"folder", "sftp", "http", "mail"}
    said = {failure.source: failure.message for failure in found.failures}
    assert sorted(said) == sorted(str(entry["id"]) for entry in entries[4:])
    for number in range(3):
        assert "từ chối kết nối" in said[f"SCT_{AREAS[number]}"]
    for number in range(3, 6):
        assert "không trả lời" in said[f"SCT_{AREAS[number]}"]
    assert "Chưa có thư mục" in said[f"SCT_{AREAS[9]}"]
    assert not any("Traceback" in message or "Exception" in message for message in said.values())


def test_what_no_library_foresees_is_said_of_that_source_alone(
    portal: Nginx, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / "inbox", "folder.xlsx", workbook("folder"))
    place = site(home, portal.entry("json"), {"id": "SCT_VN34_01", "area": "VN34_01", "path": "inbox"})

    def fail(_content: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ctdp_etl.collect.http.json_index", fail)
    found = look(place)
    assert found.new == 1
    assert "Lỗi ngoài dự kiến" in found.failures[0].message
