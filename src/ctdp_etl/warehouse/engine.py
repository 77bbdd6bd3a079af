"""Opens the warehouse, SQLite or PostgreSQL, and brings its schema up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from ctdp_etl.errors import SettingsError
from ctdp_etl.warehouse.statements import statement
from ctdp_etl.warehouse.version import MIGRATIONS, schema_versions

_WRITER = "ctdp_writer"


def open_engine(url: str) -> Engine:
    """Return the engine of a ``sqlite:///file`` or ``postgresql://`` address; raise ``SettingsError`` for any other.

    Nothing is created but the folder of an SQLite file. A password in the address never enters a message.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
        # An unescaped @ cuts the password: its rest would be taken for the host and stand in every message.
        known = parsed.get_backend_name() in {"sqlite", "postgresql"} and "@" not in (parsed.host or "")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise SettingsError(
            "CTDP_WAREHOUSE_URL không hợp lệ. Hãy viết sqlite:///đường-dẫn/warehouse.db "
            "hoặc postgresql://người-dùng@máy-chủ/cơ-sở-dữ-liệu; ký tự @ trong mật khẩu viết là %40."
        )
    return parsed


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get(_WRITER, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose statements all see the warehouse as it stood at the first of them."""
    # On SQLite that is how every transaction reads.
    postgresql = engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ"} if postgresql else {}
    with engine.execution_options(**options).connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine | Connection) -> Iterator[Connection]:
    """Yield a connection in one transaction that may read first and write later, committed at the end.

    On SQLite it takes the write lock at once, so that it waits for another writer instead of failing half-way. A
    connection that was yielded before is yielded again: what is done with it belongs to its transaction.
    """
    if isinstance(engine, Connection):
        yield engine
        return
    with engine.execution_options(**{_WRITER: True}).begin() as connection:
        yield connection


def take_turn(connection: Connection, task: str) -> None:
    """Wait until no other transaction works on ``task``; the turn ends with the transaction of ``connection``."""
    if connection.dialect.name == "postgresql":
        connection.execute(statement("schema/take_turn"), {"task": task})


def migrate(engine: Engine) -> None:
    """Bring the schema of the warehouse to the newest version; an up-to-date one waits for nobody who writes."""
    with engine.connect() as connection:
        version, newest = schema_versions(connection)
    if version == newest:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        take_turn(connection, "migrate")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
