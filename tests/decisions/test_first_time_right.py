"""Whether a file was right the first time is judged by the checks of it, which come after it."""

from __future__ import annotations

from data_room import Room

from ctdp_etl.period import Period
from ctdp_etl.pipeline.revisions import sender_table
from ctdp_etl.pipeline.site import open_site
from ctdp_etl.settings import Settings

APRIL = Period.parse("2026-04")
CAME = "2026-04-21T00:00:00Z"
"""April's file had come, and its check of the 24th was still to come."""


def test_an_error_that_was_found_later_counts_against_the_file_in_which_it_stands(spoiled: Room) -> None:
    site = open_site(Settings.from_environment())
    known, judged = (sender_table(site, APRIL, APRIL, CAME, with_later_checks=later) for later in (False, True))
    site.engine.dispose()
    assert spoiled.error()["source"] in list(judged["source"])
    assert known["first_right"].tolist() == [1.0]
    assert judged["first_right"].tolist() == [0.0]
