"""The outbox: letters queued once for each (event, recipient), and how far each has come."""

from __future__ import annotations

from dataclasses import asdict
from operator import attrgetter

from sqlalchemy import Connection

from ctdp_etl.model import Delivery
from ctdp_etl.warehouse.statements import statement


def add_delivery(conn: Connection, letter: Delivery) -> bool:
    """Put a letter into the outbox; return False where this recipient has one about this event already."""
    return bool(conn.execute(statement("ledger/add_delivery"), asdict(letter)).rowcount)


def deliveries(conn: Connection, *, state: str | None = None, kind: str | None = None) -> list[Delivery]:
    """Return the chosen letters, the oldest first."""
    rows = conn.execute(statement("ledger/deliveries"), {"state": state, "kind": kind})
    return sorted((Delivery(**row._mapping) for row in rows), key=attrgetter("queued_at", "event", "recipient"))


def move_delivery(conn: Connection, seen: Delivery, moved: Delivery) -> bool:
    """Write ``moved`` where the letter still is as it was ``seen``; return False where somebody was quicker."""
    values = {**asdict(moved), "seen_state": seen.state, "seen_attempts": seen.attempts}
    return bool(conn.execute(statement("ledger/move_delivery"), values).rowcount)


def delivery_counts(conn: Connection) -> dict[str, int]:
    """Return the number of letters in each state."""
    return {row.state: int(row.letters) for row in conn.execute(statement("ledger/count_deliveries"))}
