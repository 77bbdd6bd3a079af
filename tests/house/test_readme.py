"""The README tells the truth: its commands, files and settings exist."""

from __future__ import annotations

import importlib.util
import re

import pytest
from house_files import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
NEEDS_CLI = pytest.mark.skipif(importlib.util.find_spec("ctdp_etl.cli") is None, reason="no command yet")


def commands() -> set[str]:
    """Return the names of the commands of ``ctdp``."""
    from ctdp_etl import cli

    return set(cli.ctdp.commands)


def test_the_two_commands_come_first() -> None:
    assert [line.split()[:2] for line in README.splitlines() if line.startswith("make ")][:2] == [
        ["make", "demo"],
        ["make", "test"],
    ]
    assert README.index("make demo") < 200


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


@NEEDS_CLI
def test_every_command_is_listed_and_every_listed_command_exists() -> None:
    listed = README.split("<!-- commands -->")[1].split("<!-- /commands -->")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == commands()


@NEEDS_CLI
@pytest.mark.parametrize("name", ["README.md", "docs/decisions.md", "docs/so-tay.md"])
def test_every_command_that_is_shown_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"\bctdp ([a-z]+)\b", text)) <= commands()


def test_every_path_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:src|flows|sql|reports|tests|docs|benchmarks|scripts)/[\w./]*)`", README + DECISIONS))
    named |= set(re.findall(r"\]\(([\w./]+)\)", README))
    assert {path for path in named if not (ROOT / path).exists()} == set()
    assert len(named) > 8


def test_every_direct_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {re.match(r"[\w-]+", text)[0] for text in project["project"]["dependencies"]}  # type: ignore[index]
    assert {name for name in names if name not in DECISIONS.lower()} == set()


def test_settings_that_are_named_exist() -> None:
    settings = (ROOT / "src" / "ctdp_etl" / "settings.py").read_text(encoding="utf-8")
    assert {
        name for name in re.findall(r"CTDP_[A-Z_]*[A-Z]", README) if name.removesuffix("_FILE") not in settings
    } == set()
