"""scripts/setup on machines that lack something: one clear line, and no half-made environment taken for a good one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from house_files import ROOT

SHELL_TOOLS = ("sh", "dirname", "cat", "cksum", "uname", "id", "rm", "env", "mkdir")


class Machine:
    """A bare machine: a copy of the project's set-up files, and a path with a few shell tools and what a test adds."""

    def __init__(self, folder: Path) -> None:
        self.project, self.bin = folder / "project", folder / "bin"
        (self.project / "scripts").mkdir(parents=True)
        self.bin.mkdir()
        for part in ("scripts/setup", "requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / part, self.project / part)
        for tool in SHELL_TOOLS:
            where = shutil.which(tool)
            assert where, tool
            (self.bin / tool).symlink_to(where)
        self.says("id", "echo 1000")

    def says(self, program: str, script: str) -> None:
        """Put a shell script on the path under the name ``program``."""
        self.puts(self.bin / program, script)

    @staticmethod
    def puts(path: Path, script: str) -> None:
        """Write an executable shell script."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def setup(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run scripts/setup; PYTHON keeps it from the interpreters of the machine under the tests."""
        return subprocess.run(
            [str(self.project / "scripts" / "setup"), *arguments],
            env={"PATH": str(self.bin), "PYTHON": "python3.12 python3", "LC_ALL": "C.UTF-8", **variables},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_it_says_so_in_one_line(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("setup: no Python 3.11, 3.12 or 3.13")
    assert done.stderr.count("\n") == 1


def test_a_shim_that_answers_127_is_passed_over(machine: Machine) -> None:
    machine.says("python3.12", "echo 'shim: no such version' >&2; exit 127")
    machine.says("python3", f'case "$*" in *-m*venv*) echo "VENV $*" >&2; exit 9;; esac; exec {sys.executable} "$@"')
    done = machine.setup()
    assert done.returncode == 9
    assert "VENV -m venv --clear .venv" in done.stderr
    assert "shim" not in done.stderr


def test_an_old_python_is_not_taken(machine: Machine) -> None:
    machine.says("python3", "exit 1")
    assert "no Python 3.11, 3.12 or 3.13" in machine.setup().stderr


def test_without_the_venv_module_it_names_the_package(machine: Machine) -> None:
    machine.says("fc-list", "echo 'Liberation Serif'")
    machine.says("python3", f'case "$*" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    done = machine.setup()
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert done.returncode == 2
    assert done.stderr.startswith("setup: packages of the system are missing; run as root: apt-get install -y")
    assert f" {package} " in done.stderr
    assert done.stderr.count("\n") == 1


def ready(machine: Machine) -> None:
    """Give the machine an environment that is set up for exactly these files."""
    venv = machine.project / ".venv"
    machine.puts(venv / "bin" / "python", f'echo "python $*" >>"{machine.project}/calls"; exec {sys.executable} "$@"')
    machine.puts(venv / "bin" / "ctdp", "exit 0")
    files = b"".join((machine.project / name).read_bytes() for name in ("requirements.lock", "pyproject.toml"))
    sums = subprocess.run(["cksum"], input=files, capture_output=True, check=True).stdout.decode().split()
    (venv / ".ctdp-setup").write_text(f"{sums[0]} {sums[1]} {machine.project}\n", encoding="utf-8")
    machine.says("fc-list", "echo 'Liberation Serif'")


@pytest.mark.skipif(sys.platform != "linux", reason="Pango is looked for by its Linux names")
def test_a_ready_machine_needs_nothing(machine: Machine) -> None:
    ready(machine)
    done = machine.setup()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "pip" not in (machine.project / "calls").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="Pango is looked for by its Linux names")
def test_a_plain_user_gets_no_servers_for_the_tests_and_no_error(machine: Machine) -> None:
    ready(machine)
    machine.says("apt-get", f'echo "$*" >>"{machine.project}/apt"')
    done = machine.setup("--peers")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine.project / "apt").exists()


def test_a_changed_lock_calls_pip_and_a_failure_leaves_no_stamp(machine: Machine) -> None:
    ready(machine)
    with (machine.project / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("\n")
    machine.puts(
        machine.project / ".venv" / "bin" / "python",
        f'case "$*" in *install*) echo "$*" >&2; exit 1;; *--version*) exit 0;; esac; exec {sys.executable} "$@"',
    )
    done = machine.setup()
    assert done.returncode == 2
    assert "install --no-compile --no-deps --require-hashes -r requirements.lock" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("setup: pip could not install requirements.lock")
    assert not (machine.project / ".venv" / ".ctdp-setup").exists()


def test_a_moved_project_gets_a_new_environment(machine: Machine) -> None:
    ready(machine)
    stamp = machine.project / ".venv" / ".ctdp-setup"
    stamp.write_text(stamp.read_text(encoding="utf-8").replace("project", "elsewhere"), encoding="utf-8")
    machine.says("python3", f'case "$*" in *-m*venv*) echo "VENV $*" >&2; exit 9;; esac; exec {sys.executable} "$@"')
    assert "VENV -m venv --clear .venv" in machine.setup().stderr


def test_without_the_font_it_warns_and_goes_on(machine: Machine) -> None:
    ready(machine)
    machine.says("fc-list", "exit 0")
    done = machine.setup()
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "warning: no Liberation Serif 2 here" in done.stderr
    assert "apt-get install -y --no-install-recommends fontconfig fonts-liberation2" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="Pango is looked for by its Linux names")
def test_without_pango_a_plain_user_gets_the_command_to_run(machine: Machine) -> None:
    ready(machine)
    machine.puts(
        machine.project / ".venv" / "bin" / "python",
        f'case "$*" in *pango*) exit 1;; esac; exec {sys.executable} "$@"',
    )
    done = machine.setup()
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-liberation2" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="Pango is looked for by its Linux names")
def test_root_installs_what_is_missing_and_fetches_the_lists_when_they_are_old(machine: Machine) -> None:
    ready(machine)
    machine.says("id", "echo 0")
    machine.says("fc-list", f'[ -e "{machine.project}/font" ] && echo "Liberation Serif"; :')
    machine.says(
        "apt-get",
        f"""echo "$*" >>"{machine.project}/apt"
case "$1" in
    update) : >"{machine.project}/lists" ;;
    install) [ -e "{machine.project}/lists" ] && : >"{machine.project}/font" ;;
esac""",
    )
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    commands = (machine.project / "apt").read_text(encoding="utf-8").splitlines()
    install = "install -y --no-install-recommends -q fontconfig fonts-liberation2"
    assert [line for line in commands if "libpango" not in line] == [install, "update -q", install]
    assert "warning" not in done.stderr
    assert (machine.project / "font").exists()
