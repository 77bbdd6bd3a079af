"""A server that is not installed: its tests are not run and say so, or fail where peers are required."""

from __future__ import annotations

import peers
import pytest


def test_without_the_server_a_test_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CTDP_REQUIRE_PEERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not run: no_such_server"):
        peers.program("no_such_server")


def test_where_peers_are_required_a_missing_server_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTDP_REQUIRE_PEERS", "1")
    with pytest.raises(pytest.fail.Exception, match="not run: no_such_server"):
        peers.program("no_such_server")
