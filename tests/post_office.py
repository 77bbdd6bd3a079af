"""A real mail server on loopback, in a process of its own, that fails at a named phase."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import certificates

ACCOUNT = "ctdp:mat-khau%2F%40%3A1"
SERVER = Path(__file__).with_name("failing_server.py")


class PostOffice:
    """The server as the tests see it. A fault is a phase (BANNER, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY, END,
    STORED) and what happens there: a reply code, ``drop`` or ``silent``.
    """

    def __init__(self, folder: Path, *, is_tls: bool = False) -> None:
        self.authority, *pair = certificates.write(folder)
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), *map(str, pair), "tls" if is_tls else "starttls"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._ask("port"))

    def _ask(self, what: str, *given: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([what, *given]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def fails(self, phase: str = "", how: str = "") -> None:
        """Set the fault; without a phase the server works."""
        self._ask("fault", phase, how)

    def empty(self) -> None:
        """Forget what arrived and repair the server."""
        self._ask("empty")

    def connections(self) -> int:
        return int(self._ask("connections"))

    def arrived(self) -> list[tuple[str, EmailMessage]]:
        """Return (recipient, letter) in the order of arrival."""
        found = []
        for recipient, content in self._ask("arrived"):
            message = message_from_bytes(content.encode("latin-1"), policy=policy.default)
            assert isinstance(message, EmailMessage)
            found.append((recipient, message))
        return found

    def ids(self) -> list[str]:
        """Return the Message-IDs of what arrived, sorted."""
        return sorted(str(message["Message-ID"]) for _, message in self.arrived())

    def url(self, scheme: str = "smtp+starttls") -> str:
        return f"{scheme}://{ACCOUNT}@127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the process with its input."""
        self._process.communicate()
