"""What ``ctdp doctor`` says about letters: the settings, and whether the mail server lets us in."""

from __future__ import annotations

from ctdp_etl.deliver.smtp import connected
from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.deliver import mail_server
from ctdp_etl.pipeline.letters import operators
from ctdp_etl.pipeline.readers import readers
from ctdp_etl.settings import Settings

_SECONDS = 10.0


def mail_faults(settings: Settings) -> tuple[list[str], list[str]]:
    """Return (errors, warnings) about letters, in words without secrets; a connection is tried, no letter is sent."""
    known, faults = readers(settings)
    errors, warnings = list(faults), []
    try:
        if not operators(settings):
            warnings.append("Chưa đặt CTDP_OPERATORS nên không ai nhận thư báo lỗi, cách ly, quá hạn.")
    except CtdpError as error:
        errors.append(str(error))
    if not (known or faults):
        warnings.append("Chưa đặt CTDP_READERS nên báo cáo đã phát hành không gửi cho ai; chỉ có trong released/.")
    if not settings.smtp_url:
        warnings.append("Chưa đặt CTDP_SMTP_URL nên thư trả lời và nhắc hạn nằm chờ, không gửi đi.")
        return errors, warnings
    try:
        server, sender = mail_server(settings)
        with connected(server, sender, seconds=_SECONDS):
            pass
    except CtdpError as error:
        errors.append(str(error))
    return errors, warnings
