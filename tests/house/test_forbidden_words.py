"""Words that have no place in the project: unfinished work, one machine's paths, registries, legal form signs."""

from __future__ import annotations

import re

import pytest
from house_files import name, texts

THIS = "tests/house/test_forbidden_words.py"
HOMES = ("work", "root", "home", "Users")
EVERYWHERE = {
    "a path of one machine": re.compile(rf"(?<![\w.:/])/({'|'.join(HOMES)})/\w"),
    "a registry's host": re.compile(r"index-url|://[a-z.-]*(pypi|pythonhosted|npmjs|debian)\b"),
    "an access token or private key": re.compile(
        r"BEGIN [A-Z ]*PRIVATE KEY|\b(ghp|glpat|xox[bp])[-_]\w{16}|\bAKIA[0-9A-Z]{16}\b"
    ),
    "a merge left open": re.compile(r"^(<{7}|>{7}) ", re.MULTILINE),
}
IN_THE_PRODUCT = {
    "unfinished work": re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b|pass  # later"),
    "the sign of a form whose legal layout was not seen": re.compile(r"/SCT-BCT\b"),
    "filler text": re.compile(r"lorem ipsum", re.IGNORECASE),
}
PRODUCT = ("src/", "flows/", "sql/", "reports/")


def found(patterns: dict[str, re.Pattern[str]], content: str) -> list[str]:
    """Return what of ``patterns`` stands in the text, with its line number."""
    return [
        f"{content.count(chr(10), 0, match.start()) + 1}: {reason}: {match[0]!r}"
        for reason, pattern in patterns.items()
        for match in pattern.finditer(content)
    ]


def test_no_forbidden_word_in_the_project() -> None:
    wrong = [f"{path}:{hit}" for path, content in texts() if path != THIS for hit in found(EVERYWHERE, content)]
    assert not wrong


def test_no_forbidden_word_in_the_product() -> None:
    wrong = [
        f"{path}:{hit}"
        for path, content in texts()
        if path.startswith(PRODUCT)
        for hit in found(IN_THE_PRODUCT, content)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"cd /{HOMES[2]}/somebody", "a path of one machine"),
        ("--index-url x", "a registry's host"),
        ("raise NotImplementedError", "unfinished work"),
        ("Mẫu 01/SCT-BCT", "the sign of a form whose legal layout was not seen"),
    ],
)
def test_the_search_finds_what_it_looks_for(text: str, reason: str) -> None:
    assert any(reason in hit for hit in found(EVERYWHERE | IN_THE_PRODUCT, text))


def test_the_search_sees_the_whole_project() -> None:
    seen = {path for path, _ in texts()}
    assert {"Makefile", "README.md", "requirements.lock", ".ci/run", "scripts/setup", "src/ctdp_etl/model.py"} <= seen
    assert THIS in seen
    assert name.__doc__
