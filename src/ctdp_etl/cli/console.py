"""What the command prints: answers on stdout, messages on stderr, always UTF-8."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says: every message is Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str) -> None:
    """Tell the operator something that is not the answer."""
    click.echo(text, err=True)


def show(text: str) -> None:
    """Print a line of the answer."""
    show_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))


def show_bytes(content: bytes) -> None:
    """Write the answer, or a part of it, to stdout; a reader that went away misses the rest, and that is its affair."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_json(document: object) -> None:
    """Print the answer as one JSON document."""
    show(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def show_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, widest: int = 70) -> None:
    """Print rows under their headers, numbers to the right; texts longer than ``widest`` are cut with an ellipsis."""
    cells = [[_text(value, widest) for value in row] for row in rows]
    numeric = [
        bool(cells) and all(_is_number(value) for row in cells if (value := row[index]))
        for index in range(len(headers))
    ]
    widths = [max(len(headers[i]), *(len(row[i]) for row in cells), 0) for i in range(len(headers))]
    for row in [list(headers), ["─" * width for width in widths], *cells]:
        columns = (
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        )
        show("  ".join(columns).rstrip())


def _text(value: object, widest: int) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "có" if value else "không"
        case float():
            return "" if value != value else f"{value:.10g}".replace(".", ",")
        case _:
            line = " ".join(str(value).split())
            return line if len(line) <= widest else line[: widest - 1] + "…"


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(",", "", 1).isdigit()


SEVERITIES = {"error": "LỖI", "warning": "cảnh báo", "notice": "lưu ý"}


def show_findings(findings: Iterable[Mapping[str, Any]]) -> None:
    """Print findings (JSON objects) as a table, with what was decided about them where anything was."""
    found = list(findings)
    headers = ["mã số", "mức", "mã", "nguồn", "ô", "nội dung"]
    rows = [
        [one["id"], SEVERITIES[one["severity"]], one["code"], one["source"], _place(one), one["message"]]
        for one in found
    ]
    if any(one["decision"] for one in found):
        from ctdp_etl.pipeline.decided import words

        headers.insert(2, "quyết định")
        for row, one in zip(rows, found, strict=True):
            row.insert(2, words(one["decision"]))
    show_table(headers, rows, widest=110)


def count_findings(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the number of findings in words: the open ones by severity, and how many are decided upon."""
    still_open = [one["severity"] for one in findings if one["decision"] is None]
    numbers = [f"{still_open.count(name)} {word.lower()}" for name, word in SEVERITIES.items()]
    decided = len(findings) - len(still_open)
    more = f"; {decided} đã có quyết định" if decided else ""
    return f"{len(findings)} phát hiện ({', '.join(numbers)}{more})"


def _place(one: Mapping[str, Any]) -> str:
    return f"{one['sheet']}!{one['cell']}" if one["cell"] else one["sheet"]
