"""The letter (công văn) that goes back beside the marked workbook."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

from marked_books import NOW, SENDER
from pypdf import PdfReader

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline import check
from ctdp_etl.pipeline.feedback import feedback
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.submit import submit

MONTH = Period.parse("2026-04")


def send(site: Site, folder: Path, content: bytes, name: str = "4. TMDV.xlsx", at: str = NOW) -> None:
    path = folder / name
    path.write_bytes(content)
    submit(site, path, SENDER, received_at=at)
    check.check(site, MONTH)


def text(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_the_letter_says_each_error_at_its_cell_in_the_form_of_the_decree(
    site: Site, spoiled: bytes, tmp_path: Path
) -> None:
    send(site, tmp_path, spoiled, name="Tổng mức {{ 7*7 }} <b>&.xlsx")
    (done,) = feedback(site, MONTH)
    assert done.letter == done.path.with_suffix(".pdf")
    said = text(done.letter)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "V/v rà soát, sửa số liệu báo cáo tháng 4 năm 2026",
        "Kính gửi: Sở Công Thương tỉnh Tây Ninh",
        "“Tổng mức {{ 7*7 }} <b>&.xlsx”",
        "Lỗi phải sửa (1)",
        "Tổng mức, ô C9",
        "dự kiến phát hành ngày 28/04/2026",
        "Nơi nhận",
        "CỤC TRƯỞNG",
    ):
        assert part in said, part
    (error,) = [one for one in check.findings(site, MONTH) if one["severity"] == "error"]
    assert error["message"] in said
    assert re.search(r"Số: +/CTĐP", said)
    assert PdfReader(done.letter).metadata.title == "V/v rà soát, sửa số liệu báo cáo tháng 4 năm 2026"


def test_the_same_findings_give_the_same_letter_and_without_findings_there_is_none(
    site: Site, spoiled: bytes, tmp_path: Path
) -> None:
    send(site, tmp_path, spoiled)
    letters = [done.letter for _ in range(2) for done in feedback(site, MONTH)]
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in letters if path}) == 1
    assert feedback(site, MONTH, only_new=True) == []
    send(site, tmp_path, tay_ninh_files("2026-04")[1].content, name="sửa.xlsx", at="2026-04-24T03:00:00Z")
    feedback(site, MONTH)
    assert [path for path in (site.settings.home / "feedback").rglob("*") if path.is_file()] == []


def test_the_letter_is_an_archival_pdf_with_tags_and_language(site: Site, spoiled: bytes, tmp_path: Path) -> None:
    send(site, tmp_path, spoiled)
    (done,) = feedback(site, MONTH)
    assert done.letter is not None
    reader = PdfReader(io.BytesIO(done.letter.read_bytes()))
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "vi"
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfaid:part" in catalog["/Metadata"].get_data()
