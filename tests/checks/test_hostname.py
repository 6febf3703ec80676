"""Which names of a certificate match which host, client by client.

Android: the platform's own host verifiers, as they were measured.  OpenSSL: `X509_check_host` with
its default flags, which the openssl of this machine is asked as well.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from shutil import which

import attrs
import pytest

from certificate.surgery import extension, operate, sequence, tlv
from forge import forge
from legacytrust.certificate import Certificate
from legacytrust.clients import client
from legacytrust.errors import LegacyTrustError
from legacytrust.extensions import Oid
from legacytrust.paths.checks.hostname import matches, normalise
from legacytrust.paths.rules import HostnameRules

NONE: frozenset[str] = frozenset()
CLIENTS = {
    **{
        f"android/{v}": ("android", v)
        for v in ["2.3", "4.0", "4.1", "4.3", "4.4", "6.0", "9", "13"]
    },
    **{f"openssl/{v}": ("openssl", v) for v in ["1.0.2k", "3.0.7"]},
}
ALL = frozenset(CLIENTS)
ANDROID = frozenset(c for c in ALL if c.startswith("android"))
OPENSSL = ALL - ANDROID
CN_ALWAYS = frozenset({"android/2.3", "android/4.0"})
BROKEN_UNDERSCORE = CN_ALWAYS | {"android/4.1"}
PARTIAL = frozenset({"android/4.1", "android/4.3", "android/4.4"})
PREFIX = PARTIAL - {"android/4.4"}
OKHTTP = frozenset({"android/6.0", "android/9", "android/13"})
NO_CN = OKHTTP - {"android/6.0"}


@attrs.frozen
class Names:
    """What a certificate says about its host."""

    cn: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    ip: tuple[bytes, ...] = ()
    mail: tuple[str, ...] = ()
    uri: tuple[str, ...] = ()

    @property
    def certificate(self) -> Certificate:
        return certificate_of(self)


@cache
def certificate_of(names: Names) -> Certificate:
    subject = tuple(("common_name", cn) for cn in names.cn)
    entries = (
        *(tlv(0x82, name.encode()) for name in names.dns),
        *(tlv(0x87, address) for address in names.ip),
        *(tlv(0x81, address.encode()) for address in names.mail),
        *(tlv(0x86, uri.encode()) for uri in names.uri),
    )
    san = extension(Oid.SUBJECT_ALT_NAME, sequence(*entries)) if entries else b""
    der = forge(subject or (("organization_name", "Acme"),))
    return Certificate.from_der(operate(der, extensions=tlv(0xA3, sequence(san)) if san else b""))


def cn(*names: str) -> Names:
    return Names(cn=names)


def san(*names: str) -> Names:
    return Names(dns=names)


WWW, BARE, DEEP = "www.example.test", "example.test", "a.b.example.test"
IPV4, IPV6 = bytes([192, 0, 2, 1]), bytes.fromhex("20010db8" + "00" * 11 + "01")
STAR = "*.example.test"

TABLE: tuple[tuple[str, Names, str, frozenset[str]], ...] = (
    # -- exact names
    ("the same name", san(WWW), WWW, ALL),
    ("letter case", san("WWW.Example.TEST"), WWW, ALL),
    ("another name", san("other.example.test"), WWW, NONE),
    ("a name that only ends like it", san("w.example.test"), "ww.example.test", NONE),
    ("one of several names", san("a.test", WWW, "b.test"), WWW, ALL),
    ("no name at all", Names(), WWW, NONE),
    ("an empty name", san(""), WWW, NONE),
    ("a trailing dot in the SAN", san(WWW + "."), WWW, OKHTTP),
    ("two trailing dots in the SAN", san(WWW + ".."), WWW, NONE),
    ("a wildcard with a trailing dot", san(STAR + "."), WWW, OKHTTP),
    ("a NUL after the name", san(WWW + "\0.evil.test"), WWW, NONE),
    ("a host of one label", san("localhost"), "localhost", ALL),
    # -- common name
    ("CN without SAN", cn(WWW), WWW, ALL - NO_CN),
    ("CN beside another DNS name", Names((WWW,), ("other.test",)), WWW, CN_ALWAYS),
    ("CN beside an address", Names((WWW,), ip=(IPV4,)), WWW, ALL - NO_CN),
    ("CN beside a mail address", Names((WWW,), mail=("a@b.test",)), WWW, ALL - NO_CN),
    ("other CN beside the right SAN", Names(("other.test",), (WWW,)), WWW, ALL),
    ("the last of two CNs", cn("other.test", WWW), WWW, ALL - NO_CN),
    ("the first of two CNs", cn(WWW, "other.test"), WWW, OPENSSL),
    ("a wildcard as CN", cn(STAR), WWW, ALL - NO_CN),
    ("letter case in the CN", cn("WWW.EXAMPLE.test"), WWW, ALL - NO_CN),
    # -- wildcards
    ("one label", san(STAR), WWW, ALL),
    ("two labels", san(STAR), DEEP, CN_ALWAYS),
    ("no label", san(STAR), BARE, PARTIAL),
    ("a host that begins with the name", san(STAR), "example.test.evil.test", PREFIX),
    ("a host that merely contains the name", san(STAR), "x.example.test.evil.test", NONE),
    ("one label below the star", san("*.test"), BARE, ANDROID - {"android/4.0"}),
    ("one label below the star, deep", san("*.test"), WWW, frozenset({"android/2.3"})),
    ("the beginning of a label", san("w*.example.test"), WWW, PARTIAL | OPENSSL),
    ("the end of a label", san("*w.example.test"), WWW, PARTIAL | OPENSSL),
    ("a star for nothing", san("www*.example.test"), WWW, PARTIAL | OPENSSL),
    ("a part that does not fit", san("x*.example.test"), WWW, NONE),
    ("a part, but a label too many", san("a*.example.test"), DEEP, NONE),
    ("a star not in the first label", san("www.*.test"), WWW, NONE),
    ("two stars", san("*.*.test"), WWW, NONE),
    ("two stars in a label", san("w**.example.test"), WWW, NONE),
    ("nothing but a star", san("*"), WWW, NONE),
    ("nothing but a star, one label", san("*"), "localhost", NONE),
    ("a star and a dot", san("*."), WWW, PREFIX),
    ("a star for an A-label", san(STAR), "xn--bcher-kva.example.test", ALL),
    # -- names that old readers of the SAN cannot read
    ("an underscore", san("a_b.example.test"), "a_b.example.test", ALL - BROKEN_UNDERSCORE),
    ("an underscore beside it", san(WWW, "a_b.test"), WWW, ALL - BROKEN_UNDERSCORE),
    ("an underscore, and the CN", Names((WWW,), (WWW, "a_b.test")), WWW, ALL),
    ("an underscore, and only the CN", Names((WWW,), ("a_b.test",)), WWW, BROKEN_UNDERSCORE),
    ("a leading hyphen beside it", san(WWW, "-a.test"), WWW, ALL - BROKEN_UNDERSCORE),
    ("a hyphen before a dot beside it", san(WWW, "a-.test"), WWW, ALL - BROKEN_UNDERSCORE),
    ("an empty label beside it", san(WWW, "a..test"), WWW, ALL - BROKEN_UNDERSCORE),
    ("a partial wildcard beside it", san(WWW, "a*.test"), WWW, ALL - CN_ALWAYS),
    ("a wildcard beside it", san(WWW, "*.other.test"), WWW, ALL),
    ("a URI without a colon", Names(dns=(WWW,), uri=("x",)), WWW, ALL - BROKEN_UNDERSCORE),
    ("a URI", Names(dns=(WWW,), uri=("https://x.test",)), WWW, ALL),
    ("an unreadable SAN takes addresses along",
     Names(dns=("a_b.test",), ip=(IPV4,)), "192.0.2.1", ALL - BROKEN_UNDERSCORE),
    # -- addresses
    ("an address in the SAN", Names(ip=(IPV4,)), "192.0.2.1", ALL - CN_ALWAYS),
    ("another address", Names(ip=(IPV4,)), "192.0.2.2", NONE),
    ("a long address in the SAN", Names(ip=(IPV6,)), "2001:db8::1", ALL - CN_ALWAYS),
    ("an address as DNS name", san("192.0.2.1"), "192.0.2.1", CN_ALWAYS),
    ("an address as CN", cn("192.0.2.1"), "192.0.2.1", CN_ALWAYS),
    ("an address below a wildcard", san("*.0.2.1"), "192.0.2.1", NONE),
    ("a host where there is only an address", Names(ip=(IPV4,)), WWW, NONE),
    ("an address with a mask", Names(ip=(IPV4 + b"\xff" * 4,)), "192.0.2.1", NONE),
    # -- stars that some are careful about
    ("a star in the middle of a label", san("f*o.example.test"), "foo.example.test", PARTIAL),
    ("a star in an A-label", san("xn--*.example.test"), "xn--a.example.test", PARTIAL),
    ("a part of an A-label", san("x*.example.test"), "xn--a.example.test", PARTIAL),
    ("an underscore below a star", san(STAR), "a_b.example.test", ANDROID),
    ("a second level of a country", san("*.co.uk"), "shop.co.uk", ALL - CN_ALWAYS),
)  # fmt: skip


def rules_of(name: str) -> HostnameRules:
    return client(*CLIENTS[name]).checks.hostname


@pytest.mark.parametrize("device", CLIENTS)
@pytest.mark.parametrize(
    ("names", "host", "accepting"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE]
)
def test_a_client_matches_as_measured(
    device: str, names: Names, host: str, accepting: frozenset[str]
) -> None:
    assert matches(names.certificate, normalise(host), rules_of(device)) is (device in accepting)


@pytest.mark.skipif(which("openssl") is None, reason="there is no openssl on this machine")
def test_the_table_says_of_openssl_what_openssl_says(tmp_path: Path) -> None:
    wrong = []
    for title, names, host, accepting in TABLE:
        (tmp_path / "leaf.der").write_bytes(names.certificate.der)
        option = "-checkip" if host[-1].isdigit() else "-checkhost"
        command = ["openssl", "x509", "-inform", "DER", "-in", "leaf.der", "-noout", option, host]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=30, check=False)
        accepted = b"does match" in done.stdout
        if accepted is not ("openssl/3.0.7" in accepting):
            wrong.append((title, accepted, done.stdout))
    assert wrong == []


class TestNormalise:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("www.example.test", "www.example.test"),
            (" WWW.Example.Test. ", "www.example.test"),
            ("a_b.example.test", "a_b.example.test"),
            ("Bücher.example.test", "xn--bcher-kva.example.test"),
            ("bücher。example。test", "xn--bcher-kva.example.test"),
            ("XN--bcher-kva.example.test", "xn--bcher-kva.example.test"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("2001:DB8:0::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
        ],
    )
    def test_a_host_name_has_one_form(self, given: str, expected: str) -> None:
        assert normalise(given) == expected
        assert normalise(expected) == expected

    @pytest.mark.parametrize(
        "given",
        [
            "",
            " ",
            ".",
            "..",
            "a..b",
            ".example.test",
            "https://www.example.test",
            "www.example.test/path",
            "www.example.test:443",
            "[2001:db8::1]:443",
            "[www.example.test]",
            "*.example.test",
            "two words.test",
            "nul\0.test",
            "-a.test",
            "a-.test",
            "a" * 64 + ".test",
            ".".join(["a" * 50] * 6),
            "\ud800.test",
            "\u0378.test",
            "☃" * 300,
        ],
    )
    def test_what_is_no_host_name_is_refused(self, given: str) -> None:
        with pytest.raises(LegacyTrustError, match="is no host name"):
            normalise(given)
