"""The schema: what the migrations make is what the metadata say, and making it again changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from ctdp_etl.errors import SettingsError
from ctdp_etl.model import Receipt
from ctdp_etl.warehouse import tables
from ctdp_etl.warehouse.engine import migrate, open_engine, writing
from ctdp_etl.warehouse.ledger import receipts, record_receipt
from ctdp_etl.warehouse.tables import metadata
from ctdp_etl.warehouse.version import schema_versions


def structure(engine: Engine) -> dict[str, object]:
    """Return tables with their columns, and the views."""
    found = inspect(engine)
    tables = {name: [column["name"] for column in found.get_columns(name)] for name in found.get_table_names()}
    return {"tables": tables, "views": sorted(found.get_view_names())}


def test_migrating_makes_what_the_metadata_say_and_the_second_time_nothing(bare_url: str) -> None:
    engine = open_engine(bare_url)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        version, newest = schema_versions(connection)
    assert version == newest != ""
    before = structure(engine)
    assert before["views"] == ["form_arrival", "standing_form"]
    migrate(engine)
    assert structure(engine) == before
    engine.dispose()


def test_a_warehouse_of_the_first_version_keeps_what_it_has(bare_url: str) -> None:
    engine = open_engine(bare_url)
    config = Config()
    config.set_main_option("script_location", str(Path(tables.__file__).parent / "migrations"))
    kept = Receipt("1", "0" * 64, "NSO", "VN", "hand", "", "a.xlsx", 1, "2026-04-20T02:00:00Z", "received", "")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        record_receipt(connection, kept)
    migrate(engine)
    with engine.connect() as connection:
        assert receipts(connection).to_dict("records") == [asdict(kept)]
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_two_that_migrate_at_once_make_one_schema(bare_url: str) -> None:
    engines = [open_engine(bare_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))
    with engines[0].connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "warehouse.db", "", "postgresql+nothing", "sqlite:/x:secret@"])
def test_an_address_of_no_known_database_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_engine(url)
    assert "secret" not in str(caught.value)


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'home' / 'warehouse.db'}")
    migrate(engine)
    assert (tmp_path / "new" / "home" / "warehouse.db").stat().st_size > 0
    engine.dispose()


def test_sqlite_lets_others_read_while_one_writes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'warehouse.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}
    engine.dispose()
