"""The same files in any order, on either database, give the same state; sent again, they add nothing."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pandas import DataFrame

from ctdp_etl.model import KEY
from ctdp_etl.pipeline.export import export
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.read import current_observations

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "real_layouts"))

from layout_book import load, names  # noqa: E402
from layout_build import build  # noqa: E402

PERIODS = ("2000-01", "2012-05", "2021-09", "2021-Q2", "2024-03", "2024-09", "2024-10", "2026-03")
PUBLISHED = sorted((HERE.parents[3] / "shared" / "real" / "gso").glob("*.xls*"))


@dataclass(frozen=True)
class Arrival:
    """A file as it came: by whom, for whom, when."""

    path: Path
    sender: Sender
    received_at: str


@pytest.fixture(scope="session")
def arrivals(tmp_path_factory: pytest.TempPathFactory) -> list[Arrival]:
    folder = tmp_path_factory.mktemp("arrivals")
    found = []
    for name in names():
        book = load(name)
        path = folder / name / book.file_name
        path.parent.mkdir()
        path.write_bytes(build(book))
        found.append(Arrival(path, Sender(book.sender, book.area, book.period), f"{book.period}-20T02:00:00Z"))
    found += [Arrival(path, Sender("NSO", "VN", ""), f"{path.name[:10]}T02:00:00Z") for path in PUBLISHED]
    return found


def deliver(site: Site, arrivals: Sequence[Arrival]) -> int:
    """Submit every file and return how many observations were added."""
    return sum(submit(site, one.path, one.sender, received_at=one.received_at).added for one in arrivals)


def state(site: Site) -> dict[str, bytes]:
    """Return the export of some periods, and all current values together."""
    with site.engine.connect() as connection:
        found = {period: export(connection, period, "csv") for period in PERIODS}
        current = current_observations(connection, vintage_to=None)
    assert all(content.count(b"\n") > 1 for content in found.values())
    found["all"] = _csv(current).encode()
    return found


def _csv(current: DataFrame) -> str:
    columns = [*KEY, "value", "text", "obs_status", "vintage", "sha256", "sheet", "cell"]
    return current[columns].sort_values(columns, na_position="first").to_csv(index=False)


@pytest.fixture(scope="session")
def expected(arrivals: list[Arrival], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    home = tmp_path_factory.mktemp("expected")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}"))
    assert deliver(site, arrivals) > 4000
    found = state(site)
    site.engine.dispose()
    return found


@pytest.fixture
def site(warehouse_url: str, tmp_path: Path) -> Iterator[Site]:
    opened = open_site(Settings(tmp_path, warehouse_url))
    yield opened
    opened.engine.dispose()


def test_any_order_gives_the_same_state(site: Site, arrivals: list[Arrival], expected: dict[str, bytes]) -> None:
    shuffled = random.Random(1).sample(arrivals, len(arrivals))
    assert deliver(site, shuffled) > 4000
    assert state(site) == expected
    assert deliver(site, arrivals) == 0
    assert state(site) == expected
