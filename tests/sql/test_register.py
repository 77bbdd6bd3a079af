"""The register of documents: a number for each release, through the year without gap or double, whoever comes when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from ctdp_etl.warehouse.publications import record_publication
from ctdp_etl.warehouse.releases import editions, record_release

REPORT, SIGN = "monthly_briefing", "BC-CTĐP"


def printed(engine: Engine, period: str, content: str) -> str:
    """Print a content of a month and return its id."""
    when = {"as_of": "2026-04-24T02:00:00Z", "published_at": "2026-04-24T03:00:00Z"}
    return record_publication(engine, report=REPORT, period=period, content_sha256=content, figures=(), **when)[0].id


def released(engine: Engine, period: str, publication_id: str, year: int = 2026, sign: str = SIGN) -> bool:
    """Release a content in a year."""
    signed = {"released_at": f"{year}-04-25T01:00:00Z", "who": "An", "reason": "đủ", "is_override": False}
    return record_release(engine, REPORT, period, publication_id, **signed, register=(year, sign))


def numbers(engine: Engine, *periods: str) -> list[str]:
    """Return the numbers of what was released of these months."""
    with engine.connect() as connection:
        return [one.document for period in periods for one in editions(connection, REPORT, period) if one.released_at]


def test_many_at_once_leave_neither_gap_nor_double_and_again_changes_nothing(warehouse: Engine) -> None:
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    contents = {month: printed(warehouse, month, month) for month in months}
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda month: released(warehouse, month, contents[month]), months * 2))
    assert sorted(done) == [False] * 12 + [True] * 12
    first = numbers(warehouse, *months)
    assert sorted(first) == [f"{number:02d}/{SIGN}" for number in range(1, 13)]
    assert not released(warehouse, "2026-01", contents["2026-01"])
    assert numbers(warehouse, *months) == first


def test_each_year_and_sign_begins_with_one_and_a_reissue_is_a_document_of_its_own(warehouse: Engine) -> None:
    released(warehouse, "2026-01", printed(warehouse, "2026-01", "a"))
    released(warehouse, "2026-01", printed(warehouse, "2026-01", "b"))
    printed(warehouse, "2026-01", "draft")
    released(warehouse, "2026-02", printed(warehouse, "2026-02", "a"), sign="BC-SL")
    released(warehouse, "2026-03", printed(warehouse, "2026-03", "a"), year=2027)
    released(warehouse, "2026-04", printed(warehouse, "2026-04", "a"))
    told = numbers(warehouse, "2026-01", "2026-02", "2026-03", "2026-04")
    assert told == ["01/BC-CTĐP", "02/BC-CTĐP", "01/BC-SL", "01/BC-CTĐP", "03/BC-CTĐP"]
