"""How much a received workbook may hold and cost, each limit with its reason; beyond it the file is refused by name."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BYTES = 20 * 2**20
"""The largest workbook in sight is 0.7 MB (a national monthly); 20 MB leaves room for pasted pictures."""
MAX_ENTRIES = 2_000
"""Parts of a package; the national monthly of 43 sheets has 201."""
MAX_UNPACKED = 100 * 2**20
"""Bytes of all parts together; the largest real workbook unpacks to 5 MB, and readers hold the parts in memory."""
MAX_PART = 50 * 2**20
"""Bytes of one part; the largest real one has 0.7 MB."""
MAX_RATIO = 100
"""Unpacked over packed bytes of one part; real ones are packed at most 20 to 1, a flat bomb 1000 to 1."""
SMALL_PART = 2**20
"""A part of fewer bytes may be packed tighter: blank formatted rows pack very well."""
MAX_RATIO_IN_ALL = 50
"""The same of the whole package, where parts are many and each is small; real packages unpack to at most 7 times."""
SMALL_PACKAGE = 8 * 2**20
"""A package that unpacks to fewer bytes may be packed tighter."""
MAX_SHEETS = 200
"""Sheets of a workbook; the richest real one has 44."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What the reading of one workbook may cost, in a process of its own.

    ``work``: seconds of processor; the slowest real workbook takes 0.2. ``marking``: the same for marking its findings;
    the slowest takes 2, being an .xls. ``wait``: seconds until the process is ended in
    any case; longer than the work, for others may keep the processor busy. ``memory``: bytes of address space; a real
    workbook takes 33 MB of them, a sheet of a million cells 370. ``answer``: bytes of what was read; usually 0.2 MB.
    """

    work: int = 20
    marking: int = 60
    wait: float = 90.0
    memory: int = 512 * 2**20
    answer: int = 256 * 2**20
