"""What genuine clients were measured to do on synthetic chains, fact by fact.

Each fact is a chain, a store, and who accepted and who refused it.  O is an old root, N a new one,
X is N cross-signed by O, I an intermediate under N, L the leaf; `e` marks what has expired.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import AT, Entity, key, root
from forge.certificates import IssuerSerial, Oid
from material import store_of

HOST = "www.example.test"
PAST = {"not_after": AT - timedelta(days=30)}

#: Short names of the genuine clients that were run.
MEASURED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "0.9.8e": ("openssl", "0.9.8e", {"sha2": True}),
    "0.9.8e-": ("openssl", "0.9.8e", {}),
    "1.0.0m": ("openssl", "1.0.0m", {}),
    "1.0.1e": ("openssl", "1.0.1e", {}),
    "1.0.1m": ("openssl", "1.0.1m", {}),
    "1.0.1u": ("openssl", "1.0.1u", {}),
    "1.0.2c": ("openssl", "1.0.2c", {}),
    "1.0.2k": ("openssl", "1.0.2k", {}),
    "1.0.2k-tf": ("openssl", "1.0.2k", {"trusted_first": True}),
    "1.0.2k-na": ("openssl", "1.0.2k", {"no_alt_chains": True}),
    "1.0.2s": ("openssl", "1.0.2s", {}),
    "1.1.0h": ("openssl", "1.1.0h", {}),
    "1.1.1g": ("openssl", "1.1.1g", {}),
    "1.1.1w": ("openssl", "1.1.1w", {}),
    "1.1.1w-pc": ("openssl", "1.1.1w", {"partial_chain": True}),
    "3.0.19": ("openssl", "3.0.19", {}),
    "3.5.8": ("openssl", "3.5.8", {}),
    "boring": ("boringssl", "android-13", {}),
    "gnutls36": ("gnutls", "3.6.10", {}),
    "gnutls37": ("gnutls", "3.7.9", {}),
    "nss": ("nss-classic", "3.87", {}),
    "libpkix": ("nss-libpkix", "3.87", {}),
    "mbed216": ("mbedtls", "2.16.12", {}),
    "mbed228": ("mbedtls", "2.28.8", {}),
    "bearssl": ("bearssl", "0.6", {}),
    "wolfssl": ("wolfssl-altchains", "5.5.4", {}),
    "java11": ("java", "11.0.5", {}),
    "java17": ("java", "17.0.21", {}),
    "go": ("go", "1.19", {}),
    "go127": ("go", "1.27", {}),
    "webpki": ("webpki", "0.103", {}),
}
OLD = "0.9.8e 1.0.0m 1.0.1e 1.0.1m"
ALTERNATIVES = "1.0.1u 1.0.2c 1.0.2k 1.0.2s"
MODERN = "1.1.0h 1.1.1g 1.1.1w 3.0.19 3.5.8"
OPENSSL = f"{OLD} {ALTERNATIVES} {MODERN}"
MBED = "mbed216 mbed228"
JAVA = "java11 java17"
GO = "go go127"
NSS = "nss libpkix"
OTHERS = f"gnutls37 {NSS} {MBED} bearssl wolfssl {JAVA} {GO} webpki"


@cache
def client(short: str) -> lt.ClientModel:
    name, version, options = MEASURED[short]
    return lt.client(name, version, **options)


@attrs.frozen
class Fact:
    """What was measured.

    :param what: the number in our notes, and what it shows.
    :param served: what the server sent, leaf first.
    :param store: what the client trusted.
    :param accepted: who accepted it.
    :param refused: who refused it.
    :param host: the name that was connected to; empty to leave it out.
    """

    what: str
    served: Sequence[Entity]
    store: Sequence[Entity]
    accepted: str = ""
    refused: str = ""
    host: str = ""


#: RSA, since the oldest library knows no elliptic curves; few pairs, since making them takes time.
_KEYS = {name: key("rsa2048", n) for n, name in enumerate(("O", "N", "P", "I", "I2", "J", "leaf"))}


def trunk(name: str, **fields: Any) -> Entity:
    """A root."""
    return root(name, fields.pop("key", None) or _KEYS[name], **fields)


def branch(issuer: Entity, name: str, **fields: Any) -> Entity:
    """An intermediate."""
    return issuer.intermediate(name, fields.pop("key", None) or _KEYS[name], **fields)


def server(issuer: Entity, **fields: Any) -> Entity:
    """A leaf."""
    return issuer.leaf(HOST, _KEYS["leaf"], **fields)


O, N, P = trunk("O"), trunk("N"), trunk("P")  # noqa: E741 - the names of the measurements
Oe, Ne = O.reissue(**PAST), N.reissue(**PAST)
X, Xe, XP = O.cross_sign(N), O.cross_sign(N, **PAST), P.cross_sign(N)
I = branch(N, "I")  # noqa: E741
Ie = I.reissue(**PAST)
I_BY_P = P.cross_sign(I)
L = server(I)
LONELY = root(
    HOST, _KEYS["leaf"], ca=False, key_usage=frozenset({"digital_signature"}), san=(HOST,)
)
JUNK = branch(P, "J")
LOW = branch(I, "I2")
LOW_LEAF = server(LOW)
OTHER_N = trunk("N", key=_KEYS["J"], label="N~", serial=77)
NO_IDS = {"ski": None, "aki": None}
BARE_N, BARE_OTHER = N.reissue(ski=None), OTHER_N.reissue(ski=None)
BARE_I = branch(N, "I", **NO_IDS)
BARE_L = server(BARE_I, **NO_IDS)
AHEAD = {"not_before": AT + timedelta(hours=23), "not_after": AT + timedelta(days=90)}
TOO_FAR = {"not_before": AT + timedelta(hours=25), "not_after": AT + timedelta(days=90)}


def deep(count: int) -> tuple[list[Entity], list[Entity]]:
    """A leaf under this many intermediates."""
    made = [trunk("Deep", key=_KEYS["P"])]
    for number in range(count):
        # wolfSSL keeps no two signers with one key.
        made.append(branch(made[-1], f"Deep {number}", key=key("rsa2048", 100 + number)))
    return [server(made[-1]), *reversed(made[1:])], made[:1]


def under(
    leaf: Any = (), ca: Any = (), top: Any = (), kind: str = "rsa2048"
) -> tuple[list[Entity], list[Entity]]:
    """L and I served and N in the store, with these fields changed; I's key of this kind."""
    n = trunk("N", **dict(top))
    i = branch(n, "I", key=key(kind, _KEYS["I"].number), **dict(ca))
    return [server(i, **dict(leaf)), i], [n]


def _self_issued() -> tuple[list[Entity], list[Entity]]:
    """N (pathLen 1) over a key rollover of I: two certificates of one name below pathLen 0."""
    upper = branch(N, "I", path_len=0)
    rolled = branch(upper, "I", key=_KEYS["J"], label="I-new")
    return [server(rolled), rolled, upper], [N]


FACTS = [
    Fact("1: the cross-certificate breaks who has only the new root",
         [L, I, X], [N], refused=f"{OLD} 1.0.2k-na", accepted=f"{ALTERNATIVES} {MODERN}"),
    Fact("1: without it they succeed", [L, I], [N], accepted=f"{OPENSSL} 1.0.2k-na {OTHERS}"),
    Fact("1: the new root served as well does not help", [L, I, X, N], [N],
         refused=f"{OLD} 1.0.2k-na"),
    Fact("2: a dead old root in the store", [L, I, X], [Oe, N],
         refused=f"{OLD} {ALTERNATIVES} gnutls36", accepted=f"1.0.2k-tf {MODERN} {OTHERS}"),
    Fact("2: and after the new one", [L, I, X], [N, Oe],
         refused=f"{OLD} {ALTERNATIVES} gnutls36", accepted=f"1.0.2k-tf {MODERN} {OTHERS}"),
    Fact("2: a dead cross-certificate", [L, I, Xe], [N, O],
         refused=f"{OLD} {ALTERNATIVES} wolfssl",
         accepted=f"1.0.2k-tf {MODERN} {OTHERS.replace(' wolfssl', '')}"),
    Fact("4: GnuTLS with the new root only", [L, I, X], [N], accepted="gnutls36 gnutls37"),
    Fact("5: two cross-certificates, the dead one first", [L, I, Xe, XP], [P],
         refused=f"{OLD} {ALTERNATIVES} boring gnutls36 gnutls37 bearssl",
         accepted=f"{MODERN} {MBED} {JAVA} {GO} {NSS} webpki"),
    Fact("5: the first one live but leading nowhere", [L, I, X, XP], [P],
         refused=f"{OPENSSL} boring gnutls36 gnutls37 {MBED} bearssl",
         accepted=f"{JAVA} {GO} {NSS} webpki"),
    Fact("6: the new root served before its cross-certificate", [L, I, N, X], [O],
         refused=f"{OPENSSL} boring", accepted="gnutls37 nss libpkix go go127 webpki java17"),
    Fact("7: the expired copy of a root first in the store", [L, I], [Ne, N],
         refused=f"{OLD} {ALTERNATIVES} boring", accepted=f"{MODERN} {OTHERS}"),
    Fact("7: and last", [L, I], [N, Ne], accepted=f"{OPENSSL} boring {OTHERS}"),
    Fact("8: a fresh intermediate in the store", [L, Ie], [I, N],
         refused=f"{OLD} {ALTERNATIVES} gnutls36 wolfssl", accepted=f"{MODERN} 1.0.2k-tf"),
    Fact("9: nothing but the intermediate in the store", [L, I], [I],
         refused=f"{OPENSSL} boring", accepted=f"1.1.1w-pc {OTHERS}"),
    Fact("9: a pinned self-signed leaf that is no CA", [LONELY], [LONELY],
         refused=f"{NSS} boring 1.1.0h 1.1.1g", accepted=f"1.1.1w 3.0.19 3.5.8 {GO} {JAVA}"),
    Fact("10: intermediates swapped", [LOW_LEAF, I, LOW], [N],
         refused=f"{MBED} bearssl wolfssl",
         accepted=f"{OPENSSL} gnutls36 gnutls37 {NSS} {JAVA} {GO} webpki"),
    Fact("10: a stranger in the middle", [L, JUNK, I], [N], refused="bearssl",
         accepted=f"{OPENSSL} gnutls37 {NSS} {MBED} wolfssl {JAVA} {GO} webpki"),
    Fact("10: the root before the intermediate", [L, N, I], [N], refused="bearssl",
         accepted=f"{OPENSSL} gnutls37 {NSS} {MBED} wolfssl {JAVA} {GO} webpki"),
    Fact("10: the leaf twice", [L, L, I], [N], refused="bearssl",
         accepted=f"{OPENSSL} gnutls37 {NSS} {MBED} wolfssl {JAVA} {GO} webpki"),
    Fact("11: an expired root that nobody needs", [L, I, Ne], [N], refused="wolfssl",
         accepted=f"{MODERN} {JAVA} {GO} {NSS} webpki"),
    Fact("12: 6 intermediates", *deep(6), accepted=f"{OPENSSL} {OTHERS}"),
    Fact("12: 8 intermediates", *deep(8), refused="webpki",
         accepted=f"{OPENSSL} {MBED} wolfssl {JAVA} gnutls37 {NSS} bearssl {GO}"),
    Fact("12: 9 intermediates", *deep(9), refused=f"0.9.8e {MBED} wolfssl webpki",
         accepted=f"1.0.2k {MODERN} {JAVA} gnutls37 {NSS} bearssl {GO}"),
    Fact("12: 10 intermediates", *deep(10), refused="java17",
         accepted=f"1.0.2k {MODERN} java11 gnutls37 {NSS} bearssl {GO}"),
    Fact("12: 12 intermediates", *deep(12), accepted=f"{MODERN} java11 gnutls37 {NSS} bearssl"),
    Fact("12: 16 intermediates", *deep(16), refused="gnutls37",
         accepted=f"{MODERN} java11 {NSS} bearssl {GO}"),
    Fact("12: 20 intermediates", *deep(20), refused="nss",
         accepted=f"1.0.2k {MODERN} boring java11 libpkix bearssl {GO}"),
    Fact("13: an expired root and no other", [L, I], [Ne],
         accepted=f"{JAVA} bearssl webpki",
         refused=f"{OPENSSL} boring gnutls36 gnutls37 {NSS} {MBED} {GO} wolfssl"),
    Fact("14: a leaf that begins in 23 hours", *under(leaf=AHEAD), accepted=NSS,
         refused=f"{OPENSSL} gnutls37 {MBED} bearssl {JAVA} {GO} webpki"),
    Fact("14: a leaf that begins in 25 hours", *under(leaf=TOO_FAR), refused=NSS),
    Fact("15: SHA-2 without its registration", *under(), refused="0.9.8e-", accepted="0.9.8e"),
    Fact("15: a PSS signature", *under(leaf={"pss": True}),
         refused="0.9.8e 1.0.0m 1.1.0h bearssl",
         accepted="1.0.1e 1.0.1m 1.0.1u 1.0.2k 1.0.2s 1.1.1g 1.1.1w 3.0.19 3.5.8"),
    Fact("16: a SHA-1 leaf", *under(leaf={"digest": "sha1"}),
         refused=f"3.0.19 3.5.8 gnutls36 gnutls37 {MBED} {GO} webpki",
         accepted=f"{OLD} {ALTERNATIVES} 1.1.0h 1.1.1w boring {NSS} bearssl wolfssl {JAVA}"),
    Fact("16: a SHA-1 intermediate", *under(ca={"digest": "sha1"}),
         refused=f"3.0.19 3.5.8 gnutls36 gnutls37 {MBED} {GO} webpki",
         accepted=f"{OLD} {ALTERNATIVES} 1.1.0h 1.1.1w boring {NSS} bearssl wolfssl {JAVA}"),
    Fact("16: a root with SHA-1", *under(top={"digest": "sha1"}), accepted=f"{OPENSSL} {OTHERS}"),
    Fact("16: MD5", *under(ca={"digest": "md5"}), refused=MODERN, accepted=f"{OLD} 1.0.2k boring"),
    Fact("16: RSA-1024", *under(kind="rsa1024"), refused=f"3.5.8 {MBED} webpki",
         accepted=f"{OLD} 1.0.2k 1.1.1w 3.0.19 gnutls37 {NSS} bearssl wolfssl {JAVA} go"),
    Fact("17: critical name constraints that permit the name",
         *under(ca={"name_constraints": (("example.test",), (), True)}),
         refused=f"0.9.8e {MBED} bearssl",
         accepted=f"1.0.0m 1.0.2k {MODERN} gnutls37 {NSS} wolfssl {JAVA} {GO} webpki", host=HOST),
    Fact("17: optional name constraints that forbid the name",
         *under(ca={"name_constraints": (("example.org",), (), False)}),
         accepted=f"0.9.8e {MBED} bearssl",
         refused=f"1.0.0m 1.0.2k {MODERN} gnutls37 {NSS} wolfssl {JAVA} {GO} webpki", host=HOST),
    Fact("17: constraints of the root itself",
         *under(top={"name_constraints": (("example.org",), (), False)}),
         accepted=f"{JAVA} bearssl", refused=f"1.0.2k {MODERN}"),
    Fact("17: a leaf with a CN only escapes",
         *under(leaf={"san": None}, ca={"name_constraints": (("example.org",), (), True)}),
         accepted="1.0.0m 1.0.1u 1.0.2k", refused="1.1.0h 1.1.1w 3.5.8"),
    Fact("18: an intermediate for any purpose", *under(ca={"eku": (Oid.ANY_EKU,)}),
         refused=f"{OPENSSL} boring {NSS} gnutls37 webpki"),
    Fact("18: a leaf for step-up only",
         *under(leaf={"eku": (Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC)}),
         accepted=f"{OPENSSL} {NSS} {JAVA}", refused="boring"),
    Fact("18: an intermediate for clients", *under(ca={"eku": (Oid.CLIENT_AUTH,)}),
         accepted=f"{NSS} {MBED} bearssl wolfssl {JAVA}", refused=f"{OPENSSL} {GO} webpki"),
    Fact("18: a leaf for clients", *under(leaf={"eku": (Oid.CLIENT_AUTH,)}), accepted="bearssl",
         refused=f"{OPENSSL} {GO} {JAVA} webpki {NSS} wolfssl gnutls37"),
    Fact("19: an intermediate with keyCertSign alone", *under(ca={"ca": None}),
         accepted=f"{OLD} {ALTERNATIVES}", refused=f"{MODERN} {GO} {JAVA}"),
    Fact("19: pathLen of the root", *under(top={"path_len": 0}),
         accepted=f"{OLD} {ALTERNATIVES} 1.1.0h boring {JAVA} bearssl wolfssl webpki",
         refused="1.1.1g 1.1.1w 3.0.19 3.5.8"),
    Fact("19: self-issued intermediates are counted", *_self_issued(),
         refused=f"gnutls37 {MBED} bearssl {GO} webpki 0.9.8e", accepted="1.0.2k 1.1.1w 3.5.8"),
    Fact("20: the issuer's name as another type of string",
         *under(ca={"issuer_string_type": "printable"}),
         refused=f"0.9.8e gnutls37 {NSS} bearssl wolfssl {GO} webpki",
         accepted=f"1.0.0m 1.0.2k {MODERN} boring {JAVA} {MBED}"),
    Fact("21: a wrong key identifier in the intermediate", *under(ca={"aki": b"\x02" * 20}),
         refused=f"{OPENSSL} boring gnutls37 {NSS} {JAVA} wolfssl",
         accepted=f"{MBED} bearssl {GO} webpki"),
    Fact("21: the serial number of the root's old issue",
         [L, branch(N, "I", aki=IssuerSerial("N", 12345), ski=True)], [N],
         refused=f"{OPENSSL} boring {JAVA}",
         accepted=f"gnutls37 {MBED} bearssl {GO} webpki"),
    Fact("22: two roots of one name without key identifiers, the wrong one first",
         [BARE_L, BARE_I], [BARE_OTHER, BARE_N], refused=f"{OPENSSL} boring"),
    Fact("22: the wrong one last",
         [BARE_L, BARE_I], [BARE_N, BARE_OTHER], refused="gnutls37 nss", accepted=OPENSSL),
    Fact("22: with key identifiers", [L, I], [OTHER_N, N], accepted=f"{OPENSSL} boring {OTHERS}"),
    Fact("23: a common name alone", *under(leaf={"san": None}), host=HOST,
         accepted=f"1.0.2k {MODERN} gnutls37 {JAVA} {MBED} bearssl wolfssl",
         refused=f"{GO} webpki"),
    Fact("23: an address as an address", *under(leaf={"san": ("192.0.2.1",)}), host="192.0.2.1",
         refused=f"{MBED} bearssl", accepted=f"1.0.2k {MODERN} gnutls37 {JAVA} {GO} webpki"),
    Fact("23: a star in the middle", *under(leaf={"san": ("www.*.test",)}), host=HOST,
         accepted=f"{JAVA} wolfssl", refused=f"{MODERN} {GO} {MBED} bearssl webpki"),
    Fact("23: part of a label", *under(leaf={"san": ("w*.example.test",)}), host=HOST,
         accepted=f"1.0.2k {MODERN}", refused=f"webpki {GO} bearssl {MBED}"),
    Fact("24: a broken self-signature of the root", *under(top={"bad_signature": True}),
         accepted=f"1.0.0m {ALTERNATIVES} {MODERN} {OTHERS}"),
    Fact("N1: an expired root, in order up to it", [L, I], [Ne], accepted="java17"),
    Fact("N1: and out of order", [LOW_LEAF, I, LOW], [Ne], refused="java17"),
    Fact("N1: and with a surplus certificate", [L, I, JUNK], [Ne], refused="java17"),
    Fact("N2: a dead intermediate before its live twin, below a cross-certificate",
         [L, Ie, X, I], [N], refused="java17"),
    Fact("N3: an intermediate in the store whose issuer is not there",
         [LOW_LEAF, LOW, I, N], [LOW, O], refused=f"{MODERN} 1.0.2k-tf boring",
         accepted="1.1.1w-pc nss libpkix java17 go webpki"),
    Fact("N4: a dead copy of the root shadows a live cross-certificate", [L, I, X], [Ne, O],
         refused=f"{MODERN} 1.1.1w-pc 1.0.2k-tf boring {MBED}",
         accepted=f"1.0.0m 1.0.1m 1.0.2k gnutls37 {NSS} bearssl {JAVA} {GO} webpki"),
    Fact("N5: GnuTLS forgives one surplus certificate above the anchor", [L, I, X], [N],
         accepted="gnutls37"),
    Fact("N5: not two", [L, I, X, P.cross_sign(O)], [N], refused="gnutls37"),
    Fact("N6: extensions of what comes from the store are not looked at",
         [L], [N, branch(N, "I", ca=False)],
         accepted=f"{OLD} {ALTERNATIVES} boring", refused=MODERN),
    Fact("N6: nor its purpose", [L], [N, branch(N, "I", eku=(Oid.EMAIL_PROTECTION,))],
         accepted=f"{OLD} {ALTERNATIVES} boring", refused=MODERN),
    Fact("N7: a candidate that may not sign is passed over",
         [L, branch(N, "I", key_usage=frozenset({"crl_sign"})), I], [N],
         accepted=f"{OLD} {ALTERNATIVES} 1.1.0h 1.1.1g boring {NSS}",
         refused="1.1.1w 3.0.19 3.5.8"),
    Fact("N9: mbedTLS fails on what it cannot read, needed or not",
         [L, I, branch(P, "J", name_constraints=(("example.test",), (), True))], [N],
         refused=MBED, accepted=f"{MODERN} {GO}"),
    Fact("N9: also in the store",
         [L, I], [N, trunk("Q", key=_KEYS["J"], extra_extensions=((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),))],
         refused=MBED, accepted=f"{MODERN} {GO}"),
    Fact("N10: a surplus certificate after what is needed", [L, I, JUNK], [N], accepted="bearssl"),
    Fact("N10: the cross-certificate sent first", [L, X, I], [N], refused="bearssl",
         accepted=f"{MODERN} {GO} java17 {NSS}"),
    Fact("N11: an issuer without keyCertSign", *under(ca={"key_usage": frozenset({"crl_sign"})}),
         accepted="webpki", refused=f"{OPENSSL} {JAVA}"),
    Fact("N12: a stray cross-certificate in the store defeats 1.0.1u",
         [L, I, O.cross_sign(N)], [N, P.cross_sign(O)], refused="1.0.1u", accepted="1.0.2k"),
]  # fmt: skip

CASES = [
    pytest.param(fact, short, accepted, id=f"{fact.what} [{short}]")
    for fact in FACTS
    for names, accepted in ((fact.accepted, True), (fact.refused, False))
    for short in names.split()
]


@pytest.mark.parametrize(("fact", "short", "accepted"), CASES)
def test_the_model_says_what_was_measured(fact: Fact, short: str, accepted: bool) -> None:
    outcome = lt.simulate(
        lt.ServedChain.from_certificates(entity.der for entity in fact.served),
        client=client(short),
        store=store_of(*(entity.der for entity in fact.store)),
        at=AT,
        hostname=fact.host or None,
        pool=lt.CertificatePool(),
    )
    # What was measured must be refused; where it was accepted, a gap in the tables may show.
    expected = lt.Verdict.ACCEPTED if accepted else lt.Verdict.REJECTED
    assert outcome.verdict is expected, outcome.explain()
