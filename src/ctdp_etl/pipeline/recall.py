"""Recall: a released briefing that must not be used any more; kept as evidence, and whoever got it is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from ctdp_etl.deliver.smtp import REFUSED, SENT, UNKNOWN
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.calendar import local_text
from ctdp_etl.pipeline.letters import BRIEFING, CANCELLED, FAILED, QUEUED, RECALL, Notice, queue
from ctdp_etl.pipeline.released_files import clause
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.outbox import deliveries, move_delivery
from ctdp_etl.warehouse.publications import COUNTRY, publication, turn
from ctdp_etl.warehouse.releases import Edition, editions, recalled, record_recall

_CAME = frozenset({SENT, UNKNOWN})
"""States in which the reader has, or may have, the briefing."""
_STAYED = (QUEUED, REFUSED, FAILED)
_NOT_SENT = "Bản này đã thu hồi nên không gửi."


def recall(
    site: Site, period: Period, number: int, decision: Decision, name: str = REPORT, area: str = COUNTRY
) -> Edition:
    """Recall the released content ``number`` of a report about ``period`` and return it; once, whoever asks again.

    Its letters that have not gone out are cancelled with it, all or nothing; ``follow_up`` writes to those who got it.
    Raise ``CtdpError`` where no such content was released.
    """
    with writing(site.engine) as connection:
        take_turn(connection, turn(name, str(period), area))
        found = _released(editions(connection, name, str(period), area), period, number)
        if not found.recalled_at:
            signed = {"recalled_at": decision.at, "who": decision.who, "reason": decision.reason}
            record_recall(connection, found, **signed)
            withhold(connection, found.id)
        return _released(editions(connection, name, str(period), area), period, number)


def withhold(connection: Connection, publication_id: str) -> None:
    """Cancel the letters with this publication that have not gone out; one that is just being sent is left alone."""
    for state in _STAYED:
        for letter in deliveries(connection, state=state, kind=BRIEFING):
            if letter.attachment == publication_id:
                move_delivery(connection, letter, replace(letter, state=CANCELLED, message=_NOT_SENT))


def follow_up(site: Site) -> None:
    """Cancel what would still go out with a recalled briefing, and write to those who got one, once each.

    A letter that was just being sent when its briefing was recalled has its end only now; a kill after a recall leaves
    its letters to this.
    """
    with site.engine.connect() as connection:
        publications = recalled(connection)
    for publication_id in publications:
        with writing(site.engine) as connection:
            withhold(connection, publication_id)
            sent = [one for one in deliveries(connection, kind=BRIEFING) if one.attachment == publication_id]
        came = [one.recipient for one in sent if one.state in _CAME]
        if came:
            queue(site, _notice(site, publication_id), came)


def _released(known: Sequence[Edition], period: Period, number: int) -> Edition:
    printed = [one for one in known if one.released_at]
    found = next((one for one in printed if one.number == number), None)
    if found is None:
        numbers = ", ".join(f"số {one.number}" for one in printed) or "chưa có bản nào"
        raise CtdpError(f"Báo cáo {period} không có bản số {number} đã phát hành. Các bản đã phát hành: {numbers}.")
    return found


def _notice(site: Site, publication_id: str) -> Notice:
    with site.engine.connect() as connection:
        found = publication(connection, publication_id)
        known = editions(connection, found.report, found.time_period, found.ref_area)
    about = report(found.report)
    called = about.called(Period.parse(found.time_period), site.catalog.areas.by_code[found.ref_area])
    (bad,) = (one for one in known if one.id == publication_id)
    instead = next((one for one in reversed(known) if one.is_in_force and one.number > bad.number), None)
    registered = f" (số {bad.document})" if bad.document else ""
    lines = [
        f"{about.letter.greeting},",
        "",
        f"Phòng số liệu xin thu hồi {called}, bản số {bad.number}, phát hành ngày "
        f"{local_text(bad.released_at)[:10]}{registered}. Đề nghị không sử dụng bản này.",
        f"Lý do: {clause(bad.recall_reason)}.",
        f"Bản thay thế: bản số {instead.number}." if instead else "Bản thay thế sẽ được gửi khi phát hành.",
    ]
    return Notice(
        event=f"recalled:{bad.id}",
        kind=RECALL,
        subject=f"THU HỒI {called}, bản số {bad.number}",
        body="\n".join(lines),
        time_period=found.time_period,
    )
