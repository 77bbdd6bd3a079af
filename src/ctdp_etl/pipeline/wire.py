"""Messages between the process that has workbooks and the one that reads them (``parser``), without its code."""

from __future__ import annotations

from typing import BinaryIO

READ, REFUSED, STOPPED, UNREADABLE, HEAVY = "read", "refused", "stopped", "unreadable", "heavy"
MARKED = "marked"
"""What an answer begins with: a reading follows, or code and message, a message, the reader's failure, a workbook."""
_SIZE = 8


def send(stream: BinaryIO, content: bytes) -> None:
    """Write one message: its length in eight bytes, then the bytes."""
    stream.write(len(content).to_bytes(_SIZE, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> bytes:
    """Return one message; raise ``EOFError`` where the other end is gone or would send more than ``most`` bytes."""
    head = stream.read(_SIZE)
    size = int.from_bytes(head, "big")
    if len(head) < _SIZE or size > most:
        raise EOFError
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
