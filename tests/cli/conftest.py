"""``ctdp`` called as a command: exit code, stdout, stderr; a home of its own; the published months as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command import Answer, Command

from ctdp_etl.cli import main
from ctdp_etl.demo.published import labour_files, tay_ninh_files


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("CTDP_HOME", str(folder))
    for name in ("CTDP_WAREHOUSE_URL", "CTDP_WAREHOUSE_URL_FILE", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CTDP_NOW", "2026-04-24T09:00:00+07:00")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def ctdp(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(int(left.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def month(tmp_path: Path) -> Callable[[str], list[Path]]:
    """Return the two workbooks of Tây Ninh for a month of 2026."""

    def write(period: str) -> list[Path]:
        folder = tmp_path / "sent" / period
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for file in tay_ninh_files(period):
            (folder / file.name).write_bytes(file.content)
            paths.append(folder / file.name)
        return paths

    return write


@pytest.fixture
def labour(tmp_path: Path) -> Path:
    """Return the statistics office's workbook of labour by province, 2025-02."""
    file = labour_files("2025-02")[0]
    path = tmp_path / file.name
    path.write_bytes(file.content)
    return path
