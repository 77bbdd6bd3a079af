"""Receipts as the steps see them: their states, and the month under which a file was put."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, cast

from ctdp_etl.errors import CtdpError, PeriodError
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.ledger import receipts

RECEIVED, LOADED, FAILED, WITHDRAWN = "received", "loaded", "failed", "withdrawn"
QUARANTINED = "quarantined"


def known_receipts(site: Site, source: str | None = None) -> list[Receipt]:
    """Return the receipts in the ledger, all or those of one source, in the order of arrival."""
    with site.engine.connect() as connection:
        rows = cast(list[dict[str, Any]], receipts(connection, source=source).to_dict("records"))
    return [Receipt(**row) for row in rows]


def filed_month(receipt: Receipt) -> str:
    """Return the month after which the folder of the file is named, or ''."""
    for part in reversed(PurePosixPath(receipt.locator).parts[:-1]):
        try:
            return str(Period.parse(part).last_month)
        except PeriodError:
            continue
    return ""


def named_receipt(site: Site, receipt_id: str) -> Receipt:
    """Return the receipt whose id begins like that; raise ``CtdpError`` where there is none or more than one."""
    found = [receipt for receipt in known_receipts(site) if receipt_id and receipt.id.startswith(receipt_id.lower())]
    if len(found) != 1:
        reason = "Có nhiều" if found else "Không có"
        raise CtdpError(f"{reason} phiếu nhận {receipt_id!r}. Xem danh sách: ctdp status --receipts.")
    return found[0]
