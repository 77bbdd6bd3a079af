"""The flow run-month on a real Prefect server: what the operator sees, what fails alone, what a rerun adds."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flow_process import endings, passing
from prefect_api import Server

from ctdp_etl.demo.published import tay_ninh_files
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

ROOT = Path(__file__).resolve().parents[2]
BAD = "{hỏng} 100%.xlsx"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the April files of Tây Ninh and one broken file of another source."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "sources.toml").write_text(TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY, encoding="utf-8")
    files = {f"SCT_VN34_80/{file.name}": file.content for file in tay_ninh_files("2026-04")}
    for name, content in {**files, f"SCT_VN34_79/{BAD}": b"<html>"}.items():
        path = folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1776736800, 1776736800))  # 2026-04-21T02:00:00Z
    return folder


def ctdp(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ctdp_etl", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def first(server: Server, home: Path) -> subprocess.CompletedProcess[str]:
    """The first run of the month."""
    return ctdp(server.environment(home), "run", "2026-04")


def task_runs(server: Server, flow_run: str) -> dict[str, dict[str, Any]]:
    """Return the task runs of a flow run by name, once the server has recorded them all."""
    for _ in range(100):
        runs = server.find("task_runs", flow_runs={"id": {"any_": [flow_run]}})
        if runs and all(run["state_type"] in {"COMPLETED", "FAILED"} for run in runs) and len(runs) >= 10:
            break
        time.sleep(0.2)
    return {run["name"]: run for run in runs}


def flow_runs(server: Server) -> list[dict[str, Any]]:
    return server.find("flow_runs", sort="START_TIME_DESC")


def test_the_run_prints_the_path_of_the_briefing_alone(first: subprocess.CompletedProcess[str], home: Path) -> None:
    assert first.returncode == 0, first.stderr
    (line,) = first.stdout.splitlines()
    assert Path(line).is_relative_to(home / "published" / "2026-04")
    assert Path(line).read_bytes().startswith(b"%PDF-")
    assert "3 tệp mới, 2 tệp đã nạp" in first.stderr
    assert "Traceback" not in first.stderr


def test_a_bad_file_fails_alone(first: subprocess.CompletedProcess[str], server: Server) -> None:
    (run,) = [one for one in flow_runs(server) if one["name"] == "run-month-2026-04"][-1:]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Có tệp lỗi")
    assert BAD in run["state"]["message"]
    runs = task_runs(server, run["id"])
    bad = runs[f"load SCT_VN34_79 2026-04 {BAD}"]
    assert (bad["state_type"], bad["state_name"]) == ("FAILED", "Tệp lỗi")
    assert bad["run_count"] == 1, "a bad file is not tried again"
    good = [name for name in runs if name.startswith("load SCT_VN34_80 2026-04")]
    assert len(good) == 2
    assert all(runs[name]["state_type"] == "COMPLETED" for name in runs if BAD not in name)
    assert {"collect 2026-04", "list due 2026-04", "check 2026-04", "brief 2026-04"} <= set(runs)


def test_the_operator_sees_board_findings_progress_and_briefing(
    first: subprocess.CompletedProcess[str], server: Server
) -> None:
    shown = {one["key"]: one for one in server.find("artifacts/latest")}
    assert {"board-2026-04", "findings-2026-04", "briefing-2026-04", "load-2026-04"} <= set(shown)
    board = json.loads(shown["board-2026-04"]["data"])
    assert [row["IIP"] for row in board if row["nguồn"] == "SCT_VN34_79"] == ["tệp lỗi"]
    assert "F02" in {row["mã"] for row in json.loads(shown["findings-2026-04"]["data"])}
    assert first.stdout.strip() in shown["briefing-2026-04"]["data"]
    assert float(shown["load-2026-04"]["data"]) == 100.0


def test_running_again_adds_nothing(first: subprocess.CompletedProcess[str], server: Server, home: Path) -> None:
    pdf = Path(first.stdout.strip())
    content = pdf.read_bytes()
    again = ctdp(server.environment(home), "run", "2026-04")
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout
    assert "0 tệp mới, 0 tệp đã nạp, 0 số liệu mới" in again.stderr
    assert pdf.read_bytes() == content
    assert len(list(pdf.parent.iterdir())) == 1


def test_a_month_without_any_report_ends_with_its_gate_shut(
    first: subprocess.CompletedProcess[str], server: Server, home: Path
) -> None:
    done = ctdp(server.environment(home), "run", "2026-05")
    assert (done.returncode, done.stdout) == (0, "")
    assert "chưa có báo cáo nào" in done.stderr
    assert (
        next(one for one in flow_runs(server) if one["name"] == "run-month-2026-05")["state_name"] == "Chưa in báo cáo"
    )


def test_without_a_period_it_is_the_month_in_which_the_run_was_due(server: Server, home: Path) -> None:
    server.run(home, {"flow": "run_month"})
    run = flow_runs(server)[0]
    due = datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert run["name"] == f"run-month-{due:%Y-%m}"


def test_only_what_may_pass_is_tried_again(server: Server) -> None:
    assert server.process.ask(passing) == {
        "OSError": True,
        "OperationalError": True,
        "CtdpError": False,
        "TypeError": False,
        "NoneType": False,
    }


def test_a_run_ends_by_the_name_of_what_somebody_must_do(server: Server) -> None:
    done = {"period": "2026-04", "loaded": 2, "gate": "", "pdf": "a.pdf"}
    quiet = done | {"broken": [], "bad": [], "quarantined": 0, "refused": [], "letters": ""}
    cases = [
        quiet,
        quiet | {"letters": "máy chủ từ chối kết nối"},
        quiet | {"refused": ["SCT_VN34_80: sai mật khẩu"], "letters": "máy chủ từ chối kết nối"},
        quiet | {"refused": ["SCT_VN34_80: sai mật khẩu"], "quarantined": 1},
        quiet | {"quarantined": 1, "bad": ["SCT_VN34_80 a.xlsx: F01"]},
        quiet | {"bad": ["SCT_VN34_80 a.xlsx: F01"], "gate": "chưa có báo cáo nào"},
        quiet | {"broken": ["không ghi được"], "gate": "chưa có báo cáo nào"},
    ]
    assert server.process.ask(endings, cases) == [
        "Completed",
        "Có thư chưa gửi được",
        "Có nguồn không vào được",
        "Có tệp cách ly",
        "Có tệp lỗi",
        "Chưa in báo cáo",
        "Failed",
    ]


def test_deployments_resolve_and_are_accepted_by_a_server(server: Server, home: Path) -> None:
    environment = server.environment(home) | {"CTDP_PROJECT": str(ROOT), "PREFECT_CLI_PROMPT": "false"}
    for arguments in (["work-pool", "create", "ctdp", "--type", "process"], ["--no-prompt", "deploy", "--all"]):
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    (deployment,) = [one for one in server.find("deployments") if one["name"] == "run-month"]
    (flow,) = [one for one in server.find("flows") if one["id"] == deployment["flow_id"]]
    assert flow["name"] == "run-month"
    assert set(deployment["parameter_openapi_schema"]["properties"]) == {"period"}
    assert deployment["parameters"] == {"period": None}
    assert deployment["concurrency_limit"] == 1 or deployment["global_concurrency_limit"]["limit"] == 1
    (schedule,) = deployment["schedules"]
    assert schedule["schedule"]["timezone"] == "Asia/Ho_Chi_Minh"
    assert schedule["active"]
    assert str(ROOT) in json.dumps(deployment["pull_steps"])


def state_of(server: Server, home: Path, name: str) -> str:
    """Run a flow of the folder ``flows`` and return the name of its final state."""
    (told,) = server.run(home, {"flow": name.replace("-", "_")})
    return told["name"]


def test_collecting_loads_what_came_and_prints_nothing(server: Server, home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "inbox", tmp_path / "inbox")
    shutil.copy(home / "sources.toml", tmp_path)
    assert state_of(server, tmp_path, "collect-submissions") == "Có tệp lỗi"
    board = ctdp(server.environment(tmp_path), "status", "2026-04", "--json")
    states = {(one["source"], one["dataflow"]): one["state"] for one in json.loads(board.stdout)["board"]}
    assert states["SCT_VN34_80", "IIP"] in {"received", "with findings"}
    assert states["SCT_VN34_79", "IIP"] == "failed"
    assert not (tmp_path / "published").exists()


def test_the_night_fails_where_an_archived_file_has_changed(
    first: subprocess.CompletedProcess[str], server: Server, home: Path
) -> None:
    assert state_of(server, home, "verify-nightly") == "Completed"
    path = next(path for path in (home / "archive").rglob("*") if path.is_file())
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content + b" ")
    assert state_of(server, home, "verify-nightly") == "Tệp hỏng"
    path.write_bytes(content)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_server_behind(tmp_path: Path, number: int) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    # A suite that a shell runs in the background hands down SIGINT as ignored.
    handed_down = signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        [sys.executable, "-m", "ctdp_etl", "run", "2026-04"],
        env=environment | {"CTDP_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    signal.signal(signal.SIGINT, handed_down)
    folder = tmp_path / "home" / "prefect"
    deadline = time.monotonic() + 120
    while not working_in(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert working_in(folder)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[number]
    assert "Traceback" not in said.decode()
    deadline = time.monotonic() + 60
    while working_in(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not working_in(folder)


def working_in(folder: Path) -> list[str]:
    """Return the processes whose working folder is ``folder``."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").resolve() == folder.resolve():
                found.append(process.name)
        except OSError:
            continue
    return found
