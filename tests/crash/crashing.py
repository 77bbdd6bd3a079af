"""A small month that is killed: ``python crashing.py FOLDER`` prints JSON with what each kill left behind.

Each try works in a fork of this process, in a home of its own: the first is never killed and counts the points, the
others die by SIGKILL before or after a commit, a rename or a sync to disk, and a second fork finishes their month.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.errors import GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import brief, check, collect, load
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.ledger import receipts
from ctdp_etl.warehouse.publications import publications
from ctdp_etl.warehouse.read import current_observations, submissions

MONTH = "2026-04"
SOURCES = """
[[source]]
id = "SCT_VN34_80"
area = "VN34_80"
name = "Sở Công Thương tỉnh Tây Ninh"
forms = ["IIP", "RETAIL"]
path = "inbox/SCT_VN34_80"
"""


def place(home: Path) -> None:
    """Register Tây Ninh with its month in its folder, and a file that is no workbook."""
    folder = home / "inbox" / "SCT_VN34_80" / MONTH
    folder.mkdir(parents=True)
    contents = {file.name: file.content for file in tay_ninh_files(MONTH)} | {"hong.xlsx": b"PK\x03\x04 cut off"}
    moment = tay_ninh_files(MONTH)[0].received_at.timestamp()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (moment, moment))
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")


def site_of(home: Path) -> Site:
    return open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: f"{MONTH}-24T02:00:00Z"))


def work(home: Path) -> None:
    """Do what the schedule does."""
    site, period = site_of(home), Period.parse(MONTH)
    collect.collect(site, period)
    list(load.load(site, period))
    check.check(site, period)
    try:
        brief.brief(site, period, is_checked=True)
    except GateShutError:
        print("gate shut", file=sys.stderr)
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
            for name in ("receipt", "submission", "arrival", "observation", "finding", "publication", "figure_source")
        ]
        parts = [table.to_csv(index=False) for table in tables]
        parts += [str(counts), json.dumps(check.findings(site, Period.parse(MONTH)), ensure_ascii=False)]
    for folder in (site.settings.archive, site.settings.published):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                parts.append(f"{path.relative_to(home)} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    site.engine.dispose()
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Points:
    """Counts the moments at which a power cut would matter, and dies at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.passed = fatal, 0

    def watch(self, owner: Any, name: str) -> None:
        """Make two points of a function: before it works and after."""
        original: Callable[..., Any] = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            self._pass()
            result = original(*given, **named)
            self._pass()
            return result

        setattr(owner, name, watched)

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def in_fork(job: Callable[[], None]) -> int:
    """Do ``job`` in a fork and return its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            job()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def attempt(home: Path, fatal: int) -> int:
    """Work off the month in a fork that dies at the point ``fatal`` (0: never); return its exit code."""

    def job() -> None:
        points = Points(fatal)
        points.watch(SQLiteDialect_pysqlite, "do_commit")
        for name in ("replace", "fsync"):
            points.watch(os, name)
        work(home)
        (home / "points").write_text(str(points.passed), encoding="utf-8")

    return in_fork(job)


def main(folder: Path) -> None:
    """Print how many points there are and what is left after each kill and a second run."""
    whole = folder / "whole"
    place(whole)
    if attempt(whole, 0):
        raise SystemExit("the month fails by itself")
    count = int((whole / "points").read_text(encoding="utf-8"))
    expected, kills = dump(whole), []
    for fatal in range(1, count + 1):
        home = folder / str(fatal)
        place(home)
        code = attempt(home, fatal)
        again = in_fork(lambda home=home: work(home))
        kills.append({"point": fatal, "code": code, "again": again, "same": dump(home) == expected})
    in_fork(lambda: work(whole))
    print(json.dumps({"points": count, "kills": kills, "repeated": dump(whole) == expected}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
