"""The switches of an implementation: what they set, and which versions lack them."""

from __future__ import annotations

from typing import Any

import pytest

import legacytrust as lt
from legacytrust.algorithms import Digest, KeyKind
from legacytrust.clients import Evidence
from legacytrust.errors import ClientError, LegacyTrustError
from legacytrust.paths.rules import Alternatives


@pytest.mark.parametrize(
    ("version", "option", "trait", "value"),
    [
        ("1.0.2k", {"trusted_first": True}, "trusted_first", True),
        ("1.1.1", {"trusted_first": False}, "trusted_first", False),
        ("1.0.2", {"partial_chain": True}, "partial_chain", True),
        ("3.0.7", {"partial_chain": True}, "partial_chain", True),
        ("1.0.1n", {"no_alt_chains": True}, "alternatives", Alternatives.NEVER),
        ("1.0.2b", {"no_alt_chains": True}, "alternatives", Alternatives.NEVER),
        ("1.1.1", {"no_alt_chains": True}, "alternatives", Alternatives.NEVER),
        ("1.0.2b", {"no_alt_chains": False}, "alternatives", Alternatives.NOT_TRUSTED),
        ("1.0.1m", {"no_alt_chains": False}, "alternatives", Alternatives.NEVER),
    ],
)
def test_search_options(version: str, option: dict[str, Any], trait: str, value: object) -> None:
    assert getattr(lt.client("openssl", version, **option).search, trait) == value


@pytest.mark.parametrize(
    ("version", "option", "message"),
    [
        ("1.0.1u", {"trusted_first": True}, "no trusted_first before 1.0.2"),
        ("0.9.8zh", {"partial_chain": True}, "no partial_chain before 1.0.2"),
        ("1.0.1m", {"no_alt_chains": True}, "no no_alt_chains before 1.0.1n and 1.0.2b"),
        ("1.0.2", {"no_alt_chains": True}, "no no_alt_chains before 1.0.1n and 1.0.2b"),
        ("1.0.2a", {"no_alt_chains": True}, "no no_alt_chains before 1.0.1n and 1.0.2b"),
        ("1.0.2u", {"security_level": 1}, "no security levels before 1.1.0"),
        ("1.1.1", {"security_level": 6}, "6 is no security level"),
        ("1.1.1", {"security_level": "high"}, "'high' is no security level"),
        ("1.1.0l", {"redhat_level": 2}, "Red Hat's levels are modelled for OpenSSL 1.1.1"),
        ("3.0.1", {"redhat_level": 2}, "Red Hat's levels are modelled for OpenSSL 1.1.1"),
        ("1.1.1", {"redhat_level": 6}, "6 is no security level"),
        ("1.0.1", {"sha2": True}, "SHA-2 is always there from 1.0.1"),
        ("3.0.0", {"sha3": True}, "openssl has no option 'sha3'"),
    ],
)
def test_an_option_that_a_version_lacks(version: str, option: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        lt.client("openssl", version, **option)


def test_android_has_no_options_and_says_so() -> None:
    with pytest.raises(LegacyTrustError, match=r"no option 'level' \(its options: none\)"):
        lt.client("android", "9", level=1)


@pytest.mark.parametrize(("level", "sha1_refused"), [(1, False), (2, False), (3, True)])
def test_red_hat_takes_sha1_one_level_longer(level: int, sha1_refused: bool) -> None:
    theirs = lt.client("openssl", "1.1.1k", redhat_level=level).checks
    upstream = lt.client("openssl", "1.1.1k", security_level=level).checks
    assert theirs.key_sizes == upstream.key_sizes
    assert (Digest.SHA1 in theirs.digests.refused) is sha1_refused
    assert theirs.digests.refused - {Digest.SHA1} == upstream.digests.refused - {Digest.SHA1}


@pytest.mark.parametrize("version", ["3.5.19", "3.6.14", "3.7.9"])
def test_the_repair_of_gnutls_is_only_for_versions_that_lack_it(version: str) -> None:
    with pytest.raises(ClientError, match=r"modelled for 3\.6\.0 to 3\.6\.13"):
        lt.client("gnutls", version, expired_alternatives=True)


def test_the_repair_of_gnutls_is_the_second_look_of_3_6_14() -> None:
    repaired = lt.client("gnutls", "3.6.7", expired_alternatives=True).search
    assert repaired.alternatives is lt.client("gnutls", "3.6.14").search.alternatives
    left = lt.client("gnutls", "3.6.7", expired_alternatives=False).search
    assert left.alternatives is Alternatives.UNKNOWN_OR_WEAK


@pytest.mark.parametrize(
    ("version", "level", "rsa", "sha1_refused"),
    [
        ("1.1.1", 0, 0, False),
        ("1.1.1", 1, 1024, False),
        ("1.1.1", 2, 2048, True),
        ("1.1.1", 3, 3072, True),
        ("3.0.7", 0, 0, False),
        ("3.0.7", 1, 1024, True),
        ("3.2.0", 1, 1024, True),
        ("3.2.0", 5, 15360, True),
    ],
)
def test_security_levels(version: str, level: int, rsa: int, *, sha1_refused: bool) -> None:
    checks = lt.client("openssl", version, security_level=level).checks
    assert dict(checks.key_sizes.minimum)[KeyKind.RSA] == rsa
    assert (Digest.SHA1 in checks.digests.refused) is sha1_refused


@pytest.mark.parametrize(("version", "level"), [("1.1.0", 1), ("3.1.0", 1), ("3.2.0", 2)])
def test_the_default_level_is_the_same_as_asking_for_it(version: str, level: int) -> None:
    usual = lt.client("openssl", version)
    assert lt.client("openssl", version, security_level=level).checks == usual.checks


def test_sha2_that_the_application_registered() -> None:
    assert Digest.SHA256 in lt.client("openssl", "0.9.8e").checks.digests.refused
    assert Digest.SHA256 not in lt.client("openssl", "0.9.8e", sha2=True).checks.digests.refused


def test_options_are_part_of_the_identity() -> None:
    plain = lt.client("openssl", "1.0.2k")
    set_one = lt.client("openssl", "1.0.2k", trusted_first=True, partial_chain=False)
    assert set_one.id == "openssl 1.0.2k partial_chain=False trusted_first=True"
    assert set_one != plain
    assert set_one.evidence_for("trusted_first") is Evidence.READ
    assert set_one.source_of("trusted_first") == "option trusted_first=True"
    assert lt.client("openssl", "1.0.2k", trusted_first=None) == plain
    assert hash(lt.client("openssl", "1.0.2k")) == hash(plain)
