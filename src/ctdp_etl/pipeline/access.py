"""The Prefect server of ``ctdp up``: who holds the home, its address and its password."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_USER = "admin"
_LOCK = "up.lock"
_PROFILES, _PROFILE = "operator.toml", "ctdp"


@dataclass(frozen=True, slots=True)
class Access:
    """The page of the server, and the ``user:password`` that stands in ``file``; the secret never enters ``repr``."""

    page: str
    file: Path
    secret: str = field(repr=False)

    @property
    def address(self) -> str:
        """The address of the API."""
        return f"{self.page}/api"


def access(folder: Path, host: str, port: int) -> Access:
    """Return the way in, with a password made at the first start, and write it down for Prefect's own command.

    ``operator.toml`` in ``folder`` is for people: PREFECT_PROFILES_PATH names it to the command ``prefect``.
    """
    file = folder / "auth"
    if not file.exists():
        _write_private(file, f"{_USER}:{secrets.token_urlsafe(24)}\n")
    entry = Access(f"http://{_spoken(host)}:{port}", file, file.read_text(encoding="utf-8").strip())
    known = {"PREFECT_API_URL": entry.address, "PREFECT_API_AUTH_STRING": entry.secret}
    lines = (f"{name} = {json.dumps(value)}" for name, value in known.items())
    _write_private(folder / _PROFILES, "\n".join([f'active = "{_PROFILE}"', "", f"[profiles.{_PROFILE}]", *lines, ""]))
    return entry


def standing(folder: Path) -> dict[str, str]:
    """Return what leads to the server of a ``ctdp up`` that works in ``folder`` now; nothing where none does."""
    if not (folder / _LOCK).exists():
        return {}
    try:
        with held(folder):
            return {}
    except BlockingIOError:
        profiles = tomllib.loads((folder / _PROFILES).read_text(encoding="utf-8"))
        return {str(name): str(value) for name, value in profiles["profiles"][_PROFILE].items()}


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for the block; the system gives the lock back however this process ends.

    Raise ``BlockingIOError`` where another process holds it.
    """
    with (folder / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _spoken(host: str) -> str:
    """Return the host by which this machine comes to itself."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
