"""The only database connection: tables, ledger, load, read."""
