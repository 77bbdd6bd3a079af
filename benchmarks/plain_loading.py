"""How a good engineer would otherwise load a month: one wide table with its natural key, upserted at once."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from ctdp_etl.model import KEY, OBSERVATION_COLUMNS

COLUMNS = ("submission_id", *OBSERVATION_COLUMNS)
_TYPES: dict[str, Any] = {"value": Double, "unit_mult": Integer, "conflict": Boolean}
_KEY = ("submission_id", *KEY)
_metadata = MetaData()


def _table(name: str, *, keyed: bool) -> Table:
    columns = [Column(one, _TYPES.get(one, Text), primary_key=keyed and one in _KEY) for one in COLUMNS]
    return Table(name, _metadata, *columns)


KEYED = _table("figures", keyed=True)
BARE = _table("bare", keyed=False)


def database(url: str) -> Engine:
    """Return the engine of a new database with both tables in it."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    _metadata.create_all(engine)
    return engine


def to_sql_and_merge(engine: Engine, frame: pd.DataFrame) -> Engine:
    """Load by ``DataFrame.to_sql`` into a stage and merge it into the table."""
    with engine.begin() as connection:
        frame.to_sql("stage", connection, if_exists="replace", index=False)
        names = ", ".join(COLUMNS)
        values = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEY)
        connection.execute(
            text(
                f"INSERT INTO figures ({names}) SELECT {names} FROM stage WHERE true "
                f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {values}"
            )
        )
    return engine


def executemany_upsert(engine: Engine, records: Sequence[dict[str, Any]]) -> Engine:
    """Load by SQLAlchemy's ``execute`` of an upsert with a list of dictionaries."""
    make = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    statement = make(KEYED)
    rest = {name: statement.excluded[name] for name in COLUMNS if name not in _KEY}
    with engine.begin() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=rest), list(records))
    return engine


def bare_copy(engine: Engine, csv: str) -> Engine:
    """Put ready-made CSV into a table without any index: PostgreSQL's limit."""
    with engine.begin() as connection, connection.connection.cursor().copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
        copy.write(csv)
    return engine


def bare_insert(engine: Engine, rows: Sequence[tuple[Any, ...]]) -> Engine:
    """Put ready-made tuples into a table without any index by the driver's ``executemany``: SQLite's limit."""
    statement = str(insert(BARE).compile(dialect=sqlite.dialect(paramstyle="qmark")))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement, list(rows))
    return engine


def as_csv(frame: pd.DataFrame) -> str:
    """Return the frame as CSV in which an empty text is no null."""
    stream = StringIO()
    frame.to_csv(stream, header=False, index=False, quoting=2)
    return stream.getvalue()


def count(engine: Engine, table: Table) -> int:
    """Return the number of rows."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
