"""Frames to context, words, pictures and PDF (GSBPM 6, 7)."""

from ctdp_etl.briefing.compose import compose
from ctdp_etl.briefing.correspondence import letter_pdf
from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.faults import RenderError
from ctdp_etl.briefing.inputs import BriefingInput, Letterhead
from ctdp_etl.briefing.render import Rendered, lay_out, render

__all__ = [
    "Briefing",
    "BriefingInput",
    "Letterhead",
    "RenderError",
    "Rendered",
    "compose",
    "lay_out",
    "letter_pdf",
    "render",
]
