"""Step: who has not sent is reminded before the due day and after it, on working days, once for each occasion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ctdp_etl.collect.sources import Source
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import is_working_day, local_day, local_month, working_days_from
from ctdp_etl.pipeline.letters import REMINDER, Notice, alert, queue
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import AWAITED, FAILED, LATE, Line, board

BEFORE, FIRST, THIRD = "before", "first", "third"
OCCASIONS = {BEFORE: -2, FIRST: 1, THIRD: 3}
"""When a letter is due, in working days from the due day."""
_LAST = 5
"""Working days after the due day until which the last letter is made up for."""
_MISSING = frozenset({AWAITED, LATE, FAILED})
_Group = dict[tuple[Source, date], list[str]]


def remind(site: Site) -> int:
    """Queue the reminders of today, and to the operators who is late; return how many letters are new.

    The board decides: a source that sent everything, or whose file is in quarantine, is left alone. Of the occasions
    that nobody was there for, only the latest is made up for.
    """
    today = local_day(site.settings.now())
    if not is_working_day(today):
        return 0
    this_month = Period.parse(local_month(site.settings.now()))
    return sum(_remind_of(site, period, today) for period in (this_month.previous, this_month))


def occasion(due: date, today: date) -> str:
    """Return the latest occasion that came by ``today``, '' before the first one and long after the last."""
    if today > working_days_from(due, _LAST):
        return ""
    reached = [name for name, days in OCCASIONS.items() if working_days_from(due, days) <= today]
    return reached[-1] if reached else ""


def _remind_of(site: Site, period: Period, today: date) -> int:
    queued = 0
    late: dict[tuple[str, date], list[str]] = defaultdict(list)
    for (source, due), forms in _missing(site, period).items():
        if not (when := occasion(due, today)):
            continue
        queued += queue(site, _notice(site, source, period, due, when, forms), source.addresses)
        if when != BEFORE:
            unknown = "" if source.addresses else " (chưa có địa chỉ thư)"
            late[when, due].append(f"{source.id} {source.name}: {', '.join(forms)}{unknown}")
    return queued + sum(_tell(site, period, due, when, names) for (when, due), names in late.items())


def _missing(site: Site, period: Period) -> _Group:
    """Return the forms that have not come, by source and due day."""
    missing: _Group = defaultdict(list)
    for line in board(site, period):
        source = site.registered(line.source)
        if source is not None and not source.simulated and _is_missing(line):
            missing[source, local_day(line.due_at)].append(line.dataflow)
    return missing


def _is_missing(line: Line) -> bool:
    return line.state in _MISSING and bool(line.due_at)


def _notice(site: Site, source: Source, period: Period, due: date, when: str, forms: Sequence[str]) -> Notice:
    day = f"{due:%d/%m/%Y}"
    sentence = f"sẽ đến hạn vào hết ngày {day}" if when == BEFORE else f"đã quá hạn từ hết ngày {day}"
    listed = "\n".join(f"  - {site.catalog.dataflows[form].name} ({form})" for form in forms)
    word = "sắp đến hạn" if when == BEFORE else "đã quá hạn"
    return Notice(
        f"remind:{source.id}:{period}:{due}:{when}",
        REMINDER,
        f"Báo cáo {period.vietnamese} {word}",
        f"Kính gửi {source.name},\n\nBáo cáo {period.vietnamese} {sentence}. Phòng số liệu chưa nhận được:\n\n{listed}"
        "\n\nĐề nghị quý đơn vị gửi theo cách vẫn gửi. Nếu đã gửi mà chưa có thư trả lời, xin liên hệ phòng số liệu.\n",
        str(period),
        source.id,
    )


def _tell(site: Site, period: Period, due: date, when: str, names: Sequence[str]) -> int:
    listed = "\n".join(f"  - {name}" for name in sorted(names))
    return alert(
        site,
        f"late:{period}:{due}:{when}",
        f"{len(names)} nguồn quá hạn gửi báo cáo {period.vietnamese}",
        f"Hạn là hết ngày {due:%d/%m/%Y}. Chưa nhận được:\n\n{listed}\n\nXem bảng:  ctdp status {period}\n",
        period=str(period),
    )
