"""Programs on OpenSSL: which one they carry, and what they change about it."""

from __future__ import annotations

import pytest

import legacytrust as lt
from forge import HOSTNAME, key, root
from legacytrust.errors import ClientError, UnknownClientError
from support import CA, CROSS, LEAF, NEW, OLD, STALE_OLD, Scene, line

R = root("R", key("rsa2048", 1))
DEAD = STALE_OLD


def verdict(name, version, served, store, hostname=None, **options):
    return Scene(served, store).verdict(lt.client(name, version, **options), hostname=hostname)


# -- the OpenSSL inside -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version", "openssl"),
    [
        ("node", "0.8.28", "1.0.0m"),
        ("node", "0.10.0", "1.0.1j"),
        ("node", "0.10.38", "1.0.1m"),
        ("node", "0.12.4", "1.0.1m"),
        ("node", "0.12.5", "1.0.1u"),
        ("node", "4.8.5", "1.0.2k"),
        ("node", "4.8.6", "1.0.2o"),
        ("node", "6.6.0", "1.0.2k"),
        ("node", "8.1.0", "1.0.2k"),
        ("node", "8.14.0", "1.0.2s"),
        ("node", "10.8.0", "1.1.0h"),
        ("node", "10.24.1", "1.1.1k"),
        ("node", "12.20.0", "1.1.1g"),
        ("node", "16.20.2", "1.1.1v"),
        ("node", "18.20.8", "3.0.16"),
        ("node", "26.10.0", "3.5.8"),
        ("curl", "7.20.0", "0.9.8zh"),
        ("curl", "7.40.0", "1.0.1m"),
        ("cpython-ssl", "3.6.5", "1.0.2k"),
        ("cpython-ssl", "3.8", "1.1.1k"),
    ],
)
def test_without_further_word_it_is_the_openssl_of_the_release(name, version, openssl):
    own, base = lt.client(name, version), lt.client("openssl", openssl)
    assert own.search.alternatives is base.search.alternatives
    assert own.search.strategy is base.search.strategy
    assert own.source_of("dates") == base.source_of("dates")


def test_another_openssl_can_be_named_and_its_options_with_it():
    client = lt.client("curl", "7.60.0", openssl="1.1.1w", security_level=2)
    assert client.checks == lt.client("curl", "7.60.0", openssl="1.1.1w", security_level=2).checks
    assert client.id == "curl 7.60.0 openssl=1.1.1w security_level=2"
    assert (
        client.checks.key_sizes == lt.client("openssl", "1.1.1w", security_level=2).checks.key_sizes
    )


def test_what_it_cannot_be_built_on_is_an_error():
    with pytest.raises(UnknownClientError, match="openssl"):
        lt.client("node", "18.0.0", openssl="4.2")
    with pytest.raises(ClientError, match="no option"):
        lt.client("node", "18.0.0", colour="red")
    with pytest.raises(UnknownClientError, match="node"):
        lt.client("node", "3.0.0")


# -- flags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version", "options", "expected"),
    [
        ("curl", "7.42.0", {"openssl": "1.0.2k"}, "rejected"),
        ("curl", "7.43.0", {"openssl": "1.0.2k"}, "accepted"),
        ("curl", "7.43.0", {"openssl": "1.0.1u"}, "rejected"),
        ("cpython-ssl", "2.7.10", {"openssl": "1.0.2k"}, "accepted"),
        ("cpython-ssl", "2.7.10", {"openssl": "1.0.1u"}, "rejected"),
        ("cpython-ssl", "3.6", {}, "accepted"),
        ("node", "0.10.38", {}, "rejected"),
        ("node", "0.10.39", {}, "accepted"),
        ("node", "0.10.40", {}, "rejected"),
        ("node", "6.6.0", {}, "rejected"),
        ("node", "10.0.0", {}, "accepted"),
    ],
)
def test_a_dead_root_beside_the_good_one(name, version, options, expected):
    """AddTrust: who asks the store first comes through, if OpenSSL can do that at all."""
    rsa_new, rsa_old = root("N", key("rsa2048", 1)), root("O", key("rsa2048", 2))
    ca = rsa_new.intermediate("I", key("rsa2048", 3))
    served = (ca.leaf(HOSTNAME, key("rsa2048", 4)), ca, rsa_old.cross_sign(rsa_new))
    dead = rsa_old.reissue(not_after=DEAD.spec.not_after)
    assert verdict(name, version, served, (dead, rsa_new), **options) == expected


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("curl", "7.67.0", "rejected"),
        ("curl", "7.68.0", "accepted"),
        ("cpython-ssl", "3.12", "rejected"),
        ("cpython-ssl", "3.13", "accepted"),
        ("node", "20.0.0", "rejected"),
    ],
)
def test_an_intermediate_as_the_end_of_a_path(name, version, expected):
    assert verdict(name, version, (LEAF, CA), (CA,)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"leaf": {"aki": None}},
        {"ca": {"aki": None}},
        {"ca": {"ski": None}, "leaf": {"aki": b"\x01" * 20}},
        {"ca": {"key_usage": None}},
        {"ca": {"ca_critical": False}},
        {"top": {"key_usage": None}},
        {"leaf": {"key_usage": frozenset({"key_cert_sign", "digital_signature"})}},
    ],
)
def test_python_3_13_holds_certificates_to_the_profile(changes):
    leaf, ca, top = line(**changes)
    assert verdict("cpython-ssl", "3.12", (leaf, ca), (top,)) == "accepted"
    assert verdict("cpython-ssl", "3.13", (leaf, ca), (top,)) == "rejected"
    outcome = Scene((leaf, ca), (top,)).outcome(lt.client("cpython-ssl", "3.13"))
    assert lt.Code.PROFILE_BROKEN in {finding.code for finding in outcome.findings}
    assert "RFC 5280" in outcome.explain()


def test_a_chain_as_the_profile_wants_it_passes():
    assert verdict("cpython-ssl", "3.13", (LEAF, CA), (NEW,)) == "accepted"
    assert verdict("cpython-ssl", "3.13", (LEAF, CA, CROSS), (OLD,)) == "accepted"


def test_security_level_2_from_python_3_10():
    small = R.intermediate("small", key("rsa1024", 1))
    served = (small.leaf(HOSTNAME, key("rsa2048", 4)), small)
    assert verdict("cpython-ssl", "3.9", served, (R,)) == "accepted"
    assert verdict("cpython-ssl", "3.10", served, (R,)) == "rejected"


# -- host names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version", "san", "hostname", "expected"),
    [
        ("cpython-ssl", "3.6", ("w*.example.test",), HOSTNAME, "accepted"),
        ("cpython-ssl", "3.7", ("w*.example.test",), HOSTNAME, "rejected"),
        ("cpython-ssl", "3.6", ("*.example.test",), HOSTNAME, "accepted"),
        ("cpython-ssl", "2.7.18", ("192.0.2.1",), "192.0.2.1", "rejected"),
        ("cpython-ssl", "3.5", ("192.0.2.1",), "192.0.2.1", "accepted"),
        ("cpython-ssl", "3.11", None, HOSTNAME, "accepted"),
        ("node", "20.0.0", ("w*.example.test",), HOSTNAME, "accepted"),
        ("node", "20.0.0", ("*.test",), "example.test", "rejected"),
        ("node", "12.22.8", ("192.0.2.1",), HOSTNAME, "rejected"),
        ("node", "12.22.9", ("192.0.2.1",), HOSTNAME, "accepted"),
        ("node", "16.13.1", ("192.0.2.1",), HOSTNAME, "rejected"),
        ("node", "16.13.2", ("192.0.2.1",), HOSTNAME, "accepted"),
        ("curl", "8.0.0", ("*.example.test",), HOSTNAME, "accepted"),
        ("curl", "8.0.0", ("w*.example.test",), HOSTNAME, "unknown"),
        ("curl", "8.0.0", ("www.example.org",), "www.example.net", "rejected"),
    ],
)
def test_host_names(name, version, san, hostname, expected):
    leaf, ca, top = line(leaf={"san": san})
    openssl = {"openssl": "1.1.1w"}
    assert verdict(name, version, (leaf, ca), (top,), hostname, **openssl) == expected
