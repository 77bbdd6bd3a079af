"""Fixtures that several folders of tests share: an empty warehouse, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from xdist.scheduler import LoadFileScheduling

import postgres
from ctdp_etl.warehouse.engine import migrate, open_engine

NOT_RUN = "not run: postgresql"
_NOT_RUN = re.compile(r"not run: (\w+)")
_TEMPLATE = "ctdp_template"
_LONG = (
    "up/test_up",
    "house/test_bench",
    "flow/test_publish",
    "flow/test_run",
    "month/",
    "crash/",
    "house/test_wheel",
    "flow/",
)
"""Begun first, the longest before the others, so that no process is left alone with one of them at the end."""

_ON_A_SERVER = ("flow/test_publish", "flow/test_run", "flow/test_letters")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the place of the session's PostgreSQL before any worker starts."""
    if not hasattr(config, "workerinput"):
        postgres.announce()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that take long in front; ``--no-loadscope-reorder`` leaves them there."""
    items.sort(key=lambda item: next((rank for rank, part in enumerate(_LONG) if part in item.nodeid), len(_LONG)))


def pytest_collection_finish() -> None:
    """Spare the collector what stays for the session: thousands of tests and every module that they import."""
    gc.collect()
    gc.freeze()


class _OneServer(LoadFileScheduling):
    """Keeps the tests of a file in one process, and so those of the files that share a Prefect server."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "flow" if any(part in file for part in _ON_A_SERVER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Choose how tests are given to processes."""
    return _OneServer(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's PostgreSQL."""
    if not hasattr(config, "workerinput"):
        postgres.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which servers are not there, so that nothing was shown with them."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    lacking = {match[1] for reason in reasons if (match := _NOT_RUN.search(reason))}
    if lacking:
        terminalreporter.write_line(f"not run: {', '.join(sorted(lacking))}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite warehouse to copy."""
    path = tmp_path_factory.mktemp("template") / "warehouse.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """Return the address of a server that has a migrated, empty warehouse to copy; skip where no server runs."""
    try:
        server = postgres.server_url()
    except postgres.NoPostgresError as error:
        reason = f"{NOT_RUN} ({error})"
        if os.environ.get("CTDP_REQUIRE_PEERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres.turn("template") as place:
        if not (place / "template").exists():
            postgres.on_server(server, f"CREATE DATABASE {_TEMPLATE}")
            _migrate(f"{server}/{_TEMPLATE}")
            (place / "template").touch()
    return server


@pytest.fixture(scope="session")
def prefect_records() -> Path:
    """The empty records of a Prefect server, to copy into a home: each server would take long to make its own."""
    with postgres.turn("records") as place:
        records = place / "records" / "prefect.db"
        if not records.exists():
            folder = place / "records.part"
            command = [sys.executable, "-m", "prefect", "--no-prompt", "server", "database", "upgrade", "-y"]
            variables = {"PREFECT_HOME": str(folder), "PREFECT_PROFILES_PATH": str(folder / "profiles.toml")}
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
            subprocess.run(command, env=kept | variables, check=True, capture_output=True)
            folder.rename(records.parent)
    return records


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a migrated, empty warehouse of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "warehouse.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_template")
        name = f"ctdp_{secrets.token_hex(8)}"
        postgres.on_server(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        yield f"{server}/{name}"
        postgres.on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'warehouse.db'}"
    else:
        server = request.getfixturevalue("postgres_template")
        name = f"ctdp_{secrets.token_hex(8)}"
        postgres.on_server(server, f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        postgres.on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Engine]:
    """Yield the engine of a migrated, empty warehouse."""
    engine = open_engine(warehouse_url)
    yield engine
    engine.dispose()


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
