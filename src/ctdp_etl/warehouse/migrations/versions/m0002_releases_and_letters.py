"""Releases of publications, and the outbox of letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables ``release`` and ``delivery``."""
    op.create_table(
        "release",
        *_texts("publication_id", "released_at", "who", "reason"),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name="pk_release"),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name="fk_release_publication"),
    )
    op.create_table(
        "delivery",
        *_texts("id", "event", "kind", "time_period", "source", "recipient", "subject", "body", "message_id", "state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_texts("queued_at", "tried_at", "sent_at", "message"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("event", "recipient", name="uq_delivery_event_recipient"),
    )
    op.create_index("ix_delivery_state", "delivery", ["state"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, BYTEWISE, nullable=False) for name in names]
