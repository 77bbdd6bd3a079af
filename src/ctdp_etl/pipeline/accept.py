"""The operator's word on a receipt: let a quarantined file in, give a wrong one to another area or period."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Receipt
from ctdp_etl.pipeline.calendar import local_month
from ctdp_etl.pipeline.load import Outcome, load_receipt
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.receipts import QUARANTINED, RECEIVED, named_receipt
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import assign_receipt, record_audit, set_receipt_state
from ctdp_etl.warehouse.load import withdraw_submission
from ctdp_etl.warehouse.read import submissions


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, why, and when (UTC text)."""

    who: str
    reason: str
    at: str

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.reason.strip():
            raise CtdpError("Quyết định phải có người quyết định (--by) và lý do (--reason).")


def accept(site: Site, receipt_id: str, decision: Decision, given: Sender) -> Outcome:
    """Let a quarantined file in, as sent by whom it says or by whom ``given`` says, and load it.

    Raise ``CtdpError`` where the receipt is not in quarantine, or nobody knows whose report it is.
    """
    receipt = named_receipt(site, receipt_id)
    if receipt.state != QUARANTINED:
        raise CtdpError(f"Phiếu nhận {receipt.id[:12]} ({receipt.file_name}) không bị cách ly nên không cần cho vào.")
    accepted = _assigned(site, receipt, given)
    _decide(site, "accept", receipt, accepted, decision)
    return load_receipt(site, accepted, due=local_month(receipt.received_at))


def reassign(site: Site, receipt_id: str, decision: Decision, given: Sender) -> Outcome:
    """Give a file to another area, source or month: what was loaded of it is withdrawn, then it is loaded anew.

    Raise ``CtdpError`` for a file in quarantine, where nothing changes, or where it was there before and taken out.
    """
    receipt = named_receipt(site, receipt_id)
    if receipt.state == QUARANTINED:
        raise CtdpError(f"Phiếu nhận {receipt.id[:12]} đang bị cách ly. Dùng: ctdp accept, thêm --area nếu cần.")
    assigned = _assigned(site, receipt, given)
    with site.engine.connect() as connection:
        stored = submissions(connection)
    same = stored[stored["sha256"] == receipt.sha256]
    there = same[(same["source"] == assigned.source) & ((same["time_period"] == given.period) | (given.period == ""))]
    if not there.empty:
        month = there["time_period"].iloc[0]
        raise CtdpError(
            f"Tệp {receipt.file_name} đã từng được nạp cho {assigned.source}, kỳ {month}; không có gì để chuyển."
        )
    for submission_id in same.loc[same["source"] == receipt.source, "submission_id"]:
        withdraw_submission(
            site.engine, submission_id, received_at=decision.at, who=decision.who, reason=decision.reason
        )
    _decide(site, "reassign", receipt, assigned, decision, given.period)
    return load_receipt(site, assigned, due=local_month(receipt.received_at), period=given.period)


def _assigned(site: Site, receipt: Receipt, given: Sender) -> Receipt:
    """Return the receipt with the source and area that the operator names, or with those that it has."""
    month = given.period or local_month(receipt.received_at)
    source, area = given.source or receipt.source, receipt.ref_area
    if given.area:
        area = site.catalog.areas.named(given.area, month).code
        source = given.source or site.sender_for(area, month)
    registered = site.registered(source)
    if registered is not None and not given.area:
        area = registered.area
    if not source or not area:
        raise CtdpError(f"Không rõ tệp {receipt.file_name} của nguồn nào. Hãy thêm --area, ví dụ --area VN34_80.")
    simulated = registered.simulated if registered is not None else receipt.simulated
    return replace(receipt, source=source, ref_area=area, simulated=simulated, state=RECEIVED, message="")


def _decide(site: Site, verb: str, before: Receipt, after: Receipt, decision: Decision, period: str = "") -> None:
    """Change the receipt and write the audit entry, both or neither."""
    detail = "; ".join(
        filter(None, (before.message, f"{before.source or '?'} -> {after.source}", period and f"kỳ {period}"))
    )
    with writing(site.engine) as connection:
        assign_receipt(connection, after)
        set_receipt_state(connection, after.id, RECEIVED)
        record_audit(
            connection,
            recorded_at=decision.at,
            who=decision.who,
            verb=verb,
            subject=after.id,
            reason=decision.reason,
            detail=detail,
        )
