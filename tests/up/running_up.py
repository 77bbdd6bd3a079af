"""A ``ctdp up`` as a person starts it, and its server as the API shows it."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PATIENCE = 180.0


def until(condition: Callable[[], Any], seconds: float = PATIENCE, *, pause: float = 0.1) -> Any:
    """Return what the condition gives as soon as it is true, asked after each ``pause``; fail after a long while."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not come about"
        time.sleep(pause)
    return found


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def descendants(root: int) -> set[int]:
    """Return the living processes below ``root``, told by the system."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(path.name)] = int(parent)
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def alive(processes: set[int]) -> set[int]:
    """Return those of the processes that have not ended."""
    return {one for one in processes if Path(f"/proc/{one}").exists() and _state(one) != "Z"}


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _content(request: urllib.request.Request) -> bytes | None:
    """Return the answer; None where the server is too busy, which Prefect's own client tries again.

    On SQLite two of its transactions may wait for each other until one gives up, a minute later.
    """
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read()) or b" "
    except TimeoutError:
        return None
    except urllib.error.HTTPError as error:
        if error.code == 503:
            return None
        raise


class Up:
    """One home in which ``ctdp up`` is started, asked and stopped."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.port = home, free_port()
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
        self.environment = kept | {"CTDP_HOME": str(home)} | settings
        self.said = home.parent / "said.txt"
        self.process: subprocess.Popen[bytes] | None = None
        self.family: set[int] = set()

    def start(self, **settings: str) -> None:
        """Start it and wait until it says that it runs."""
        assert self.process is None or self.process.poll() is not None, "it still runs"
        self.said.write_bytes(b"")
        # A suite that a shell runs in the background hands down SIGINT as ignored.
        handed_down = signal.signal(signal.SIGINT, signal.SIG_DFL)
        with self.said.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ctdp_etl", "up", "--port", str(self.port)],
                env=self.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        signal.signal(signal.SIGINT, handed_down)
        until(lambda: "Hệ thống đang chạy" in self.text or self.process.poll() is not None)
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        """What it has said since it was started."""
        return self.said.read_text(encoding="utf-8")

    def note_family(self) -> set[int]:
        """Remember and return the processes below it now."""
        self.family |= descendants(self.process.pid)
        return self.family

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        self.note_family()
        self.process.send_signal(number)
        return self.process.wait(timeout=90)

    def ctdp(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Call a command of ctdp in the home."""
        return self._run(["ctdp_etl", *arguments], settings)

    def prefect(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call Prefect's own command as the handbook says."""
        return self._run(
            ["prefect", "--no-prompt", *arguments],
            {"PREFECT_PROFILES_PATH": str(self.home / "prefect" / "operator.toml")},
        )

    def prepare(self) -> int:
        """See to deployments, automations and missed runs once more, as the next start does; return the exit code."""
        known = {
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_API_AUTH_STRING": self.secret,
            "CTDP_PROJECT": str(Path(__file__).resolve().parents[2]),
        }
        return self._run(["ctdp_etl.pipeline.up"], known).returncode

    def _run(self, module: list[str], settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *module],
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    @property
    def secret(self) -> str:
        """The user and password that were made at the first start."""
        return (self.home / "prefect" / "auth").read_text(encoding="utf-8").strip()

    def status(self, path: str, *, secret: str = "", data: object = None, headers: Mapping[str, str] = {}) -> int:
        """Return the HTTP status of a request."""
        try:
            with urllib.request.urlopen(self._request(path, secret, data, headers), timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            return 0

    def api(self, path: str, data: object = None, method: str = "") -> Any:
        """Return what the API answers to the operator."""
        headers = {} if data is None else self._token()
        request = self._request(f"api/{path}", self.secret, data, headers)
        request.method = method or request.get_method()
        content = until(lambda: _content(request))
        return json.loads(content) if content.strip() else None

    def _token(self) -> dict[str, str]:
        with urllib.request.urlopen(
            self._request("api/csrf-token?client=operator", self.secret, None, {}), timeout=30
        ) as answer:
            return {"Prefect-Csrf-Token": json.load(answer)["token"], "Prefect-Csrf-Client": "operator"}

    def _request(self, path: str, secret: str, data: object, headers: Mapping[str, str]) -> urllib.request.Request:
        kind = {"Content-Type": "application/json"}
        if secret:
            kind["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        body = None if data is None else json.dumps(data).encode()
        return urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", body, kind | dict(headers))

    def deployment(self, name: str) -> dict[str, Any]:
        """Return a deployment; its flow has the same name."""
        return self.api(f"deployments/name/{name}/{name}")

    def run(self, deployment: str, due: str, /, **parameters: Any) -> str:
        """Make a run that is scheduled for ``due`` (ISO 8601) and return its id."""
        state = {"type": "SCHEDULED", "name": "Scheduled", "state_details": {"scheduled_time": due}}
        path = f"deployments/{self.deployment(deployment)['id']}/create_flow_run"
        return self.api(path, {"parameters": parameters, "state": state})["id"]

    def ended(self, run: str, count: int = 1) -> dict[str, Any]:
        """Wait until a run has ended for the ``count``-th time and return it."""
        final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

        def found() -> dict[str, Any] | None:
            one = self.api(f"flow_runs/{run}")
            return one if one["state_type"] in final and one["run_count"] >= count else None

        return until(found, pause=0.5)
