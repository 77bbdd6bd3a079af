"""Decisions about findings: waivers, corrections, and what undoes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table ``decision``."""
    op.create_table(
        "decision",
        *_texts("id", "kind", "vintage", "finding_id"),
        *_texts("code", "severity", "scope", "message", "source", "dataflow", "ref_area", "indicator", "label"),
        *_texts("time_period", "measure"),
        *_doubles("observed", "expected", "tolerance"),
        *_texts("sheet", "cell", "cells", "sha256"),
        *_texts("obs_submission_id", "obs_sheet", "obs_cell", "obs_measure"),
        *_doubles("obs_value", "value"),
        *_texts("value_source", "who", "reason", "decided_at", "expires_at", "undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, BYTEWISE, nullable=False) for name in names]


def _doubles(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=True) for name in names]
