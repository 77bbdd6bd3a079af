"""What is collected, as data: dataflows, code lists, aliases (GSBPM 2)."""
