"""The release of a briefing: by itself from the release day on where its gate is open, else by name and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.errors import GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.calendar import local_day, local_month, local_text, release_instant
from ctdp_etl.pipeline.check import findings
from ctdp_etl.pipeline.editions import as_of, editions, published_path, standing_reports
from ctdp_etl.pipeline.gate import COVERAGE, ERRORS, Reason, open_errors, reasons
from ctdp_etl.pipeline.letters import alert
from ctdp_etl.pipeline.print_faults import print_fault
from ctdp_etl.pipeline.released import tend
from ctdp_etl.pipeline.reports import printing, report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import board
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.releases import Edition, record_release

NOT_PRINTED, OUTDATED, TOO_EARLY = "not printed", "outdated", "too early"
RECALLED, UNPRINTABLE = "recalled", "unprintable"
_FINAL = frozenset({NOT_PRINTED, OUTDATED, RECALLED})
"""Reasons that nobody can override: there is nothing to sign, or not what would be read."""
_SHOWS = {COVERAGE: "status", ERRORS: "findings"}
"""Which command shows what a reason is about."""
AUTOMATIC = ("ctdp", "Đủ điều kiện phát hành")
"""Who releases by itself, and why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the briefing of a month stands: its newest edition, the last that was released, why the newest waits.

    ``issued``, the last that was released, stands here also when it was recalled: what it replaced does not come back.
    """

    period: Period
    newest: Edition | None
    issued: Edition | None
    reasons: tuple[Reason, ...]

    @property
    def is_released(self) -> bool:
        """Whether the newest edition is the released one, and not recalled."""
        return self.newest is not None and self.newest.is_in_force

    @property
    def is_held(self) -> bool:
        """Whether the release day has come and the gate is shut."""
        return not self.is_released and bool(self.reasons) and TOO_EARLY not in {one.code for one in self.reasons}

    @property
    def words(self) -> str:
        """How it stands, in words for the operator, without the reasons."""
        if self.is_released and self.newest:
            way = f" theo quyết định của {self.newest.who}" if self.newest.is_override else ""
            issued = f", số {self.newest.document}" if self.newest.document else ""
            return (
                f"bản số {self.newest.number} đã phát hành ngày {local_text(self.newest.released_at)[:10]}{way}{issued}"
            )
        state = "đã thu hồi" if self.newest and self.newest.recalled_at else "chưa phát hành"
        draft = f"bản số {self.newest.number} {state}" if self.newest else "chưa in"
        if self.issued is None or self.issued == self.newest:
            return draft
        number = self.issued.number
        return f"{draft}, " + (f"đã phát hành bản số {number}" if self.released else f"bản số {number} đã thu hồi")

    @property
    def released(self) -> Edition | None:
        """The edition that leadership goes by, None where there is none or the last was recalled."""
        return self.issued if self.issued and self.issued.is_in_force else None


def standing(site: Site, period: Period) -> Standing:
    """Return where the briefing of ``period`` stands now, judged by the findings as they were last recorded."""
    return judged(period, editions(site, period), lambda newest: _reasons(site, period, newest))


def judged(
    period: Period, printed: Sequence[Edition], reasons_of: Callable[[Edition | None], Iterator[Reason]]
) -> Standing:
    """Return where a report with these editions, oldest first, stands; ``reasons_of`` says why the newest waits."""
    newest = printed[-1] if printed else None
    issued = next((one for one in reversed(printed) if one.released_at), None)
    is_done = newest is not None and newest.is_in_force
    return Standing(period, newest, issued, () if is_done else tuple(reasons_of(newest)))


def unfit(site: Site, period: Period, newest: Edition, name: str = REPORT, area: str = NATIONAL) -> Iterator[Reason]:
    """Yield why an edition itself cannot be released: it was recalled, its file is lost, or has unprintable letters."""
    command = printing(name, period, area)
    if newest.recalled_at:
        yield Reason(RECALLED, f"Bản số {newest.number} đã thu hồi; sửa số liệu rồi in bản mới: {command}.")
    elif fault := print_fault(site, period, newest, name):
        again = f": {command}" if fault.is_lost else ""
        code = NOT_PRINTED if fault.is_lost else UNPRINTABLE
        yield Reason(code, f"{fault.message}{again}.", "có ký tự in bằng mã")


def _reasons(site: Site, period: Period, newest: Edition | None) -> Iterator[Reason]:
    first_moment = release_instant(period, report(REPORT).gate.day)
    if site.settings.now() < first_moment:
        day = f"đến ngày phát hành {local_text(first_moment)[:10]}"
        yield Reason(TOO_EARLY, f"Chưa {day}.", f"chưa {day}")
    known = standing_reports(site, period)
    if not (known["time_period"] == str(period)).any():
        yield Reason(NOT_PRINTED, f"Chưa có báo cáo nào của kỳ {period} trong kho, xem ctdp status {period}.")
        return
    if newest is None:
        yield Reason(NOT_PRINTED, f"Chưa in báo cáo, hãy chạy ctdp brief {period}.")
        return
    if not newest.recalled_at and newest.as_of != as_of(site, period, known):
        yield Reason(OUTDATED, f"Số liệu đã đổi từ bản số {newest.number}, hãy in bản mới: ctdp brief {period}.")
    yield from unfit(site, period, newest)
    if newest.recalled_at:
        return
    for one in reasons(report(REPORT).gate, board(site, period), open_errors(findings(site, period))):
        yield replace(one, message=f"{one.message}, xem ctdp {_SHOWS[one.code]} {period}.")


def release(site: Site, period: Period, override: Decision | None = None) -> Standing:
    """Release the newest edition of ``period`` where its gate is open, or by ``override`` that edition with its mark.

    Return where it stands afterwards; what is released already stays as it is. Nobody can release what is not printed
    or no longer what the warehouse says.
    """
    from ctdp_etl.pipeline.override import release_marked

    found = standing(site, period)
    codes = {one.code for one in found.reasons}
    if found.newest is None or found.is_released or codes & _FINAL or (codes and override is None):
        return found
    if override and codes:
        release_marked(site, period, found.newest, override, found.reasons)
        return standing(site, period)
    decision = Decision(*AUTOMATIC, at=site.settings.now())
    record_release(
        site.engine,
        REPORT,
        str(period),
        found.newest.id,
        released_at=decision.at,
        who=decision.who,
        reason=decision.reason,
        is_override=False,
        register=(local_day(decision.at).year, site.settings.document_sign),
    )
    return standing(site, period)


def publish(site: Site, period: Period, override: Decision | None = None) -> Standing:
    """Check and print ``period`` as it is known now, ``release`` it, and put what is released where leadership looks.

    Raise ``GateShutError`` where an override would release a content that was printed just now: nobody has read it.
    """
    from ctdp_etl.pipeline.brief import brief
    from ctdp_etl.pipeline.companions import follow

    try:
        printed = brief(site, period)
    except GateShutError:
        return standing(site, period)
    if override and printed.new and printed.number > 1:
        raise GateShutError(
            f"Nội dung báo cáo {period} đã đổi nên vừa in bản số {printed.number}. Hãy đọc bản này "
            f"(ctdp diff {period}) rồi chạy lại lệnh."
        )
    found = release(site, period, override)
    if found.is_released:
        follow(site, period, is_asked=True)
    tend(site)
    return found


def publish_due(site: Site, period: Period) -> Standing:
    """``publish`` a month of which nothing was released yet; with one that is released, see to what goes with it.

    After a recall a person decides: nothing of the month is released by itself until he has released it again.
    """
    from ctdp_etl.pipeline.companions import follow

    last = _last_release(site, period)
    if last is None:
        return publish(site, period)
    if last.is_in_force:
        follow(site, period)
    tend(site)
    found = standing(site, period)
    if last.is_in_force or RECALLED in {one.code for one in found.reasons}:
        return found
    why = f"Bản số {last.number} đã thu hồi nên hệ thống không tự phát hành bản mới: ctdp release {period}."
    return replace(found, reasons=(*found.reasons, Reason(RECALLED, why)))


def due_releases(site: Site) -> list[Period]:
    """Return the months whose release day has come and of which nothing was ever released, oldest first.

    They are the last months only, as many as the gate says, and none before the first month that was ever reported.
    """
    return [month for month in _release_months(site) if _last_release(site, month) is None]


def due_companions(site: Site) -> list[Period]:
    """Return those of the last months that are in force while a report that goes with them has yet to be printed."""
    from ctdp_etl.pipeline.companions import pending

    last = ((month, _last_release(site, month)) for month in _release_months(site))
    return [month for month, one in last if one and one.is_in_force and pending(site, month)]


def _last_release(site: Site, month: Period) -> Edition | None:
    """Return the last edition that was released, recalled or not."""
    return next((one for one in reversed(editions(site, month)) if one.released_at), None)


def _release_months(site: Site) -> list[Period]:
    now = site.settings.now()
    reported = standing_reports(site, None)["time_period"]
    if reported.empty:
        return []
    this, gate = Period.parse(local_month(now)), report(REPORT).gate
    come = [month for month in this.shift(-gate.months).until(this) if release_instant(month, gate.day) <= now]
    return [month for month in come[-gate.months :] if str(month) >= reported.min()]


def tell_held(site: Site, found: Standing) -> None:
    """Queue a letter to the operators that a release waits, once for each month and kinds of reasons."""
    if not found.is_held:
        return
    kinds = ", ".join(sorted(one.code for one in found.reasons))
    is_recalled = RECALLED in {one.code for one in found.reasons}
    then = "phát hành lại bằng lệnh" if is_recalled else "hệ thống tự phát hành vào lần kiểm tra kế tiếp, hoặc chạy"
    lines = [
        f"Báo cáo {found.period.vietnamese} chưa được phát hành:",
        *(f"- {one.message}" for one in found.reasons),
        "",
        f"Khi đã xử lý, {then}: ctdp release {found.period}",
    ]
    subject = f"Báo cáo {found.period.vietnamese} chưa được phát hành"
    alert(site, f"held {found.period}: {kinds}", subject, "\n".join(lines), period=str(found.period))


def document(site: Site, found: Standing, name: str = REPORT, area: str = NATIONAL) -> dict[str, Any]:
    """Return a standing as a JSON object; ``number`` and ``pdf`` are those of the newest edition."""
    newest = found.newest
    pdf = published_path(site.settings, str(found.period), newest.number, name, area) if newest else ""
    return {
        "period": str(found.period),
        "released": found.is_released,
        "held": found.is_held,
        "number": newest.number if newest else 0,
        "document": newest.document if newest else "",
        "recalled_at": newest.recalled_at if newest else "",
        "pdf": str(pdf),
        "released_number": found.released.number if found.released else 0,
        "released_at": newest.released_at if newest else "",
        "who": newest.who if newest else "",
        "reason": newest.reason if newest else "",
        "override": newest.is_override if newest else False,
        "reasons": [{"code": one.code, "message": one.message} for one in found.reasons],
    }
