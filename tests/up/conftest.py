"""One home, one ``ctdp up`` for all tests of a module."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_up import Up

from ctdp_etl.demo.published import tay_ninh_files
from registered import TAY_NINH_ENTRY


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Yield a running ``ctdp up`` in a fresh home with the April files of Tây Ninh, its clock held in April 2026."""
    home: Path = tmp_path_factory.mktemp("up") / "home"
    for file in tay_ninh_files("2026-04"):
        path = home / "inbox" / "SCT_VN34_80" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        os.utime(path, (1776736800, 1776736800))  # 2026-04-21T02:00:00Z
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    running = Up(home, CTDP_OPERATORS="truc@ctdp.example.vn")
    try:
        running.start(CTDP_NOW="2026-04-24T09:00:00+07:00")
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.process.send_signal(signal.SIGKILL)
