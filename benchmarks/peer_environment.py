"""The environment of the libraries that are measured beside ours: their pins are not those of the product."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = Path(__file__).with_name("peers.lock")
_PLACE = ROOT / "var" / "benchmark-peers"
_MOST_SECONDS = 900


class NotMeasuredError(Exception):
    """The libraries could not be installed or started; the message says why."""


class Peers:
    """A process in the environment that answers one request after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.versions: dict[str, str] = self._answer()

    def ask(self, **request: str) -> dict[str, Any]:
        """Return the answer of ``benchmarks/peers.py`` to a request."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasuredError(f"the process ended ({self._process.wait()})")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def peers() -> Iterator[Peers]:
    """Yield the running libraries, installed where they are not yet; raise ``NotMeasuredError`` where that fails."""
    interpreter = _installed()
    command = [str(interpreter), str(Path(__file__).with_name("peers.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Peers(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=60)


def _installed() -> Path:
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    stamp, interpreter = _PLACE / "installed", _PLACE / "bin" / "python"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return interpreter
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(_PLACE)])
    _run([str(interpreter), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(LOCK)])
    stamp.write_text(wanted, encoding="utf-8")
    return interpreter


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MOST_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasuredError(type(error).__name__) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotMeasuredError(said[-1] if said else f"exit code {done.returncode}")
