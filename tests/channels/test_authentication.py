"""Who sent a mail: only what our own server wrote on top counts, whatever the mail says of itself."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.collect.authentication import doubt, read_results, sender_address
from ctdp_etl.collect.endpoints import Endpoint

ENDPOINT = Endpoint("imap.example.vn", 993, "solieu", "INBOX", authserv_id="mx.bo.example.vn")
SO = "tonghop@so.example.vn"
GOOD = b"Authentication-Results: mx.bo.example.vn;\r\n dmarc=pass (p=reject) header.from=so.example.vn\r\n"
HOP = b"Received: from mx by lmtp; Mon, 20 Apr 2026 08:30:00 +0700\r\n"
FORGED = b"Authentication-Results: mx.bo.example.vn; dmarc=fail header.from=so.example.vn\r\n"
FROM = b"From: Phong <tonghop@so.example.vn>\r\n"
END = b"\r\nx\r\n"


def judged(head: bytes, endpoint: Endpoint = ENDPOINT) -> str:
    message = message_from_bytes(head + FROM + END)
    return doubt(message, sender_address(message), endpoint)


@pytest.mark.parametrize(
    "head",
    [
        GOOD,
        GOOD + HOP + b"Authentication-Results: mx.bo.example.vn; dmarc=fail header.from=so.example.vn\r\n",
        b"Authentication-Results: MX.BO.example.VN 1; spf=none; dkim=fail header.d=x.vn; DMARC=Pass\r\n"
        b"\theader.from=SO.example.vn\r\n",
        b"X-Spam: no\r\n" + GOOD,
        b'Authentication-Results: mx.bo.example.vn; dmarc=pass reason="a; dmarc=fail" header.from=so.example.vn\r\n',
    ],
)
def test_a_pass_of_our_server_for_the_sender_s_domain_is_believed(head: bytes) -> None:
    assert judged(head) == ""


@pytest.mark.parametrize(
    "head",
    [
        b"",
        FORGED,
        FORGED + GOOD,
        HOP + GOOD,
        GOOD.replace(b"mx.bo", b"mx.khac"),
        b"Authentication-Results: mx.khac.vn; none\r\n" + GOOD,
        b"Authentication-Results: mx.bo.example.vn; none\r\n" + GOOD,
        b"Authentication-Results: mx.bo.example.vn (mx.bo; dmarc=pass header.from=so.example.vn)\r\n",
        b'Authentication-Results: mx.bo.example.vn; spf=fail smtp.mailfrom=";dmarc=pass header.from=so.example.vn"\r\n',
        b"Authentication-Results: mx.bo.example.vn; dmarc=pass header.from=so.example.vn.ke-xau.vn\r\n",
        b"Authentication-Results: mx.bo.example.vn; dmarc=pass\r\n",
        b"Authentication-Results: mx.bo.example.vn; dmarc=fail header.from=so.example.vn;"
        b" dmarc=pass header.from=so.example.vn\r\n",
        b"ARC-Authentication-Results: i=1; mx.bo.example.vn; dmarc=pass header.from=so.example.vn\r\n",
    ],
)
def test_anything_else_is_doubted(head: bytes) -> None:
    assert "có thể là giả mạo" in judged(head)


def test_our_own_servers_may_write_above_when_the_site_says_so() -> None:
    assert judged(HOP + GOOD, replace(ENDPOINT, hops=1)) == ""
    assert judged(HOP + HOP + GOOD, replace(ENDPOINT, hops=1))


@pytest.mark.parametrize(
    ("require", "results", "is_believed"),
    [
        (("dkim",), "dkim=pass header.d=so.example.vn", True),
        (("dkim",), "dkim=pass header.i=@example.vn", True),
        (("dkim",), "dkim=fail header.d=so.example.vn; dkim=pass header.d=example.vn", True),
        (("dkim",), "dkim=pass header.d=khac.vn", False),
        (("dkim",), "dkim=pass header.d=vn", False),
        (("dkim",), "dkim=pass header.d=mail.so.example.vn", False),
        (("spf",), "spf=pass smtp.mailfrom=tra-loi@so.example.vn", True),
        (("spf",), "spf=softfail smtp.mailfrom=tra-loi@so.example.vn", False),
        (("spf",), "spf=pass smtp.mailfrom=khac.vn", False),
        (("dkim", "spf"), "dkim=pass header.d=example.vn; spf=pass smtp.mailfrom=example.vn", True),
        (("dkim", "spf"), "dkim=pass header.d=example.vn; spf=neutral smtp.mailfrom=example.vn", False),
    ],
)
def test_the_site_chooses_the_proofs(require: tuple[str, ...], results: str, is_believed: bool) -> None:
    head = f"Authentication-Results: mx.bo.example.vn; {results}\r\n".encode()
    assert (judged(head, replace(ENDPOINT, require=require)) == "") is is_believed


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (b"From: TongHop@So.Example.VN\r\n", SO),
        (b"From: =?utf-8?B?UGjDsm5n?= <tonghop@so.example.vn>\r\n", SO),
        (b'From: "a@b.vn" <tonghop@so.example.vn>\r\n', SO),
        (b"From: a@so.example.vn, b@so.example.vn\r\n", ""),
        (b"From: a@so.example.vn\r\nFrom: b@so.example.vn\r\n", ""),
        (b"Sender: a@so.example.vn\r\n", ""),
        (b"From: Ph\xf2ng\r\n", ""),
        (b"From: a@localhost\r\n", ""),
        (b"From: <>\r\n", ""),
    ],
)
def test_a_mail_has_one_sender(head: bytes, address: str) -> None:
    assert sender_address(message_from_bytes(head + END)) == address


@given(st.text(max_size=200))
def test_any_text_is_read_and_proves_nothing_by_accident(text: str) -> None:
    _, proofs = read_results(text)
    assert all(proof.method and proof.result for proof in proofs)


@given(st.text(alphabet='ab;"()\\ =.', max_size=60))
def test_what_stands_in_quotes_or_comments_proves_nothing(text: str) -> None:
    quoted = text.replace("\\", "").replace('"', "")
    commented = text.translate(str.maketrans("", "", '\\"()'))
    pass_ = "dmarc=pass header.from=so.example.vn"
    for hidden in (f'"{quoted}; {pass_}"', f"({commented}; {pass_})"):
        assert not any(
            proof.method == "dmarc" for proof in read_results(f"mx.bo.example.vn; spf=pass smtp.mailfrom={hidden}")[1]
        )
