"""Puts readings into the warehouse: whole, once, and whatever the order (GSBPM 5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Engine, insert

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import OBSERVATION_COLUMNS, Observation, Receipt, Submission, WorkbookReading
from ctdp_etl.warehouse.bulk import insert_rows
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.findings import add_reading_findings
from ctdp_etl.warehouse.frames import SEPARATOR
from ctdp_etl.warehouse.ledger import LOADED, record_audit, settle_receipt
from ctdp_etl.warehouse.statements import statement
from ctdp_etl.warehouse.tables import observation, submission_form

_row = attrgetter(*OBSERVATION_COLUMNS)
_VALUE = OBSERVATION_COLUMNS.index("value")
_NOT_KEPT = str.maketrans(dict.fromkeys(("\x00", SEPARATOR), "\ufffd"))


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did: ``observations`` counts the rows that were added."""

    submission_id: str
    new: bool
    observations: int


def load_submission(
    engine: Engine, submission: Submission, reading: WorkbookReading, receipt: Receipt | None = None
) -> LoadResult:
    """Store a submission with its forms, observations and reading findings, and settle its receipt, in one transaction.

    One that is already there gains at most another arrival, and ``received_at`` and ``file_name`` become those of its
    earliest arrival; nothing else is added. Of two workers with the same submission one loads and the other finds it.
    Raise ``ReceiptChangedError``, with nothing stored, where the receipt was decided upon since it was read.
    """
    with writing(engine) as connection:
        if receipt is not None:
            settle_receipt(connection, receipt, LOADED)
        new = bool(connection.execute(statement("load/submission"), asdict(submission)).rowcount)
        connection.execute(statement("load/arrival"), asdict(submission))
        if new:
            _store(connection, submission, reading)
        else:
            connection.execute(statement("load/earliest_arrival"), asdict(submission))
    return LoadResult(submission.id, new, len(reading.observations) if new else 0)


def withdraw_submission(engine: Engine, submission_id: str, *, received_at: str, who: str, reason: str) -> bool:
    """Take a submission out at the instant ``received_at``, with its audit entry; False if that was done before.

    From then on what came of it up to that instant counts as a resend of nothing; the same file sent later stands
    again. Raise ``CtdpError`` where there is no such submission.
    """
    done = {"recorded_at": received_at, "who": who, "verb": "withdraw", "subject": submission_id, "reason": reason}
    entry = {"submission_id": submission_id, "withdrawn_at": received_at}
    with writing(engine) as connection:
        if connection.execute(statement("load/submission_exists"), {"id": submission_id}).first() is None:
            raise CtdpError(f"Không có báo cáo {submission_id!r} trong kho. Xem danh sách: ctdp status.")
        new = bool(connection.execute(statement("load/withdrawal"), entry).rowcount)
        if new:
            record_audit(connection, **done)
    return new


def _store(connection: Connection, submission: Submission, reading: WorkbookReading) -> None:
    tables = {(form.form, form.sheet) for form in reading.forms}
    if homeless := {(item.form, item.sheet) for item in reading.observations} - tables:
        raise ValueError(f"observations of tables that are not among the forms: {sorted(homeless)}")
    if reading.forms:
        connection.execute(
            insert(submission_form),
            [
                {"submission_id": submission.id, "position": position, **_kept(asdict(form))}
                for position, form in enumerate(reading.forms)
            ],
        )
    if reading.observations:
        insert_rows(connection, observation, "load/copy_observations", _rows(submission.id, reading.observations))
    add_reading_findings(connection, submission, reading.findings)


def _kept(texts: dict[str, str]) -> dict[str, str]:
    return {name: text.translate(_NOT_KEPT) for name, text in texts.items()}


def _rows(submission_id: str, observations: Iterable[Observation]) -> Iterator[tuple[Any, ...]]:
    """Yield rows that both databases keep alike and hand over packed: no negative zero, no NUL, no separator."""
    for item in observations:
        row = _row(item)
        value = row[_VALUE]
        if value == 0 or not f"{item.raw}{item.label}{item.text}{item.sheet}".isprintable():
            row = tuple(cell.translate(_NOT_KEPT) if isinstance(cell, str) else cell for cell in row)
            row = (*row[:_VALUE], value if value is None else value + 0.0, *row[_VALUE + 1 :])
        yield (submission_id, *row)
