"""What was published: each content once, its figures, and the cells or receipts behind each figure (GSBPM 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pandas import DataFrame
from sqlalchemy import Connection, Engine, insert

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import OBSERVATION_COLUMNS
from ctdp_etl.warehouse.bulk import insert_rows
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.frames import fetch
from ctdp_etl.warehouse.statements import statement
from ctdp_etl.warehouse.tables import figure, figure_source

_PUBLICATION_COLUMNS = ("id", "report", "time_period", "ref_area", "number", "content_sha256", "as_of", "published_at")
COUNTRY = "VN"
"""The area of a report that is about no province."""
_FIGURE_COLUMNS = ("figure_id", "figure_position", "page", "printed", "figure_value")
_SOURCE_COLUMNS = (
    *("source_position", "submission_id", *OBSERVATION_COLUMNS, "sha256", "file_name", "vintage", "simulated"),
    *("receipt_id", "receipt_source", "receipt_sha256", "receipt_file_name", "receipt_received_at"),
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One content of one report about one period and area; ``number`` counts its contents from 1, as they were made."""

    id: str
    report: str
    time_period: str
    ref_area: str
    number: int
    content_sha256: str
    as_of: str
    published_at: str


class FigureSource(NamedTuple):
    """What a figure was made from: a stored observation by its identity, or a receipt."""

    submission_id: str | None = None
    sheet: str | None = None
    cell: str | None = None
    measure: str | None = None
    receipt_id: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One number as printed, with what it was made from, in the order in which the reader may ask for it."""

    id: str
    page: int
    printed: str
    value: float | None
    sources: tuple[FigureSource, ...]


def record_publication(
    engine: Engine | Connection,
    *,
    report: str,
    period: str,
    content_sha256: str,
    as_of: str,
    published_at: str,
    figures: Sequence[PrintedFigure],
    area: str = COUNTRY,
) -> tuple[Publication, bool]:
    """Store a publication with its figures and return it with True; equal content is the same publication, with False.

    ``content_sha256`` names the published bytes; new content of the same report, period and area gets the next number.
    With a connection that writes already it is part of that transaction.
    """
    with writing(engine) as connection:
        take_turn(connection, turn(report, period, area))
        known = publications(connection, report=report, period=period, area=area)
        same = known[known["content_sha256"] == content_sha256]
        if len(same):
            return _publication(same), False
        number = len(known) + 1
        named = ":".join((report, period, *([] if area == COUNTRY else [area]), str(number)))
        made = Publication(named, report, period, area, number, content_sha256, as_of, published_at)
        connection.execute(statement("load/publication"), {name: getattr(made, name) for name in _PUBLICATION_COLUMNS})
        _store_figures(connection, made.id, figures)
    return made, True


def turn(report: str, period: str, area: str) -> str:
    """Return the turn that is taken to number, or to release, the contents of one report about a period and area."""
    return f"publish {report} {period} {area}"


def publications(
    conn: Connection,
    *,
    report: str | None = None,
    period: str | None = None,
    area: str | None = None,
    content_sha256: str | None = None,
    publication_id: str | None = None,
) -> DataFrame:
    """Return publications, one a row with the fields of ``Publication``, by (report, time_period, ref_area, number)."""
    chosen = {"report": report, "period": period, "area": area, "content_sha256": content_sha256, "id": publication_id}
    order = ("report", "time_period", "ref_area", "number")
    return fetch(conn, "read/publications", chosen, _PUBLICATION_COLUMNS, order=order)


def published_content(conn: Connection, content_sha256: str) -> Publication | None:
    """Return the publication whose bytes have this sha256, or None."""
    found = publications(conn, content_sha256=content_sha256)
    return _publication(found) if len(found) else None


def publication(conn: Connection, publication_id: str) -> Publication:
    """Return the publication with this id; raise ``CtdpError`` where there is none."""
    found = publications(conn, publication_id=publication_id)
    if not len(found):
        raise CtdpError(f"Sổ xuất bản không có bản {publication_id!r}. Kiểm tra CTDP_WAREHOUSE_URL.")
    return _publication(found)


def figures_of(conn: Connection, publication_id: str, *, figure_id: str | None = None) -> DataFrame:
    """Return the figures of a publication, one row for each figure and source, in printed order.

    ``figure_id``, ``page``, ``printed`` and ``figure_value`` are the figure's; then come the columns of the observation
    with submission_id, sha256, file_name, vintage and simulated, or those of the receipt (``receipt_...``). A figure
    without sources has one row where all of them are empty.
    """
    chosen = {"publication_id": publication_id, "figure_id": figure_id}
    columns = (*_FIGURE_COLUMNS, *_SOURCE_COLUMNS)
    return fetch(conn, "read/figures", chosen, columns, order=("figure_position", "source_position"))


def _publication(found: DataFrame) -> Publication:
    row: dict[str, Any] = {str(name): value for name, value in found.to_dict("records")[0].items()}
    return Publication(**row)


def _store_figures(conn: Connection, publication_id: str, figures: Sequence[PrintedFigure]) -> None:
    rows = [
        {"publication_id": publication_id, "position": position, "page": item.page, "id": item.id}
        | {"printed": item.printed, "value": item.value}
        for position, item in enumerate(figures)
    ]
    sources = [
        (publication_id, item.id, position, *source) for item in figures for position, source in enumerate(item.sources)
    ]
    if rows:
        conn.execute(insert(figure), rows)
    if sources:
        insert_rows(conn, figure_source, "load/copy_figure_sources", sources)
