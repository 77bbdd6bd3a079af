"""A server of each kind for the tests of one file, and its folder emptied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

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


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
