"""The same headings, labels and titles are asked about again and again: answers of pure functions are kept, bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Known = TypeVar("Known")
Answer = TypeVar("Answer")
_MOST, _LONGEST = 8192, 500


def remembered(ask: Callable[[str, Known], Answer]) -> Callable[[str, Known], Answer]:
    """Return a pure function of a text and a catalog (or its vocabulary) with its answers kept.

    They are kept for the catalog last asked with, itself and no equal one; those about long texts are not kept.
    """
    kept: tuple[Known, Callable[[str], Answer]] | None = None

    @wraps(ask)
    def answer(text: str, known: Known) -> Answer:
        nonlocal kept
        if len(text) > _LONGEST:
            return ask(text, known)
        now = kept
        if now is None or now[0] is not known:
            now = kept = (known, lru_cache(maxsize=_MOST)(lambda asked: ask(asked, known)))
        return now[1](text)

    return answer
