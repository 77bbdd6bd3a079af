"""What arrived and who did what: receipts and the audit trail."""

from __future__ import annotations

from dataclasses import asdict, fields

from pandas import DataFrame
from sqlalchemy import Connection

from ctdp_etl.errors import CtdpError, ReceiptChangedError
from ctdp_etl.model import Receipt
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.statements import statement

LOADED = "loaded"
_RECEIPT_COLUMNS = tuple(field.name for field in fields(Receipt))
_AUDIT_COLUMNS = ("number", "recorded_at", "who", "verb", "subject", "reason", "detail")


def record_receipt(conn: Connection, receipt: Receipt) -> bool:
    """Note that bytes arrived; return False where this receipt is there already, which leaves it as it is."""
    return bool(conn.execute(statement("ledger/add_receipt"), asdict(receipt)).rowcount)


def set_receipt_state(conn: Connection, receipt_id: str, state: str, message: str = "") -> None:
    """Give a receipt another state; raise ``CtdpError`` where there is no such receipt."""
    changed = {"id": receipt_id, "state": state, "message": message}
    if not conn.execute(statement("ledger/set_receipt_state"), changed).rowcount:
        raise CtdpError(f"Không có phiếu nhận {receipt_id!r}. Xem danh sách: ctdp status.")


def settle_receipt(conn: Connection, receipt: Receipt, state: str, message: str = "") -> None:
    """Give a receipt the state that its file was found to deserve, if nobody decided anything about it meanwhile.

    A receipt that another worker has loaded stays loaded. Raise ``ReceiptChangedError`` for one that failed, was taken
    out or given to another source while ``receipt`` was worked on: who was asleep must not overwrite it.
    """
    changed = asdict(receipt) | {"new_state": state, "new_message": message}
    if conn.execute(statement("ledger/settle_receipt"), changed).rowcount:
        return
    now = receipts(conn, source=receipt.source, sha256=receipt.sha256)
    states = now.loc[(now["id"] == receipt.id) & (now["ref_area"] == receipt.ref_area), "state"].tolist()
    if states != [LOADED] or state != LOADED:
        raise ReceiptChangedError(receipt.id, *(states or ["reassigned"]))


def assign_receipt(conn: Connection, receipt: Receipt) -> None:
    """Give a receipt the source, area and simulated mark of ``receipt``; raise ``CtdpError`` where there is none."""
    if not conn.execute(statement("ledger/assign_receipt"), asdict(receipt)).rowcount:
        raise CtdpError(f"Không có phiếu nhận {receipt.id!r}. Xem danh sách: ctdp status.")


def receipts(
    conn: Connection, *, source: str | None = None, sha256: str | None = None, state: str | None = None
) -> DataFrame:
    """Return receipts, one a row with the fields of ``model.Receipt``, by (received_at, id)."""
    chosen = {"source": source, "sha256": sha256, "state": state}
    return fetch(conn, "ledger/receipts", chosen, _RECEIPT_COLUMNS, order=("received_at", "id"))


def record_audit(
    conn: Connection, *, recorded_at: str, who: str, verb: str, subject: str, reason: str = "", detail: str = ""
) -> None:
    """Add an entry to the audit trail, which is only ever added to."""
    entry = {"recorded_at": recorded_at, "who": who, "verb": verb, "subject": subject}
    conn.execute(statement("ledger/add_audit"), {**entry, "reason": reason, "detail": detail})


def audit_trail(conn: Connection, *, subject: str | None = None, verb: str | None = None) -> DataFrame:
    """Return the entries of the audit trail about ``subject`` and of ``verb``, or all, in the order of their making."""
    return fetch(conn, "ledger/audit_trail", {"subject": subject, "verb": verb}, _AUDIT_COLUMNS, order=("number",))
