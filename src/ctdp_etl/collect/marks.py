"""What was seen on another machine, so that it need not be fetched again: a memory aid, never the truth."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from pathlib import Path


class Marks:
    """The marks of one source's files, each with the receipt that stands for it; without that receipt it is void.

    Losing the file costs one more download. Only marks whose receipt is in the ledger count, so that a ledger restored
    from an older copy makes everything come again.
    """

    def __init__(self, folder: Path, source: str, receipts: Collection[str]) -> None:
        self._path = folder / f"{hashlib.sha256(source.encode()).hexdigest()[:32]}.json"
        self._marks = {locator: pair for locator, pair in self._stored().items() if pair[1] in receipts}

    def get(self, locator: str) -> str:
        """Return the mark under which the file was taken, or ''."""
        return self._marks.get(locator, ("", ""))[0]

    def put(self, locator: str, mark: str, receipt_id: str) -> None:
        """Remember a file whose receipt is committed."""
        self._marks[locator] = (mark, receipt_id)

    def save(self) -> None:
        """Write the marks in one piece."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._path.with_suffix(f".{os.getpid()}.part")
        unfinished.write_text(json.dumps(self._marks, ensure_ascii=True), encoding="ascii")
        unfinished.replace(self._path)

    def _stored(self) -> dict[str, tuple[str, str]]:
        try:
            stored = json.loads(self._path.read_text(encoding="ascii"))
            return {str(locator): (str(mark), str(receipt)) for locator, (mark, receipt) in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
