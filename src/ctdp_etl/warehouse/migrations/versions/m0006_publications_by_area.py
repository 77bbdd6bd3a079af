"""A publication is about an area: the country, or a province in a brief of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTRY = "VN"
_OLD = ("id", "report", "time_period", "number", "content_sha256", "as_of", "published_at")
_KEY = ("report", "time_period", "ref_area")
_UNIQUE = ("number", "content_sha256")


def upgrade() -> None:
    """Give the publications an area, the country so far, and make them unique by it too."""
    if op.get_bind().dialect.name == "sqlite":
        _made_again()
        return
    op.add_column("publication", sa.Column("ref_area", BYTEWISE, nullable=False, server_default=COUNTRY))
    op.alter_column("publication", "ref_area", server_default=None)
    for name in _UNIQUE:
        op.drop_constraint(f"uq_publication_report_time_period_{name}", "publication", type_="unique")
        op.create_unique_constraint(_name(name), "publication", [*_KEY, name])


def _made_again() -> None:
    """Make the table anew, as SQLite drops no constraint; figures and releases find their publications at the end."""
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    old = sa.table("publication", *(sa.column(name) for name in _OLD))
    rows = [{**row, "ref_area": COUNTRY} for row in connection.execute(sa.select(old)).mappings()]
    connection.execute(sa.delete(old))
    op.drop_table("publication")
    new = op.create_table(
        "publication",
        *(sa.Column(name, BYTEWISE, nullable=False) for name in ("id", *_KEY)),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, BYTEWISE, nullable=False) for name in ("content_sha256", "as_of", "published_at")),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        *(sa.UniqueConstraint(*_KEY, name, name=_name(name)) for name in _UNIQUE),
    )
    op.create_index("ix_publication_content_sha256", "publication", ["content_sha256"])
    op.bulk_insert(new, rows)


def _name(column: str) -> str:
    return f"uq_publication_report_time_period_ref_area_{column}"
