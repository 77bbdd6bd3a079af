"""The empty field for the office's own digital signature, where the decree has it: between title and name."""

from __future__ import annotations

from typing import Any

import pydyf
from weasyprint.document import Document

ANCHOR = "signature-field"
"""The element of a document on which the field lies."""
FIELD = "ChuKySo"
_TOLD = "Chữ ký số của người có thẩm quyền"
_POINTS = 0.75  # a CSS pixel
_PRINT = 1 << 2


def add_signature_field(document: Document, pdf: pydyf.PDF) -> None:
    """Put an unsigned field where a page has the element ``signature-field``; nothing where no page has it.

    It is a field of ISO 32000-1, 12.7.4.5, with the empty appearance that PDF/A asks of it, and stands in the tags as
    the form that it is. Nothing is drawn: who signs brings a picture of the signature along (Nghị định 30/2020/NĐ-CP,
    Phụ lục I, II.7).
    """
    places = [(number, page) for number, page in enumerate(document.pages) if ANCHOR in page.anchors]
    for number, page in places[:1]:
        left, top, right, bottom = (edge * _POINTS for edge in page.anchors[ANCHOR])
        height = page.height * _POINTS
        widget = _widget(pdf, pdf.page_references[number], (left, height - bottom, right, height - top))
        sheet = _object(pdf, pdf.page_references[number])
        sheet["Annots"] = pydyf.Array([*sheet.get("Annots", ()), widget.reference])
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference])})
        _tag(pdf, widget, pdf.page_references[number])


def _widget(pdf: pydyf.PDF, page: bytes, box: tuple[float, ...]) -> pydyf.Dictionary:
    left, bottom, right, top = box
    look = pydyf.Stream(
        [], {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, right - left, top - bottom])}
    )
    pdf.add_object(look)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(FIELD),
            "TU": pydyf.String(_TOLD),
            "F": _PRINT,
            "P": page,
            "Rect": pydyf.Array(box),
            "AP": pydyf.Dictionary({"N": look.reference}),
        }
    )
    pdf.add_object(widget)
    return widget


def _tag(pdf: pydyf.PDF, widget: pydyf.Dictionary, page: bytes) -> None:
    """Make the empty element of the place to sign, the last one on its page, the field's place in the structure."""
    parents = _object(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    empty: list[Any] = [
        one for one in pdf.objects if isinstance(one, dict) and one.get("S") == "/Div" and one.get("Pg") == page
    ]
    element = [one for one in empty if not one["K"]][-1]
    element["S"] = "/Form"
    element["K"].append(pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page}))
    widget["StructParent"] = parents[-2] + 1
    parents.extend([parents[-2] + 1, element.reference])


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
