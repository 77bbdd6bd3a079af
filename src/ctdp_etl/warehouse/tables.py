"""The tables of the warehouse as SQLAlchemy Core metadata; ``migrations`` makes them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that compares by code point in both databases, whatever the collation of the PostgreSQL database."""


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, BYTEWISE, primary_key=key, nullable=False)


def _number(name: str) -> Column[float]:
    return Column(name, Double(), nullable=True)


def _what_was_found() -> tuple[Column[str] | Column[float], ...]:
    before = ("code", "severity", "scope", "message", "source", "dataflow", "ref_area", "indicator", "label")
    texts = [_text(name) for name in (*before, "time_period", "measure")]
    numbers = [_number(name) for name in ("observed", "expected", "tolerance")]
    return (*texts, *numbers, *(_text(name) for name in ("sheet", "cell", "cells", "sha256")))


def _part_of(name: str, target: str, *, key: bool = False) -> Column[str]:
    return Column(name, BYTEWISE, ForeignKey(target), primary_key=key, nullable=False)


receipt = Table(
    "receipt",
    metadata,
    _text("id", key=True),
    _text("sha256"),
    _text("source"),
    _text("ref_area"),
    _text("channel"),
    _text("locator"),
    _text("file_name"),
    Column("size", Integer, nullable=False),
    _text("received_at"),
    _text("state"),
    _text("message"),
    Column("simulated", Boolean, nullable=False),
    Index(None, "source", "sha256"),
)

submission = Table(
    "submission",
    metadata,
    _text("id", key=True),
    _text("source"),
    _text("ref_area"),
    _text("time_period"),
    _text("sha256"),
    _text("file_name"),
    _text("received_at"),
    _text("state"),
    Column("simulated", Boolean, nullable=False),
    Index(None, "time_period"),
)

arrival = Table(
    "arrival",
    metadata,
    _part_of("submission_id", "submission.id", key=True),
    _text("received_at", key=True),
)
"""Every instant at which the same bytes came as the same submission: sent once more, they count once more."""

withdrawal = Table(
    "withdrawal",
    metadata,
    _part_of("submission_id", "submission.id", key=True),
    _text("withdrawn_at", key=True),
)
"""From this instant on the submission's earlier arrivals count as resends of nothing."""

submission_form = Table(
    "submission_form",
    metadata,
    _part_of("submission_id", "submission.id", key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("dataflow"),
    _text("form"),
    _text("sheet"),
    _text("ref_area"),
    _text("time_period"),
    _text("title"),
)

observation = Table(
    "observation",
    metadata,
    _part_of("submission_id", "submission.id", key=True),
    _text("source"),
    _text("dataflow"),
    _text("form"),
    _text("ref_area"),
    _text("indicator"),
    _text("item"),
    _text("label"),
    _text("time_period"),
    _text("measure", key=True),
    _text("obs_status"),
    _number("value"),
    _text("text"),
    _text("unit"),
    Column("unit_mult", Integer, nullable=False),
    _text("qualifier"),
    _text("reported_form"),
    Column("conflict", Boolean, nullable=False),
    _text("sheet", key=True),
    _text("cell", key=True),
    _text("raw"),
    sqlite_with_rowid=False,
)

check_run = Table(
    "check_run",
    metadata,
    _text("id", key=True),
    _text("time_period"),
    Column("submission_id", BYTEWISE, ForeignKey("submission.id"), nullable=True),
    Column("number", Integer, nullable=False),
    _text("digest"),
    _text("checked_at"),
    Index(None, "time_period", "number"),
)
"""One run of the checks over a period, or the reading of one submission; a period's newest run is in force."""

finding = Table(
    "finding",
    metadata,
    _part_of("check_run_id", "check_run.id", key=True),
    _text("id", key=True),
    *_what_was_found(),
)

decision = Table(
    "decision",
    metadata,
    _text("id", key=True),
    _text("kind"),
    _text("vintage"),
    _text("finding_id"),
    *_what_was_found(),
    _text("obs_submission_id"),
    _text("obs_sheet"),
    _text("obs_cell"),
    _text("obs_measure"),
    _number("obs_value"),
    _number("value"),
    _text("value_source"),
    _text("who"),
    _text("reason"),
    _text("decided_at"),
    _text("expires_at"),
    _text("undoes"),
)
"""What was decided about a finding, only ever added to: a waiver, a correction, or that an earlier entry is undone.

It repeats the finding as it was, of the reports of ``vintage``, and points at no other table: findings are worked out
again and observations read again, decisions are made once. ``obs_...`` is the observation that is corrected.
"""

publication = Table(
    "publication",
    metadata,
    _text("id", key=True),
    _text("report"),
    _text("time_period"),
    _text("ref_area"),
    Column("number", Integer, nullable=False),
    _text("content_sha256"),
    _text("as_of"),
    _text("published_at"),
    UniqueConstraint("report", "time_period", "ref_area", "number"),
    UniqueConstraint("report", "time_period", "ref_area", "content_sha256"),
    Index(None, "content_sha256"),
)

figure = Table(
    "figure",
    metadata,
    _part_of("publication_id", "publication.id", key=True),
    _text("id", key=True),
    Column("position", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    _text("printed"),
    _number("value"),
)

figure_source = Table(
    "figure_source",
    metadata,
    _text("publication_id", key=True),
    _text("figure_id", key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("submission_id", BYTEWISE, nullable=True),
    Column("sheet", BYTEWISE, nullable=True),
    Column("cell", BYTEWISE, nullable=True),
    Column("measure", BYTEWISE, nullable=True),
    Column("receipt_id", BYTEWISE, ForeignKey("receipt.id"), nullable=True),
    ForeignKeyConstraint(["publication_id", "figure_id"], ["figure.publication_id", "figure.id"]),
    ForeignKeyConstraint(
        ["submission_id", "sheet", "cell", "measure"],
        ["observation.submission_id", "observation.sheet", "observation.cell", "observation.measure"],
    ),
)

release = Table(
    "release",
    metadata,
    _part_of("publication_id", "publication.id", key=True),
    _text("released_at"),
    _text("who"),
    _text("reason"),
    Column("is_override", Boolean, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    _text("id", key=True),
    _text("event"),
    _text("kind"),
    _text("time_period"),
    _text("source"),
    _text("recipient"),
    _text("subject"),
    _text("body"),
    _text("message_id"),
    _text("state"),
    Column("attempts", Integer, nullable=False),
    _text("queued_at"),
    _text("tried_at"),
    _text("sent_at"),
    _text("message"),
    _text("attachment"),
    UniqueConstraint("event", "recipient"),
    Index(None, "state"),
)
"""The outbox: one letter a row, queued once for each (event, recipient)."""

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _text("recorded_at"),
    _text("who"),
    _text("verb"),
    _text("subject"),
    _text("reason"),
    _text("detail"),
)
