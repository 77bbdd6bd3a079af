"""Writes the report on planted mistakes: ``python tests/mutation [--wanted N] [--seed N] [--out PATH]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from mutation_kinds import KINDS
from mutation_report import REPORT, render
from mutation_session import Session

_SEED = 2026


def main() -> None:
    """Run a session as long as the report needs it, and write the report."""
    parser = argparse.ArgumentParser(description="Plant mistakes in clean months and write what the checks find.")
    parser.add_argument("--wanted", type=int, default=200, help="mistakes of every kind")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--out", type=Path, default=REPORT)
    options = parser.parse_args()
    session, published = Session(options.seed), Session(options.seed)
    session.spoil_cells(dict.fromkeys(KINDS, options.wanted))
    session.spoil_tables(max(options.wanted // 4, 1))
    session.leave_clean(max(options.wanted // 4, 12), max(options.wanted // 25, 1))
    published.spoil_published(max(options.wanted // 10, 1))
    options.out.write_text(render(session, published), encoding="utf-8")


if __name__ == "__main__":
    main()
