# ruff: noqa: E501
"""The report: how many planted mistakes the checks find, and how often they call a right figure wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from mutation_kind import ARITHMETIC, SCALE, TYPING, Kind
from mutation_kinds import KINDS
from mutation_score import Score
from mutation_session import Clean, Session
from mutation_tables import TABLE_KINDS, TableScore

from ctdp_etl.checks import CHECKS

COMMAND = ".venv/bin/python tests/mutation"
REPORT = Path(__file__).resolve().parents[2] / "docs" / "kiem-tra-phep-kiem.md"
NEEDED = 0.95
"""The share of mistakes of every kind of arithmetic and scale that must be found at the right cell."""
CODES = "Các phép kiểm: "
_MOST_CODES = 5
_SEVERITIES = {"error": "lỗi", "warning": "cảnh báo", "notice": "ghi chú"}


def render(session: Session, published: Session) -> str:
    """Return the report of a session of simulated months and one of published months as Markdown in Vietnamese."""
    lines = [*_introduction(session), *_by_cell(session, published), *_by_table(session.tables)]
    lines += [*_clean_months(session), *_by_rule(session)]
    return "\n".join(lines) + "\n"


def _introduction(session: Session) -> Iterator[str]:
    planted = [score.planted for score in session.board.scores.values()]
    yield "# Kiểm tra các phép kiểm: gài lỗi vào số liệu sạch"
    yield ""
    yield f"Tệp này do lệnh `{COMMAND}` viết ra (hạt giống {session.seed}); đừng sửa tay. Chạy lại sau mỗi lần đổi phép kiểm."
    yield ""
    yield f"{CODES}{', '.join(sorted(CHECKS))}."
    yield ""
    yield (
        "Số liệu sạch gồm các tháng mô phỏng (cả nước và 34 địa phương, 13 tháng quá khứ, làm tròn như các Sở ghi, Tết, "
        "mùa vụ, nhà máy mở và đóng, điều chỉnh tháng trước và các tháng xa hơn, số cùng kỳ được điều chỉnh) và các "
        "tháng đã công bố, gõ lại trong kho mã. Mỗi lần gài sửa một ô (hoặc một dòng, một biểu), rồi chạy toàn bộ phép kiểm."
    )
    yield ""
    yield (
        "- **Đúng ô**: có lỗi hoặc cảnh báo đúng nhóm đặt tại chính ô bị sửa. **Trong đẳng thức**: tại ô đó hoặc ô đó có "
        "tên trong danh sách ô của phát hiện. Phát hiện đứng ở vế trái của đẳng thức (tổng, lũy kế, chỉ số): ô bị sửa nằm "
        "ở vế trái phải có phát hiện tại chính nó, nằm ở vế phải thì phải có tên trong phát hiện. Cột **đạt** là phần làm "
        "được như vậy; mỗi loại lỗi số học, đơn vị và quy mô phải đạt 95%."
    )
    yield (
        "- **Không phân định**: lỗi ở vế trái được nêu trong đẳng thức nhưng không tại ô, vì một ô khác giải thích mọi thứ "
        "không kém: nó có mặt trong mọi đẳng thức bị lệch, sửa nó thì mọi đẳng thức chặt lại khớp, và số cùng kỳ, số kỳ "
        "trước đã biết không bênh ô bị sửa. Khi đó không ai, kể cả người kiểm tra, chỉ ra được ô nào sai nếu không hỏi Sở. "
        "Bộ kiểm tra tự xét điều này từ số liệu của từng lần gài, không theo loại lỗi; các lần ấy được tính đạt và đếm riêng."
    )
    yield "- Lỗi nhỏ hơn sai số làm tròn của đẳng thức thì không ai thấy được: không gài, chỉ đếm ở cột *quá nhỏ*."
    yield "- Mỗi tháng gài không quá một phần mười số dòng, không gài hai lỗi vào cùng một đẳng thức."
    yield (
        f"- Đã gài {sum(planted)} lỗi ô trong {session.board.runs} tháng, mỗi loại ít nhất {min(planted)} lần; ngoài các ô bị gài, các phép kiểm báo thêm "
        f"{sum(session.board.stray.values())} lỗi không có nguyên nhân nào được gài."
    )
    yield ""


def _by_cell(session: Session, published: Session) -> Iterator[str]:
    yield "## Lỗi một ô, một dòng"
    for family in (ARITHMETIC, SCALE, TYPING):
        yield ""
        yield f"### {family.capitalize()}"
        yield ""
        yield "| lỗi được gài | gài | quá nhỏ | đúng ô | trong đẳng thức | không phân định | đạt | mức lỗi | tháng thật | phép kiểm tìm ra |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for kind in KINDS.values():
            if kind.family == family and session.board.score(kind).planted:
                yield _line(kind, session.board.score(kind), published.board.score(kind))


def _line(kind: Kind, score: Score, real: Score) -> str:
    strict, wide, found, errors = (
        _percent(count, score.planted) for count in (score.strict, score.wide, score.found, score.errors)
    )
    there = f"{real.found}/{real.planted}" if real.planted else ""
    return (
        f"| {kind.title} | {score.planted} | {score.immaterial} | {strict} | {wide} | {score.doubtful or ''} "
        f"| **{found}** | {errors} | {there} | {_codes(score.codes)} |"
    )


def _by_table(tables: Mapping[str, TableScore]) -> Iterator[str]:
    yield ""
    yield "## Lỗi cả biểu"
    yield ""
    yield "*Biểu bị nêu*: có phát hiện mới ở biểu đó. *Đúng nhóm*: do phép kiểm của nhóm ấy. *Ô sai có dấu*: phần ô bị sửa có phát hiện tại ô."
    yield ""
    yield "| lỗi được gài | gài | biểu bị nêu | đúng nhóm | mức lỗi | ô sai có dấu | phép kiểm tìm ra |"
    yield "|---|---|---|---|---|---|---|"
    for kind in TABLE_KINDS.values():
        score = tables[kind.name]
        marked = f"{np.mean(score.marked):.0%}" if score.marked else ""
        shares = " | ".join(_percent(count, score.planted) for count in (score.found, score.right, score.errors))
        yield f"| {kind.title} | {score.planted} | {shares} | {marked} | {_codes(score.codes)} |"


def _clean_months(session: Session) -> Iterator[str]:
    yield ""
    yield "## Báo động giả ở tháng sạch"
    yield ""
    yield "| tháng sạch | số tháng | lỗi mỗi tháng | cảnh báo mỗi tháng | ghi chú mỗi tháng | phép kiểm |"
    yield "|---|---|---|---|---|---|"
    for name, clean in (("cả nước", session.national), ("34 địa phương", session.provincial)):
        each = " | ".join(f"{clean.each_month(severity):.2f}".replace(".", ",") for severity in _SEVERITIES)
        yield f"| {name} | {clean.months} | {each} | {_told(clean)} |"
    yield ""
    yield (
        "Cảnh báo A03 ở tháng sạch không phải báo động giả: các tháng xa hơn được điều chỉnh mà biểu không in số điều "
        "chỉnh ấy (như số công bố 2021-2024, cứ 30 dòng có một), đẳng thức lệch thật và Sở được hỏi về số điều chỉnh. "
        f"Không kể A03: {_without(session.national)} cảnh báo mỗi tháng của cả nước, {_without(session.provincial)} của 34 "
        "địa phương."
    )


def _without(clean: Clean, code: str = "A03") -> str:
    warnings = clean.each_month("warning") - clean.findings["warning", code] / max(clean.months, 1)
    return f"{warnings:.1f}".replace(".", ",")


def _told(clean: Clean) -> str:
    errors_first = sorted(clean.findings, key=lambda key: (list(_SEVERITIES).index(key[0]), key[1]))
    return ", ".join(
        f"{code} {_SEVERITIES[severity]} {clean.findings[severity, code]}" for severity, code in errors_first
    )


def _by_rule(session: Session) -> Iterator[str]:
    found: Counter[str] = Counter()
    for scores in (session.board.scores, session.tables):
        for score in scores.values():
            found.update(score.codes)
    yield ""
    yield "## Theo phép kiểm"
    yield ""
    yield "| mã | phép kiểm | lỗi gài mà nó nêu | lỗi giả mỗi tháng cả nước | lỗi giả mỗi tháng 34 địa phương |"
    yield "|---|---|---|---|---|"
    for code, check in sorted(CHECKS.items()):
        false = " | ".join(
            f"{clean.findings['error', code] / max(clean.months, 1):.2f}".replace(".", ",")
            for clean in (session.national, session.provincial)
        )
        yield f"| {code} | {check.title} | {found[code]} | {false} |"


def _codes(codes: Counter[str]) -> str:
    most = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_CODES]
    return ", ".join(f"{code} {count}" for code, count in most)


def _percent(count: int, of: int) -> str:
    return f"{count / of:.1%}".replace(".0%", "%").replace(".", ",") if of else ""
