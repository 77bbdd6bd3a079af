"""What PDF/A-3a (ISO 19005-3) asks of a file, as far as its structure shows; veraPDF, where installed, says more."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf

_HIDDEN = 0b100011 | 1 << 8
"""Invisible, hidden, no view, toggle no view."""
_BANNED_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/JavaScript"}
_DRAWN_FONTS = {"/TrueType", "/CIDFontType0", "/CIDFontType2", "/Type1"}


def faults(content: bytes) -> list[str]:
    """Return what does not conform, in words; nothing for a file that does as far as can be seen."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [*_file(pdf), *_metadata(pdf), *_tags(pdf), *_annotations(pdf), *_attachments(pdf), *_objects(pdf)]
        found += [f"qpdf: {problem}" for problem in pdf.check_pdf_syntax()]
    return found


def structure(node: Any, *names: str) -> Iterator[pikepdf.Dictionary]:
    """Yield the elements below ``node`` that are called so, all of them without names."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if one.get("/S") is not None and (not names or str(one.S) in names):
            yield one
        kids = one.get("/K")
        waiting += list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def verapdf(path: Path) -> subprocess.CompletedProcess[str] | None:
    """Return what veraPDF says of a file, None where it is not installed."""
    program = shutil.which("verapdf")
    if program is None:
        return None
    return subprocess.run([program, "--flavour", "3a", "--format", "text", str(path)], capture_output=True, text=True)


def _file(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"
    if pdf.trailer.get("/ID") is None or len(pdf.trailer.ID) != 2:
        yield "no file identifier"
    (intent,) = pdf.Root.get("/OutputIntents", [pikepdf.Dictionary()])
    if intent.get("/S") != "/GTS_PDFA1" or "/DestOutputProfile" not in intent:
        yield "no output intent"
    if "/OpenAction" in pdf.Root or "/AA" in pdf.Root:
        yield "something runs when it is opened"
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    if "/XFA" in form or form.get("/NeedAppearances", False):
        yield "a form whose look the reader makes"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as metadata:
        if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("3", "A"):
            yield "the metadata do not say PDF/A-3a"
        if metadata.get("dc:title") != str(pdf.docinfo.get("/Title", "")):
            yield "two titles"
    if "/Filter" in pdf.Root.Metadata:
        yield "compressed metadata"
    if str(pdf.Root.get("/Lang", "")) != "vi":
        yield "no language"
    if not pdf.Root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not shown"


def _tags(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not pdf.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield "not marked as tagged"
    root = pdf.Root.StructTreeRoot
    if not list(structure(root, "/P")):
        yield "no paragraph in the tags"
    yield from ("a picture without words" for one in structure(root, "/Figure") if not str(one.get("/Alt", "")))
    if list(structure(root, "/TD")) and not list(structure(root, "/TH")):
        yield "a table without headings"
    parents = pdf.Root.StructTreeRoot.ParentTree.Nums
    known = {int(number) for number in list(parents)[::2]}
    yield from (
        f"page {n}: no way to its tags"
        for n, page in enumerate(pdf.pages, 1)
        if page.get("/StructParents") not in known
    )
    shown = {
        one.get("/StructParent") for page in pdf.pages for one in page.get("/Annots", ()) if one.Subtype == "/Widget"
    }
    if not shown <= known:
        yield "a field outside the tags"


def _annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        for one in page.get("/Annots", ()):
            flags = int(one.get("/F", 0))
            if flags & _HIDDEN or not flags & 4:
                yield f"page {number}: an annotation that is not printed"
            if one.Subtype == "/Widget" and "/N" not in one.get("/AP", pikepdf.Dictionary()):
                yield f"page {number}: a field without a look"
            if one.Subtype == "/Widget" and ("/A" in one or "/AA" in one):
                yield f"page {number}: a field that does something"


def _attachments(pdf: pikepdf.Pdf) -> Iterator[str]:
    named = list(
        pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles", pikepdf.Dictionary()).get("/Names", ())
    )
    listed = [str(one.UF) for one in pdf.Root.get("/AF", ())]
    if sorted(listed) != sorted(str(one) for one in named[::2]):
        yield "attachments are not associated, each once"
    for one in named[1::2]:
        inner = one.EF.F
        if one.get("/AFRelationship") is None or inner.get("/Subtype") is None or "/ModDate" not in inner.Params:
            yield f"{one.UF}: relationship, type or date is missing"


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for one in pdf.objects:
        if not isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        yield from (words for test, words in _OF_OBJECTS if test(one))


def _bare_font(one: Any) -> bool:
    if str(one.get("/Subtype", "")) not in _DRAWN_FONTS or one.get("/Type") != "/Font":
        return False
    descriptor = one.get("/FontDescriptor", pikepdf.Dictionary())
    return not any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


_OF_OBJECTS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (_bare_font, "a font that is not embedded"),
    (lambda one: one.get("/Subtype") == "/Type0" and "/ToUnicode" not in one, "a font without Unicode"),
    (lambda one: str(one.get("/S", "")) in _BANNED_ACTIONS, "a banned action"),
    (lambda one: one.get("/Filter") == "/LZWDecode", "LZW"),
    (
        lambda one: one.get("/Type") == "/XObject" and ("/OPI" in one or one.get("/Subtype") == "/PS"),
        "OPI or PostScript",
    ),
)
