"""Keeps findings: those of reading with their submission, those of the checks with their period (GSBPM 5.3)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from pandas import DataFrame, Series, concat
from sqlalchemy import Connection, Engine, insert

from ctdp_etl.model import CellRef, Decision, DecisionKind, Finding, Submission
from ctdp_etl.warehouse.decisions import decisions, standing_corrections
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.finding_ids import identified
from ctdp_etl.warehouse.frames import fetch, frame, ordered
from ctdp_etl.warehouse.statements import statement
from ctdp_etl.warehouse.tables import finding as finding_table

FINDING_COLUMNS = ("id", *(field.name for field in fields(Finding)))
_FOUND_COLUMNS = (*FINDING_COLUMNS, "of_reading")
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


def add_reading_findings(conn: Connection, submission: Submission, findings: Sequence[Finding]) -> None:
    """Keep what was found when ``submission`` was read; part of the transaction that loads it."""
    if findings:
        run = {"id": f"reading:{submission.id}", "time_period": submission.time_period, "number": 0}
        rest = {"submission_id": submission.id, "digest": "", "checked_at": submission.received_at}
        _add_run(conn, {**run, **rest}, _rows(findings))


def findings(conn: Connection, period: str, *, today: str = "", as_of: str | None = None) -> DataFrame:
    """Return the findings of ``period`` in force, one a row: ``id``, the fields of ``model.Finding``, ``decision``.

    They are those of the last run of the checks, those of reading the tables that still stand, and those that a
    correction has closed. ``cells`` is a tuple of ``CellRef``. ``decision`` is the ``model.Decision`` that holds on the
    day ``today`` ("" before any waiver expires), None where the finding is open. All of it as it was known at the
    instant ``as_of`` (None: now).
    """
    found = fetch(conn, "read/findings", {"period": period, "as_of": as_of}, _FOUND_COLUMNS, order=_ORDER)
    cells = [tuple(CellRef(*reference) for reference in json.loads(text)) for text in found["cells"]]
    found = found.assign(cells=Series(cells, dtype="object"), decision=Series([None] * len(found), dtype="object"))
    about = [one for one in decisions(conn, as_of=as_of) if one.vintage == period and one.is_in_force(today)]
    found = _decided(found, about, standing_corrections(conn, as_of=as_of)) if about else found
    return found.drop(columns="of_reading")


def _decided(found: DataFrame, about: Sequence[Decision], standing: Collection[str]) -> DataFrame:
    """Return the findings with the decisions that hold about them.

    The checks see corrected values: what they still find is open. What was found in reading is never read again.
    """
    waived = {(one.finding_id, one.finding.observed): one for one in about if one.kind == DecisionKind.WAIVE}
    corrected = {one.finding_id: one for one in about if one.id in standing}
    observed = (None if math.isnan(value) else value for value in found["observed"])
    decided = [
        waived.get((name, value)) or (corrected.get(name) if of_reading else None)
        for name, value, of_reading in zip(found["id"], observed, found["of_reading"], strict=True)
    ]
    closed = [one for name, one in corrected.items() if name not in set(found["id"])]
    texts = [name for name in FINDING_COLUMNS[1:] if name != "cells"]
    rows = [(one.finding_id, *(getattr(one.finding, name) for name in texts)) for one in closed]
    cells = Series([one.finding.cells for one in closed], dtype="object")
    more = frame(rows, ["id", *texts]).assign(cells=cells, of_reading=False, decision=Series(closed, dtype="object"))
    found = found.assign(decision=Series(decided, dtype="object"))
    return ordered(concat([found, more], ignore_index=True), _ORDER) if closed else found


def _add_run(conn: Connection, run: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    conn.execute(statement("load/check_run"), run)
    if rows:
        conn.execute(insert(finding_table), [{"check_run_id": run["id"], **row} for row in rows])


def _rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [{"id": name, **asdict(item), "cells": _cells(item)} for name, item in identified(findings)]


def _cells(item: Finding) -> str:
    return json.dumps([[ref.sha256, ref.sheet, ref.cell] for ref in item.cells], ensure_ascii=False)
