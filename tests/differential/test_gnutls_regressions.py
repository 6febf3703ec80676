"""What comparing with genuine GnuTLS 3.7.9 found, one small case each, kept as it was found.

Every case is asked of the genuine library too, where it is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import legacytrust as lt
from differential.genuine.gnutls import open_gnutls
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from forge import AT, HOSTNAME, key, root
from forge.certificates import Oid
from support import CA, CROSS, LEAF, NEW, OLD, OTHER, STRANGER, Scene

PAST = {"not_after": AT - timedelta(days=30)}
MODEL = lt.client("gnutls", "3.7.9")


def under(constraints: Any, **leaf: Any) -> tuple[list[Any], list[Any]]:
    """A leaf below a CA with these name constraints."""
    ca = NEW.intermediate("C", name_constraints=constraints)
    return [ca.leaf(HOSTNAME, **leaf), ca], [NEW]


def many(count: int) -> tuple[str, ...]:
    return tuple(f"t{number}.test" for number in range(count))


CASES = {
    "a repeated root is left over": (
        [LEAF, CA, CROSS, OTHER, OTHER], [root("Z"), NEW], "accepted"),
    "a circle that leaves something over": (
        [LEAF, CA, NEW.cross_sign(OLD), CROSS, STRANGER], [NEW], "accepted"),
    "another kind of string between leaf and intermediate": (
        [CA.leaf(HOSTNAME, issuer_string_type="printable"), CA], [NEW], "accepted"),
    "another kind of string below the store": (
        [LEAF, CA], [root("N", name_string_type="printable")], "rejected"),
    "the first twin at the cut is dead": (
        [LEAF, CA, CROSS], [NEW.reissue(**PAST), NEW], "rejected"),
    "of two the last live one is taken": (
        [LEAF, CA], [NEW, NEW.reissue(**PAST)], "accepted"),
    "a self-issued SHA-1 root inside the path": (
        [LEAF, CA, root("N", digest="sha1"), CROSS], [OLD], "accepted"),
    "secp256k1": ([CA.leaf(HOSTNAME, key("secp256k1", 1)), CA], [NEW], "rejected"),
    "a star for the beginning of a label": (
        [CA.leaf(HOSTNAME, san=("*w.example.test",)), CA], [NEW], "accepted"),
    "a star for the end of a label": (
        [CA.leaf(HOSTNAME, san=("w*.example.test",)), CA], [NEW], "rejected"),
    "dots at the end do not count in name constraints": (
        *under((("example.test.",), (), True)), "accepted"),
    "excluded URIs refuse whatever they say": (
        *under(((), ("https://example.org/",), True), san=(HOSTNAME, "https://x.test/")),
        "rejected"),
    "more comparisons than it makes": (
        *under((many(1100), (), True), san=(HOSTNAME, *many(1100))), "rejected"),
    "a purpose extension without a purpose": (
        [CA.leaf(HOSTNAME, eku=()), CA], [NEW], "accepted"),
    "a step-up purpose of a leaf that is a CA": (
        [CA.leaf(HOSTNAME, eku=(Oid.NETSCAPE_SGC,), ca=True), CA], [NEW], "accepted"),
    "a step-up purpose of a leaf that is none": (
        [CA.leaf(HOSTNAME, eku=(Oid.NETSCAPE_SGC,)), CA], [NEW], "rejected"),
    "a version 3 root without basicConstraints": (
        [LEAF, CA], [root("N", ca=None)], "accepted"),
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Iterator[LineDriver]:
    try:
        driver = open_gnutls()
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver


@pytest.mark.parametrize("name", CASES)
def test_the_model_says(name: str) -> None:
    served, store, expected = CASES[name]
    outcome = Scene(served, store).outcome(MODEL, HOSTNAME)
    assert outcome.verdict.value == expected, outcome.explain()


@pytest.mark.parametrize("name", CASES)
def test_the_genuine_library_says(name: str, library: LineDriver) -> None:
    served, store, expected = CASES[name]
    verdict = library.verify(
        [e.der for e in served], [e.der for e in store], at=AT, hostname=HOSTNAME
    )
    assert ("accepted" if verdict.accepted else "rejected") == expected, verdict.error_text
