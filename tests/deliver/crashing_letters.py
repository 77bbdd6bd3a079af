"""Letters whose sender is killed: ``python crashing_letters.py HOME DATABASE MAIL-SERVER`` prints JSON, a line a kill.

Each try works in a fork: the first is never killed and counts the points, the others die by SIGKILL before or after a
commit, before or after something is said to the mail server, or after its reply. A second fork then sends what is left.
"""

from __future__ import annotations

import json
import smtplib
import sys
import time
from pathlib import Path

from desks import Desk
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ctdp_etl.pipeline.deliver import deliver
from ctdp_etl.warehouse.engine import open_engine
from points import Points, in_fork, load_ahead

PATIENCE = 10.0


def issue(home: Path, url: str, smtp_url: str) -> None:
    """Release the report that goes with the letters."""
    engine = open_engine(url)
    Desk(home, url, engine, smtp_url).issue("province_brief", "2026-04", "VN34_80")
    engine.dispose()


def work(home: Path, url: str, smtp_url: str, number: int) -> None:
    """Queue a letter with a released report about one event, with SQLite one without it too, and send."""
    engine = open_engine(url)
    desk = Desk(home, url, engine, smtp_url)
    desk.write(f"a-{number}@so.example.vn", event=f"report:{number}", attachment="province_brief:2026-04:VN34_80:1")
    if url.startswith("sqlite"):
        desk.write(f"b-{number}@so.example.vn", event=f"try:{number}")
    deadline = time.monotonic() + PATIENCE
    while True:
        deliver(desk.site)
        if not {"queued", "sending"} & {letter.state for letter in desk.letters()} or time.monotonic() > deadline:
            break
        time.sleep(0.02)  # the server has yet to notice that the one who held the turn is dead
    engine.dispose()


def attempt(home: Path, url: str, smtp_url: str, fatal: int) -> int:
    """Work in a fork that dies at the point ``fatal`` (0: never); return its exit code."""

    def job() -> None:
        points = Points(fatal)
        points.watch(SQLiteDialect_pysqlite, "do_commit", "commit")
        points.watch(PGDialect_psycopg, "do_commit", "commit")
        points.watch(smtplib.SMTP, "send", "send")
        points.watch(smtplib.SMTP, "getreply", "reply")
        work(home, url, smtp_url, fatal)
        (home / "points").write_text(str(len(points.passed)), encoding="utf-8")

    return in_fork(job)


def main(home: Path, url: str, smtp_url: str) -> None:
    """Release a report and try every point."""
    if in_fork(lambda: issue(home, url, smtp_url)):
        raise SystemExit("no report to send")
    codes = [attempt(home, url, smtp_url, 0)]
    count = int((home / "points").read_text(encoding="utf-8"))
    for fatal in range(1, count + 1):
        codes.append(attempt(home, url, smtp_url, fatal))
        if in_fork(lambda fatal=fatal: work(home, url, smtp_url, fatal)):
            raise SystemExit(f"point {fatal}: the second process failed")
    engine = open_engine(url)
    states = {letter.recipient: letter.state for letter in Desk(home, url, engine, smtp_url).letters()}
    print(json.dumps({"points": count, "codes": codes, "states": states}))


if __name__ == "__main__":
    load_ahead()
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
