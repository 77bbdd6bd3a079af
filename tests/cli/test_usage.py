"""Wrong usage and odd surroundings: one line in Vietnamese on stderr, exit code 2, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from command import Command

from ctdp_etl.cli import ctdp as group

PRINTERS = {"weasyprint", "scipy", "alembic", "pypdf", "prefect", "openpyxl"}
"""What takes long to load and is for printing, locating, migrating and the flow alone."""
NO_SERVER = "postgresql://u:matkhaubimat@127.0.0.1:1/khong"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lam"], "Không có lệnh"),
        (["brief"], "Thiếu PERIOD"),
        (["brief", "2026-13"], "Kỳ báo cáo không hợp lệ"),
        (["brief", "2026-Q1"], "--report period_briefing"),
        (["diff", "2026-04", "--report", "province_brief"], "Hãy nêu địa phương: --area"),
        (["diff", "2026-04", "--area", "Tây Ninh"], "Hãy bỏ --area"),
        (["read", "khong-co.xlsx"], "Không có tệp"),
        (["read", "."], "không phải là tệp"),
        (["submit", "khong-co.xlsx"], "Không có tệp"),
        (["submit", "--received-at", "hôm qua", "x"], "Thời điểm không hợp lệ"),
        (["status", "--jsom"], "Không có tuỳ chọn --jsom"),
        (["collect", "2026-04"], "ctdp init"),
        (["withdraw", "abc"], "Không có phiếu nhận"),
        (["rerun", "2026-04", "--area", "Atlantis"], "Không có địa phương"),
        (["export", "2026-04", "--format", "doc"], "Không có định dạng"),
        (["export", "2026-04", "--format", "csv", "--dataflow", "CPI"], "Không có biểu"),
        (["load", "2026-04", "thừa"], "Cách dùng sai"),
    ],
)
def test_wrong_usage_is_one_line(ctdp: Command, arguments: list[str], said: str) -> None:
    answer = ctdp(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.startswith("Lỗi: ")
    assert answer.err.count("\n") == 1


def test_a_file_that_is_no_briefing_has_no_trace(ctdp: Command, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    answer = ctdp("trace", tmp_path / "a.pdf")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


def test_a_warehouse_that_does_not_answer_is_one_line_without_its_password(
    ctdp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTDP_WAREHOUSE_URL", NO_SERVER)
    answer = ctdp("status", "2026-04")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "matkhaubimat" not in answer.err


def test_a_prefect_server_that_does_not_answer_is_one_line(ctdp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    answer = ctdp("run", "2026-04")
    assert (answer.code, answer.out) == (2, "")
    assert "PREFECT_API_URL" in answer.err
    assert answer.err.count("\n") == 1


def test_a_faulty_register_is_refused_with_every_fault(ctdp: Command, home: Path) -> None:
    home.mkdir()
    (home / "sources.toml").write_text('[[source]]\nid = "A"\narea = "X"\n', encoding="utf-8")
    answer = ctdp("status", "2026-04")
    assert answer.code == 2
    assert {"thiếu name", "thiếu forms", "thiếu path"} <= set(re.findall(r"thiếu \w+", answer.err))


def test_init_may_be_repeated_and_keeps_the_register(ctdp: Command, home: Path) -> None:
    assert ctdp("init").code == 0
    register = home / "sources.toml"
    assert "[[source]]" in register.read_text(encoding="utf-8")
    register.write_text("# của chúng tôi\n", encoding="utf-8")
    again = ctdp("init")
    assert (again.code, again.out) == (0, "")
    assert register.read_text(encoding="utf-8") == "# của chúng tôi\n"
    assert home.stat().st_mode & 0o077 == 0


def test_answers_in_json_are_one_document(ctdp: Command) -> None:
    ctdp("init")
    for arguments in (
        ["status", "2026-04"],
        ["findings", "2026-04"],
        ["check", "2026-04"],
        ["catalog"],
        ["catalog", "--areas"],
        ["doctor"],
        ["load", "2026-04"],
        ["backfill", "2026-03", "2026-04", "--dry-run"],
    ):
        answer = ctdp(*arguments, "--json")
        assert answer.code == 0, answer.err
        assert isinstance(answer.document, dict)
    areas = ctdp("catalog", "--areas", "--json").document["areas"]
    assert len([area for area in areas if area["code_list"] == "VN34"]) == 34


def test_every_command_says_in_vietnamese_what_it_does() -> None:
    for name, command in group.commands.items():
        text = (command.help or "").splitlines()[0]
        assert re.search("[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", text, re.I), name
        assert len(text) < 100


def test_the_list_of_commands_cuts_nothing(ctdp: Command) -> None:
    shown = " ".join(ctdp("--help").out.split())
    for name, command in group.commands.items():
        assert f"{name} {' '.join((command.help or '').splitlines()[0].split())}" in shown


def test_a_new_place_says_what_comes_first(ctdp: Command) -> None:
    assert "ctdp init" in ctdp("status").err


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with an environment of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "ctdp_etl", *arguments], capture_output=True, env=kept | environment, timeout=120
    )


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}])
def test_the_console_is_utf8_in_any_locale(locale: dict[str, str]) -> None:
    done = run("catalog", **locale)
    assert done.returncode == 0
    assert "Chỉ số sản xuất công nghiệp" in done.stdout.decode("utf-8")
    assert "Lỗi: Kỳ báo cáo" in run("brief", "x", **locale).stderr.decode("utf-8")


def loaded(commands: Sequence[Sequence[str]], libraries: set[str]) -> dict[str, str]:
    """Run the commands in turn in a fresh process; return which of the libraries were loaded, each by which command."""
    code = (
        "import json, sys; from ctdp_etl.cli import main; found = {}\n"
        f"for command in {commands!r}:\n"
        "    try: main(command)\n"
        "    except SystemExit: pass\n"
        f"    found = dict.fromkeys({libraries!r} & set(sys.modules), command[0]) | found\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    answer: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_help_the_catalog_and_a_look_into_a_file_load_nothing_heavy(month: Callable[[str], list[Path]]) -> None:
    commands = [["--help"], ["catalog"], ["read", str(month("2026-04")[0])]]
    assert loaded(commands, {*PRINTERS, "python_calamine", "pandas", "numpy", "sqlalchemy"}) == {}


def test_a_command_that_prints_nothing_does_not_load_the_press(
    ctdp: Command, month: Callable[[str], list[Path]]
) -> None:
    ctdp("init")
    commands = [
        *(["submit", str(path)] for path in month("2026-04")),
        *([name, "2026-04"] for name in ("status", "load", "findings", "release", "diff", "deliver")),
        ["export", "2026-04", "--format", "csv"],
        ["backfill", "2026-04", "2026-04", "--dry-run"],
    ]
    assert loaded(commands, {*PRINTERS, "python_calamine", "pandas"}) == {"pandas": "submit"}


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ctdp_etl", "catalog", "--areas"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
