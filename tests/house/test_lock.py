"""The lock: everything by hash, for each Python that is supported, without any host's name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from house_files import ROOT, python, tree
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BLOCKS = re.sub(r"\s*\\\n\s+", " ", LOCK).strip().splitlines()
ASKED = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"] + PROJECT["build-system"]["requires"]


def locked() -> list[Requirement]:
    """Return the requirements of the lock without their hashes."""
    return [Requirement(block.split(" --hash=")[0]) for block in BLOCKS]


def test_every_package_is_pinned_and_hashed() -> None:
    pattern = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+")
    assert [block[:80] for block in BLOCKS if not pattern.fullmatch(block)] == []
    assert len(BLOCKS) > 50


def test_no_host_is_named() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(--(index|extra|find|trusted)|-[ief]\b)", LOCK, re.MULTILINE)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_holds_what_the_project_asks_for(python: str) -> None:
    environment = {
        **default_environment(),
        **{"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"},
        **{"platform_python_implementation": "CPython", "implementation_name": "cpython"},
    }
    pins = [pin for pin in locked() if pin.marker is None or pin.marker.evaluate(environment)]
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    assert len(versions) == len(pins), "a package stands twice"
    asked = [Requirement(text) for text in ASKED]
    missing = [str(need) for need in asked if versions.get(canonicalize_name(need.name), "") not in need.specifier]
    assert not missing


def test_what_is_installed_fits_together_and_nothing_is_missing() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_the_product_imports_is_asked_for() -> None:
    imported = set()
    for path in python("src", "flows"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    foreign = imported - sys.stdlib_module_names - {"ctdp_etl", "flows"}
    asked = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    known = packages_distributions()
    assert {
        module for module in foreign if not {canonicalize_name(one) for one in known.get(module, [])} & asked
    } == set()
    assert len(foreign) > 8
