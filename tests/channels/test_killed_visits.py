"""A visit that is killed around any commit, rename or command loses nothing and takes nothing twice: real servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from dovecot import Dovecot
from nginx import Nginx
from sshd import Sshd

from points import astray, killed

VISITING = Path(__file__).parent / "killed_visits.py"
NAMES = ["Bán lẻ.xlsx", "IIP.xlsx", "lại.xlsx"]


def kills(folder: Path, **server: object) -> dict[str, Any]:
    """Return what the kills left behind, every one of which must have ended like a visit that was not killed."""
    done = subprocess.run(
        [sys.executable, str(VISITING), str(folder)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        input=json.dumps(server, default=str),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    print(killed(told))
    assert astray(told) == 0, killed(told)
    new, taken, whole, _ = told["standing"]
    assert (new, [row[0] for row in taken], set(whole)) == (0, NAMES, {True})
    assert {kill["point"][1] for kill in told["kills"]} >= {"commit", "fsync", "replace"}
    return told


def asked(told: dict[str, Any], protocol: str) -> set[str]:
    return {kill["point"][1].split()[1] for kill in told["kills"] if kill["point"][1].startswith(protocol)}


def test_a_killed_visit_to_a_mailbox(running_dovecot: Dovecot, account: str, tmp_path: Path) -> None:
    server = {"port": running_dovecot.port, "ca_file": running_dovecot.ca_file}
    told = kills(tmp_path, channel="mail", account=account, **server)
    assert asked(told, "IMAP") >= {"FETCH", "MOVE", "CREATE"}
    assert told["standing"][3] == ["|", "Hai tệp", "Một tệp"]


def test_a_killed_visit_by_sftp(sftp_server: Sshd, tmp_path: Path) -> None:
    server = {name: getattr(sftp_server, name) for name in ("port", "host_key", "key_file", "inbox")}
    told = kills(tmp_path, channel="sftp", **server)
    assert asked(told, "SFTP") == {"makedirs", "posix_rename", "lstat"}
    assert all(path.startswith("xong/") for path in told["standing"][3])
    assert len(told["standing"][3]) == 3


def test_a_killed_visit_to_a_portal(portal: Nginx, tmp_path: Path) -> None:
    server = {name: getattr(portal, name) for name in ("port", "ca_file", "inbox")}
    told = kills(tmp_path, channel="http", **server)
    assert asked(told, "HTTP") == {"PROPFIND", "GET", "MKCOL", "HEAD", "MOVE"}
    assert all(path.startswith("xong/") for path in told["standing"][3])
    assert len(told["standing"][3]) == 3
