"""Which contents of a report were released, by whom and why: each once, the newest only (GSBPM 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from ctdp_etl.errors import CtdpError
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.ledger import record_audit
from ctdp_etl.warehouse.publications import COUNTRY, turn
from ctdp_etl.warehouse.statements import statement

_COLUMNS = (
    *("id", "number", "content_sha256", "as_of", "published_at"),
    *("released_at", "who", "reason", "is_override"),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One printed content of a report about a period; ``released_at`` is '' for a draft."""

    id: str
    number: int
    content_sha256: str
    as_of: str
    published_at: str
    released_at: str
    who: str
    reason: str
    is_override: bool


def editions(conn: Connection, report: str, period: str, area: str = COUNTRY) -> list[Edition]:
    """Return the printed contents of ``report`` about ``period`` and ``area``, oldest number first."""
    about = {"report": report, "period": period, "area": area}
    found = fetch(conn, "read/editions", about, _COLUMNS, order=("number",))
    rows: list[dict[Any, Any]] = found.to_dict("records")
    return [Edition(**row) for row in rows]


def record_release(
    engine: Engine,
    report: str,
    period: str,
    publication_id: str,
    *,
    released_at: str,
    who: str,
    reason: str,
    is_override: bool,
    area: str = COUNTRY,
) -> bool:
    """Release a printed content with its audit entry, both or neither; False where that was done before.

    Raise ``CtdpError`` where it is not the newest content: whoever judged it did not know of the newer one.
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
            record_audit(connection, verb="override" if is_override else "release", **entry)
    return new
