"""``ctdp decide``: the operator's word on a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import count_findings, say, show, show_json
from ctdp_etl.errors import CtdpError

if TYPE_CHECKING:
    from ctdp_etl.pipeline.decide import Decided
    from ctdp_etl.pipeline.site import Site

_OPTIONS = {"waive": {"--until"}, "correct": {"--value", "--source", "--cell"}, "undo": set[str]()}


@click.command()
@click.argument("finding", metavar="FINDING")
@click.argument("kind", metavar="waive|correct|undo", type=click.Choice(list(_OPTIONS)))
@click.option("--until", metavar="DATE", default="", help="waive: ngày cuối còn hiệu lực; bỏ trống thì không thời hạn.")
@click.option("--value", metavar="X", default="", help="correct: số đúng, theo đơn vị của số đã báo cáo.")
@click.option("--source", metavar="TEXT", default="", help="correct: số đúng lấy từ đâu (công văn, điện thoại...).")
@click.option("--cell", metavar="SHEET!CELL", default="", help="correct: ô khác mà phát hiện có nêu.")
@options.WHO
@options.REASON
@options.JSON
def decide(
    finding: str, kind: str, until: str, value: str, source: str, cell: str, who: str, reason: str, as_json: bool
) -> None:
    """Quyết định về một phát hiện: chấp nhận (waive), sửa số (correct) hoặc gỡ quyết định (undo)."""
    from ctdp_etl.pipeline.decided import document

    given = {"--until": until, "--value": value, "--source": source, "--cell": cell}
    if strange := {name for name, text in given.items() if text} - _OPTIONS[kind]:
        raise CtdpError(f"{kind} không dùng {', '.join(sorted(strange))}. Xem cách dùng: ctdp decide --help.")
    site = options.open_site()
    done = _decide(site, kind, finding, given, who, reason)
    if as_json:
        show_json({"decision": document(done.entry), "new": done.new, "finding": done.finding})
    else:
        show(done.words if done.new else f"Quyết định {done.entry.id} đã có từ trước, không ghi thêm.")
    still = done.finding
    if kind == "correct" and still is not None and still["decision"] is None:
        say(f"Với số mới, phát hiện vẫn còn: {still['message']}")
    say(f"Kỳ {done.period}: {count_findings(done.findings)}.")


def _decide(site: Site, kind: str, finding: str, given: dict[str, str], who: str, reason: str) -> Decided:
    from ctdp_etl.pipeline import decide as by_operator

    said = options.decision(site, who, reason)
    match kind:
        case "waive":
            return by_operator.waive(site, finding, said, until=given["--until"])
        case "correct":
            return by_operator.correct(
                site, finding, said, value=given["--value"], source=given["--source"], cell=given["--cell"]
            )
        case _:
            return by_operator.undo(site, finding, said)


COMMANDS = (decide,)
