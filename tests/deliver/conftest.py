"""A mail server for the tests of one file, and data rooms that use it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import Desk
from released_months import month_in_order, month_published
from sqlalchemy import Engine

from ctdp_etl.warehouse.engine import open_engine
from post_office import PostOffice


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which April is in order and due for release; to be copied."""
    return month_in_order(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="session")
def published(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with April released and its letters queued; to be copied."""
    return month_published(month, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def running_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    office = PostOffice(tmp_path_factory.mktemp("mail"))
    yield office
    office.stop()


@pytest.fixture
def office(running_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    monkeypatch.setenv("SSL_CERT_FILE", str(running_office.authority))
    running_office.empty()
    return running_office


@pytest.fixture
def desk(tmp_path: Path, warehouse_url: str, warehouse: Engine, office: PostOffice) -> Desk:
    return Desk(tmp_path, warehouse_url, warehouse, office.url())


@pytest.fixture
def sqlite_desk(tmp_path: Path, sqlite_template: Path, office: PostOffice) -> Iterator[Desk]:
    """A data room where the kind of database does not matter."""
    shutil.copy(sqlite_template, tmp_path / "warehouse.db")
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    engine = open_engine(url)
    yield Desk(tmp_path, url, engine, office.url())
    engine.dispose()
