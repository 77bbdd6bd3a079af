"""Room in the PostgreSQL warehouse for the records of Prefect's server: a schema of their own, one backup for both."""

from __future__ import annotations

from sqlalchemy import Engine

from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.statements import statement

SCHEMA = "prefect"


def make_room(engine: Engine) -> str:
    """Make the schema with the extension that Prefect needs in it; return why it is of no use, '' where it is.

    Raise ``DBAPIError`` where that is not allowed.
    """
    with writing(engine) as connection:
        take_turn(connection, "prefect schema")
        for name in ("prefect_schema", "prefect_search"):
            connection.execute(statement(f"schema/{name}"))
        place = connection.execute(statement("schema/prefect_search_place")).scalar_one()
    return "" if place == SCHEMA else f"pg_trgm ở lược đồ {place}"
