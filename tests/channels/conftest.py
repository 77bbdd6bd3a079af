"""A server of each kind for the tests of one file, and its folder emptied for each test."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import dovecot
import nginx
import pytest
import sshd


@pytest.fixture(scope="module")
def running_sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshd.Sshd]:
    started = sshd.start(tmp_path_factory.mktemp("sshd"))
    yield started
    started.server.stop()


@pytest.fixture
def sftp_server(running_sshd: sshd.Sshd) -> sshd.Sshd:
    _empty(running_sshd.inbox)
    return running_sshd


@pytest.fixture(scope="module")
def running_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[nginx.Nginx]:
    started = nginx.start(tmp_path_factory.mktemp("nginx"))
    yield started
    started.server.stop()


@pytest.fixture
def portal(running_nginx: nginx.Nginx, monkeypatch: pytest.MonkeyPatch) -> nginx.Nginx:
    _empty(running_nginx.inbox)
    running_nginx.requests.write_text("", encoding="utf-8")
    monkeypatch.setenv("CTDP_TEST_PORTAL", "m@t-khau")
    monkeypatch.setenv("CTDP_TEST_TOKEN", "t0ken")
    return running_nginx


@pytest.fixture(scope="module")
def running_dovecot() -> Iterator[dovecot.Dovecot]:
    started = dovecot.start()
    yield started
    dovecot.stop(started)


@pytest.fixture
def mail_server(running_dovecot: dovecot.Dovecot, monkeypatch: pytest.MonkeyPatch) -> dovecot.Dovecot:
    monkeypatch.setenv("CTDP_TEST_PASSWORD", dovecot.PASSWORD)
    return running_dovecot


@pytest.fixture
def account() -> str:
    """Return an account that no other test uses."""
    return f"solieu-{secrets.token_hex(6)}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
