"""A letter as mail: Vietnamese plain text, perhaps a PDF, one recipient, nothing that a header could smuggle in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

SENDER_NAME = "Phòng số liệu công thương"
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)


def is_address(text: str) -> bool:
    """Say whether ``text`` is one plain mail address that every server takes: ASCII, no name, no quotes."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a letter; ``name`` is plain ASCII."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient reads. ``message_id`` stays the same however often the letter is tried."""

    message_id: str
    recipient: str
    subject: str
    body: str
    written_at: datetime
    attachment: Attachment | None = None


def as_bytes(letter: Letter, sender: str) -> bytes:
    """Return the letter from the address ``sender`` as RFC 5322 bytes, the same ones each time."""
    # The newer interface of the library loses spaces where it folds a line of Vietnamese.
    body = Charset("utf-8")
    body.body_encoding = QP
    lines = [_line(line) for line in letter.body.splitlines()]
    text = MIMEText("\n".join(lines) + "\n", "plain", body)  # type: ignore[arg-type]
    message = _with_attachment(text, letter.attachment, letter.message_id) if letter.attachment else text
    message["From"] = f"{Header(SENDER_NAME, 'utf-8').encode()} <{sender}>"
    message["To"] = letter.recipient
    message["Subject"] = Header(_line(letter.subject), "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers a machine
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _with_attachment(text: MIMEText, attachment: Attachment, message_id: str) -> MIMEMultipart:
    """Return both as one message; its boundary follows from the letter, so that the bytes stay the same."""
    pdf = MIMEApplication(attachment.content, "pdf")
    pdf.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return MIMEMultipart("mixed", hashlib.sha256(message_id.encode()).hexdigest()[:32], [text, pdf])


def _line(text: str) -> str:
    """Return the text on one line, without anything that is no character: a name may come from outside."""
    return "".join(char if char.isprintable() else " " for char in text).strip()
