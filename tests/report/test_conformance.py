"""PDF/A-3a as far as its structure shows, before and after the office signs; a change after that shows."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
import report_material as material
from conformance import faults, structure, verapdf
from pypdf import PdfReader
from signing_token import Token

from ctdp_etl.briefing import Rendered, letter_pdf
from ctdp_etl.briefing.signature import FIELD
from ctdp_etl.feedback.letter import letter
from ctdp_etl.model import Finding
from kept import kept


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    return Token(tmp_path_factory.mktemp("token"))


@pytest.fixture(scope="module")
def correction() -> bytes:
    """A letter to a sender."""
    error = Finding("U01", "error", "record", "Chỉ số gấp mười lần.", source="NSO", sheet="IIP", cell="D8")
    words = {"file_name": "IIP.xlsx", "period_words": "tháng 4 năm 2026", "release_day": "28/04/2026"}
    content = letter([error], {}, sender="Sở Công Thương Hà Nội", **words)
    return letter_pdf("correction_letter", material.LETTERHEAD, content, as_of="2026-04-24T02:00:00Z")


@pytest.fixture(scope="module")
def papers(national: Rendered, provinces: Rendered, correction: bytes) -> dict[str, bytes]:
    return {"national": national.pdf, "provinces": provinces.pdf, "letter": correction}


@pytest.mark.parametrize("name", ["national", "provinces", "letter"])
def test_the_file_conforms_and_does_so_still_when_it_is_signed(
    name: str, papers: dict[str, bytes], token: Token, tmp_path: Path
) -> None:
    signed = token.signed(papers[name])
    for state, content in (("unsigned", papers[name]), ("signed", signed)):
        assert faults(content) == [], state
        path = tmp_path / f"{state}.pdf"
        path.write_bytes(content)
        said = verapdf(path)
        assert said is None or (said.returncode, said.stdout[:4]) == (0, "PASS"), said
    assert signed.startswith(papers[name]), "a signature adds to the file and changes nothing"
    assert token.holds(signed)


def test_verapdf_finds_no_fault(national: Rendered, token: Token, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(token.signed(national.pdf))
    said = verapdf(path)
    if said is None:
        pytest.skip("not run: verapdf (https://verapdf.org is not installed, only the structure was looked at)")
    assert (said.returncode, said.stdout[:4]) == (0, "PASS"), said


def test_one_flipped_byte_in_a_signed_file_fails_its_validation(national: Rendered, token: Token) -> None:
    signed = token.signed(national.pdf)
    assert token.holds(signed)
    for where in (0.1, 0.5, 0.9):
        place = int(len(national.pdf) * where)
        assert not token.holds(signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]), where
    assert not token.holds(signed + b"%")


def test_the_letter_reads_as_kept(correction: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(correction)).pages]
    text = "\n".join(" ".join(line.split()) for line in "\n".join(pages).splitlines() if line.strip())
    assert text == kept(Path(__file__).parent / "golden" / "correction_letter.txt", text)


def test_the_field_is_empty_and_lies_between_title_and_name(national: Rendered) -> None:
    with pikepdf.open(io.BytesIO(national.pdf)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.T), str(field.FT), "/V" in field) == (FIELD, "/Sig", False)
        left, bottom, right, top = (float(edge) * 25.4 / 72 for edge in field.Rect)
        page = next(page for page in pdf.pages if page.objgen == field.P.objgen)
        assert [one.objgen for one in page.Annots if one.Subtype == "/Widget"] == [field.objgen]
        (form,) = structure(pdf.Root.StructTreeRoot, "/Form")
        assert form.K[0].Obj.objgen == field.objgen
    assert (left, right) == (pytest.approx(115, abs=0.5), pytest.approx(195, abs=0.5)), "the right half"
    assert top - bottom == pytest.approx(28, abs=0.5)


def test_a_test_of_conformance_that_can_fail(national: Rendered) -> None:
    with pikepdf.open(io.BytesIO(national.pdf)) as pdf:
        del pdf.Root.OutputIntents[0].DestOutputProfile
        del pdf.Root.AcroForm.Fields[0].AP
        del next(structure(pdf.Root.StructTreeRoot, "/Figure")).Alt
        pdf.Root.AF.append(pdf.Root.AF[0])
        out = io.BytesIO()
        pdf.save(out)
    told = " ".join(faults(out.getvalue()))
    for part in ("no output intent", "a field without a look", "a picture without words", "associated"):
        assert part in told
