"""Words that are kept beside the tests: KEEP_GOLDEN=1 writes them anew, to be read before they are committed."""

from __future__ import annotations

import os
import re
from pathlib import Path


def kept(path: Path, text: str) -> str:
    """Return what is kept at ``path``, with ``text`` written there first where it is to be kept anew."""
    if os.environ.get("KEEP_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").removesuffix("\n")


def words_of_page(html: str) -> str:
    """Return what a web page says, a block a line, without sizes and hashes."""
    body = re.sub(r"<style>.*?</style>|<head>.*?</head>", "", html, flags=re.DOTALL)
    lines = re.sub(r"</(?:p|h\d|tr|td|th|li|ul)>|<br>", "\n", body)
    plain = re.sub(r"<[^>]+>|[0-9a-f]{64}|\([\d.]+ KB\)", "", lines)
    return "\n".join(" ".join(line.split()) for line in plain.splitlines() if line.strip())
