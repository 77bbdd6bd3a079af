"""Sites of a test: a home with registered sources, and workbooks to send."""

from __future__ import annotations

import io
import json
import os
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from ctdp_etl.collect.arrivals import Limits, Patience
from ctdp_etl.period import Period
from ctdp_etl.pipeline.collect import Collected, collect
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings

NOW = "2026-04-24T02:00:00Z"
OLD, JUST_NOW = 1_776_000_000, 1_776_996_000 - 10
"""File times: days before now, seconds before now."""
APRIL = Period.parse("2026-04")
QUICK = Patience(interval=0)


def site(home: Path, *entries: dict[str, object]) -> Site:
    """Return the site of a home with these sources; an entry gives what differs from the usual source."""
    home.mkdir(parents=True, exist_ok=True)
    texts = []
    for entry in entries:
        full = {"id": "SCT_VN34_80", "area": "VN34_80", "name": "Sở", "forms": ["IIP"], **entry}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in full.items()]
        texts.append("\n".join(["[[source]]", *lines, ""]))
    (home / "sources.toml").write_text("\n".join(texts), encoding="utf-8")
    return open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: NOW))


def look(place: Site, *, patience: Patience = QUICK, limits: Limits | None = None) -> Collected:
    """Collect once."""
    return collect(place, APRIL, patience=patience, limits=limits)


def names(place: Site) -> list[str]:
    """Return the file names of the receipts."""
    return sorted(receipt.file_name for receipt in known_receipts(place))


@cache
def workbook(text: str = "x") -> bytes:
    """Return a small workbook with ``text`` in its first cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = text
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def put(folder: Path, name: str, content: bytes, time: int = OLD) -> Path:
    """Write a file with its file time, as a sender would."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time, time))
    return path
