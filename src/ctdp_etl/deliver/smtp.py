"""A connection to the mail server, phase by phase: what failed before the text was handed over may be tried again."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ctdp_etl.deliver.letter import Letter, as_bytes
from ctdp_etl.deliver.relay import STARTTLS, TLS, Relay
from ctdp_etl.errors import CtdpError

SECONDS = 60.0
"""How long the server may be silent (RFC 5321 allows more; nobody waits for a letter here)."""
SENT, LATER, REFUSED, UNKNOWN = "sent", "later", "refused", "unknown"
_READY = 354
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a letter: sent, to be tried later, refused for good, or unknown; ``message`` says why."""

    state: str
    message: str = ""


class UnreachableError(CtdpError):
    """The mail server cannot be used now, by nobody; no letter was touched."""


@contextmanager
def connected(relay: Relay, sender: str, *, seconds: float = SECONDS) -> Iterator[Line]:
    """Yield a line on which ``sender`` may hand over letters; raise ``UnreachableError`` where there is none."""
    client = _client(relay, sender.rpartition("@")[2], seconds)
    try:
        _greet(client, relay, seconds)
        line = Line(client, relay, sender)
        yield line
        if line.is_open:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
    finally:
        client.close()


class Line:
    """An open connection; ``is_open`` turns false once the server is gone."""

    def __init__(self, client: smtplib.SMTP, relay: Relay, sender: str) -> None:
        self._client, self._relay, self._sender = client, relay, sender
        self.is_open = True

    def offer(self, letter: Letter) -> Answer | None:
        """Name sender and recipient; None where the server is ready for the text, else why the letter stays here.

        A refusal of the sender is no fault of the recipient: it is tried again once somebody has put it right.
        """
        try:
            code, said = self._client.mail(self._sender)
            if code // 100 != 2:
                return self._stays(LATER, code, said)
            code, said = self._client.rcpt(letter.recipient)
            if code // 100 != 2:
                return self._stays(_kind(code), code, said)
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(LATER, error)
        return None

    def hand_over(self, letter: Letter) -> Answer:
        """Send the text of a letter that was offered; unknown where it went and no definite answer came."""
        state = LATER
        try:
            code, said = self._client.docmd("DATA")
            if code == _READY:
                state = UNKNOWN
                self._client.send(_stuffed(as_bytes(letter, self._sender)))
                code, said = self._client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._lost(state, error)
        if code // 100 == 2 and state == UNKNOWN:
            return Answer(SENT)
        return self._stays(_kind(code, doubt=state), code, said)

    def withdraw(self) -> None:
        """Take an offer back, so that the next letter may be offered."""
        try:
            self._client.rset()
        except (OSError, smtplib.SMTPException):
            self.is_open = False

    def _stays(self, state: str, code: int, said: bytes) -> Answer:
        text = "".join(char if char.isprintable() else " " for char in said.decode("utf-8", "replace"))
        if code < 0 or code == 421:
            self.is_open = False
        else:
            self.withdraw()
        return Answer(state, f"Máy chủ {self._relay.server} trả lời {code} {text[:_LONGEST]}".strip())

    def _lost(self, state: str, error: Exception) -> Answer:
        self.is_open = False
        return Answer(state, f"Mất liên lạc với máy chủ {self._relay.server} ({_reason(error)}).")


def _kind(code: int, *, doubt: str = LATER) -> str:
    """Return what a reply other than yes means; one that is no reply at all leaves the ``doubt``."""
    return {4: LATER, 5: REFUSED}.get(code // 100, doubt)


def _client(relay: Relay, domain: str, seconds: float) -> smtplib.SMTP:
    if relay.security == TLS:
        return smtplib.SMTP_SSL(local_hostname=domain, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(local_hostname=domain, timeout=seconds)


def _greet(client: smtplib.SMTP, relay: Relay, seconds: float) -> None:
    """Connect, encrypt and log in; raise ``UnreachableError`` where one of them fails."""
    try:
        client._host = relay.host  # type: ignore[attr-defined]  # smtplib checks the certificate against it
        code, _ = client.connect(relay.host, relay.port)
        if code // 100 != 2:
            raise smtplib.SMTPConnectError(code, "")
        client.ehlo_or_helo_if_needed()
        if relay.security == STARTTLS:
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        if relay.user:
            client.login(relay.user, relay.password)
    except (OSError, smtplib.SMTPException) as error:
        raise UnreachableError(f"Không gửi được thư qua {relay.server}: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    """Return a failure in words; nothing that the server said to a password is repeated."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"máy chủ không chấp nhận người dùng hoặc mật khẩu ({error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "máy chủ không hỗ trợ mã hóa STARTTLS hoặc đăng nhập"
        case smtplib.SMTPResponseException():
            return f"máy chủ từ chối, mã {error.smtp_code}"
        case ssl.SSLCertVerificationError():
            return f"chứng thư không tin được ({error.verify_message})"
        case TimeoutError():
            return "máy chủ không trả lời"
        case ConnectionRefusedError():
            return "máy chủ từ chối kết nối"
        case OSError() if error.strerror:
            return error.strerror
        case _:
            return "máy chủ ngắt kết nối"


def _stuffed(text: bytes) -> bytes:
    """Return CRLF lines with their leading dots doubled, and the lone dot that ends them (RFC 5321, 4.5.2)."""
    return text.replace(b"\r\n.", b"\r\n..") + b".\r\n"
