"""The wheel carries everything it needs, and ``ctdp demo`` runs from it outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from house_files import ROOT, files, name
from pypdf import PdfReader

from ctdp_etl.period import Period
from ctdp_etl.pipeline.print_companions import print_companions
from ctdp_etl.pipeline.site import open_site
from ctdp_etl.settings import Settings
from traced import differences

BUNDLED = ("sql", "reports", "flows")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the build tools of the lock, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own; its dependencies are those of the running environment."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(folder)]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def outside(installed: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the installed wheel in ``folder``, with no CTDP_* setting of the caller."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CTDP_", "PREFECT_"))}
    environment |= {"PYTHONPATH": str(installed), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=900
    )


def test_everything_travels(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"ctdp_etl/_bundle/{name(path)}" for path in files(*BUNDLED)}
    expected |= {name(path).removeprefix("src/") for path in files("src")} | {"ctdp_etl/_bundle/prefect.yaml"}
    assert expected - inside == set()
    assert {path for path in inside if ".dist-info/" not in path} - expected == set()


def test_the_wheel_is_the_same_every_time(wheel: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, capture_output=True, check=True)
    assert next(tmp_path.glob("*.whl")).read_bytes() == wheel.read_bytes()


def test_the_installed_package_finds_its_own_folders(installed: Path, tmp_path: Path) -> None:
    code = "from ctdp_etl.resources import folder; print(*(folder(n) for n in ('sql', 'reports', 'flows')), sep='\\n')"
    done = outside(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(installed / "ctdp_etl" / "_bundle" / folder) for folder in BUNDLED]


def demo(installed: Path, folder: Path) -> tuple[Path, list[str]]:
    """Run the demo; return the path that it says last, and the cells of its last month: month, new files, loaded ..."""
    done = outside(installed, folder, str(installed / "bin" / "ctdp"), "demo")
    assert done.returncode == 0, done.stderr[-6000:]
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("2026-04 ")]
    return Path(done.stdout.splitlines()[-1]), line.split()


def words(pdf: Path) -> list[str]:
    """Return the words of a PDF, page by page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]


def test_the_demo_runs_from_the_wheel_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    said, first = demo(installed, tmp_path)
    pdf = (tmp_path / said).resolve()
    assert pdf.is_relative_to(tmp_path.resolve())
    site = open_site(Settings(pdf.parents[2], f"sqlite:///{pdf.parents[2] / 'warehouse.db'}"))
    assert not differences(pdf.read_bytes(), site)
    (province,) = print_companions(site, "province_brief", Period.parse("2026-04"), ["VN34_80"], is_checked=True)
    assert province.printed
    assert not differences(province.printed.path.read_bytes(), site)
    kept = ROOT / "docs" / "demo" / pdf.name
    # Another version of a font, or of what cuts it, gives other bytes for the same page.
    same = pdf.read_bytes() == kept.read_bytes() or words(pdf) == words(kept)
    assert same, "the reports changed: run scripts/pictures"
    assert int(first[1]) > 34
    assert int(first[3]) > 5000
