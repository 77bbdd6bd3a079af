"""The board: every report that is due for a period or came, with its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import due_instant, local_day, local_month, local_text, opening_instant
from ctdp_etl.pipeline.check import refused
from ctdp_etl.pipeline.editions import editions
from ctdp_etl.pipeline.receipts import QUARANTINED, filed_month, known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.read import board as received_board
from ctdp_etl.warehouse.read import submissions

NOT_DUE, AWAITED, LATE, FAILED, IN_QUARANTINE = "not due", "awaited", "late", "failed", QUARANTINED
RECEIVED, WITH_FINDINGS, ACCEPTED, WITHDRAWN = "received", "with findings", "accepted", "withdrawn"
WORDS: Mapping[str, str] = {
    NOT_DUE: "chưa đến kỳ",
    AWAITED: "đang chờ",
    LATE: "quá hạn",
    IN_QUARANTINE: "cách ly",
    FAILED: "tệp lỗi",
    RECEIVED: "đã nhận",
    WITH_FINDINGS: "có phát hiện",
    ACCEPTED: "đã chốt",
    WITHDRAWN: "đã rút",
}
RECEIPT_WORDS: Mapping[str, str] = {
    "received": "chưa đọc",
    "loaded": "đã nạp",
    "failed": "tệp lỗi",
    "withdrawn": "đã rút",
    QUARANTINED: "cách ly",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One report on the board; ``received_at`` and ``due_at`` are UTC text, '' where there is none."""

    source: str
    ref_area: str
    dataflow: str
    state: str
    due_at: str = ""
    received_at: str = ""
    file_name: str = ""
    errors: int = 0
    warnings: int = 0
    notices: int = 0


def board(site: Site, period: Period, *, at: str = "") -> list[Line]:
    """Return the board of ``period`` at the instant ``at`` (now without it), by source and form.

    Reports are due from the registered sources; what came from anybody else stands on the board too. What the released
    briefing is made of is accepted, unless the board is asked for another instant than now: a briefing made again has
    to say what it said before its release.
    """
    accepted_until = "" if at else _released_until(site, period)
    at = at or site.settings.now()
    with site.engine.connect() as connection:
        rows = received_board(connection, str(period), today=local_day(at).isoformat()).to_dict("records")
    came = {(row["source"], row["dataflow"]): row for row in rows if row["ref_area"]}
    failed = {receipt.source: receipt for receipt in refused(site, period)}
    aside = {receipt.source for receipt in known_receipts(site) if _is_aside(receipt, period)}
    due = {
        (source.id, form): (source.area, due_instant(period, source.due_day or site.catalog.dataflows[form].due_day))
        for source in site.sources
        if source.in_force(str(period.last_month))
        for form in source.forms
    }
    order = list(site.catalog.dataflows)
    places = sorted({*due, *came}, key=lambda place: (place[0], order.index(place[1])))
    lines = []
    for place in places:
        area, due_at = due.get(place, ("", ""))
        if place in came:
            lines.append(_came(came[place], due_at, accepted_until))
        else:
            state = _missing(failed.get(place[0]), place[0] in aside, due_at, at, period)
            lines.append(Line(place[0], area, place[1], state, due_at))
    return lines


def _released_until(site: Site, period: Period) -> str:
    """Return the instant up to which the released briefing knows, '' where none is released."""
    return max((one.as_of for one in editions(site, period) if one.released_at), default="")


def _came(row: Mapping[Any, Any], due_at: str, accepted_until: str) -> Line:
    state = row["state"]
    if state != WITHDRAWN:
        state = WITH_FINDINGS if row["errors"] or row["warnings"] else RECEIVED
        state = ACCEPTED if row["received_at"] <= accepted_until else state
    return Line(
        row["source"],
        row["ref_area"],
        row["dataflow"],
        state,
        due_at,
        row["received_at"],
        row["file_name"],
        int(row["errors"]),
        int(row["warnings"]),
        int(row["notices"]),
    )


def _is_aside(receipt: Receipt, period: Period) -> bool:
    """Say whether a receipt is in quarantine and may be about the period: by its folder, else by the day it came."""
    month = filed_month(receipt) or local_month(receipt.received_at)
    return receipt.state == QUARANTINED and month == str(period.last_month)


def _missing(failed: Receipt | None, is_aside: bool, due_at: str, at: str, period: Period) -> str:
    if is_aside:
        return IN_QUARANTINE
    if failed is not None:
        return FAILED
    if at < opening_instant(period):
        return NOT_DUE
    return AWAITED if at <= due_at else LATE


def as_frame(lines: Iterable[Line]) -> pd.DataFrame:
    """Return the board as a frame with the fields of ``Line`` as columns."""
    return pd.DataFrame([asdict(line) for line in lines], columns=list(Line.__slots__))


def by_source(site: Site, lines: Iterable[Line]) -> list[dict[str, str]]:
    """Return the board with a row for each sender and a column for each form, in words."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        area = site.catalog.areas.by_code.get(line.ref_area)
        row = table.setdefault(
            (line.source, line.ref_area), {"nguồn": line.source, "địa phương": area.name if area else line.ref_area}
        )
        count = line.errors + line.warnings
        row[line.dataflow] = f"{WORDS[line.state]} ({count})" if line.state == WITH_FINDINGS else WORDS[line.state]
    names = dict.fromkeys(name for row in table.values() for name in row)
    return [{name: row.get(name, "") for name in names} for row in table.values()]


def summary(lines: Iterable[Line]) -> str:
    """Return how many reports are in each state, in words."""
    counts = Counter(line.state for line in lines)
    return (
        ", ".join(f"{counts[state]} {word}" for state, word in WORDS.items() if counts[state]) or "không có báo cáo nào"
    )


def newest_period(site: Site) -> Period:
    """Return the newest month for which anything came, else the month that it is now in Vietnam."""
    with site.engine.connect() as connection:
        months = submissions(connection)["time_period"]
    return Period.parse(max(months, default=local_month(site.settings.now())))


def receipts_of(site: Site, period: Period) -> list[dict[str, str]]:
    """Return the receipts behind the board of ``period``: those loaded for it, and those that tell no other month."""
    with site.engine.connect() as connection:
        stored = submissions(connection)
    loaded = set(zip(stored["source"], stored["sha256"], strict=True))
    of_period = stored[stored["time_period"] == str(period)]
    here = set(zip(of_period["source"], of_period["sha256"], strict=True))
    return [
        {
            "phiếu nhận": one.id[:12],
            "nguồn": one.source,
            "tệp": one.file_name,
            "kênh": one.channel,
            "nhận lúc": local_text(one.received_at),
            "trạng thái": RECEIPT_WORDS.get(one.state, one.state),
            "ghi chú": one.message,
        }
        for one in known_receipts(site)
        if (one.source, one.sha256) in here
        or ((one.source, one.sha256) not in loaded and filed_month(one) in {"", str(period)})
    ]
