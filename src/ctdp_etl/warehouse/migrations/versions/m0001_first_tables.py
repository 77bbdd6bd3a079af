"""The first tables: ledger, submissions, observations, findings, publications, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ctdp_etl.warehouse.statements import statement_text

revision = "0001"
down_revision = None

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables and views of an empty warehouse."""
    _receipts_and_submissions()
    _forms_and_observations()
    _findings()
    _publications()
    _audit()
    for view in ("form_arrival", "standing_form"):
        op.execute(statement_text(f"schema/{view}"))


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, BYTEWISE, nullable=False) for name in names]


def _doubles(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=True) for name in names]


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _boolean(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def _part_of(table: str, whole: str, columns: list[str], targets: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, [f"{whole}.{name}" for name in targets], name=f"fk_{table}_{whole}")


def _receipts_and_submissions() -> None:
    op.create_table(
        "receipt",
        *_texts("id", "sha256", "source", "ref_area", "channel", "locator", "file_name"),
        _integer("size"),
        *_texts("received_at", "state", "message"),
        _boolean("simulated"),
        _key("receipt", "id"),
    )
    op.create_index("ix_receipt_source_sha256", "receipt", ["source", "sha256"])
    op.create_table(
        "submission",
        *_texts("id", "source", "ref_area", "time_period", "sha256", "file_name", "received_at", "state"),
        _boolean("simulated"),
        _key("submission", "id"),
    )
    op.create_index("ix_submission_time_period", "submission", ["time_period"])
    for table, instant in (("arrival", "received_at"), ("withdrawal", "withdrawn_at")):
        op.create_table(
            table,
            *_texts("submission_id", instant),
            _key(table, "submission_id", instant),
            _part_of(table, "submission", ["submission_id"], ["id"]),
        )


def _forms_and_observations() -> None:
    op.create_table(
        "submission_form",
        *_texts("submission_id"),
        _integer("position"),
        *_texts("dataflow", "form", "sheet", "ref_area", "time_period", "title"),
        _key("submission_form", "submission_id", "position"),
        _part_of("submission_form", "submission", ["submission_id"], ["id"]),
    )
    op.create_table(
        "observation",
        *_texts("submission_id", "source", "dataflow", "form", "ref_area", "indicator", "item", "label"),
        *_texts("time_period", "measure", "obs_status"),
        *_doubles("value"),
        *_texts("text", "unit"),
        _integer("unit_mult"),
        *_texts("qualifier", "reported_form"),
        _boolean("conflict"),
        *_texts("sheet", "cell", "raw"),
        _key("observation", "submission_id", "sheet", "cell", "measure"),
        _part_of("observation", "submission", ["submission_id"], ["id"]),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_observation_submission_id_form_time_period", "observation", ["submission_id", "form", "time_period"]
    )


def _findings() -> None:
    op.create_table(
        "check_run",
        *_texts("id", "time_period"),
        sa.Column("submission_id", BYTEWISE, nullable=True),
        _integer("number"),
        *_texts("digest", "checked_at"),
        _key("check_run", "id"),
        _part_of("check_run", "submission", ["submission_id"], ["id"]),
    )
    op.create_index("ix_check_run_time_period_number", "check_run", ["time_period", "number"])
    op.create_table(
        "finding",
        *_texts("check_run_id", "id", "code", "severity", "scope", "message", "source", "dataflow", "ref_area"),
        *_texts("indicator", "label", "time_period", "measure"),
        *_doubles("observed", "expected", "tolerance"),
        *_texts("sheet", "cell", "cells", "sha256"),
        _key("finding", "check_run_id", "id"),
        _part_of("finding", "check_run", ["check_run_id"], ["id"]),
    )


def _publications() -> None:
    op.create_table(
        "publication",
        *_texts("id", "report", "time_period"),
        _integer("number"),
        *_texts("content_sha256", "as_of", "published_at"),
        _key("publication", "id"),
        sa.UniqueConstraint("report", "time_period", "number", name="uq_publication_report_time_period_number"),
        sa.UniqueConstraint(
            "report", "time_period", "content_sha256", name="uq_publication_report_time_period_content_sha256"
        ),
    )
    op.create_index("ix_publication_content_sha256", "publication", ["content_sha256"])
    op.create_table(
        "figure",
        *_texts("publication_id", "id"),
        _integer("position"),
        _integer("page"),
        *_texts("printed"),
        *_doubles("value"),
        _key("figure", "publication_id", "id"),
        _part_of("figure", "publication", ["publication_id"], ["id"]),
    )
    cell = ["submission_id", "sheet", "cell", "measure"]
    op.create_table(
        "figure_source",
        *_texts("publication_id", "figure_id"),
        _integer("position"),
        *(sa.Column(name, BYTEWISE, nullable=True) for name in (*cell, "receipt_id")),
        _key("figure_source", "publication_id", "figure_id", "position"),
        _part_of("figure_source", "figure", ["publication_id", "figure_id"], ["publication_id", "id"]),
        _part_of("figure_source", "observation", cell, cell),
        _part_of("figure_source", "receipt", ["receipt_id"], ["id"]),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        *_texts("recorded_at", "who", "verb", "subject", "reason", "detail"),
    )
