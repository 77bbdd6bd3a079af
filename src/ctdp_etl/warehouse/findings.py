"""Keeps findings: those of reading with their submission, those of the checks with their period (GSBPM 5.3)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from pandas import DataFrame, Series
from sqlalchemy import Connection, Engine, insert

from ctdp_etl.model import CellRef, Finding, Submission
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.statements import statement
from ctdp_etl.warehouse.tables import finding as finding_table

FINDING_COLUMNS = ("id", *(field.name for field in fields(Finding)))
_IDENTITY = ("code", "scope", "source", "dataflow", "ref_area", "indicator", "label", "time_period", "measure")
_ORDER = ("dataflow", "ref_area", "indicator", "time_period", "measure", "code", "sha256", "sheet", "cell", "id")


def record_findings(engine: Engine, period: str, findings: Sequence[Finding], checked_at: str) -> int:
    """Make ``findings`` those of the checks of ``period`` and return the number of the run.

    The findings of earlier runs stay as history. Where nothing changed since the last run, nothing is written.
    """
    rows = _rows(findings)
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    with writing(engine) as connection:
        take_turn(connection, f"check {period}")
        last = connection.execute(statement("read/last_check_run"), {"period": period}).one_or_none()
        if last is not None and last.digest == digest:
            return int(last.number)
        number = 1 if last is None else int(last.number) + 1
        run = {"id": f"check:{period}:{number}", "time_period": period, "submission_id": None, "number": number}
        _add_run(connection, {**run, "digest": digest, "checked_at": checked_at}, rows)
    return number


def identified(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Return (id, finding) without repetition; an id stays the same while what was found stays at the same place."""
    unique = sorted({_as_text(item): item for item in findings}.items())
    taken: Counter[str] = Counter()
    named = []
    for _, item in unique:
        name = finding_id(item)
        taken[name] += 1
        named.append((f"{name}-{taken[name]}" if taken[name] > 1 else name, item))
    return named


def add_reading_findings(conn: Connection, submission: Submission, findings: Sequence[Finding]) -> None:
    """Keep what was found when ``submission`` was read; part of the transaction that loads it."""
    if findings:
        run = {"id": f"reading:{submission.id}", "time_period": submission.time_period, "number": 0}
        rest = {"submission_id": submission.id, "digest": "", "checked_at": submission.received_at}
        _add_run(conn, {**run, **rest}, _rows(findings))


def findings(conn: Connection, period: str) -> DataFrame:
    """Return the findings of ``period`` that are in force, one a row: ``id``, then the fields of ``model.Finding``.

    They are those of the last run of the checks, and those of reading the tables that still stand. ``cells`` is a
    tuple of ``CellRef``.
    """
    found = fetch(conn, "read/findings", {"period": period}, FINDING_COLUMNS, order=_ORDER)
    cells = [tuple(CellRef(*reference) for reference in json.loads(text)) for text in found["cells"]]
    return found.assign(cells=Series(cells, dtype="object"))


def finding_id(item: Finding) -> str:
    """Return the id of a finding: the same check at the same place, whatever the numbers, has the same id."""
    identity = [getattr(item, name) for name in (*_IDENTITY, "sha256", "sheet", "cell")]
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:12]


def _add_run(conn: Connection, run: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    conn.execute(statement("load/check_run"), run)
    if rows:
        conn.execute(insert(finding_table), [{"check_run_id": run["id"], **row} for row in rows])


def _rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [{"id": name, **asdict(item), "cells": _cells(item)} for name, item in identified(findings)]


def _as_text(item: Finding) -> str:
    return json.dumps(asdict(item), ensure_ascii=False, sort_keys=True)


def _cells(item: Finding) -> str:
    return json.dumps([[ref.sha256, ref.sheet, ref.cell] for ref in item.cells], ensure_ascii=False)
