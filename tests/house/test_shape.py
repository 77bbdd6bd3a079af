"""Files and functions that can be read at a glance, names that say something, tests that can fail."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from house_files import ROOT, files, name, python, tree

MAX_FILE = 300
MAX_FUNCTION = 60
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
CHECKING = ("assert", "raises", "warns", "check", "fail")


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a file, nested ones too."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_longer_than_300_lines() -> None:
    scripts = [path for path in files("scripts", "benchmarks") if path.suffix == ""]
    sql = [path for path in files("sql") if path.suffix == ".sql"]
    long = {
        name(path): lines
        for path in [*python(), *scripts, *sql]
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_FILE
    }
    assert not long


def test_no_function_is_longer_than_60_lines() -> None:
    long = {
        f"{name(path)}:{node.lineno} {node.name}": lines
        for path in python("src", "flows")
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno) > MAX_FUNCTION
    }
    assert not long


def test_names_say_something() -> None:
    found = [Path(name(path)) for path in files("src", "flows", "sql")]
    assert not [path for path in found if {*path.parts, path.stem} & EMPTY_NAMES]


def test_every_test_can_fail() -> None:
    found = []
    for path in python("tests"):
        for node in functions(path):
            if node.name.startswith("test_") and not any(
                isinstance(inner, ast.Assert)
                or (isinstance(inner, ast.Call) and any(word in ast.unparse(inner.func) for word in CHECKING))
                for inner in ast.walk(node)
            ):
                found.append(f"{name(path)}:{node.lineno} {node.name}")
    assert not found


def test_test_files_have_names_of_their_own() -> None:
    # pytest imports the test files of folders without __init__.py by their bare name.
    seen: dict[str, list[str]] = defaultdict(list)
    for path in python("tests"):
        if path.name not in {"__init__.py", "conftest.py"} and not (path.parent / "__init__.py").exists():
            seen[path.name].append(name(path))
    assert not {stem: where for stem, where in seen.items() if len(where) > 1}


def test_each_statement_has_its_file() -> None:
    def statements(path: Path) -> int:
        code = "\n".join(line.split("--")[0] for line in path.read_text(encoding="utf-8").splitlines())
        return len([part for part in code.split(";") if part.strip()])

    found = {name(path): statements(path) for path in files("sql") if path.suffix == ".sql"}
    assert found, ROOT / "sql"
    assert {path: count for path, count in found.items() if count != 1} == {}
