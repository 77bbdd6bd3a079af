"""``ctdp up``: Prefect's server, a worker and the deployments on one machine, until somebody says stop."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline import children, run, server, site
from ctdp_etl.pipeline.access import Access, access, held
from ctdp_etl.pipeline.records import record_variables
from ctdp_etl.resources import folder as bundled
from ctdp_etl.settings import Settings, exported

PORT = 4200
POOL = "ctdp"
WORKER = "ctdp-up"
_WORK = ("prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", WORKER, "--limit", "4")
_STEADY_SECONDS = 60
_LONGEST_PAUSE = 60.0
_PORT_SECONDS = 25
"""A killed ``ctdp up`` leaves its server this long to end by itself (see ``guarded``)."""

Say = Callable[[str], None]
Stopped = Callable[[], int]
"""How often somebody has said stop; the second time hurries."""


class UpError(CtdpError):
    """What should run cannot be started."""


@dataclass(slots=True)
class _Part:
    """A process that is started again, after growing pauses, when it ends by itself."""

    title: str
    arguments: tuple[str, ...]
    folder: Path
    log: str
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    pause: float = 0.5

    def start(self) -> None:
        self.since = time.monotonic()
        self.process = children.start(self.arguments, self.folder, self.log)

    def tend(self, say: Say) -> None:
        """Note that the process has ended, or start it again when its pause is over."""
        waited = time.monotonic() - self.since
        if self.process is None and waited >= self.pause:
            self.start()
        elif self.process is not None and self.process.poll() is not None:
            self.pause = 1.0 if waited > _STEADY_SECONDS else min(2 * self.pause, _LONGEST_PAUSE)
            ended = f"{self.title} đã ngừng (mã {self.process.returncode}), xem {self.folder / self.log}"
            say(f"{ended}; khởi động lại sau {self.pause:.0f} giây.")
            self.process, self.since = None, time.monotonic()

    def stop(self, hurried: Callable[[], bool]) -> None:
        if self.process is not None:
            children.stop(self.process, server.STOP_SECONDS, hurried)


def up(settings: Settings, say: Say, *, host: str, port: int) -> None:
    """Keep server, worker and deployments running until SIGINT, SIGTERM or SIGHUP; then stop them and return.

    Raise ``UpError`` where another ``ctdp up`` works in this home, the port is taken or the server does not start.
    """
    children.adopt()
    folder = settings.home / "prefect"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        stopped = stack.enter_context(_stops())
        try:
            stack.enter_context(held(folder))
        except BlockingIOError as error:
            raise UpError(
                f"`ctdp up` đang chạy rồi trong {settings.home}. Muốn chạy lại, hãy dừng nó trước."
            ) from error
        site.init(settings)
        _await_port(host, port, say, stopped)
        entry = access(folder, host, port)
        with exported(_variables(settings, folder, entry, say) | {"TMPDIR": str(_scratch(folder))}):
            parts = [
                _Part("Máy chủ Prefect", server.command(host, port), folder, server.LOG),
                _Part("Tiến trình chạy việc", _WORK, folder, "worker.log"),
            ]
            try:
                _run(parts, entry, folder, say, stopped)
            finally:
                _end(parts, say, stopped)


def _run(parts: list[_Part], entry: Access, folder: Path, say: Say, stopped: Stopped) -> None:
    prefect, worker = parts
    say("Đang khởi động máy chủ Prefect (chừng nửa phút)...")
    prefect.start()
    _await_server(prefect, entry, stopped)
    if not stopped():
        say("Đang đăng ký lịch chạy...")
        _prepare(folder, say, stopped)
    if stopped():
        return
    worker.start()
    say(f"Giao diện: {entry.page} (mật khẩu là dòng trong tệp {entry.file})")
    say("Hệ thống đang chạy. Nhấn Ctrl-C để dừng.")
    while not stopped():
        for part in parts:
            part.tend(say)
        children.bury([part.process.pid for part in parts if part.process is not None])
        time.sleep(0.2)


def _end(parts: list[_Part], say: Say, stopped: Stopped) -> None:
    say("Đang dừng; nhấn Ctrl-C lần nữa để dừng ngay.")
    asked = max(stopped(), 1)
    for part in reversed(parts):
        part.stop(lambda: stopped() > asked)
    children.end_descendants(server.STOP_SECONDS, lambda: stopped() > asked)
    say("Đã dừng.")


def _variables(settings: Settings, folder: Path, entry: Access, say: Say) -> dict[str, str]:
    """Return what server, worker and flows are told; secrets travel here and nowhere else."""
    return {
        **server.variables(folder),
        **settings.variables,
        **record_variables(settings, say),
        "CTDP_PROJECT": str(bundled("flows").parent),
        "PREFECT_API_URL": entry.address,
        "PREFECT_API_AUTH_STRING": entry.secret,
        "PREFECT_SERVER_API_AUTH_STRING": entry.secret,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": entry.page,
        "PREFECT_SERVER_UI_ENABLED": "true",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_WORKER_QUERY_SECONDS": "5",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def _scratch(folder: Path) -> Path:
    """Return an empty folder for temporary files: in the system's own, Prefect's worker trips over another user's."""
    scratch = folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    return scratch


def _await_server(part: _Part, entry: Access, stopped: Stopped) -> None:
    deadline = time.monotonic() + server.START_SECONDS
    while not stopped() and not server.is_healthy(entry.address):
        if part.process is None or part.process.poll() is not None or time.monotonic() > deadline:
            raise UpError(f"Không khởi động được máy chủ Prefect. Xem {part.folder / part.log}.")
        time.sleep(0.1)


def _prepare(folder: Path, say: Say, stopped: Stopped) -> None:
    """Register deployments and automations and catch up, in a process of its own: Prefect's code is large."""
    child = children.start(("ctdp_etl.pipeline.up",), folder, "prepare.log", answers=True)
    while child.poll() is None and not stopped():
        time.sleep(0.1)
    if stopped():
        children.stop(child, server.STOP_SECONDS, lambda: stopped() > 1)
        return
    said, _ = child.communicate()
    if child.returncode:
        raise UpError(f"Không đăng ký được lịch chạy. Xem {folder / 'prepare.log'}.")
    for line in json.loads(said):
        say(line)


def _await_port(host: str, port: int, say: Say, stopped: Stopped) -> None:
    """Wait until a server that is just ending has left the port; raise ``UpError`` where it stays taken."""
    deadline = time.monotonic() + _PORT_SECONDS
    while not stopped():
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = f"Không mở được cổng {port} của {host} ({error.strerror})."
                    raise UpError(f"{reason} Hãy chọn cổng khác: ctdp up --port {port + 1}.") from error
        time.sleep(0.2)


@contextmanager
def _stops() -> Iterator[Stopped]:
    """Count requests to stop instead of being thrown out by them."""
    count = 0

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal count
        count += 1

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield lambda: count
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    print(json.dumps(run.flow("_prepare").prepare()))
