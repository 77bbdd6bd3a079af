"""Visits to a real server that are killed: ``python killed_visits.py FOLDER``, the server as JSON on standard input.

Each try has files of its own on the server and a home of its own. It dies before or after a commit, a rename, a sync to
disk or what it asks of the server; a second visit finishes, and a third must find nothing new.
"""

from __future__ import annotations

import imaplib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import httpx
from dovecot import Dovecot, mail
from nginx import Nginx
from sites import look, put, site, workbook
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sshd import Sshd

from ctdp_etl.collect.archive import load
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site
from points import Points, in_fork, load_ahead, tried

SENDER, PASS = "tonghop@so.example.vn", "mx.bo.example.vn; dmarc=pass header.from=so.example.vn"
FILES = {"IIP.xlsx": workbook("iip"), "Bán lẻ.xlsx": workbook("retail"), "lại.xlsx": workbook("again")}


@dataclass(frozen=True)
class Channel:
    """One kind of server: how a try's files get there, its entry in the register, and what is there at the end."""

    send: Callable[[str], None]
    entry: Callable[[str], dict[str, object]]
    left: Callable[[str], list[str]]
    watch: Callable[[Points], None]


def mail_channel(given: dict[str, Any]) -> Channel:
    server = Dovecot(given["port"], Path(given["ca_file"]), None)  # type: ignore[arg-type]

    def account(name: str) -> str:
        return f"{given['account']}-{name}"

    def send(name: str) -> None:
        (iip, retail, again) = FILES.items()
        both = mail(SENDER, iip, retail, results=PASS, subject="Hai tệp")
        server.deliver(account(name), both, mail(SENDER, again, results=PASS, subject="Một tệp"))

    def left(name: str) -> list[str]:
        return [*server.subjects(account(name)), "|", *server.subjects(account(name), "Đã nhận")]

    def watch(points: Points) -> None:
        def command(_client: object, name: str, *given: Any) -> str:
            return f"IMAP {given[0] if name == 'UID' else name}"

        points.watch(imaplib.IMAP4, "_simple_command", command)

    return Channel(send, lambda name: server.entry(account(name), SENDER), left, watch)


def sftp_channel(given: dict[str, Any]) -> Channel:
    inbox = Path(given["inbox"])
    server = Sshd(given["port"], given["host_key"], Path(given["key_file"]), inbox, None)  # type: ignore[arg-type]

    def entry(name: str) -> dict[str, object]:
        usual = server.entry(done="xong")
        return {**usual, "url": f"{usual['url']}/{name}"}

    def watch(points: Points) -> None:
        for method in ("makedirs", "posix_rename", "lstat"):
            points.watch_async(asyncssh.SFTPClient, method, f"SFTP {method}")

    return Channel(lambda name: fill(inbox / name), entry, lambda name: tree(inbox / name), watch)


def http_channel(given: dict[str, Any]) -> Channel:
    inbox = Path(given["inbox"])
    server = Nginx(given["port"], Path(given["ca_file"]), inbox, Path(), None)  # type: ignore[arg-type]

    def entry(name: str) -> dict[str, object]:
        usual = server.entry("dav", listing="webdav", done="xong")
        return {**usual, "url": f"{usual['url']}{name}/"}

    def watch(points: Points) -> None:
        points.watch(httpx.Client, "send", lambda _client, request, **_more: f"HTTP {request.method}")

    return Channel(lambda name: fill(inbox / name), entry, lambda name: tree(inbox / name), watch)


CHANNELS = {"mail": mail_channel, "sftp": sftp_channel, "http": http_channel}


def fill(folder: Path) -> None:
    for number, (name, content) in enumerate(FILES.items()):
        put(folder, name if number else f"2026-04/{name}", content)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def site_of(home: Path, channel: Channel) -> Site:
    return site(home, channel.entry(home.name))


def visit(home: Path, channel: Channel, points: Points | None = None) -> None:
    """Look once; fail where the look does."""
    place = site_of(home, channel)
    if points:
        points.step = "visit"
    failures = look(place).failures
    place.engine.dispose()
    if failures:
        raise AssertionError(failures)


def standing(home: Path, channel: Channel) -> list[object]:
    """Return what was taken, whether it is whole, what a further visit finds new, and what is left on the server."""
    place = site_of(home, channel)
    new = look(place).new
    receipts = known_receipts(place)
    taken = sorted([one.file_name, one.sha256, one.source, one.received_at, one.state] for one in receipts)
    whole = [load(place.settings.archive, one.sha256) in FILES.values() for one in receipts]
    place.engine.dispose()
    return [new, taken, whole, channel.left(home.name)]


def main(folder: Path, given: dict[str, Any]) -> None:
    """Print the points, what is left after each kill, and what stands at the end."""
    channel = CHANNELS[given["channel"]](given)
    expected: list[object] = []

    def attempt(home: Path, fatal: int) -> int:
        def job() -> None:
            points = Points(fatal)
            points.watch(SQLiteDialect_pysqlite, "do_commit", "commit")
            points.watch_disk()
            channel.watch(points)
            visit(home, channel, points)
            (home / "points").write_text(json.dumps(points.passed), encoding="utf-8")

        return in_fork(job)

    def count(home: Path) -> list[list[str]]:
        channel.send(home.name)
        if attempt(home, 0):
            raise SystemExit("the visit fails by itself")
        expected.extend(standing(home, channel))
        passed: list[list[str]] = json.loads((home / "points").read_text(encoding="utf-8"))
        return passed

    def kill(home: Path, fatal: int) -> dict[str, Any]:
        channel.send(home.name)
        code = attempt(home, fatal)
        again = in_fork(lambda: visit(home, channel))
        return {"code": code, "again": again, "same": standing(home, channel) == expected}

    print(json.dumps({**tried(folder, count, kill), "standing": expected}))


if __name__ == "__main__":
    os.environ |= {"CTDP_TEST_PASSWORD": "m@t-khẩu", "CTDP_TEST_PORTAL": "m@t-khau"}
    load_ahead()
    main(Path(sys.argv[1]), json.load(sys.stdin))
