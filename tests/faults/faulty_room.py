"""A data room with a month released and a correction waiting to be issued, and ways to break it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from released_months import MONTH, site_of
from sqlalchemy.exc import SQLAlchemyError

from ctdp_etl import resources
from ctdp_etl.catalog import load_catalog
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Form, Observation, Receipt, Submission, WorkbookReading
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.release import release
from ctdp_etl.pipeline.released import tend
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.engine import migrate, open_engine, writing
from ctdp_etl.warehouse.ledger import record_receipt
from ctdp_etl.warehouse.load import load_submission

RESENT, NOW = "2026-04-28T02:00:00Z", "2026-04-28T05:00:00Z"
TAY_NINH = Sender("SCT_VN34_80", "VN34_80", "")
AREAS = sorted({TAY_NINH.area, *(area.code for area in load_catalog().areas.at(str(MONTH))[::2])})
"""Half of the provinces: with fewer, no map is drawn."""
ENTRY = """
[[source]]
id = "SCT_{area}"
area = "{area}"
name = "Sở Công Thương {area}"
forms = ["IIP"]
path = "inbox/SCT_{area}"
"""


@dataclass
class Room:
    """The site, and the folder ``reports`` of its installation, a copy that may be spoiled."""

    site: Site
    reports: Path
    patch: pytest.MonkeyPatch

    @property
    def home(self) -> Path:
        return self.site.settings.home

    def spoil(self, name: str, before: str, after: str) -> None:
        """Write ``after`` in place of ``before`` in a file of ``reports``; '' stands for its end."""
        path = self.reports / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1) if before else text + after, encoding="utf-8")

    def set(self, **settings: str) -> None:
        """Change settings."""
        self.site = replace(self.site, settings=replace(self.site.settings, **settings))


def issue(room: Room, *, is_printed: bool = False) -> str:
    """Print what the warehouse says and release it as the schedule does; return why that was not done, '' if it was."""
    try:
        if not is_printed:
            brief(room.site, MONTH, is_checked=True)
        found = release(room.site, MONTH)
        tend(room.site)
    except CtdpError as error:
        return str(error)
    except SQLAlchemyError as error:
        return f"Kho số liệu không dùng được: {error}"
    return "\n".join(one.message for one in found.reasons)


def country_released(folder: Path) -> Path:
    """Return a home where half of the provinces told their index, April is released, and one told it again."""
    home = folder / "home"
    home.mkdir()
    (home / "sources.toml").write_text("".join(ENTRY.format(area=area) for area in AREAS), encoding="utf-8")
    migrate(engine := open_engine(f"sqlite:///{home / 'warehouse.db'}"))
    engine.dispose()
    site = site_of(home, folder, None, now=NOW, readers="")
    for number, area in enumerate(AREAS):
        _report(site, area, 95.0 + number, "2026-04-20T02:00:00Z")
    check(site, MONTH)
    brief(site, MONTH, is_checked=True)
    assert release(site, MONTH).is_released
    tend(site)
    _report(site, TAY_NINH.area, 112.4, RESENT)
    check(site, MONTH)
    site.engine.dispose()
    return home


def _report(site: Site, area: str, index: float, at: str) -> None:
    source, name = f"SCT_{area}", f"{area} {at[:10]}"
    sha256, identity = hashlib.sha256(name.encode()).hexdigest(), hashlib.md5(name.encode()).hexdigest()
    table = {"dataflow": "IIP", "form": "IIP.M", "ref_area": area, "sheet": "IIP", "time_period": str(MONTH)}
    figure = Observation(
        **table,
        **{"source": source, "indicator": "TOTAL", "item": "", "label": "Toàn ngành", "measure": "yoy"},
        **{"obs_status": "E", "value": index, "text": "", "unit": "PCT", "unit_mult": 0, "qualifier": ""},
        **{"reported_form": "index", "conflict": False, "cell": "D8", "raw": str(index)},
    )
    receipt = Receipt(identity, sha256, source, area, "hand", name, f"{name}.xlsx", 1, at, "received", "")
    sent = Submission(identity, source, area, str(MONTH), sha256, receipt.file_name, at, "received")
    with writing(site.engine) as connection:
        record_receipt(connection, receipt)
    form = Form("IIP", "IIP.M", "IIP", area, str(MONTH), "Chỉ số sản xuất công nghiệp")
    load_submission(site.engine, sent, WorkbookReading((form,), (figure,), ()))


def room_in(home: Path, folder: Path, patch: pytest.MonkeyPatch) -> Room:
    """Return a room in a copy of the home, with an installation of its own."""
    reports = folder / "reports"
    shutil.copytree(resources.folder("reports"), reports)
    whole = resources.folder
    patch.setattr(resources, "folder", lambda name: reports if name == "reports" else whole(name))
    return Room(site_of(home, folder, None, now=NOW, readers=""), reports, patch)
