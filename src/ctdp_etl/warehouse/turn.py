"""One process at a time for work that takes longer than a transaction."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from ctdp_etl.warehouse.statements import statement


@contextmanager
def only_one(engine: Engine, task: str) -> Iterator[bool]:
    """Yield whether nobody else is at ``task`` in this warehouse; the turn ends with the block or with the process.

    On PostgreSQL the server holds it for a connection, on SQLite the operating system for a file beside the database.
    """
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            try:
                yield bool(connection.execute(statement("schema/try_turn"), {"task": task}).scalar())
            finally:
                connection.invalidate()  # back in the pool it would hold the turn for ever
        return
    with Path(f"{engine.url.database}.{task}").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
            fcntl.flock(file, fcntl.LOCK_UN)
