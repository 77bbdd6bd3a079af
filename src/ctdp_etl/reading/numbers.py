"""Numbers written as text, Vietnamese (1.234,5) or English (1,234.5), with arrows, qualifiers and units around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

VIETNAMESE, ENGLISH, EITHER = "vi", "en", ""
_DIGITS = re.compile(r"\d[\d.,\s]*")
_SPACED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))")
_GROWTH = re.compile(r"\(\s*(?P<sign>[↑↓▲▼+\-−–]|tăng|giảm)\s*(?P<number>\d[\d.,]*)\s*(?P<pct>%)?\s*\)", re.IGNORECASE)
_SIGN = re.compile(r"^(?P<sign>[↑↓▲▼+\-−–]|tăng|giảm)\s*(?=\d)", re.IGNORECASE)
_QUALIFIER = re.compile(r"^(?P<mark>≈|~|khoảng|trên|hơn|dưới|gần|>=|<=|>|<|≥|≤)\s*", re.IGNORECASE)
_QUALIFIERS = {"khoảng": "≈", "~": "≈", "gần": "≈", "trên": ">", "hơn": ">", "dưới": "<"}
_BROKEN = re.compile(r"[.,]{2}|^[.,]|[.,]$|\s")
_TIMES = re.compile(r"^\s*lần\b", re.IGNORECASE)
_DOWN = frozenset({"↓", "▼", "-", "−", "–", "giảm"})


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number found in a text: ``value`` None where the digits are no number or ambiguous.

    ``signed`` tells that a sign, an arrow or a verb of growth stood before it; ``rest`` is the text after it
    (a unit, "%"); ``growth`` is a growth in brackets behind a level ("8.290 tỷ đồng (↓3,32%)").
    """

    value: float | None
    ambiguous: bool
    signed: bool
    qualifier: str
    rest: str
    growth: float | None = None


def evidence(texts: Iterable[str]) -> str:
    """Return the number format that the texts prove: ``VIETNAMESE``, ``ENGLISH``, or ``EITHER`` (none or both)."""
    marked = (_SPACED.sub("", text) for text in texts if "," in text or "." in text)
    proofs = {proof for text in marked for digits in _DIGITS.findall(text) if (proof := _proof(digits))}
    return proofs.pop() if len(proofs) == 1 else EITHER


def _proof(digits: str) -> str:
    digits = digits.strip(" .,")
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        comma_last = digits.rfind(",") > digits.rfind(".")
        if (commas if comma_last else dots) > 1:
            return ""
        return VIETNAMESE if comma_last else ENGLISH
    mark = "," if commas else "."
    if commas + dots == 0:
        return ""
    groups = digits.split(mark)
    grouped = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if commas + dots > 1:
        return (VIETNAMESE if mark == "." else ENGLISH) if grouped else ""
    if grouped:
        return ""
    return VIETNAMESE if mark == "," else ENGLISH


def parse_digits(digits: str, written: str) -> tuple[float | None, bool]:
    """Return (value, ambiguous) of bare digits with marks; ``written`` is the format proved around them."""
    digits = _SPACED.sub("", digits).strip()
    if _BROKEN.search(digits):
        return None, False
    form = _proof(digits)
    if not form:
        if "." not in digits and "," not in digits:
            return float(digits), False
        if digits.count(".") + digits.count(",") > 1:
            return None, False
        form = written
        if not form:
            return None, True
    thousands, decimal = (".", ",") if form == VIETNAMESE else (",", ".")
    whole, _, fraction = digits.partition(decimal)
    groups = whole.split(thousands)
    if any(len(group) != 3 for group in groups[1:]) or (len(groups) > 1 and not 1 <= len(groups[0]) <= 3):
        return None, False
    if not fraction.isdigit() and fraction:
        return None, False
    return float("".join(groups) + ("." + fraction if fraction else "")), False


@lru_cache(maxsize=1024)
def parse_number(text: str, written: str = EITHER) -> WrittenNumber | None:
    """Return the number that ``text`` begins with, or None; what the cell itself proves goes before ``written``."""
    if not _DIGITS.search(text):
        return None
    written = evidence([text]) or written
    rest = text.strip()
    growth, growth_ambiguous = None, False
    if "(" in rest and (match := _GROWTH.search(rest)):
        number, growth_ambiguous = parse_digits(match["number"], written or VIETNAMESE)
        growth = None if number is None else (-number if match["sign"].lower() in _DOWN else number)
        rest = (rest[: match.start()] + rest[match.end() :]).strip()
    qualifier, signed, negative = "", False, False
    if match := _QUALIFIER.match(rest):
        mark = match["mark"].lower()
        qualifier, rest = _QUALIFIERS.get(mark, mark), rest[match.end() :]
    if match := _SIGN.match(rest):
        signed, negative = True, match["sign"].lower() in _DOWN
        rest = rest[match.end() :]
    found = _DIGITS.match(rest)
    if found is None:
        return None
    digits = found[0].rstrip()
    value, ambiguous = parse_digits(digits, written)
    rest = rest[len(digits) :].strip()
    if _TIMES.match(rest):
        qualifier, rest = "lần", _TIMES.sub("", rest).strip()
    if value is not None and negative:
        value = -value
    return WrittenNumber(value, ambiguous or growth_ambiguous, signed, qualifier, rest, growth)
