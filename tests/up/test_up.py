"""``ctdp up`` in a fresh home: what it opens and keeps shut, what runs by itself, and that it leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from running_up import Up, alive, until
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from ctdp_etl.period import Period
from ctdp_etl.pipeline.export import export
from ctdp_etl.warehouse.engine import open_engine, reading

ROOT = Path(__file__).resolve().parents[2]
AUTOMATIONS = ["ctdp: lần chạy hỏng", "ctdp: lần chạy mất nhịp tim"]
SOCKETS = (
    "events/in",
    "events/out",
    "logs/out",
    "task_runs/subscriptions/scheduled",
    "work_pools/ctdp/workers/connect",
)
MONTHS = ["2026-04", "2026-04", "2026-03"]
NOW = {"CTDP_NOW": "2026-04-24T09:00:00+07:00"}


@pytest.fixture(scope="module")
def left() -> dict[str, list[str]]:
    """The late runs that one test leaves to the next."""
    return {}


def soon(seconds: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_the_page_answers_and_the_api_refuses_strangers(up: Up) -> None:
    assert up.status("") == 200
    assert up.status("api/health") == 200
    for path in ("api/admin/version", "api/admin/settings", "api/csrf-token?client=a", "api/concurrency_limits/a"):
        assert up.status(path) == 401
        assert up.status(path, secret="admin:wrong") == 401
    assert up.status("api/admin/version", secret=up.secret) == 200
    for path in ("api/flows/count", "api/deployments/filter", "api/flow_runs/filter"):
        assert up.status(path, data={}) in {401, 403}
        assert up.status(path, data={}, secret=up.secret) == 403, "a request from another page has no token"
    assert up.api("flows/count", {}) > 0


@pytest.mark.parametrize("path", SOCKETS)
def test_a_socket_opens_to_nobody_without_the_password(up: Up, path: str) -> None:
    address = f"ws://127.0.0.1:{up.port}/api/{path}"
    with pytest.raises(WebSocketException), connect(address, open_timeout=20) as plain:
        plain.recv(timeout=20)
    for told in ('{"type": "auth", "token": null}', '{"type": "auth", "token": "admin:wrong"}', '{"type": "filter"}'):
        with connect(address, subprotocols=["prefect"], open_timeout=20) as socket:  # type: ignore[list-item]
            socket.send(told)
            with pytest.raises(WebSocketException):
                socket.recv(timeout=20)


def test_what_is_secret_is_for_the_owner_and_is_not_said(up: Up) -> None:
    folder = up.home / "prefect"
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("auth", "operator.toml")} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    password = up.secret.partition(":")[2]
    assert len(password) >= 24
    assert str(folder / "auth") in up.text
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.log")]
    commands = [Path(f"/proc/{one}/cmdline").read_bytes().decode() for one in alive(up.note_family())]
    assert len(commands) >= 2
    assert not [text for text in (up.text, *logs, *commands) if password in text]


def test_temporary_files_are_in_the_home_and_not_among_those_of_other_users(up: Up) -> None:
    assert until((up.home / "prefect" / "tmp" / "runner_storage").is_dir)


def test_the_deployments_are_those_of_the_file_and_each_automation_is_there_once(up: Up) -> None:
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert sorted(one["name"] for one in up.api("deployments/filter", {})) == sorted(one["name"] for one in written)
    assert sorted(one["name"] for one in up.api("automations/filter", {})) == AUTOMATIONS


def test_the_schedules_make_runs(up: Up) -> None:
    scheduled = {one["name"] for one in up.api("deployments/filter", {}) if one["schedules"]}

    def made() -> bool:
        runs = up.api("flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})
        ids = {run["deployment_id"] for run in runs if run["auto_scheduled"]}
        return ids >= {up.deployment(name)["id"] for name in scheduled}

    assert until(made)


def test_a_second_one_in_the_same_home_is_refused(up: Up) -> None:
    second = up.ctdp("up", "--port", "1")
    assert second.returncode == 2
    assert "đang chạy rồi" in second.stderr


def warehouse(home: Path) -> list[Any]:
    """Return every row of the warehouse but for the letters, which tell how one came here."""
    with closing(sqlite3.connect(home / "warehouse.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            (name, sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))))
            for name in sorted(names)
            if name != "delivery"
        ]


def keep(home: Path, copy: Path) -> None:
    """Copy what the work stands on: warehouse, archive, published files."""
    copy.mkdir()
    source, target = (sqlite3.connect(folder / "warehouse.db") for folder in (home, copy))
    with closing(source), closing(target):
        source.backup(target)
    shutil.copytree(home / "archive", copy / "archive")


def put_back(home: Path, copy: Path) -> None:
    """Begin again from the copy."""
    for path in (*home.glob("warehouse.db*"), home / "archive", home / "published"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copy(copy / "warehouse.db", home)
    shutil.copytree(copy / "archive", home / "archive")


def outcome(up: Up) -> tuple[bytes, list[Any]]:
    engine = open_engine(f"sqlite:///{up.home / 'warehouse.db'}")
    with reading(engine) as connection:
        exported = export(connection, Period.parse("2026-04"), "csv")
    engine.dispose()
    return exported, warehouse(up.home)


def letters(home: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(home / "warehouse.db")) as connection:
        return connection.execute("SELECT event, body FROM delivery WHERE event LIKE 'run:%'").fetchall()


def test_schedule_retry_button_and_rerun_lead_to_the_same_warehouse(up: Up, tmp_path: Path) -> None:
    register = up.home / "sources.toml"
    good = register.read_text(encoding="utf-8")
    register.write_text(good.replace('forms = ["IIP"', 'forms = ["NO_SUCH_FORM"'), encoding="utf-8")
    failed = up.run("run-month", soon(), period="2026-04")
    assert up.ended(failed)["state_type"] == "FAILED"
    register.write_text(good, encoding="utf-8")

    alert = until(lambda: up.api("flow_runs/filter", {"flow_runs": {"name": {"like_": "alert-operators"}}}))[0]["id"]
    assert up.ended(alert)["state_type"] in {"COMPLETED"}
    ((event, body),) = letters(up.home)
    assert event == f"run:{failed}"
    assert "Failed" in body
    copy = tmp_path / "copy"
    keep(up.home, copy)

    retried = up.prefect("flow-run", "retry", failed)
    assert retried.returncode == 0, retried.stdout + retried.stderr
    assert up.ended(failed, 2)["state_type"] == "COMPLETED"
    by_retry = outcome(up)
    assert by_retry[0].count(b"\n") > 100

    put_back(up.home, copy)
    # The button in the page sends exactly this.
    pressed = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retry from the UI"}
    up.api(f"flow_runs/{failed}/set_state", {"state": {"type": "FAILED", "name": "Failed"}, "force": True})
    up.api(f"flow_runs/{failed}/set_state", {"state": pressed, "force": True})
    assert up.ended(failed, 3)["state_type"] == "COMPLETED"
    assert outcome(up) == by_retry

    put_back(up.home, copy)
    assert up.ended(up.run("run-month", soon(2), period="2026-04"))["state_type"] == "COMPLETED"
    assert outcome(up) == by_retry

    put_back(up.home, copy)
    rerun = up.ctdp("rerun", "2026-04", **NOW)
    assert rerun.returncode == 0, rerun.stderr
    assert outcome(up) == by_retry
    assert [event for event, _ in letters(up.home)] == [f"run:{failed}"], "told once, however often it fails"


def late(up: Up) -> dict[str, list[str]]:
    """Make late runs as an outage leaves them, while no worker takes them; return their ids, the newest last."""
    up.api("work_pools/ctdp", {"is_paused": True}, "PATCH")
    days = [soon(-86400 * day) for day in (3, 2, 1)]
    return {
        "collect-submissions": [up.run("collect-submissions", day) for day in days],
        "run-month": [up.run("run-month", day, period=at) for day, at in zip(days, MONTHS, strict=True)],
        "alert-operators": [up.run("alert-operators", day, run_id=day, name="a", state="Failed") for day in days],
    }


def test_ctrl_c_in_the_middle_of_a_run_leaves_no_process_behind(up: Up, left: dict[str, list[str]]) -> None:
    run = up.run("verify-nightly", soon())
    until(lambda: len(up.note_family()) > 2 and up.api(f"flow_runs/{run}")["state_type"] in {"PENDING", "RUNNING"})
    left |= late(up)
    assert up.end(signal.SIGINT) == 0
    assert not alive(up.family)
    assert "Đã dừng." in up.text


def test_after_days_without_power_each_period_is_done_once(up: Up, left: dict[str, list[str]]) -> None:
    with closing(sqlite3.connect(up.home / "prefect" / "prefect.db", isolation_level=None)) as records:
        records.execute("UPDATE deployment SET created = datetime('now', '-40 days')")
    up.start()
    states = {name: [up.api(f"flow_runs/{one}")["state_type"] for one in ids] for name, ids in left.items()}
    assert states == {
        "collect-submissions": ["CANCELLED", "CANCELLED", "SCHEDULED"],
        "run-month": ["CANCELLED", "SCHEDULED", "SCHEDULED"],
        "alert-operators": ["SCHEDULED"] * 3,
    }
    made = caught_up(up)
    assert len(made) == len(set(made))
    assert {name for name, _ in made} == {"publish-due", "remind-late", "run-month", "verify-nightly"}
    assert {period for name, period in made if name == "run-month"} == due_months()
    assert sorted(one["name"] for one in up.api("automations/filter", {})) == AUTOMATIONS
    assert up.prepare() == 0
    assert caught_up(up) == made


def caught_up(up: Up) -> list[tuple[str, str]]:
    """Return deployment and period of the runs that were made for missed ones."""
    names = {one["id"]: one["name"] for one in up.api("deployments/filter", {})}
    runs = up.api("flow_runs/filter", {})
    made = [run for run in runs if (run["idempotency_key"] or "").startswith("catch-up ")]
    return sorted((names[run["deployment_id"]], run["parameters"].get("period") or "") for run in made)


def due_months() -> set[str]:
    """Return the months whose 24th at seven in Vietnam was in the last 40 days."""
    now = datetime.now(UTC) + timedelta(hours=7)
    days = [now - timedelta(days=back) for back in range(40)]
    at = [day.replace(hour=7, minute=0) for day in days if day.day == 24]
    return {f"{day:%Y-%m}" for day in at if day <= now}


def test_what_dies_is_started_again(up: Up) -> None:
    server = next(one for one in alive(up.note_family()) if "server\0start" in _command(one))
    os.kill(server, signal.SIGKILL)
    assert until(lambda: "Máy chủ Prefect đã ngừng" in up.text)
    assert until(lambda: up.status("api/health") == 200 and up.status("api/admin/version", secret=up.secret) == 200)


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text(errors="replace")


def test_killed_it_leaves_nothing_behind_either(up: Up) -> None:
    assert len(up.note_family()) >= 2
    assert up.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not alive(up.family), 60)
