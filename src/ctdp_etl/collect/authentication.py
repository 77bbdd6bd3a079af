"""Who sent a mail: its From address, as far as our own receiving server vouches for it (RFC 8601). Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from ctdp_etl.collect.endpoints import Endpoint

_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_RESULT = re.compile(r"\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|\\.|[();]|[^"\\();]+|.', re.DOTALL)
_DOMAINS = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}


@dataclass(frozen=True, slots=True)
class Proof:
    """One result of the receiving server: the method, what came out, and about which domains."""

    method: str
    result: str
    domains: tuple[str, ...]


def sender_address(message: Message) -> str:
    """Return the one address in the one From header in lower case, or '' where it is not that plain."""
    headers = message.get_all("From", [])
    if len(headers) != 1:
        return ""
    addresses = getaddresses([str(headers[0])])
    if len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0][1]):
        return ""
    return addresses[0][1].lower()


def doubt(message: Message, address: str, endpoint: Endpoint) -> str:
    """Return in Vietnamese why the receiving server does not vouch for ``address``, or '' where it does.

    Only the topmost Authentication-Results counts, if it names our server and if no more Received lines stand above it
    than our own servers write: whatever stands further down came with the mail.
    """
    received = 0
    for name, value in message.items():
        if name.lower() == "received":
            received += 1
        if name.lower() != "authentication-results":
            continue
        server, proofs = read_results(str(value))
        if received > endpoint.hops or server != endpoint.authserv_id:
            break
        return _missing(proofs, address, endpoint)
    return (
        f"Thư ghi từ {address} không có kết quả xác thực của máy chủ nhận {endpoint.authserv_id} "
        "(dòng Authentication-Results đầu tiên) nên có thể là giả mạo."
    )


def read_results(value: str) -> tuple[str, tuple[Proof, ...]]:
    """Return the server that an Authentication-Results header names, in lower case, and its results."""
    parts = list(_parts(value))
    words = parts[0].split() if parts else []
    proofs = []
    for part in parts[1:]:
        if match := _RESULT.match(part):
            found = [
                (f"{kind}.{name}".lower(), text.strip('"').lower()) for kind, name, text in _PROPERTY.findall(part)
            ]
            method = match[1].lower()
            domains = tuple(text.rpartition("@")[2] for name, text in found if name in _DOMAINS.get(method, ()))
            proofs.append(Proof(method, match[2].lower(), domains))
    return words[0].strip('"').lower() if words else "", tuple(proofs)


def _parts(value: str) -> Iterator[str]:
    """Yield what stands between semicolons, without comments; quoted text stays whole."""
    part, depth = "", 0
    for piece in _PIECE.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif piece == ";":
            yield part
            part = ""
        else:
            part += piece
    yield part


def _missing(proofs: Collection[Proof], address: str, endpoint: Endpoint) -> str:
    domain = address.rpartition("@")[2]
    for method in endpoint.require:
        of_method = [proof for proof in proofs if proof.method == method]
        good = [proof for proof in of_method if proof.result == "pass" and _aligned(proof, domain)]
        # A mail may carry several signatures; of the other methods there is one result, and none may speak against it.
        if good and (method == "dkim" or len(good) == len(of_method)):
            continue
        results = {"không khớp tên miền" if proof.result == "pass" else proof.result for proof in of_method}
        said = ", ".join(sorted(results)) or "không có"
        return f"Thư ghi từ {address} không qua xác thực {method.upper()} ({said}) nên có thể là giả mạo."
    return ""


def _aligned(proof: Proof, domain: str) -> bool:
    if proof.method == "dmarc":
        return proof.domains == (domain,)
    return any(domain == one or domain.endswith(f".{one}") for one in proof.domains if "." in one)
