"""Where Prefect keeps its records: in a schema of its own in the PostgreSQL warehouse, else in the home."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url, text

from ctdp_etl.pipeline.records import record_variables
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import open_engine


def test_the_records_stand_beside_the_warehouse_where_it_is_a_server(bare_url: str, tmp_path: Path) -> None:
    said: list[str] = []
    found = record_variables(Settings(tmp_path, bare_url), said.append)
    assert said == []
    assert record_variables(Settings(tmp_path, bare_url), said.append) == found
    if bare_url.startswith("sqlite"):
        assert found == {}
        return
    address = make_url(found["PREFECT_SERVER_DATABASE_CONNECTION_URL"])
    given = make_url(bare_url)
    assert (address.host, address.port, address.database) == (given.host, given.port, given.database)
    assert address.drivername == "postgresql+asyncpg"
    assert found["PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH"] == "prefect"


def test_a_server_that_has_no_room_is_told_in_one_line(bare_url: str, tmp_path: Path) -> None:
    engine = open_engine(bare_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION pg_trgm SCHEMA public"))
    engine.dispose()
    said: list[str] = []
    assert record_variables(Settings(tmp_path, bare_url), said.append) == {}
    assert ["pg_trgm ở lược đồ public" in line for line in said] == [True] * (not bare_url.startswith("sqlite"))


def test_encryption_is_asked_for_in_the_words_of_the_other_driver(bare_url: str, tmp_path: Path) -> None:
    if bare_url.startswith("sqlite"):
        assert record_variables(Settings(tmp_path, bare_url), lambda text: None) == {}
        return
    found = record_variables(Settings(tmp_path, f"{bare_url}?sslmode=prefer&connect_timeout=5"), lambda text: None)
    assert make_url(found["PREFECT_SERVER_DATABASE_CONNECTION_URL"]).query == {"ssl": "prefer"}
