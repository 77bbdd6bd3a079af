"""Take a wrong file out: from then on it counts as a resend of nothing; its bytes and its trace stay."""

from __future__ import annotations

from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.receipts import WITHDRAWN, named_receipt
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import set_receipt_state
from ctdp_etl.warehouse.load import withdraw_submission
from ctdp_etl.warehouse.read import submissions


def withdraw(site: Site, receipt_id: str, *, who: str, reason: str, at: str) -> list[str]:
    """Withdraw what came of a receipt, as of the instant ``at``, and return it in words.

    ``receipt_id`` may be shortened as long as it names one receipt. Raise ``CtdpError`` where it names none or several,
    or where nothing came of it.
    """
    receipt = named_receipt(site, receipt_id)
    with site.engine.connect() as connection:
        stored = submissions(connection)
    mine = stored[(stored["source"] == receipt.source) & (stored["sha256"] == receipt.sha256)]
    if mine.empty:
        raise CtdpError(f"Phiếu nhận {receipt.id[:12]} ({receipt.file_name}) chưa có số liệu nào trong kho.")
    for submission_id in mine["submission_id"]:
        withdraw_submission(site.engine, submission_id, received_at=at, who=who, reason=reason)
    with writing(site.engine) as connection:
        set_receipt_state(connection, receipt.id, WITHDRAWN, reason)
    return [f"{receipt.source} {month}: {receipt.file_name}" for month in mine["time_period"]]
