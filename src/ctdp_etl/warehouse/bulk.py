"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from ctdp_etl.warehouse.statements import statement_text


def insert_rows(connection: Connection, table: Table, copy: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows in the order of the table's columns; ``copy`` names the statement that PostgreSQL takes them by.

    Raise ``DBAPIError`` as any other statement does.
    """
    if connection.dialect.name == "postgresql":
        _copy(connection, copy, rows)
    else:
        in_column_order = insert(table).compile(dialect=connection.dialect)
        connection.exec_driver_sql(str(in_column_order), list(rows))


def _copy(connection: Connection, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    import psycopg

    command = statement_text(name)
    try:
        with connection.connection.cursor().copy(command) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(command, None, error, psycopg.Error, dialect=connection.dialect) from error
