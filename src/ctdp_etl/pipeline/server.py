"""A Prefect server for the length of one command, where none is configured."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline import access, children
from ctdp_etl.settings import Settings, exported

START_SECONDS = 300
STOP_SECONDS = 30
LOG = "server.log"
_LOOPBACK = "127.0.0.1"
_ATTEMPTS = 3
_TOGETHER = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
"""What is told of task runs is written down once a second: one by one it takes the server twice the work of a month."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://{_LOOPBACK}:{self.port}/api"


class ServerError(CtdpError):
    """Prefect's server could not be started."""


@contextmanager
def prefect_server(settings: Settings, say: Callable[[str], None]) -> Iterator[Callable[[], str]]:
    """Yield what waits for Prefect's API and returns its address.

    It is the configured server, or that of ``ctdp up`` in this home, or one that starts here.

    The latter works in a child process, which records every task run (Prefect's ephemeral API loses some of them when
    a command ends), listens on the loopback only, keeps its records under ``<home>/prefect`` and is stopped at the end
    of the block. While it starts, the block may do other work, as long as that does not load Prefect.
    """
    if settings.prefect_api_url:
        yield lambda: _reachable(settings.prefect_api_url)
        return
    folder = settings.home / "prefect"
    if standing := access.standing(folder):
        with exported(variables(folder) | standing):
            yield lambda: _reachable(standing["PREFECT_API_URL"])
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        stack.enter_context(exported(variables(folder)))
        stack.enter_context(_stop_signals())
        say("Đang khởi động máy chủ Prefect...")
        attempt = _start(folder)
        stack.callback(lambda: children.stop(attempt.process, STOP_SECONDS))

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


def variables(folder: Path) -> dict[str, str]:
    """Return what a server that keeps its records in ``folder``, and everything that works with it, is told."""
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
        **_TOGETHER,
    }


def _start(folder: Path) -> _Attempt:
    port = _free_port()
    return _Attempt(children.start(command(_LOOPBACK, port), folder, LOG), port)


def command(host: str, port: int) -> tuple[str, ...]:
    """Return the module and arguments that run a server."""
    return ("prefect", "server", "start", "--host", host, "--port", str(port))


def _healthy(attempt: _Attempt, folder: Path) -> _Attempt:
    """Wait for the server; where it ended, because another process took its port first, start another."""
    for _ in range(_ATTEMPTS):
        if _answers(attempt):
            return attempt
        children.stop(attempt.process, STOP_SECONDS)
        attempt = _start(folder)
    children.stop(attempt.process, STOP_SECONDS)
    raise ServerError(f"Không khởi động được máy chủ Prefect. Xem {folder / LOG}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _answers(attempt: _Attempt) -> bool:
    """Wait until the server answers; False where it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while attempt.process.poll() is None and time.monotonic() < deadline:
        if is_healthy(attempt.address):
            return attempt.process.poll() is None
        time.sleep(0.1)
    return False


def is_healthy(address: str) -> bool:
    """Whether the API at ``address`` answers now; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"{address}/health", timeout=5).close()
    except OSError:
        return False
    return True


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
