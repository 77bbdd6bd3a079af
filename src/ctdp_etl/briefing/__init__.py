"""Frames to context, words, pictures and PDF (GSBPM 6, 7)."""
