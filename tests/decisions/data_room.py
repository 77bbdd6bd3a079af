"""A data room that a test sends workbooks to and decides in, through the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

import postgres
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.model import Finding
from ctdp_etl.warehouse.engine import open_engine
from ctdp_etl.warehouse.findings import record_findings
from ctdp_etl.warehouse.tables import audit, decision, observation

SIGNED = ("--who", "Nguyễn An", "--reason", "Sở đã giải trình")
SOURCE = ("--source", "Công văn 12/SCT-KH")
CORRECTED = ("correct", "--value", "69651", *SOURCE, "--who", "Trần Bình", "--reason", "Gõ thừa ba số không")
ON_ONE = pytest.mark.parametrize("warehouse_url", ["sqlite"], indirect=True)
"""For what is decided before any database is asked."""
REPORTED, RIGHT = 69651000.0, 69651.0


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def retail(period: str, **factors: float) -> bytes:
    """Return Tây Ninh's retail workbook of a month, with the figures of some cells multiplied."""
    content = tay_ninh_files(period)[1].content
    book = load_workbook(io.BytesIO(content))
    for cell, factor in factors.items():
        book.worksheets[0][cell].value *= factor
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue() if factors else content


@dataclass
class Room:
    """``ctdp`` in a home of its own, with a clock that the test sets."""

    home: Path
    url: str
    call: Callable[..., Answer]
    patch: pytest.MonkeyPatch

    def __call__(self, *arguments: object) -> Answer:
        return self.call(*arguments)

    def at(self, local: str) -> None:
        """Set the clock, Vietnam's time."""
        self.patch.setenv("CTDP_NOW", f"{local}:00+07:00")

    def send(self, content: bytes, at: str) -> str:
        """Take a workbook in as received at a local time and return its receipt."""
        path = self.home.parent / f"{at.replace(':', '')}.xlsx"
        path.write_bytes(content)
        answer = self("submit", path, "--area", "VN34_80", "--received-at", at, "--json")
        assert answer.code == 0, answer.err
        return str(answer.document["files"][0]["receipt_id"])

    def findings(self, period: str = "2026-04", **more: str) -> list[dict[str, Any]]:
        """Return the findings as they were last recorded."""
        options = [word for name, value in more.items() for word in (f"--{name.replace('_', '-')}", value)]
        found: list[dict[str, Any]] = self("findings", period, "--json", *options).document["findings"]
        return found

    def error(self) -> dict[str, Any]:
        """Return the only error of April."""
        (found,) = [one for one in self.findings() if one["severity"] == "error"]
        return found

    def exported(self, *options: str, indicator: str = "ACCOMMODATION") -> dict[str, str]:
        """Return the row of the export about an indicator's month of April."""
        rows = csv.DictReader(io.StringIO(self("export", "2026-04", "--format", "csv", *options).out))
        (found,) = [row for row in rows if (row["indicator"], row["measure"]) == (indicator, "month")]
        return found

    def stored(self) -> list[tuple[Any, ...]]:
        """Return every stored observation."""
        return self._rows(select(observation).order_by(*observation.primary_key))

    def decisions(self) -> list[Any]:
        """Return every entry about findings, in the order of decision."""
        return self._rows(select(decision).order_by(decision.c.decided_at))

    def audited(self) -> list[Any]:
        """Return who did what to which finding."""
        kinds = ("waive", "correct", "undo")
        columns = (audit.c.who, audit.c.verb, audit.c.subject, audit.c.reason)
        return self._rows(select(*columns).where(audit.c.verb.in_(kinds)).order_by(audit.c.number))

    def record(self, found: list[Finding]) -> None:
        """Make ``found`` those of the last checks of April."""
        with self.engine() as engine:
            record_findings(engine, "2026-04", found, "2026-04-24T02:00:00Z")

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Yield the engine of the warehouse."""
        engine = open_engine(self.url)
        yield engine
        engine.dispose()

    def _rows(self, query: Any) -> list[Any]:
        with self.engine() as engine, engine.connect() as connection:
            return list(connection.execute(query).all())


@dataclass(frozen=True)
class Kept:
    """A data room as it was once: its home, and its warehouse as a file or a database to copy."""

    home: Path
    url: str

    def put_into(self, room: Room) -> None:
        """Make ``room``, which is on the same kind of database, what it was then."""
        shutil.copytree(self.home, room.home, dirs_exist_ok=True)
        _copy_warehouse(self.url, room.url)

    def remove(self) -> None:
        """Remove the database; a file goes with its folder."""
        if not self.url.startswith("sqlite"):
            postgres.on_server(*_dropped(self.url))


def keep(room: Room, folder: Path) -> Kept:
    """Keep a copy of ``room`` in a folder."""
    shutil.copytree(room.home, folder / "home")
    url = f"sqlite:///{folder / 'kept.db'}" if room.url.startswith("sqlite") else f"{room.url}_kept"
    _copy_warehouse(room.url, url)
    return Kept(folder / "home", url)


def _copy_warehouse(source: str, target: str) -> None:
    if source.startswith("sqlite"):
        here, there = (sqlite3.connect(url.removeprefix("sqlite:///")) for url in (source, target))
        with closing(here), closing(there):
            here.backup(there)
        return
    server, _, name = target.rpartition("/")
    postgres.on_server(*_dropped(target))
    postgres.on_server(server, f"CREATE DATABASE {name} TEMPLATE {source.rpartition('/')[2]}")


def _dropped(url: str) -> tuple[str, str]:
    server, _, name = url.rpartition("/")
    return server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
