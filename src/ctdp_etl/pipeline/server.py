"""A Prefect server for the length of one command, where none is configured."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ctdp_etl.errors import CtdpError
from ctdp_etl.settings import Settings, exported

START_SECONDS = 300
_STOP_SECONDS = 30
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Attempt:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"


class ServerError(CtdpError):
    """Prefect's server could not be started."""


@contextmanager
def prefect_server(settings: Settings, say: Callable[[str], None]) -> Iterator[Callable[[], str]]:
    """Yield what waits for Prefect's API and returns its address: the configured server, or one that starts here.

    The server works in a child process, which records every task run (Prefect's ephemeral API loses some of them when
    a command ends), listens on the loopback only, keeps its records under ``<home>/prefect`` and is stopped at the end
    of the block. While it starts, the block may do other work, as long as that does not load Prefect.
    """
    if settings.prefect_api_url:
        yield lambda: _reachable(settings.prefect_api_url)
        return
    folder = settings.home / "prefect"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        stack.enter_context(exported(_variables(folder)))
        stack.enter_context(_stop_signals())
        say("Đang khởi động máy chủ Prefect...")
        attempt = _start(folder)
        stack.callback(lambda: _stop(attempt.process))

        def ready() -> str:
            nonlocal attempt
            attempt = _healthy(attempt, folder)
            stack.enter_context(exported({"PREFECT_API_URL": attempt.address}))
            return attempt.address

        yield ready


def _reachable(address: str) -> str:
    """Return the address of a configured server; raise ``ServerError`` where it does not answer."""
    try:
        if not address.startswith(("http://", "https://")):
            raise OSError("không phải địa chỉ http")
        urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=10).close()  # noqa: S310 - checked above
    except (OSError, ValueError) as error:
        raise ServerError(f"Máy chủ Prefect không trả lời ({error}). Kiểm tra PREFECT_API_URL.") from error
    return address


def _variables(folder: Path) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "NO_COLOR": "1",
    }


def _start(folder: Path) -> _Attempt:
    port = _free_port()
    module = ("-m", "ctdp_etl.pipeline.guarded", "prefect", "server", "start")
    command = [sys.executable, *module, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    return _Attempt(process, port)


def _healthy(attempt: _Attempt, folder: Path) -> _Attempt:
    """Wait for the server; where it ended, because another process took its port first, start another."""
    for _ in range(_ATTEMPTS):
        if _answers(attempt):
            return attempt
        _stop(attempt.process)
        attempt = _start(folder)
    _stop(attempt.process)
    raise ServerError(f"Không khởi động được máy chủ Prefect. Xem {folder / 'server.log'}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(attempt: _Attempt) -> bool:
    """Wait until the server answers; False where it ends or stays silent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while attempt.process.poll() is None and time.monotonic() < deadline:
        try:
            opener.open(f"{attempt.address}/health", timeout=5).close()
            return attempt.process.poll() is None
        except OSError:
            time.sleep(0.1)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server politely by ending its input (see ``guarded``), then surely."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
