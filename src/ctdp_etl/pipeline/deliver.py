"""Step: send what is queued, each letter at most once; what may have gone out is never sent again by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ctdp_etl.deliver.letter import Attachment, Letter, is_address
from ctdp_etl.deliver.relay import Relay, relay
from ctdp_etl.deliver.smtp import LATER, REFUSED, SECONDS, SENT, UNKNOWN, Answer, Line, UnreachableError, connected
from ctdp_etl.errors import CtdpError, SettingsError
from ctdp_etl.model import Delivery
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.calendar import later
from ctdp_etl.pipeline.letters import CANCELLED, FAILED, KEEP, QUEUED
from ctdp_etl.pipeline.readers import readers
from ctdp_etl.pipeline.recall import follow_up
from ctdp_etl.pipeline.released_files import released_pdf
from ctdp_etl.pipeline.site import Site
from ctdp_etl.settings import INSTANT_FORMAT, Settings
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_audit
from ctdp_etl.warehouse.outbox import deliveries, delivery_counts, move_delivery
from ctdp_etl.warehouse.turn import only_one

SENDING = "sending"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
WORDS = {
    QUEUED: "đang chờ gửi",
    SENDING: "đang gửi",
    SENT: "đã gửi",
    REFUSED: "bị từ chối",
    FAILED: "không gửi được",
    UNKNOWN: "không rõ đã đến chưa",
    CANCELLED: "đã bỏ, không gửi",
}
NEED_SOMEBODY = (UNKNOWN, REFUSED, FAILED)
"""States that only an operator ends."""
_INTERRUPTED = "Việc gửi bị ngắt giữa chừng nên không rõ thư đã đến chưa."
_TOO_LATE = f"Đã quá {KEEP.days} ngày mà chưa gửi được."


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round did: letters ``sent``, those in each state now, and why it ended early, '' where it did not.

    ``faults`` are what stopped no letter but needs somebody, a sentence each: entries of ``CTDP_READERS`` that are
    wrong, readers of a recalled report who could not be written to.
    """

    sent: int
    counts: dict[str, int]
    reason: str = ""
    faults: tuple[str, ...] = ()

    @property
    def trouble(self) -> str:
        """What somebody has to look at, '' where nothing; a site without a mail server is in no trouble."""
        stuck = [f"{self.counts[state]} thư {WORDS[state]}" for state in NEED_SOMEBODY if self.counts.get(state)]
        waiting = f"{', '.join(stuck)}: ctdp deliver --list." if stuck else ""
        return " ".join(filter(None, (*self.faults, self.reason, waiting)))


def deliver(site: Site, *, seconds: float = SECONDS) -> Delivered:
    """Send every letter that is due; a mail server that fails is told in the answer, never raised.

    ``seconds`` is how long the server may be silent. Without ``CTDP_SMTP_URL`` letters wait. Two processes at once send
    each letter once: only one works, and a letter is claimed before its text leaves.
    """
    sent, reason = 0, ""
    faults = readers(site.settings)[1]
    with only_one(site.engine, "deliver") as is_mine:
        if is_mine:
            _mark_interrupted(site)
            faults += _recall_faults(site)
            try:
                sent = _send_due(site, seconds) if site.settings.smtp_url else 0
            except _EndedError as ended:
                sent, reason = ended.sent, str(ended)
            except SettingsError as error:
                reason = str(error)
    with site.engine.connect() as connection:
        return Delivered(sent, delivery_counts(connection), reason, tuple(faults))


def _recall_faults(site: Site) -> list[str]:
    """``follow_up`` what was recalled; return why that failed, so that other letters go out."""
    try:
        follow_up(site)
    except CtdpError as error:
        return [str(error)]
    return []


def outstanding(site: Site) -> str:
    """Return in words how many letters wait or need somebody, '' where all went out."""
    with site.engine.connect() as connection:
        counts = delivery_counts(connection)
    open_ones = [
        f"{counts[state]} thư {WORDS[state]}" for state in (QUEUED, SENDING, *NEED_SOMEBODY) if state in counts
    ]
    if not open_ones:
        return ""
    lack = "" if site.settings.smtp_url else " Chưa đặt CTDP_SMTP_URL nên thư nằm chờ."
    return f"{', '.join(open_ones)}: ctdp deliver --list.{lack}"


def mail_server(settings: Settings) -> tuple[Relay, str]:
    """Return the mail server and our own address; raise ``SettingsError`` where one of them cannot be used."""
    server = relay(settings.smtp_url)
    if not is_address(settings.mail_from):
        raise SettingsError("CTDP_MAIL_FROM phải là địa chỉ thư của phòng số liệu, ví dụ solieu@example.vn.")
    return server, settings.mail_from


def resolve(site: Site, letter_id: str, decision: Decision, *, has_arrived: bool) -> Delivery:
    """Settle a letter that needs somebody: it has arrived, or it is queued again; return it as it is now.

    ``letter_id`` may be shortened. Raise ``CtdpError`` where it names no such letter, or several.
    """
    with writing(site.engine) as connection:
        found = [
            one for one in deliveries(connection) if one.state in NEED_SOMEBODY and one.id.startswith(letter_id.lower())
        ]
        if len(found) != 1 or not letter_id:
            reason = "Có nhiều" if found else "Không có"
            raise CtdpError(f"{reason} thư {letter_id!r} đang chờ quyết định. Xem danh sách: ctdp deliver --list.")
        seen = found[0]
        if has_arrived:
            moved = replace(seen, state=SENT, sent_at=decision.at, message="Người trực xác nhận thư đã đến.")
        else:
            moved = replace(seen, state=QUEUED, attempts=seen.attempts + 1, queued_at=decision.at, tried_at="")
        move_delivery(connection, seen, moved)
        record_audit(
            connection,
            recorded_at=decision.at,
            who=decision.who,
            verb="confirm-letter" if has_arrived else "resend-letter",
            subject=seen.id,
            reason=decision.reason,
            detail=f"{seen.event}; {seen.state}",
        )
    return moved


class _EndedError(CtdpError):
    """The mail server cannot be used; ``sent`` letters went out before."""

    def __init__(self, reason: str, sent: int) -> None:
        self.sent = sent
        super().__init__(reason)


def _mark_interrupted(site: Site) -> None:
    """Whoever was sending is gone (only one process is here); and what is too old is no longer sent by itself."""
    oldest = later(site.settings.now(), -KEEP)
    with writing(site.engine) as connection:
        for letter in deliveries(connection, state=SENDING):
            move_delivery(connection, letter, replace(letter, state=UNKNOWN, message=_INTERRUPTED))
        for letter in deliveries(connection, state=QUEUED) if site.settings.smtp_url else []:
            if letter.queued_at < oldest:
                said = f"{_TOO_LATE} {letter.message}".strip()
                move_delivery(connection, letter, replace(letter, state=FAILED, message=said))


def _send_due(site: Site, seconds: float) -> int:
    """Return how many letters went out; a server that hangs up is called again as long as it takes some."""
    server, sender = mail_server(site.settings)
    sent = 0
    while due := _due(site):
        try:
            with connected(server, sender, seconds=seconds) as line:
                states = _send_each(site, line, due)
        except UnreachableError as error:
            raise _EndedError(str(error), sent) from None
        sent += states[SENT]
        if not states[SENT]:
            break
    return sent


def _due(site: Site) -> list[Delivery]:
    """Return the queued letters whose time has come, those that never failed first."""
    now = site.settings.now()
    with site.engine.connect() as connection:
        queued = deliveries(connection, state=QUEUED)
    return sorted((one for one in queued if _next_try(one) <= now), key=lambda letter: letter.attempts)


def _next_try(letter: Delivery) -> str:
    if not letter.tried_at:
        return ""
    return later(letter.tried_at, min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 10), LONGEST_WAIT))


def _send_each(site: Site, line: Line, due: Sequence[Delivery]) -> Counter[str]:
    states: Counter[str] = Counter()
    for letter in due:
        states[_send(site, line, letter)] += 1
        if not line.is_open:
            break
    return states


def _send(site: Site, line: Line, seen: Delivery) -> str:
    """Send one letter and return its state; '' where another process was quicker."""
    try:
        letter = _as_letter(site, seen)
    except CtdpError as error:
        _move(site, seen, replace(seen, state=FAILED, message=str(error)))
        return FAILED
    answer = line.offer(letter)
    tried = replace(seen, attempts=seen.attempts + 1, tried_at=site.settings.now())
    claimed = replace(tried, state=SENDING, message="")
    if answer is None:
        if not _move(site, seen, claimed):
            line.withdraw()
            return ""
        answer, seen = line.hand_over(letter), claimed
    settled = _settled(tried, answer, site.settings.now())
    if not _move(site, seen, settled):
        # The connection that held our turn was lost, and the letter was taken for interrupted: now it is known.
        _move(site, replace(seen, state=UNKNOWN), settled)
    return settled.state


def _settled(tried: Delivery, answer: Answer, now: str) -> Delivery:
    if answer.state == SENT:
        return replace(tried, state=SENT, sent_at=now, message="")
    return replace(tried, state=QUEUED if answer.state == LATER else answer.state, message=answer.message)


def _move(site: Site, seen: Delivery, moved: Delivery) -> bool:
    with writing(site.engine) as connection:
        return move_delivery(connection, seen, moved)


def _as_letter(site: Site, row: Delivery) -> Letter:
    """Return the letter with what goes with it; raise ``CtdpError`` where that is gone or not what was released."""
    written_at = datetime.strptime(row.queued_at, INSTANT_FORMAT).replace(tzinfo=UTC)
    pdf = Attachment(*released_pdf(site, row.attachment)) if row.attachment else None
    return Letter(row.message_id, row.recipient, row.subject, row.body, written_at, pdf)
