"""A month of 34 offices over four channels: what each is registered with, and what it sends how."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dovecot import Dovecot, mail
from hostile_bytes import having
from nginx import Nginx
from sshd import Sshd

from ctdp_etl.catalog import load_catalog
from ctdp_etl.demo import TAY_NINH
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.demo.sending import SentFile, simulated_files
from ctdp_etl.demo.tables import provinces

MONTH = "2026-04"
JUST_NOW = 1776996000 - 10
"""Seconds before the clock of the test, 2026-04-24T09:00:00+07:00."""
OFFICE = "solieu"
FORMS = ("IIP", "PRODUCTS", "RETAIL", "TRADE", "ELECTRICITY")
LATE, TRUNCATED, OTHER_MONTH = ("VN34_11", "VN34_86"), "VN34_08", "VN34_20"
"""Planted in the sample: nothing was sent, the file is cut off, the file is that of March."""
TWICE, HOSTILE, FORGED = "VN34_04", "VN34_91", "VN34_01"
CHANNELS = ("mail", "folder", "sftp", "http")


@dataclass(frozen=True)
class Servers:
    """Where the senders send."""

    sftp: Sshd
    portal: Nginx
    mail: Dovecot
    home: Path


def areas() -> list[str]:
    """Return the 34 areas."""
    return [area.code for area in load_catalog().areas.at(MONTH)]


def channel(area: str) -> str:
    """Return the channel of an area: one after the other."""
    return CHANNELS[areas().index(area) % 4]


def address(area: str) -> str:
    """Return the office's mail address."""
    return f"tonghop@{area.lower().replace('_', '-')}.example.vn"


def register(servers: Servers) -> None:
    """Write ``sources.toml``: 34 offices, one of them with two channels."""
    entries = [_entry(servers, area, channel(area)) for area in areas()]
    entries.append(_entry(servers, TWICE, "http"))
    (servers.home / "sources.toml").write_text("\n".join(entries), encoding="utf-8")


def _entry(servers: Servers, area: str, by: str) -> str:
    match by:
        case "sftp":
            keys = servers.sftp.entry()
            keys["url"] = f"{keys['url']}/{area}"
        case "http":
            keys = servers.portal.entry(f"json/{area}")
        case "mail":
            keys = servers.mail.entry(OFFICE, address(area))
        case _:
            keys = {"path": f"inbox/{area}"}
    known = {"id": f"SCT_{area}", "area": area, "name": f"Sở Công Thương {area}", "contacts": [address(area)]}
    forms = ["IIP", "RETAIL"] if area == TAY_NINH else list(FORMS)
    said = {**known, "forms": forms, **keys}
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())
    return "\n".join(["[[source]]", *lines, ""])


def sent(area: str) -> Sequence[SentFile]:
    """Return the files of an office."""
    if area == TAY_NINH:
        return tay_ninh_files(MONTH)
    files = simulated_files(provinces()[area], MONTH, load_catalog())
    if area == HOSTILE:
        return [replace(files[0], content=having({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}))]
    return files


def send(servers: Servers) -> None:
    """Send the month: every office by its channel; one by a second too, one still writing, and two mails that lie."""
    for folder in (servers.sftp.inbox, servers.portal.inbox, servers.home / "inbox"):
        for area in areas():
            (folder / area).mkdir(parents=True, exist_ok=True)
    for area in areas():
        for file in sent(area):
            _send(servers, area, channel(area), file)
    _send(servers, TWICE, "http", sent(TWICE)[0])
    stolen = sent(FORGED)[0]
    servers.mail.deliver(
        OFFICE,
        mail(address(FORGED), (stolen.name, stolen.content), results="mx.elsewhere.vn; dmarc=pass"),
        mail("ai-do@gmail.example", (stolen.name, stolen.content), results="mx.bo.example.vn; dmarc=pass"),
    )


def _send(servers: Servers, area: str, by: str, file: SentFile) -> None:
    if by == "mail":
        domain = address(area).partition("@")[2]
        vouched = f"mx.bo.example.vn; dmarc=pass header.from={domain}"
        letter = mail(address(area), (file.name, file.content), results=vouched)
        servers.mail.deliver(OFFICE, letter, at=file.received_at)
        return
    inbox = {"sftp": servers.sftp.inbox, "http": servers.portal.inbox, "folder": servers.home / "inbox"}[by]
    path = inbox / area / file.name
    path.write_bytes(file.content)
    moment = JUST_NOW if area == TRUNCATED else file.received_at.timestamp()
    os.utime(path, (moment, moment))
