"""What was decided about findings: recorded once, undone by another entry, in force at an instant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pandas import DataFrame, MultiIndex
from sqlalchemy import Connection, Engine

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import CellRef, Decision, DecisionKind, Finding
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.ledger import record_audit
from ctdp_etl.warehouse.statements import statement

_FINDING = tuple(field.name for field in fields(Finding))
_ENTRY = tuple(field.name for field in fields(Decision) if field.name != "finding")
_COLUMNS = (*_ENTRY[:4], *_FINDING, *_ENTRY[4:])
_CORRECTION_COLUMNS = (
    *("decision_id", "corrected", "reported", "sha256", "vintage", "submission_id", "source", "dataflow", "form"),
    *("ref_area", "indicator", "item", "label", "time_period", "measure", "value", "unit", "unit_mult", "conflict"),
    *("sheet", "cell"),
)
_AT_COLUMNS = (
    *("submission_id", "source", "vintage", "sheet", "cell", "measure", "value", "text", "unit", "unit_mult"),
    "conflict",
)
_CELL = ["submission_id", "sheet", "cell", "measure"]
_OBSERVATION = ("obs_submission_id", "obs_sheet", "obs_cell", "obs_measure")
_SAID = ("kind", "vintage", "finding_id", *_OBSERVATION, "value", "value_source", "until", "who", "reason", "undoes")


def record_decision(engine: Engine, made: Decision, *, today: str) -> tuple[Decision, bool]:
    """Add an entry with its audit entry, both or neither, and return it with True; its id is given here.

    The same decision made again adds nothing: the entry that holds is returned with False. Raise ``CtdpError`` where on
    the day ``today`` another decision holds about the finding or the corrected cell, or where there is nothing to undo.
    """
    with writing(engine) as connection:
        take_turn(connection, "decide")
        standing = [one for one in decisions(connection) if one.is_in_force(today)]
        if (same := next((one for one in standing if _said(one) == _said(made)), None)) is not None:
            return same, False
        _refuse_rival(standing, made)
        earlier = connection.execute(statement("ledger/count_decisions"), {"finding_id": made.finding_id}).scalar_one()
        entry = replace(made, id=_id(made, int(earlier)))
        connection.execute(statement("ledger/add_decision"), _row(entry))
        record_audit(
            connection,
            recorded_at=entry.decided_at,
            who=entry.who,
            verb=entry.kind,
            subject=entry.finding_id,
            reason=entry.reason,
            detail=_detail(entry),
        )
    return entry, True


def decisions(conn: Connection, *, as_of: str | None = None) -> list[Decision]:
    """Return the waivers and corrections that nothing had undone at ``as_of`` (None: now), in the order of decision."""
    rows = fetch(conn, "read/decisions", {"as_of": as_of}, _COLUMNS, order=("decided_at", "id"))
    return [_entry(row) for row in rows.astype(object).where(rows.notna(), None).to_dict("records")]


def corrections(conn: Connection, *, as_of: str | None = None) -> DataFrame:
    """Return the observations that were corrected at ``as_of``, one a row, as they were stored.

    ``decision_id`` and ``corrected`` are the correction that counts and its value, ``reported`` the value that it is
    about; ``sha256`` and ``vintage`` are the submission's, the other columns the observation's.
    """
    order = ("vintage", "source", "sha256", "sheet", "cell", "measure")
    return fetch(conn, "read/corrections", {"as_of": as_of}, _CORRECTION_COLUMNS, order=order)


def applicable(corrected: DataFrame) -> DataFrame:
    """Return the corrections whose observation still has the value that they are about."""
    same = (corrected["value"] == corrected["reported"]) | (corrected["value"].isna() & corrected["reported"].isna())
    return corrected[same]


def override(observations: DataFrame, corrected: DataFrame) -> DataFrame:
    """Return ``observations`` with the corrected values in place of those reported; a corrected one is in no conflict.

    ``corrected`` are ``applicable`` corrections. Texts, raw ones too, stay as they were reported.
    """
    rows, places = _placed(observations, corrected)
    if not len(rows):
        return observations
    values, conflicts = observations["value"].to_numpy(copy=True), observations["conflict"].to_numpy(copy=True)
    values[rows] = corrected["corrected"].to_numpy()[places]
    conflicts[rows] = False
    return observations.assign(value=values, conflict=conflicts)


def is_corrected(observations: DataFrame, corrected: DataFrame) -> npt.NDArray[np.bool_]:
    """Say of each observation whether its value is that of one of the ``applicable`` corrections."""
    found = np.zeros(len(observations), dtype=bool)
    found[_placed(observations, corrected)[0]] = True
    return found


def _placed(observations: DataFrame, corrected: DataFrame) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the rows that are corrected, and of each the row of its correction; a whole frame is never indexed."""
    rows = np.flatnonzero(observations["submission_id"].isin(corrected["submission_id"]))
    places = MultiIndex.from_frame(corrected[_CELL]).get_indexer(MultiIndex.from_frame(observations[_CELL].iloc[rows]))
    return rows[places >= 0], places[places >= 0]


def standing_corrections(conn: Connection, *, as_of: str | None = None) -> frozenset[str]:
    """Return the ids of the corrections whose observation stood at ``as_of``: no later file took its place."""
    return frozenset(conn.execute(statement("read/standing_corrections"), {"as_of": as_of}).scalars())


def last_decision(conn: Connection, period: str, *, vintage_to: str | None) -> str:
    """Return the instant of the last decision about findings of ``period`` or values of vintages to ``vintage_to``."""
    about = {"period": period, "vintage_to": vintage_to}
    return str(conn.execute(statement("read/last_decision"), about).scalar() or "")


def observations_at(conn: Connection, sha256: str, sheet: str, cell: str) -> DataFrame:
    """Return what the standing tables of a workbook say at a cell, one observation a row, as it was reported."""
    place = {"sha256": sha256, "sheet": sheet, "cell": cell}
    return fetch(conn, "read/observations_at", place, _AT_COLUMNS, order=("vintage", "source", "measure"))


def recorded_findings(conn: Connection, prefix: str) -> list[tuple[str, str]]:
    """Return (id, period) of the findings whose id begins with ``prefix``, in force or not, in this order."""
    rows = conn.execute(statement("read/recorded_findings"), {"prefix": prefix}).all()
    return sorted((row.id, row.time_period) for row in rows)


def _refuse_rival(standing: Sequence[Decision], made: Decision) -> None:
    if made.kind == DecisionKind.UNDO:
        if made.undoes not in {one.id for one in standing}:
            raise CtdpError(f"Quyết định {made.undoes} không còn hiệu lực hoặc đã được gỡ.")
        return
    rival = next((one for one in standing if one.kind == made.kind and _target(one) == _target(made)), None)
    if rival is not None:
        what = (
            "đã được chấp nhận" if made.kind == DecisionKind.WAIVE else f"{made.obs_sheet}!{made.obs_cell} đã được sửa"
        )
        raise CtdpError(
            f"{what[:1].upper()}{what[1:]} theo quyết định {rival.id} của {rival.who} ({rival.reason}). "
            f"Muốn thay, hãy gỡ trước: ctdp decide {rival.finding_id} undo."
        )


def _target(one: Decision) -> tuple[object, ...]:
    """Return what only one waiver, or only one correction, may hold about."""
    if one.kind == DecisionKind.WAIVE:
        return one.finding_id, one.finding.observed
    return tuple(getattr(one, name) for name in _OBSERVATION)


def _said(one: Decision) -> tuple[object, ...]:
    return (*(getattr(one, name) for name in _SAID), one.finding.observed)


def _id(made: Decision, earlier: int) -> str:
    """Return an id of its own for each entry, also where the same is decided again in the second of its undoing."""
    identity = [*(str(getattr(made, name)) for name in _SAID), made.decided_at, str(earlier)]
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:12]


def _row(entry: Decision) -> dict[str, Any]:
    row = asdict(entry)
    cells = [[one.sha256, one.sheet, one.cell] for one in entry.finding.cells]
    return {**row, **row.pop("finding"), "cells": json.dumps(cells, ensure_ascii=False)}


def _entry(row: dict[Any, Any]) -> Decision:
    cells = tuple(CellRef(*reference) for reference in json.loads(row["cells"]))
    finding = Finding(**{name: row[name] for name in _FINDING} | {"cells": cells})
    return Decision(finding=finding, **{name: row[name] for name in _ENTRY})


def _detail(entry: Decision) -> str:
    """Return what an auditor reads beside who and why: the entry's id, and what it changes from what to what."""
    match entry.kind:
        case DecisionKind.CORRECT:
            place = f"{entry.obs_submission_id} {entry.obs_sheet}!{entry.obs_cell} {entry.obs_measure}"
            return f"{entry.id}: {place}: {entry.obs_value} -> {entry.value} ({entry.value_source})"
        case DecisionKind.UNDO:
            return f"{entry.id}: {entry.undoes}"
        case _:
            return f"{entry.id}: {entry.until}" if entry.until else entry.id
