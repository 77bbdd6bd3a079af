"""Real servers on loopback for one test: found or reported as not run, started on a free port, stopped at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
_PATIENCE = 20.0


def program(name: str) -> str:
    """Return the path of a server's program; without it the test is not run, or fails where peers are required."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        lacking(name)
    return str(found)


def lacking(name: str) -> None:
    """Skip the test, or fail where peers are required."""
    if os.environ.get("CTDP_REQUIRE_PEERS") == "1":
        pytest.fail(f"not run: {name}")
    pytest.skip(f"not run: {name}")


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A server process of its own session; ``log`` is what it wrote."""

    def __init__(self, command: Sequence[str], log: Path, *, ready: Callable[[], bool]) -> None:
        self.log = log
        self._output = log.open("ab")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
            env={"PATH": _PATH, "LC_ALL": "C.UTF-8"},
        )
        until(lambda: self._process.poll() is not None or ready())
        if self._process.poll() is not None:
            self._output.close()
            raise AssertionError(f"{command[0]} ended: {log.read_text(errors='replace')}")

    def stop(self) -> None:
        """End the server and everything that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(timeout=5)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait(timeout=5)
        self._output.close()


def until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; fail after a long while."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("the condition did not come about")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Say whether somebody takes connections at the port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
