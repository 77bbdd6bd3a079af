"""Bytes to observations; pure (GSBPM 5.1, 5.2)."""
