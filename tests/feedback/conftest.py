"""A data room with the history of a month before, and a month's workbook with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked_books import NOW, SENDER, opened, saved

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.settings import Settings
from registered import TAY_NINH_ENTRY

SOURCE = TAY_NINH_ENTRY + 'contacts = ["tonghop@tayninh.example.vn"]'


@pytest.fixture
def site(tmp_path: Path) -> Site:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(SOURCE, encoding="utf-8")
    place = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: NOW))
    for file in tay_ninh_files("2026-03"):
        path = tmp_path / file.name
        path.write_bytes(file.content)
        submit(place, path, SENDER, received_at="2026-03-20T02:00:00Z")
    return place


@pytest.fixture
def spoiled() -> bytes:
    """The retail workbook of April with one figure a thousand times too large."""
    book = opened(tay_ninh_files("2026-04")[1].content)
    sheet = book.worksheets[0]
    assert isinstance(sheet["C9"].value, int | float)
    sheet["C9"].value *= 1000
    return saved(book)
