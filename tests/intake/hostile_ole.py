"""Old workbooks (.xls) with what should not be in them: storages renamed, records put in."""

from __future__ import annotations

import struct

from hostile_bytes import good_xls, patched

_ENTRY = 128


def renamed(content: bytes, old: str, new: str) -> bytes:
    """The compound file with one directory entry renamed."""
    at = content.index(old.encode("utf-16-le") + b"\0\0")
    name = new.encode("utf-16-le")
    return patched(patched(content, at, name.ljust(64, b"\0")), at + 64, struct.pack("<H", len(name) + 2))


def with_storage(name: str) -> bytes:
    """A good .xls with one more entry in its directory: a storage of this name."""
    content = good_xls()
    start = 512 + struct.unpack_from("<i", content, 48)[0] * 512
    free = next(at for at in range(start, start + 512, _ENTRY) if content[at + 66] == 0)
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBB3i", len(raw) + 2, 1, 1, -1, -1, -1)
    return patched(content, free, entry.ljust(116, b"\0") + struct.pack("<iii", -2, 0, 0))


def with_first_record(record: int, body: bytes = b"") -> bytes:
    """A good .xls whose first records are replaced by this one; what is left of them becomes padding."""
    content = good_xls()
    at = content.index(struct.pack("<HH", 0x0809, 16), 512) + 20
    room = 0
    while room < 4 + len(body) + 4:
        room += 4 + struct.unpack_from("<H", content, at + room + 2)[0]
    rest = room - 4 - len(body) - 4
    new = struct.pack("<HH", record, len(body)) + body + struct.pack("<HH", 0x00E2, rest) + bytes(rest)
    return patched(content, at, new)


def circular() -> bytes:
    """A good .xls whose first directory sector follows itself."""
    content = good_xls()
    fat = 512 + struct.unpack_from("<i", content, 76)[0] * 512
    directory = struct.unpack_from("<i", content, 48)[0]
    return patched(content, fat + 4 * directory, struct.pack("<i", directory))


def repeated_table() -> bytes:
    """A good .xls that names one sector as its allocation table a hundred times."""
    first = good_xls()[76:80]
    return patched(good_xls(), 76, first * 109)
