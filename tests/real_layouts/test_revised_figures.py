"""Two published workbooks give the revision that the office made: September 2024's index, restated in October."""

from __future__ import annotations

import hashlib

from layout_book import load
from layout_build import build
from layout_compare import read
from sqlalchemy import Engine

from ctdp_etl.model import Submission
from ctdp_etl.series.revisions import revised
from ctdp_etl.series.vintages import history, releases, triangle
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.load import load_submission
from ctdp_etl.warehouse.vintages import versions


def test_the_index_of_september_2024_was_revised_from_110_84_to_108_30(warehouse: Engine) -> None:
    for name in ("gso_2024_09_industry", "gso_2024_10"):
        book = load(name)
        sha256 = hashlib.sha256(build(book)).hexdigest()
        assert book.period
        submission = Submission(
            name, "NSO", "VN", book.period, sha256, book.file_name, f"{book.period}-29T02:00:00Z", "received"
        )
        load_submission(warehouse, submission, read(book))
    with reading(warehouse) as connection:
        found = versions(
            connection, dataflows=["IIP"], areas=["VN"], indicators=["TOTAL"], measures=["yoy"], periods=["2024-09"]
        )
    assert history(found)[["known_at", "value", "sheet", "cell"]].values.tolist() == [
        ["2024-09-29T02:00:00Z", 110.84, "7.IIPthang", "D9"],
        ["2024-10-29T02:00:00Z", 108.30, "2.IIPthang", "B10"],
    ]
    assert triangle(releases(found))[["2024-09", "2024-10"]].values.tolist() == [[110.84, 108.30]]
    assert revised(releases(found))["revision"].round(10).tolist() == [-2.54]
