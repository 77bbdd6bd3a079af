"""Where Prefect's server keeps its records: in a schema of the PostgreSQL warehouse, else in a file of the home."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import open_engine
from ctdp_etl.warehouse.prefect_room import SCHEMA, make_room


def record_variables(settings: Settings, say: Callable[[str], None]) -> dict[str, str]:
    """Return what tells Prefect's server where its records are; nothing where that is the file in its folder."""
    engine = open_engine(settings.warehouse_url)
    try:
        reason = "" if engine.dialect.name != "postgresql" else make_room(engine)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
    finally:
        engine.dispose()
    if reason:
        say(f"Sổ của Prefect để trong tệp SQLite ở thư mục dữ liệu, vì kho số liệu không nhận ({reason}).")
    if reason or engine.dialect.name != "postgresql":
        return {}
    return {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _asynchronous(engine.url),
        # With the schema public behind it, Prefect would take our alembic_version for its own.
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH": SCHEMA,
    }


def _asynchronous(url: URL) -> str:
    """Return the address for Prefect's driver, which knows ``sslmode`` by another name and no other parameter."""
    mode = url.query.get("sslmode")
    query = {"ssl": mode} if mode else {}
    return url.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)
