"""Observations are found by submission and sheet, the beginning of their key; the index by form served no query."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop the index of observations by form and period."""
    op.drop_index("ix_observation_submission_id_form_time_period", "observation")
