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
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, insert, inspect, select

from ctdp_etl.errors import SettingsError
from ctdp_etl.model import Receipt
from ctdp_etl.warehouse import tables
from ctdp_etl.warehouse.engine import migrate, open_engine, take_turn, writing
from ctdp_etl.warehouse.ledger import receipts, record_receipt
from ctdp_etl.warehouse.publications import figures_of, publications, record_publication
from ctdp_etl.warehouse.releases import editions, record_release
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


def test_the_version_of_this_program_is_that_of_its_last_migration(warehouse: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(tables.__file__).parent / "migrations"))
    with warehouse.connect() as connection:
        assert schema_versions(connection) == (ScriptDirectory.from_config(config).get_current_head(),) * 2


def test_an_up_to_date_warehouse_opens_while_another_writes(warehouse: Engine) -> None:
    opened = open_engine(warehouse.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(1) as pool, writing(warehouse) as connection:
        take_turn(connection, "migrate")
        assert pool.submit(migrate, opened).result(10) is None
    opened.dispose()


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


def test_publications_of_before_are_about_the_country_and_keep_figures_and_release(bare_url: str) -> None:
    engine = open_engine(bare_url)
    config = Config()
    config.set_main_option("script_location", str(Path(tables.__file__).parent / "migrations"))
    known = {"id": "monthly_briefing:2026-04:1", "report": "monthly_briefing", "time_period": "2026-04", "number": 1}
    known |= {"content_sha256": "a" * 64, "as_of": "2026-04-24T02:00:00Z", "published_at": "2026-04-24T03:00:00Z"}
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        old = MetaData()
        old.reflect(connection)
        of = {"publication_id": known["id"]}
        connection.execute(insert(old.tables["publication"]), known)
        connection.execute(insert(old.tables["figure"]), of | {"id": "f", "position": 0, "page": 1, "printed": "1"})
        signed = {"released_at": "2026-04-25T01:00:00Z", "who": "An", "reason": "đủ", "is_override": False}
        connection.execute(insert(old.tables["release"]), of | signed)
    migrate(engine)
    with engine.connect() as connection:
        assert publications(connection).to_dict("records") == [known | {"ref_area": "VN"}]
        assert figures_of(connection, known["id"])["printed"].tolist() == ["1"]
        assert [one.who for one in editions(connection, "monthly_briefing", "2026-04")] == ["An"]
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(select(tables.publication.c.ref_area)).scalars().all() == ["VN"]
    engine.dispose()


def test_provinces_are_published_and_released_beside_the_country(warehouse: Engine) -> None:
    about = {"report": "province_brief", "period": "2026-04", "as_of": "2026-04-24T02:00:00Z", "figures": ()}
    made = [
        record_publication(warehouse, content_sha256=content, published_at="2026-04-24T03:00:00Z", area=area, **about)
        for area, content in (("VN34_80", "a"), ("VN34_01", "a"), ("VN34_80", "b"), ("VN34_80", "a"))
    ]
    assert [(one.id, one.number, new) for one, new in made] == [
        ("province_brief:2026-04:VN34_80:1", 1, True),
        ("province_brief:2026-04:VN34_01:1", 1, True),
        ("province_brief:2026-04:VN34_80:2", 2, True),
        ("province_brief:2026-04:VN34_80:1", 1, False),
    ]
    signed = {"released_at": "2026-04-25T01:00:00Z", "who": "An", "reason": "đủ", "is_override": False}
    assert record_release(warehouse, "province_brief", "2026-04", made[2][0].id, area="VN34_80", **signed)
    with warehouse.connect() as connection:
        known = [editions(connection, "province_brief", "2026-04", area) for area in ("VN34_80", "VN34_01", "VN")]
    assert [[bool(one.released_at) for one in printed] for printed in known] == [[False, True], [False], []]


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
