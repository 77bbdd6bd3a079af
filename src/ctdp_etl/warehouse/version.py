"""Which schema a warehouse has, without changing anything."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from ctdp_etl.warehouse.statements import statement

MIGRATIONS = Path(__file__).parent / "migrations"


def schema_versions(connection: Connection) -> tuple[str, str]:
    """Return (version of the warehouse, version of this program); the first is empty before ``ctdp init``.

    The latter is the number of the last migration, as its file is named: Alembic takes a while to load and to say so.
    """
    known = inspect(connection).has_table("alembic_version")
    version = connection.execute(statement("schema/version")).scalar() if known else None
    return version or "", max(path.name[1:5] for path in (MIGRATIONS / "versions").glob("m[0-9]*.py"))
