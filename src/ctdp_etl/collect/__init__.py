"""Bytes in, receipts out: channels, archive, intake (GSBPM 4.3)."""
