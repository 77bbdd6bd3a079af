"""What goes with a letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Give the letters of the outbox an attachment, none so far."""
    op.add_column("delivery", sa.Column("attachment", BYTEWISE, nullable=False, server_default=""))
