"""Just enough of the OLE compound file (MS-CFB) to name the streams of an .xls and to see that it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import Struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = -2
_HEADER_FAT_ENTRIES = 109
_ENTRY_SIZE = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LONG = Struct("<i")
_RECORD = Struct("<HH")
_EOF, _FILEPASS, _BOUNDSHEET, _SUPBOOK, _DCONN = 0x000A, 0x002F, 0x0085, 0x01AE, 0x0876
_MACRO_SHEETS = {0x01, 0x06}
_MACRO_STORAGES = {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros"}
_OBJECT = re.compile(r"(?:MBD|LNK)[0-9A-Fa-f]{8}|Ctls|\x01Ole10Native|ObjectPool|Package")


class BrokenOleError(Exception):
    """A compound file that is truncated or damaged."""


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """Directory and sector chains of a compound file.

    ``streams`` maps a name to (first sector, size in bytes); ``storages`` are the names of its folders.
    """

    content: bytes
    sector_size: int
    mini_limit: int
    fat: tuple[int, ...]
    streams: Mapping[str, tuple[int, int]]
    storages: frozenset[str] = frozenset()

    @classmethod
    def open(cls, content: bytes) -> CompoundFile:
        """Return the compound file; raise ``BrokenOleError`` where its tables are not all there."""
        if len(content) < 512 or not content.startswith(MAGIC):
            raise BrokenOleError("header")
        shift = content[30]
        if shift not in (9, 12):
            raise BrokenOleError("sector size")
        size = 1 << shift
        fat = _fat(content, size)
        first_directory, mini_limit = _long(content, 48), _long(content, 56)
        whole = cls(content, size, mini_limit, fat, {})
        entries = list(_directory(whole.chain(first_directory)))
        streams: dict[str, tuple[int, int]] = {}
        for kind, name, place in entries:
            if kind != _STORAGE:
                streams.setdefault(name, place)
        return cls(content, size, mini_limit, fat, streams, frozenset(n for k, n, _ in entries if k == _STORAGE))

    @property
    def has_macros(self) -> bool:
        """Say whether there is a VBA project ([MS-OVBA] 2.2.1)."""
        return not _MACRO_STORAGES.isdisjoint(self.storages)

    @property
    def has_objects(self) -> bool:
        """Say whether files or controls are embedded ([MS-XLS] 2.1.7)."""
        return any(_OBJECT.fullmatch(name) for name in (*self.storages, *self.streams))

    def chain(self, first: int) -> bytes:
        """Return the bytes of the sector chain; raise ``BrokenOleError`` where it leaves the file or goes round."""
        parts: list[bytes] = []
        sector = first
        while sector != _END_OF_CHAIN:
            if not 0 <= sector < len(self.fat) or len(parts) > len(self.fat):
                raise BrokenOleError("chain")
            parts.append(_sector(self.content, self.sector_size, sector))
            sector = self.fat[sector]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        """Return a stream's bytes; one below the mini stream limit is returned empty, its place being another table."""
        first, size = self.streams[name]
        if size < self.mini_limit:
            return b""
        found = self.chain(first)[:size]
        if len(found) < size:
            raise BrokenOleError("stream")
        return found


@dataclass(frozen=True, slots=True)
class BookGlobals:
    """What the globals of a BIFF workbook stream say: number of sheets, password, macro sheets, live links."""

    sheets: int
    is_locked: bool
    has_macros: bool
    is_connected: bool


def book_globals(workbook: bytes) -> BookGlobals:
    """Return what the globals say, as far as they can be read; what is encrypted says nothing ([MS-XLS] 2.4)."""
    sheets, connected, macros = 0, False, False
    for record, body in _globals(workbook):
        if record == _FILEPASS:
            return BookGlobals(sheets, True, macros, connected)
        if record == _BOUNDSHEET:
            sheets += 1
            macros = macros or (len(body) > 5 and body[5] in _MACRO_SHEETS)
        connected = connected or record == _DCONN or (record == _SUPBOOK and _is_topic(body[5:]))
    return BookGlobals(sheets, False, macros, connected)


def _is_topic(path: bytes) -> bool:
    """Say whether a SUPBOOK path is a DDE or OLE link, service and topic with 3 between; a file's begins with 1."""
    return path[:1] > b"\2" and b"\3" in path


def _globals(workbook: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + 4 <= len(workbook):
        record, length = _RECORD.unpack_from(workbook, offset)
        if record == _EOF:
            return
        yield record, workbook[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _long(content: bytes, offset: int) -> int:
    value: int = _LONG.unpack_from(content, offset)[0]
    return value


def _sector(content: bytes, size: int, number: int) -> bytes:
    """Return a sector; only the last one of a file may be short, for some writers leave out its padding."""
    start = (number + 1) * size if size == 4096 else 512 + number * size
    if start >= len(content):
        raise BrokenOleError("sector")
    return content[start : start + size]


def _longs(sector: bytes) -> tuple[int, ...]:
    return tuple(value for (value,) in _LONG.iter_unpack(sector[: len(sector) // 4 * 4]))


def _fat(content: bytes, size: int) -> tuple[int, ...]:
    places = list(_longs(content[76 : 76 + 4 * _HEADER_FAT_ENTRIES]))
    extension, seen = _long(content, 68), 0
    while extension >= 0:
        seen += 1
        if seen > len(content) // size:
            raise BrokenOleError("allocation table")
        *more, extension = _longs(_sector(content, size, extension)) or (_END_OF_CHAIN,)
        places += more
    if sum(place >= 0 for place in places) > len(content) // size + 1:
        raise BrokenOleError("allocation table")
    fat: list[int] = []
    for place in places:
        if place >= 0:
            fat += _longs(_sector(content, size, place))
    return tuple(fat)


def _directory(entries: bytes) -> Iterator[tuple[int, str, tuple[int, int]]]:
    """Yield (type, name, (first sector, size)) of every entry in use."""
    for start in range(0, len(entries) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        entry = entries[start : start + _ENTRY_SIZE]
        length = int.from_bytes(entry[64:66], "little")
        if entry[66] in (_STORAGE, _STREAM, _ROOT) and 2 <= length <= 64:
            name = entry[: length - 2].decode("utf-16-le", "replace")
            yield entry[66], name, (_long(entry, 116), max(_long(entry, 120), 0))
