"""Runs the migrations on the connection that ``ctdp_etl.warehouse.engine.migrate`` hands over."""

from alembic import context

from ctdp_etl.warehouse.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
