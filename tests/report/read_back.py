"""Reads printed Vietnamese sentences back into what they claim; knows nothing of how they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

_NUMBER = r"\u2212?\d{1,3}(?:\.\d{3})*(?:,\d+)?"
_TOKENS = re.compile(
    "|".join(
        (
            r"(?P<cover>\((?:cộng từ )?(?:cả )?\d+(?: trong \d+)? địa phương[^)]*\))",
            r"(?P<pace>nhịp đều của \d+ tháng là [\d,]+%)",
            r"(?P<count>(?P<direction>tăng|giảm|tương đương) ở (?P<localities>\d+) địa phương)",
            r"(?P<doubtful>\d+ địa phương chưa xếp)|(?P<missing>\d+ địa phương chưa có số liệu)",
            r"(?P<year_ago>\(cùng kỳ năm \d{4} )",
            r"(?P<plan>so với kế hoạch năm)",
            r"(?P<behind>so với mức của cùng kỳ năm \d{4})",
            r"(?P<as_month>tương đương tháng (?:trước|\d+))|(?P<as_year>tương đương cùng kỳ năm trước)",
            r"(?P<yoy>so với (?:cùng kỳ|cùng thời điểm)(?: năm (?:trước|\d{4}))?)",
            r"(?P<mom>so với tháng (?:trước|\d+))",
            r"(?P<so_far>(?:tính chung|lũy kế) \d+ tháng)",
            r"(?P<when>(?:tháng|năm|thời điểm) [\d/]+)|(?P<price>giá (?:so sánh )?\d{4})",
            r"(?P<verb>gần như không đổi|không đổi|đóng góp|làm giảm|bù lại|cao hơn|thấp hơn|xuất siêu|nhập siêu|đạt|"
            r"(?:tăng|giảm)(?: nhẹ| khá| mạnh)?(?= \d))",
            rf"(?P<number>\(?[+]?{_NUMBER})(?P<unit>%| điểm phần trăm| [a-zđA-Z]+[^,;.(]*)",
            r"(?P<stop>(?<!TP)[.;:](?=\s|$))",
        )
    ),
    re.IGNORECASE,
)
_FALLS = {"giảm", "làm giảm", "thấp hơn", "nhập siêu"}
_KINDS = {"đạt": "level", "xuất siêu": "balance", "nhập siêu": "balance", "cao hơn": "gap", "thấp hơn": "gap"}


@dataclass(frozen=True)
class Claim:
    """One number of a sentence: about whom, which way (signed), against what, and the verb that said so."""

    subject: str
    value: Decimal
    base: str
    verb: str = ""

    @property
    def said(self) -> tuple[str, Decimal, str]:
        """What is claimed, without the words."""
        return self.subject, self.value, self.base


def number(text: str) -> Decimal:
    """Return a number in Vietnamese print."""
    return Decimal(text.strip("(+").replace(".", "").replace(",", ".").replace("\u2212", "-"))


def read(paragraphs: Iterable[str], subjects: Iterable[str]) -> list[list[Claim]]:
    """Return the claims of each paragraph; a paragraph without a base of its own goes on with that of the one before.

    ``subjects`` are all names that a sentence may be about.
    """
    names = {name.lower(): name for name in subjects}
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))
    base, found = "", []
    for paragraph in paragraphs:
        reader = _Reader(paragraph, known, base)
        found.append(reader.claims)
        base = reader.lead or base
    return found


class _Reader:
    """Goes once through a paragraph. ``lead`` is the base of numbers that have none of their own."""

    def __init__(self, text: str, names: re.Pattern[str], base: str) -> None:
        self.claims: list[Claim] = []
        self.lead = base
        self._subject = self._pending = self._own = ""
        self._is_cumulative = self._is_fresh = False
        end = 0
        for token in _TOKENS.finditer(text):
            named = names.findall(text[end : token.start()].lower())
            if named:
                self._subject, self._is_cumulative = named[-1], False
            self._take(token)
            end = token.end()

    def _take(self, token: re.Match[str]) -> None:
        match token.lastgroup and next(name for name in _ORDER if token[name] is not None):
            case "count":
                self._counted(token["direction"].lower(), token["localities"])
            case "doubtful" | "cover" as what:
                self._counted(what, re.findall(r"\d+", token[0])[0])
            case "verb":
                self._pending, self._is_fresh = token[0].lower(), False
            case "as_month" | "as_year" as base:
                self._pending = "tương đương"
                self._based({"as_month": "mom", "as_year": "yoy"}[base])
            case "year_ago":
                self._own = "year ago"
            case "plan":
                self.lead = "plan"
            case "so_far":
                self._is_cumulative = True
            case "yoy" | "mom" as base:
                self._based(base)
            case "number":
                self._numbered(token["number"], token["unit"])
            case "stop":
                self._is_fresh = False

    def _counted(self, what: str, printed: str) -> None:
        self.claims.append(Claim(what, Decimal(printed), "count"))

    def _based(self, base: str) -> None:
        """Take a base: of a verb that waits for its number, of the number just before it, or of all that follow."""
        whole = f"ytd_{base}" if self._is_cumulative else base
        if self._pending:
            self._own = whole
        elif self._is_fresh:
            self.claims[-1] = replace(self.claims[-1], base=whole)
        else:
            self.lead = base
        self._is_fresh = False

    def _numbered(self, printed: str, unit: str) -> None:
        if not self._pending:
            return
        verb = self._pending
        value = -number(printed) if verb.removesuffix(" nhẹ").removesuffix(" mạnh") in _FALLS else number(printed)
        if verb == "đạt":
            base = "plan" if unit == "%" else "level"
        elif unit == " điểm phần trăm":
            base = _KINDS.get(verb, "points")
        else:
            base = _KINDS.get(verb) or self._own or ("ytd_yoy" if self._is_cumulative else self.lead)
        self.claims.append(Claim(self._subject, value, base, verb))
        self._is_fresh = not self._own and base not in ("level", "points", "gap", "balance", "plan")
        self._pending = self._own = ""


_ORDER = tuple(name for name in _TOKENS.groupindex if name not in ("direction", "localities", "unit"))
