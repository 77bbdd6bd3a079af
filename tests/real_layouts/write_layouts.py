"""Write retyped workbooks into a folder: ``python tests/real_layouts/write_layouts.py FOLDER NAME...``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from layout_book import load
from layout_build import build


def write(folder: Path, names: Sequence[str]) -> list[Path]:
    """Write each layout as NAME.xlsx or NAME.xls and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in names:
        book = load(name)
        paths.append(folder / f"{name}.{book.format}")
        paths[-1].write_bytes(build(book))
    return paths


if __name__ == "__main__":
    print("\n".join(str(path) for path in write(Path(sys.argv[1]), sys.argv[2:])))
