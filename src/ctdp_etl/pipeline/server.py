"""A Prefect server for the length of one command, where none is configured."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ctdp_etl.errors import CtdpError
from ctdp_etl.settings import Settings, exported

START_SECONDS = 120
_STOP_SECONDS = 15
_ATTEMPTS = 3


class ServerError(CtdpError):
    """Prefect's server could not be started."""


@contextmanager
def prefect_server(settings: Settings, say: Callable[[str], None]) -> Iterator[str]:
    """Yield the address of Prefect's API: the configured server, or one started here and stopped at the end.

    A server of its own in a child process records every task run; Prefect's ephemeral API loses some of them when
    the command ends. It listens on the loopback only and keeps its records under ``<home>/prefect``.
    """
    if settings.prefect_api_url:
        yield settings.prefect_api_url
        return
    folder = settings.home / "prefect"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exported(_variables(folder)), _stop_signals():
        say("Đang khởi động máy chủ Prefect...")
        process, address = _start(folder)
        try:
            with exported({"PREFECT_API_URL": address}):
                yield address
        finally:
            _stop(process)


def _variables(folder: Path) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "NO_COLOR": "1",
    }


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Return the running server and its address; another process may take the free port first, so try again."""
    for _ in range(_ATTEMPTS):
        port = _free_port()
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        with (folder / "server.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
            )
        try:
            if _is_healthy(process, port):
                return process, f"http://127.0.0.1:{port}/api"
        except BaseException:
            _stop(process)
            raise
        _stop(process)
    raise ServerError(f"Không khởi động được máy chủ Prefect. Xem {folder / 'server.log'}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server answers; False where it ends or stays silent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            opener.open(f"http://127.0.0.1:{port}/api/health", timeout=5).close()
            return process.poll() is None
        except OSError:
            time.sleep(0.1)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server politely, then surely; its children are in its own session."""
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn a request to end (SIGTERM, a closed terminal) into an ordinary exit, so that the server is stopped too."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
