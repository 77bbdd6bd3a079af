"""SQL by name: one statement in each file of ``sql/``; values travel as bind parameters."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, text

from ctdp_etl import resources


@cache
def statement_text(name: str) -> str:
    """Return the text of ``sql/<name>.sql``; raise ``FileNotFoundError`` where there is none."""
    return (resources.folder("sql") / f"{name}.sql").read_text(encoding="utf-8")


@cache
def statement(name: str) -> TextClause:
    """Return ``sql/<name>.sql`` as an executable statement; raise ``FileNotFoundError`` where there is none."""
    return text(statement_text(name))
