"""The servers of a whole month: sshd, nginx, Dovecot, a mail server, and ``ctdp up`` over a home."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import dovecot
import nginx
import pytest
import sshd
from running_up import Up
from senders import Servers, register, send

from post_office import PostOffice


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Yield the running channels, the month lying in them."""
    folder = tmp_path_factory.mktemp("month")
    (folder / "home").mkdir()
    running = Servers(sshd.start(folder / "sshd"), nginx.start(folder / "nginx"), dovecot.start(), folder / "home")
    register(running)
    send(running)
    yield running
    running.sftp.server.stop()
    running.portal.server.stop()
    dovecot.stop(running.mail)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    """Yield the mail server that takes our letters."""
    office = PostOffice(tmp_path_factory.mktemp("office"))
    yield office
    office.stop()


@pytest.fixture(scope="module")
def up(servers: Servers, office: PostOffice, prefect_records: Path) -> Iterator[Up]:
    """Yield a running ``ctdp up``, its clock held on the morning after the cut-off."""
    (servers.home / "prefect").mkdir(mode=0o700)
    shutil.copy(prefect_records, servers.home / "prefect")
    running = Up(
        servers.home,
        CTDP_NOW="2026-04-24T09:00:00+07:00",
        CTDP_OPERATORS="truc@ctdp.example.vn",
        CTDP_MAIL_FROM="phongsolieu@ctdp.example.vn",
        CTDP_SMTP_URL=office.url(),
        CTDP_TEST_PASSWORD=dovecot.PASSWORD,
        CTDP_TEST_PORTAL="m@t-khau",
        SSL_CERT_FILE=str(office.authority),
    )
    try:
        running.start()
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.process.send_signal(signal.SIGINT)
            running.process.wait(timeout=90)
