"""Imports point one way; Prefect, the environment, the clock, SQL and output stay in their rooms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from house_files import PACKAGE, name, python, tree

NOUNS = {"model", "period", "errors"}
ROOMS = {"collect", "reading", "checks", "series", "feedback", "briefing", "deliver"}
SITE = {"settings", "resources"}
BELOW_PIPELINE = NOUNS | {"catalog", "warehouse"} | ROOMS | SITE
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "model": set(),
    "errors": set(),
    "period": {"errors"},
    "settings": {"errors"},
    "resources": set(),
    "catalog": NOUNS,
    "collect": NOUNS | SITE | {"catalog"},
    "reading": NOUNS | {"catalog"},
    "checks": NOUNS | {"catalog"},
    "series": NOUNS | {"catalog"},
    "feedback": NOUNS | {"catalog"},
    "briefing": NOUNS | SITE | {"catalog"},
    "deliver": NOUNS | {"catalog"},
    "warehouse": {"model", "errors"} | SITE,
    "pipeline": BELOW_PIPELINE,
    "demo": BELOW_PIPELINE | {"pipeline"},
    "cli": BELOW_PIPELINE | {"pipeline", "demo"},
    "__main__": {"cli"},
}
PURE = {"reading", "checks", "series"}
OUTSIDE_WORLD = {
    *("os", "pathlib", "shutil", "tempfile", "time", "random", "logging", "socket", "ssl", "http", "urllib"),
    *("subprocess", "threading", "multiprocessing", "asyncio", "sqlite3", "sqlalchemy", "psycopg", "alembic"),
    *("weasyprint", "httpx", "requests", "click"),
}
CLOCK = re.compile(r"(datetime|date|Timestamp|dt)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime|ctime)")
SQL = re.compile(
    r"\s*(SELECT\s[\s\S]*\sFROM\s|SELECT\s+1\b|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW|SCHEMA|TEMP\w*)\s|TRUNCATE\s|WITH\s+\w+(\s*\([^)]*\))?\s+AS\s*\(|COPY\s+\w+)",
)


def room_of(path: Path) -> str:
    """Return the room (or the single module) of the package that the file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted module) of every import; a relative one is written out."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = path.relative_to(PACKAGE.parent).parts[: -node.level]
                module = ".".join((*package, module)).rstrip(".")
            yield node.lineno, module
            if module == "ctdp_etl" or node.level:
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


@cache
def calls(path: Path) -> list[tuple[int, str]]:
    """Return (line, dotted name) of everything that is called."""
    return [(node.lineno, ast.unparse(node.func)) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def run_as_program(path: Path) -> set[int]:
    """Return the lines of the block ``if __name__ == "__main__"``."""
    return {
        line
        for node in tree(path).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


@cache
def docstrings(path: Path) -> set[int]:
    """Return the ids of the constants that are docstrings or bare strings."""
    return {
        id(node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@pytest.mark.parametrize("path", python("src"), ids=name)
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room}: a new room needs its arrows here"
    wrong = []
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] == "ctdp_etl" and len(parts) > 1 and parts[1] not in MAY_IMPORT[room] | {room}:
            wrong.append(f"{name(path)}:{line} imports {module}")
    assert not wrong


def test_the_package_never_imports_prefect_or_the_flows() -> None:
    found = [
        f"{name(path)}:{line} {module}"
        for path in python("src")
        for line, module in imports(path)
        if module.split(".")[0] in {"prefect", "flows"}
    ]
    assert not found


def test_flows_know_the_package_but_not_its_command() -> None:
    found = [
        f"{name(path)}:{line} {module}"
        for path in python("flows")
        for line, module in imports(path)
        if module.startswith(("ctdp_etl.cli", "tests"))
    ]
    assert python("flows")
    assert not found


@pytest.mark.parametrize("room", sorted(PURE))
def test_pure_rooms_touch_nothing_outside(room: str) -> None:
    found = []
    for path in python(f"src/ctdp_etl/{room}"):
        found += [
            f"{name(path)}:{line} imports {module}"
            for line, module in imports(path)
            if module.split(".")[0] in OUTSIDE_WORLD
        ]
        found += [
            f"{name(path)}:{line} calls {call}" for line, call in calls(path) if call in {"open", "print", "input"}
        ]
    assert not found


def test_only_settings_reads_the_environment_and_the_clock() -> None:
    found = []
    for path in python("src", "flows"):
        if name(path) == "src/ctdp_etl/settings.py":
            continue
        found += [f"{name(path)}:{line} {call}" for line, call in calls(path) if CLOCK.search(call)]
        found += [
            f"{name(path)}:{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}
        ]
        found += [
            f"{name(path)}:{node.lineno} {alias.name}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ImportFrom) and node.module == "os"
            for alias in node.names
            if alias.name in {"environ", "getenv", "environb"}
        ]
    assert not found


def test_only_the_command_prints() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python("src")
        if room_of(path) != "cli"
        for line, call in calls(path)
        if call in {"print", "sys.stdout.write", "sys.stderr.write"} and line not in run_as_program(path)
    ]
    assert not found


def test_sql_stands_in_sql_files() -> None:
    found = [
        f"{name(path)}:{node.lineno} {node.value[:60]!r}"
        for path in python("src", "flows")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docstrings(path) and SQL.match(node.value)
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("SELECT a FROM b", True),
        ("\n  INSERT INTO t VALUES (:a)", True),
        ("UPDATE receipt SET state = :s", True),
        ("WITH x AS (SELECT 1)", True),
        ("Selected from the list", False),
        ("Update the catalog", False),
    ],
)
def test_the_sql_detector_knows_sql(text: str, is_sql: bool) -> None:
    assert bool(SQL.match(text)) is is_sql
