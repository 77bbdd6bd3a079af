"""A small month that is killed: ``python crashing.py FOLDER`` prints JSON with what each kill left behind.

Each try works in a fork of this process, in a home of its own: the first is never killed and counts the points, the
others die by SIGKILL before or after a commit, a rename or a sync to disk, and a second fork finishes their month. The
warehouses are SQLite files, or databases of the PostgreSQL server in CTDP_TEST_SERVER, copied from its template.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline import brief, check, collect, load, release
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.ledger import receipts
from ctdp_etl.warehouse.publications import publications
from ctdp_etl.warehouse.read import current_observations, submissions
from points import Points, in_fork, load_ahead, tried
from registered import TAY_NINH_ENTRY

MONTH = "2026-04"
SERVER = os.environ.get("CTDP_TEST_SERVER", "")
TEMPLATE = "ctdp_template"


def place(home: Path) -> None:
    """Register Tây Ninh with its month in its folder, and a file that is no workbook."""
    folder = home / "inbox" / "SCT_VN34_80" / MONTH
    folder.mkdir(parents=True)
    contents = {file.name: file.content for file in tay_ninh_files(MONTH)} | {"hong.xlsx": b"PK\x03\x04 cut off"}
    moment = tay_ninh_files(MONTH)[0].received_at.timestamp()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (moment, moment))
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    if SERVER:
        on_server(f"CREATE DATABASE {database(home)} TEMPLATE {TEMPLATE}")


def database(home: Path) -> str:
    return f"ctdp_crash_{home.name}"


def on_server(command: str) -> None:
    engine = create_engine(
        f"{SERVER.replace('postgresql:', 'postgresql+psycopg:')}/postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def site_of(home: Path) -> Site:
    url = f"{SERVER}/{database(home)}" if SERVER else f"sqlite:///{home / 'warehouse.db'}"
    return open_site(Settings(home, url, now=lambda: f"{MONTH}-24T02:00:00Z"))


def work(home: Path, points: Points | None = None) -> None:
    """Do what the schedule does, and release the briefing by a decision."""
    site, period = site_of(home), Period.parse(MONTH)
    decision = Decision("Nguyễn An", "Lãnh đạo duyệt", site.settings.now())
    steps: dict[str, Callable[[], object]] = {
        "collect": lambda: collect.collect(site, period),
        "load": lambda: list(load.load(site, period)),
        "check": lambda: check.check(site, period),
        "brief": lambda: brief.brief(site, period, is_checked=True),
        "release": lambda: release.release(site, period, decision),
    }
    for name, step in steps.items():
        if points:
            points.step = name
        step()
    site.engine.dispose()


def dump(home: Path) -> str:
    """Return what stands at the end, as one digest of the warehouse, the archive and the published files."""
    site = site_of(home)
    with site.engine.connect() as connection:
        tables = [
            receipts(connection),
            submissions(connection),
            current_observations(connection, vintage_to=None),
            publications(connection),
        ]
        counts = [
            connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar()
            for name in (
                *("receipt", "submission", "arrival", "observation", "finding", "publication", "figure_source"),
                *("release", "audit"),
            )
        ]
        parts = [table.to_csv(index=False) for table in tables]
        parts += [str(counts), json.dumps(check.findings(site, Period.parse(MONTH)), ensure_ascii=False)]
    for folder in (site.settings.archive, site.settings.published):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                parts.append(f"{path.relative_to(home)} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    site.engine.dispose()
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def print_again(home: Path) -> None:
    """Print in this process what its forks will print, so that each finds catalog, fonts and templates loaded."""
    site = site_of(home)
    brief.brief(site, Period.parse(MONTH), is_checked=True)
    site.engine.dispose()


def attempt(home: Path, fatal: int) -> int:
    """Work off the month in a fork that dies at the point ``fatal`` (0: never); return its exit code."""

    def job() -> None:
        points = Points(fatal)
        points.watch(PGDialect_psycopg if SERVER else SQLiteDialect_pysqlite, "do_commit", "commit")
        if not SERVER:
            points.watch_disk()
        work(home, points)
        (home / "points").write_text(json.dumps(points.passed), encoding="utf-8")

    return in_fork(job)


def main(folder: Path) -> None:
    """Print the points, what is left after each kill and a second run, and whether a third changes anything."""
    whole = folder / "whole"
    expected: list[str] = []

    def count(home: Path) -> list[list[str]]:
        place(home)
        if attempt(home, 0):
            raise SystemExit("the month fails by itself")
        expected.append(dump(home))
        print_again(home)
        passed: list[list[str]] = json.loads((home / "points").read_text(encoding="utf-8"))
        return passed

    def kill(home: Path, fatal: int) -> dict[str, Any]:
        place(home)
        code = attempt(home, fatal)
        again = in_fork(lambda: work(home))
        answer = {"code": code, "again": again, "same": dump(home) == expected[0]}
        if SERVER:
            on_server(f"DROP DATABASE {database(home)} WITH (FORCE)")
        return answer

    told = tried(folder, count, kill)
    in_fork(lambda: work(whole))
    print(json.dumps({**told, "repeated": dump(whole) == expected[0]}))


if __name__ == "__main__":
    load_ahead()
    main(Path(sys.argv[1]))
