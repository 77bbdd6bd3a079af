"""Empty databases to load into: SQLite files, and a throw-away PostgreSQL as the tests start it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType

from sqlalchemy import create_engine, text

from ctdp_etl.warehouse.engine import migrate, open_engine

_LAUNCHER = Path(__file__).resolve().parents[1] / "tests" / "postgres.py"
_numbers = count()


class Server:
    """Makes databases of one kind; ``name`` is how a reader knows it."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        self._template = self.empty()
        engine = open_engine(self._template)
        migrate(engine)
        engine.dispose()

    @property
    def is_postgres(self) -> bool:
        """Whether it is PostgreSQL."""
        return self.address.startswith("postgresql")

    def empty(self) -> str:
        """Return the address of a new database without tables."""
        name = f"bench_{next(_numbers)}"
        if not self.is_postgres:
            return f"sqlite:///{self.address}/{name}.db"
        self._command(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"

    def warehouse(self) -> str:
        """Return the address of a new, empty warehouse."""
        if self.is_postgres:
            return self.copy(self._template)
        path = Path(self.address) / f"bench_{next(_numbers)}.db"
        shutil.copy(self._template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def copy(self, url: str) -> str:
        """Return the address of a copy of a PostgreSQL database that nobody is connected to."""
        name = f"bench_{next(_numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]}")
        return f"{self.address}/{name}"

    def _command(self, command: str) -> None:
        engine = create_engine(
            self.address.replace("postgresql:", "postgresql+psycopg:") + "/postgres", isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(command))
        engine.dispose()


@contextmanager
def servers(folder: Path, *, with_postgres: bool) -> Iterator[list[Server]]:
    """Yield SQLite in ``folder`` and, where it can be started, PostgreSQL; say so on stderr where it cannot."""
    found = [Server("SQLite", str(folder))]
    launcher = _launcher()
    launcher.announce()
    try:
        if with_postgres:
            try:
                found.append(Server("PostgreSQL", launcher.server_url()))
            except launcher.NoPostgresError as error:
                print(f"not run: postgresql ({error})", file=sys.stderr)
        yield found
    finally:
        launcher.stop()


def _launcher() -> ModuleType:
    spec = importlib.util.spec_from_file_location("postgres", _LAUNCHER)
    if spec is None or spec.loader is None:
        raise ImportError(str(_LAUNCHER))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
