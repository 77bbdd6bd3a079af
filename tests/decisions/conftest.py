"""``ctdp`` on both databases, with Tây Ninh's March as history and its April spoiled in one cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from data_room import Answer, Kept, Room, keep, retail
from sqlalchemy import Engine, make_url

from ctdp_etl.cli import main
from ctdp_etl.pipeline import site
from ctdp_etl.warehouse.engine import open_engine
from registered import TAY_NINH_ENTRY


@pytest.fixture
def room(warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Answer]) -> Room:
    """An empty data room whose only source is Tây Ninh; 24 April 2026, nine o'clock."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    monkeypatch.setenv("CTDP_HOME", str(home))
    monkeypatch.setenv("CTDP_WAREHOUSE_URL", warehouse_url)
    for name in ("CTDP_WAREHOUSE_URL_FILE", "PREFECT_API_URL", "CTDP_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    place = Room(home, warehouse_url, call, monkeypatch)
    place.at("2026-04-24T09:00")
    return place


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Kept]]:
    """The spoiled data room of each database, as it was made once."""
    made: dict[str, Kept] = {}
    yield made
    for one in made.values():
        one.remove()


@pytest.fixture
def spoiled(room: Room, kept: dict[str, Kept], tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The data room with March as sent, and April with a figure a thousand times too large, checked."""
    kind = make_url(room.url).get_backend_name()
    if kind in kept:
        kept[kind].put_into(room)
    else:
        room.send(retail("2026-03"), "2026-03-20T09:00")
        room.send(retail("2026-04", C9=1000), "2026-04-20T09:00")
        room.at("2026-04-24T08:00")
        room("check", "2026-04")
        kept[kind] = keep(room, tmp_path_factory.mktemp("kept"))
    room.at("2026-04-24T09:00")
    return room


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Return what calls a command as a process would, its connections closed at the end."""
    opened: list[Engine] = []

    def keep(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    monkeypatch.setattr(site, "open_engine", keep)

    def command(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        while opened:
            opened.pop().dispose()
        printed = capsys.readouterr()
        return Answer(int(left.value.code or 0), printed.out, printed.err)

    return command
