"""Letters into the outbox: once for each (event, recipient), whoever asks and however often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ctdp_etl.deliver.letter import is_address
from ctdp_etl.errors import SettingsError
from ctdp_etl.model import Delivery
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.outbox import add_delivery

QUEUED, FAILED, CANCELLED = "queued", "failed", "cancelled"
ALERT, BRIEFING, RECALL, RECEIPT, REMINDER = "alert", "briefing", "recall", "receipt", "reminder"
KEEP = timedelta(days=5)
"""How long a letter is worth sending (RFC 5321, 4.5.4.1); then somebody has to say whether it still is."""
_NOWHERE = "ctdp.invalid"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told, whoever reads it; ``event`` names what happened, once for ever.

    ``attachment`` is the id of a released publication whose PDF goes with it.
    """

    event: str
    kind: str
    subject: str
    body: str
    time_period: str = ""
    source: str = ""
    attachment: str = ""


def alert(site: Site, event: str, subject: str, body: str, *, period: str = "") -> int:
    """Queue a letter about ``event`` to every operator; return how many are new. No figure goes into a letter."""
    return queue(site, Notice(event, ALERT, subject, body, period), operators(site.settings))


def queue(site: Site, notice: Notice, recipients: Iterable[str]) -> int:
    """Queue a notice for each recipient; return how many had none about this event yet."""
    letters = [_letter(site.settings, notice, address) for address in recipients]
    if not letters:
        return 0
    with writing(site.engine) as connection:
        return sum(add_delivery(connection, letter) for letter in letters)


def operators(settings: Settings) -> list[str]:
    """Return the addresses of ``CTDP_OPERATORS``; raise ``SettingsError`` where one is none."""
    addresses = [part.strip().lower() for part in settings.operators.split(",") if part.strip()]
    for address in addresses:
        if not is_address(address):
            raise SettingsError(f"CTDP_OPERATORS: {address!r} không phải địa chỉ thư. Hãy viết a@b.vn, c@d.vn.")
    return list(dict.fromkeys(addresses))


def _letter(settings: Settings, notice: Notice, address: str) -> Delivery:
    letter_id = identity(notice.event, address.lower())
    return Delivery(
        id=letter_id,
        event=notice.event,
        kind=notice.kind,
        time_period=notice.time_period,
        source=notice.source,
        recipient=address.lower(),
        subject=notice.subject,
        body=f"{notice.body.rstrip()}\n\n--\nThư tự động của phòng số liệu, {settings.agency}.\n",
        message_id=f"<{letter_id}@{settings.mail_from.rpartition('@')[2] or _NOWHERE}>",
        state=QUEUED,
        attempts=0,
        queued_at=settings.now(),
        attachment=notice.attachment,
    )
