"""One Prefect server for all tests of the flows, started and stopped by the product itself."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect_api import Server

from ctdp_etl.pipeline.server import prefect_server
from ctdp_etl.settings import Settings


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, prefect_records: Path) -> Iterator[Server]:
    """A server that the product itself starts and stops."""
    home = tmp_path_factory.mktemp("server")
    (home / "prefect").mkdir()
    shutil.copy(prefect_records, home / "prefect")
    with prefect_server(Settings(home, ""), lambda text: None) as ready:
        url = ready()
        server = Server(url, home / "prefect")
        yield server
        server.process.end()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{url}/health", timeout=5)
