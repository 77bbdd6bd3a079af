"""Step: each submission is answered once for each state that it comes to; no figure and no cell goes into a letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline import check
from ctdp_etl.pipeline.calendar import later, local_day, local_text
from ctdp_etl.pipeline.feedback import for_sender, returned_place
from ctdp_etl.pipeline.letters import RECEIPT, Notice, alert, queue
from ctdp_etl.pipeline.load import OTHER_REASON
from ctdp_etl.pipeline.receipts import FAILED, LOADED, QUARANTINED, WITHDRAWN, known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.outbox import deliveries
from ctdp_etl.warehouse.read import submissions

RECENT = timedelta(days=5)
"""What came longer ago is no longer answered: months that are made up for, and the time before there were letters."""
_ANSWERED = {LOADED: "đã nạp", FAILED: "không đọc được, chưa nạp", WITHDRAWN: "đã rút khỏi kỳ báo cáo"}
_UNTOLD = frozenset({OTHER_REASON, "F09"})
"""Reasons whose sentence may repeat what stands in a cell."""
_RESEND = "Khi cần sửa, hãy sửa trong tệp gốc rồi gửi lại cả tệp theo cách đã gửi: bản gửi sau thay bản trước."


def answer(site: Site) -> int:
    """Queue the letters that are due to senders, and to operators about quarantine; return how many are new.

    Only the registered contacts of a source are written to, and nobody about simulated figures.
    """
    recent = _recent(site)
    queued = _tell_quarantine(site, recent)
    pending = [receipt for receipt in recent if _recipients(site, receipt)]
    if not pending:
        return queued
    with site.engine.connect() as connection:
        told = {(letter.event, letter.recipient) for letter in deliveries(connection, kind=RECEIPT)}
    due = [one for one in pending if any((_event(one), who) not in told for who in _recipients(site, one))]
    return queued + sum(queue(site, notice, _recipients(site, one)) for one, notice in _notices(site, due))


def _recent(site: Site) -> list[Receipt]:
    since = later(site.settings.now(), -RECENT)
    return [one for one in known_receipts(site) if one.received_at >= since and not one.simulated]


def _recipients(site: Site, receipt: Receipt) -> tuple[str, ...]:
    """Return who reads the answer; nobody in quarantine: its sender may be somebody else."""
    source = site.registered(receipt.source)
    return source.addresses if source is not None and receipt.state in _ANSWERED else ()


def _event(receipt: Receipt) -> str:
    return f"receipt:{receipt.id}:{receipt.state}"


def _tell_quarantine(site: Site, recent: Iterable[Receipt]) -> int:
    """Tell the operators once about each day on which something was put into quarantine."""
    days: dict[str, int] = defaultdict(int)
    for receipt in recent:
        if receipt.state == QUARANTINED:
            days[local_day(receipt.received_at).isoformat()] += 1
    return sum(
        alert(
            site,
            f"quarantine:{day}",
            f"Có tệp bị cách ly, nhận ngày {day}",
            f"{count} tệp nhận ngày {day} bị cách ly vì không rõ người gửi. Tệp đến thêm trong ngày không báo lại.\n\n"
            f"Xem lý do:  ctdp status {day[:7]} --receipts\nCho vào:    ctdp accept PHIẾU\n",
        )
        for day, count in sorted(days.items())
    )


def _notices(site: Site, due: list[Receipt]) -> Iterator[tuple[Receipt, Notice]]:
    with site.engine.connect() as connection:
        stored = submissions(connection)
    months: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, sha256, month in zip(stored["source"], stored["sha256"], stored["time_period"], strict=True):
        months[source, sha256].append(month)
    wanted = {month for one in due for month in months[one.source, one.sha256]}
    findings = {month: check.findings(site, Period.parse(month)) for month in sorted(wanted)}
    first = _first_receipts(site)
    for one in due:
        mine = months[one.source, one.sha256] if one.state != FAILED else []
        about = [found for month in mine for found in for_sender(findings[month], one.source, one.sha256)]
        earlier = first[one.source, one.sha256]
        yield one, _notice(site, one, mine, check.counts(about), earlier if earlier != one.id else "")


def _first_receipts(site: Site) -> dict[tuple[str, str], str]:
    """Return the id of the first receipt of each file from each source: later ones brought the same bytes again."""
    first: dict[tuple[str, str], str] = {}
    for receipt in known_receipts(site):
        if receipt.state != QUARANTINED:
            first.setdefault((receipt.source, receipt.sha256), receipt.id)
    return first


def _notice(site: Site, receipt: Receipt, months: list[str], counts: dict[str, int], earlier: str) -> Notice:
    source = site.registered(receipt.source)
    marked = [where for month in months if (where := returned_place(site, month, receipt.source, receipt.sha256))]
    state = _ANSWERED[receipt.state]
    if earlier and receipt.state == LOADED:
        state = f"đã nhận trước đó (phiếu nhận {earlier[:12]}), số liệu không nạp hai lần"
    lines = {
        "Phiếu nhận": receipt.id[:12],
        "Tệp": receipt.file_name,
        "Kỳ báo cáo": ", ".join(Period.parse(month).vietnamese for month in months),
        "Nhận lúc": local_text(receipt.received_at),
        "Tình trạng": state,
        "Phát hiện": _counted(counts) if receipt.state == LOADED else "",
        "Lý do": _reason(receipt),
        "Bản đánh dấu": "; ".join(marked),
    }
    listed = "\n".join(f"  {name + ':':14}{text}" for name, text in lines.items() if text)
    greeting = f"Kính gửi {source.name if source else receipt.source},"
    advice = _next(receipt, counts, is_marked=bool(marked))
    return Notice(
        _event(receipt),
        RECEIPT,
        f"Phiếu nhận {receipt.id[:12]}: {_ANSWERED[receipt.state]}",
        f"{greeting}\n\nPhòng số liệu trả lời về tệp của quý đơn vị:\n\n{listed}\n\n{advice}\n",
        max(months, default=""),
        receipt.source,
    )


def _counted(counts: dict[str, int]) -> str:
    return f"{counts['error']} lỗi, {counts['warning']} cảnh báo, {counts['notice']} lưu ý"


def _reason(receipt: Receipt) -> str:
    code, _, sentence = receipt.message.partition(": ")
    if receipt.state != FAILED:
        return ""
    return f"mã {code}; phòng số liệu sẽ liên hệ." if code in _UNTOLD else sentence


def _next(receipt: Receipt, counts: dict[str, int], *, is_marked: bool) -> str:
    where = "bản đánh dấu trong thư mục trả kết quả chỉ" if is_marked else "phòng số liệu sẽ chỉ"
    match receipt.state:
        case "failed":
            return "Đề nghị quý đơn vị sửa theo lý do trên rồi gửi lại cả tệp theo cách đã gửi."
        case "withdrawn":
            return "Số liệu của tệp không còn được tính. Đề nghị quý đơn vị gửi tệp đúng, nếu chưa gửi."
        case _ if counts["error"]:
            return f"Đề nghị quý đơn vị xem lại những chỗ có lỗi; {where} rõ trang và ô. {_RESEND}"
        case _ if counts["warning"]:
            return f"Đề nghị quý đơn vị xem lại những chỗ được cảnh báo; nếu đúng thì không phải làm gì. {_RESEND}"
        case _:
            return f"Quý đơn vị không phải làm gì thêm. {_RESEND}"
