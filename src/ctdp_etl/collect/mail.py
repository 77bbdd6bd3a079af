"""The mail channel: attachments from an IMAP mailbox over TLS; several sources may share one."""

from __future__ import annotations

import contextlib
import imaplib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import MailBox
from imap_tools.message import MailAttachment, MailMessage

from ctdp_etl.collect.arrivals import Arrival, Failure, Reception, Visit, printable, too_large
from ctdp_etl.collect.authentication import doubt, sender_address
from ctdp_etl.collect.endpoints import Endpoint
from ctdp_etl.collect.reach import ReachError, reveal, trust, unreachable, wrong_account
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import CtdpError

_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_ENVELOPE = re.compile(rb'(?=.*INTERNALDATE "([^"]+)")(?=.*RFC822\.SIZE (\d+))', re.DOTALL)
_TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose mail it is as far as it says so, and why nobody vouches for that, '' where somebody does."""

    source: str
    quarantine: str


def visit(sources: Sequence[Source], endpoint: Endpoint, reception: Reception) -> Visit:
    """Take every mail of the mailbox that ``sources`` share; a failure ends this visit alone."""
    visit = Visit()
    try:
        with _connected(endpoint, reception) as mailbox:
            _login(mailbox, endpoint)
            _Mailbox(sources, endpoint, reception, mailbox, visit).take()
    except (OSError, imaplib.IMAP4.error, ImapToolsError, CtdpError) as error:
        cause = ConnectionError() if isinstance(error, imaplib.IMAP4.abort) else error
        visit.failures.append(Failure(sources[0].id, "", unreachable(endpoint, cause, reception.limits)))
    return visit


@contextlib.contextmanager
def _connected(endpoint: Endpoint, reception: Reception) -> Iterator[MailBox]:
    """Yield a connection over TLS; it is closed however its use ends, politely only where nothing failed."""
    context = trust(endpoint)
    mailbox = MailBox(endpoint.host, endpoint.port, timeout=reception.limits.answer, ssl_context=context)
    try:
        yield mailbox
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            mailbox.logout()
    finally:
        with contextlib.suppress(OSError):
            mailbox.client.shutdown()


def _login(mailbox: MailBox, endpoint: Endpoint) -> None:
    password = reveal(endpoint.password)
    try:
        is_plain = f"{endpoint.user}{password}".isascii()
        (mailbox.login if is_plain else mailbox.login_utf8)(endpoint.user, password, None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, MailboxLoginError) as error:
        raise ReachError(wrong_account(endpoint)) from error
    # What a server can do for an account it says after the login; with MOVE a mail is never in two folders, or in none.
    _, answer = mailbox.client.capability()
    mailbox.client.capabilities = tuple((answer[-1] or b"").decode("ascii", "replace").upper().split())
    try:
        mailbox.folder.set(endpoint.folder)
    except MailboxFolderSelectError as error:
        raise ReachError(f"Hòm thư {endpoint.user} không có thư mục {endpoint.folder}.") from error


@dataclass(frozen=True, slots=True)
class _Mailbox:
    sources: Sequence[Source]
    endpoint: Endpoint
    reception: Reception
    mailbox: MailBox
    visit: Visit

    def take(self) -> None:
        """Take every mail, and move each away once all of it is safe here."""
        deadline = time.monotonic() + self.reception.limits.visit
        validity = self.mailbox.folder.status(None, ["UIDVALIDITY"]).get("UIDVALIDITY", 0)
        for uid in self.mailbox.uids("UNDELETED", None):
            if time.monotonic() > deadline:
                raise TimeoutError
            locator = f"{self.endpoint.place}/{validity}.{uid}"
            if self.reception.known_mark(f"{locator}/1") == _TAKEN:
                self.visit.known += 1
                self._mark(uid, locator)
            elif self._receive(uid, locator):
                self._mark(uid, locator)

    def _receive(self, uid: str, locator: str) -> bool:
        """Take one mail; False where it is left where it is."""
        envelope = self._fetch(uid, "(INTERNALDATE RFC822.SIZE)")
        match = _ENVELOPE.match(envelope)
        if match is None:
            return False
        if refusal := too_large(int(match[2])):
            refusal = refusal.replace("tệp", "thư", 1)
            self.visit.failures.append(Failure(self.sources[0].id, locator, f"Không nhận thư {uid}: {refusal}"))
            return False
        moment = parsedate_to_datetime(match[1].decode("ascii", "replace").strip().replace("-", " ", 2))
        received_at = self.reception.instant(moment.timestamp())
        arrivals = self._arrivals(self._fetch(uid, "(BODY.PEEK[])"), locator, received_at)
        # The first attachment carries the mark of the whole mail, so it comes last.
        for arrival in reversed(arrivals):
            self.reception.take(arrival)
        return bool(arrivals)

    def _fetch(self, uid: str, what: str) -> bytes:
        """Return what the server says of a mail, b'' where it is gone."""
        status, answer = self.mailbox.client.uid("FETCH", uid, what)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH {status}")
        first = answer[0] if answer else None
        return bytes(first[1] if isinstance(first, tuple) else first or b"")

    def _arrivals(self, content: bytes, locator: str, received_at: str) -> list[Arrival]:
        if not content:
            return []
        mail = MailMessage.from_bytes(content)
        sender = self._sender(mail.obj, received_at)
        try:
            files = [(_name(part, number), part.payload) for number, part in enumerate(_attachments(mail), 1)]
        except Exception:  # the standard library's parser fails in many ways on mail that is made to hurt
            files = []
        if not files:
            reason = sender.quarantine or "Thư không có tệp đính kèm nào đọc được."
            sender, files = _Sender(sender.source, reason), [("thu-khong-co-tep.eml", content)]
        return [
            Arrival(
                sender.source,
                name,
                f"{locator}/{number}",
                payload,
                received_at,
                quarantine=sender.quarantine,
                mark=_TAKEN if number == 1 else "",
            )
            for number, (name, payload) in enumerate(files, 1)
        ]

    def _sender(self, message: Message, received_at: str) -> _Sender:
        address = sender_address(message)
        if not address:
            return _Sender("", "Thư không có đúng một địa chỉ người gửi nên không biết của nguồn nào.")
        registered = [source for source in self.sources if address in source.senders]
        if not registered:
            return _Sender("", f"Địa chỉ {address[:120]} chưa được đăng ký cho nguồn nào của hòm thư này.")
        # One address may stand for an office before and after a merger.
        registered.sort(key=lambda source: (source.in_force(received_at[:7]), source.valid_from))
        return _Sender(registered[-1].id, doubt(message, address, self.endpoint))

    def _mark(self, uid: str, locator: str) -> None:
        done = self.endpoint.done
        if not done:
            return
        try:
            try:
                self.mailbox.move(uid, done)
            except ImapToolsError:
                self.mailbox.folder.create(done)
                self.mailbox.move(uid, done)
        except ImapToolsError:
            said = f"Đã nhận thư {uid} nhưng không chuyển được vào thư mục {done}. Hãy cấp quyền hoặc bỏ done."
            self.visit.failures.append(Failure(self.sources[0].id, locator, said))


def _attachments(mail: MailMessage) -> list[MailAttachment]:
    """Return the attachments that somebody sent: no pictures of the text, no signatures, no envelope of a mail."""
    return [
        part
        for part in mail.attachments
        if part.content_type not in _SIGNATURES
        and part.content_type != "message/rfc822"
        and not (part.content_type.startswith("image/") and (part.content_id or part.content_disposition == "inline"))
        and not (part.content_type.startswith("text/") and not part.filename)
    ]


def _name(part: MailAttachment, number: int) -> str:
    """Return the attachment's name without any path; it is only ever shown and stored as text."""
    name = printable(part.filename.replace("\\", "/").rpartition("/")[2].strip())
    return name[-200:] or f"tep-dinh-kem-{number}"
