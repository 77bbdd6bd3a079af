"""Folders in which a month waits to be worked on, the month before already loaded: ours and the plain way's."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from benchmarks.month import Book, Place
from ctdp_etl.catalog import load_catalog
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collect, load
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings

FORMS = ("IIP", "OUTPUT", "PRODUCTS", "RETAIL", "TRADE", "ELECTRICITY", "LABOUR")


def site(home: Path) -> Site:
    """Return the site of ``home`` with its clock held after the files have come."""
    return open_site(Settings(home, address(home), now=lambda: "2026-04-24T02:00:00Z"))


def address(home: Path) -> str:
    """Return the address of the database of ``home``: the one written down there, else a SQLite file inside."""
    written = home / "database"
    return written.read_text(encoding="utf-8") if written.exists() else f"sqlite:///{home / 'warehouse.db'}"


def write_address(home: Path, url: str) -> None:
    """Write down that the data of ``home`` are in another database."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "database").write_text(url, encoding="utf-8")


def prepare_ours(home: Path, before: Sequence[Book], now: Sequence[Book]) -> None:
    """Make a home with the sources registered, the month ``before`` loaded and the files of ``now`` in the inbox."""
    home.mkdir(parents=True, exist_ok=True)
    names = load_catalog().areas.by_code
    entries = (
        f'[[source]]\nid = "{book.source}"\narea = "{book.area}"\nname = "Sở Công Thương {names[book.area].name}"\n'
        f'forms = {json.dumps(FORMS)}\npath = "inbox/{book.source}"\nsimulated = true\n'
        for book in now
    )
    (home / "sources.toml").write_text("\n".join(entries), encoding="utf-8")
    put_into(home, before)
    made = site(home)
    period = Period.parse(before[0].period)
    collect.collect(made, period)
    for outcome in load.load(made, period):
        if outcome.message:
            raise RuntimeError(outcome.message)
    made.engine.dispose()
    put_into(home, now)


def put_into(home: Path, books: Sequence[Book]) -> None:
    """Write the files as their senders leave them."""
    for book in books:
        path = home / "inbox" / book.source / book.period / book.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(book.content)
        moment = datetime.fromisoformat(f"{book.period}-20T02:00:00+00:00").timestamp()
        os.utime(path, (moment, moment))


def write_places(home: Path, books: Sequence[Book]) -> None:
    """Write down what the plain way is told: period and places of every file."""
    told = [
        {"path": f"inbox/{book.source}/{book.period}/{book.file_name}"}
        | {"area": book.area, "period": book.period, "places": [asdict(place) for place in book.places]}
        for book in books
    ]
    (home / "places.json").write_text(json.dumps(told), encoding="utf-8")


def read_places(home: Path) -> list[Book]:
    """Return the files of the month with their places."""
    told = json.loads((home / "places.json").read_text(encoding="utf-8"))
    return [
        Book(one["area"], one["period"], (home / one["path"]).read_bytes(), tuple(map(_place, one["places"])), 0)
        for one in told
    ]


def _place(written: dict[str, object]) -> Place:
    columns = {int(column): name for column, name in written.pop("columns").items()}  # type: ignore[attr-defined]
    return Place(columns=columns, **written)  # type: ignore[arg-type]
