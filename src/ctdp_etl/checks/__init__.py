"""Frames to findings; pure (GSBPM 5.3)."""
