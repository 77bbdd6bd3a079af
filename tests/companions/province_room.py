"""A room in which two provinces have reported April 2026: one real, one simulated."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ctdp_etl.catalog import load_catalog
from ctdp_etl.demo import sources_toml
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.demo.sending import SentFile, simulated_files
from ctdp_etl.demo.tables import provinces
from ctdp_etl.period import Period
from ctdp_etl.pipeline.collect import collect
from ctdp_etl.pipeline.load import load
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings

MONTH = Period.parse("2026-04")
REAL, SIMULATED = "VN34_80", "VN34_46"


def room(home: Path, *, without: str = "") -> Site:
    """Return the room; the simulated province's file whose name has ``without`` waits in the folder ``held``."""
    (home / "sources.toml").write_text(sources_toml(load_catalog()), encoding="utf-8")
    inbox = home / "inbox"
    _send(inbox / f"SCT_{REAL}" / str(MONTH), tay_ninh_files(str(MONTH)))
    files = simulated_files(provinces()[SIMULATED], str(MONTH), load_catalog())
    _send(inbox / f"SCT_{SIMULATED}" / str(MONTH), [one for one in files if not without or without not in one.name])
    _send(home / "held", [one for one in files if without and without in one.name])
    made = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: "2026-04-24T02:00:00Z"))
    collect(made, MONTH)
    if any(outcome.message for outcome in load(made, MONTH)):
        raise RuntimeError("a sample could not be loaded")
    return made


def _send(folder: Path, files: Sequence[SentFile]) -> None:
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).write_bytes(file.content)
        os.utime(folder / file.name, (file.received_at.timestamp(),) * 2)
