"""A letter as mail: Vietnamese plain text, one recipient, nothing that a header could smuggle in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

SENDER_NAME = "Phòng số liệu công thương"
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)


def is_address(text: str) -> bool:
    """Say whether ``text`` is one plain mail address that every server takes: ASCII, no name, no quotes."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient reads. ``message_id`` stays the same however often the letter is tried."""

    message_id: str
    recipient: str
    subject: str
    body: str
    written_at: datetime


def as_bytes(letter: Letter, sender: str) -> bytes:
    """Return the letter from the address ``sender`` as RFC 5322 bytes, the same ones each time."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = letter.recipient
    message["Subject"] = _line(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers a machine
    lines = [_line(line) for line in letter.body.splitlines()]
    message.set_content("\n".join(lines) + "\n", charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def _line(text: str) -> str:
    """Return the text on one line, without anything that is no character: a name may come from outside."""
    return "".join(char if char.isprintable() else " " for char in text).strip()
