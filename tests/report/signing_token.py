"""A token for one test: it signs in the field of a document, as the office's does, and says if a signature holds."""

from __future__ import annotations

import io
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import KeyUsageConstraints, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from weasyprint.text.fonts import FontConfiguration

import certificates
from ctdp_etl.briefing.fonts import typeface
from ctdp_etl.briefing.press import document_of, printed, sheet_of
from ctdp_etl.briefing.signature import FIELD

_PICTURE = '<html lang="vi"><title>Chữ ký</title><body><p>Chữ ký thử</p></body></html>'


class Token:
    """A key with a certificate of its own authority."""

    def __init__(self, folder: Path) -> None:
        authority, certificate, key = certificates.write(folder)
        self._signer = signers.SimpleSigner.load(str(key), str(certificate), ca_chain_files=(str(authority),))
        self._trusted = ValidationContext(trust_roots=[load_cert_from_pemder(str(authority))], allow_fetching=False)
        self._picture = folder / "picture.pdf"
        fonts, face = FontConfiguration(), typeface()
        look = f'@page {{ size: 60mm 20mm; margin: 0 }} html {{ color: #00f; font-family: "{face.family}" }}'
        sheet = sheet_of(look, fonts)
        self._picture.write_bytes(printed(document_of(_PICTURE, sheet, fonts), _PICTURE, face.family))

    def signed(self, pdf: bytes) -> bytes:
        """Return the document with a PAdES signature in its field."""
        what = PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        style = StaticStampStyle.from_pdf_file(str(self._picture), border_width=0)
        signer = signers.PdfSigner(what, self._signer, stamp_style=style)
        out = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True)
        return bytes(out.getvalue())

    def holds(self, pdf: bytes) -> bool:
        """Say whether the signature covers the file as it is; a file that cannot be read has none that holds."""
        usage = KeyUsageConstraints(key_usage={"digital_signature"})
        try:
            (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
            status = validate_pdf_signature(signature, self._trusted, key_usage_settings=usage)
        except (PdfError, ValueError):
            return False
        return bool(status.bottom_line) and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
