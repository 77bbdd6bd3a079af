"""Which contents of a report were released, by whom and why: each once, the newest only (GSBPM 7.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from ctdp_etl.errors import CtdpError
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.ledger import audit_trail, record_audit
from ctdp_etl.warehouse.publications import COUNTRY, turn
from ctdp_etl.warehouse.statements import statement

_COLUMNS = (
    *("id", "number", "ref_area", "content_sha256", "as_of", "published_at"),
    *("released_at", "who", "reason", "is_override", "entered_as"),
    *("recalled_at", "recalled_by", "recall_reason"),
)
_RECALL = "recall"
_REGISTER = re.compile(r"(\d{4}): (\d+)/(.+)")


@dataclass(frozen=True, slots=True)
class Edition:
    """One printed content of a report about a period; ``released_at`` is '' for a draft, ``recalled_at`` for most.

    ``entered_as`` is how the register of documents has it: the year, then number and sign ("2026: 07/BC-CTĐP").
    """

    id: str
    number: int
    ref_area: str
    content_sha256: str
    as_of: str
    published_at: str
    released_at: str
    who: str
    reason: str
    is_override: bool
    entered_as: str
    recalled_at: str
    recalled_by: str
    recall_reason: str

    @property
    def document(self) -> str:
        """Number and sign under which it was issued, '' for a draft."""
        return self.entered_as.partition(": ")[2]

    @property
    def is_in_force(self) -> bool:
        """Whether it was released and not recalled."""
        return bool(self.released_at) and not self.recalled_at


def editions(conn: Connection, report: str, period: str, area: str | None = COUNTRY) -> list[Edition]:
    """Return the printed contents of ``report`` about ``period`` and ``area`` (None: each), oldest number first."""
    about = {"report": report, "period": period, "area": area}
    found = fetch(conn, "read/editions", about, _COLUMNS, order=("ref_area", "number"))
    rows: list[dict[Any, Any]] = found.to_dict("records")
    return [Edition(**row) for row in rows]


def record_release(
    engine: Engine | Connection,
    report: str,
    period: str,
    publication_id: str,
    *,
    released_at: str,
    who: str,
    reason: str,
    is_override: bool,
    area: str = COUNTRY,
    register: tuple[int, str] | None = None,
) -> bool:
    """Release a printed content with its audit entry, both or neither; False where that was done before.

    It gets the next number of the register of documents of ``register`` (year, document sign), which has no gap: the
    audit entry is the register's line (Nghị định 30/2020/NĐ-CP, Điều 15: numbered through the year from 01). Raise
    ``CtdpError`` where it is not the newest content: whoever judged it did not know of the newer one. With a connection
    that writes already it is part of that transaction.
    """
    release = {"publication_id": publication_id, "released_at": released_at, "who": who, "reason": reason}
    with writing(engine) as connection:
        take_turn(connection, turn(report, period, area))
        known = editions(connection, report, period, area)
        if not known or known[-1].id != publication_id:
            raise CtdpError(
                f"Báo cáo {period} vừa có bản mới hơn. Hãy xem bản mới rồi chạy lại `ctdp release {period}`."
            )
        new = bool(connection.execute(statement("load/release"), {**release, "is_override": is_override}).rowcount)
        if new:
            entry = {"recorded_at": released_at, "who": who, "subject": publication_id, "reason": reason}
            line = _next_line(connection, *register) if register else ""
            record_audit(connection, verb="override" if is_override else "release", detail=line, **entry)
    return new


def released_since(conn: Connection, since: str) -> list[tuple[str, str]]:
    """Return report and period of what was released at the instant ``since`` or later, sorted."""
    rows = conn.execute(statement("read/released_since"), {"since": since})
    return sorted((row.report, row.time_period) for row in rows)


def record_recall(connection: Connection, edition: Edition, *, recalled_at: str, who: str, reason: str) -> None:
    """Note that a released content must not be used any more; the caller has the turn and knows that nobody did."""
    entry = {"recorded_at": recalled_at, "who": who, "subject": edition.id, "reason": reason}
    record_audit(connection, verb=_RECALL, detail=edition.document, **entry)


def recalled(connection: Connection) -> list[str]:
    """Return the ids of the publications that were recalled, in the order in which they were."""
    return [str(one) for one in audit_trail(connection, verb=_RECALL)["subject"]]


def _next_line(connection: Connection, year: int, sign: str) -> str:
    take_turn(connection, "register of documents")
    lines = (_REGISTER.fullmatch(row.detail) for row in connection.execute(statement("ledger/registered_documents")))
    taken = [int(line[2]) for line in lines if line and (line[1], line[3]) == (str(year), sign)]
    return f"{year}: {max(taken, default=0) + 1:02d}/{sign}"
