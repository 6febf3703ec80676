"""Forty-six chains and nine genuine clients: the models say what was measured.

`native_clients.csv` is a measurement on synthetic chains.  O is an old root, N a new one, X is N
cross-signed by O, I an intermediate under N, L the leaf; `e` marks what has expired.  Keys are
RSA-2048 and hashes SHA-256 unless the case says otherwise.  OpenSSL ran at level 2, the default of
its distribution; mbedTLS and BearSSL were asked through their verification calls, without what
their TLS layers add.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import legacytrust as lt
from forge import AT, Entity, key, root
from forge.certificates import Oid
from material import store_of

with (Path(__file__).parent / "native_clients.csv").open(encoding="utf-8") as _stream:
    ROWS = {row["case"]: row for row in csv.DictReader(_stream)}

CLIENTS = {
    "openssl": lt.client("openssl", "3.0.19", security_level=2),
    "gnutls": lt.client("gnutls", "3.7.9"),
    "nss-classic": lt.client("nss-classic", "3.87"),
    "nss-libpkix": lt.client("nss-libpkix", "3.87"),
    "mbedtls": lt.client("mbedtls", "2.28.3"),
    "wolfssl-altchains": lt.client("wolfssl-altchains", "5.5.4"),
    "bearssl": lt.client("bearssl", "0.6"),
    "go": lt.client("go", "1.19"),
    "java": lt.client("java", "17.0.21"),
}

HOST = "www.host.example"
PAST = {"not_after": AT - timedelta(days=30)}
CA = frozenset({"key_cert_sign", "crl_sign"})
_NUMBERS = {"O": 0, "N": 1, "P": 2, "I": 3, "L": 4, "I2": 5, "J": 6}


def rsa(name: str, kind: str = "rsa2048") -> Any:
    return key(kind, _NUMBERS[name])


O, N, P = (root(name, rsa(name)) for name in "ONP")  # noqa: E741 - the names of the matrix
Oe, Ne = O.reissue(**PAST), N.reissue(**PAST)
X = O.cross_sign(N)
Xe = O.cross_sign(N, **PAST)
XBAD = P.cross_sign(N)
I = N.intermediate("I", rsa("I"))  # noqa: E741
Ie = I.reissue(**PAST)
L = I.leaf(HOST, rsa("L"))
JUNK = P.intermediate("J", rsa("J"))


def line(
    leaf: dict[str, Any] | None = None,
    ca: dict[str, Any] | None = None,
    top: dict[str, Any] | None = None,
    kinds: tuple[str, str] = ("rsa2048", "rsa2048"),
    host: str = HOST,
) -> tuple[list[Entity], list[Entity]]:
    """L and I served, N in the store, with these fields changed; kinds are the keys of I and N."""
    n = root("N", rsa("N", kinds[1]), **(top or {}))
    i = n.intermediate("I", rsa("I", kinds[0]), **(ca or {}))
    return [i.leaf(host, rsa("L"), **(leaf or {})), i], [n]


def _deep() -> tuple[list[Entity], list[Entity]]:
    upper = N.intermediate("I", rsa("I"), path_len=0)
    lower = upper.intermediate("I2", rsa("I2"))
    return [lower.leaf(HOST, rsa("L")), lower, upper], [N]


def _constrained(domain: str, *, critical: bool) -> dict[str, Any]:
    return {"name_constraints": ((domain,), (), critical)}


UNKNOWN = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}

SCENES = {
    "01": ([L, I, Xe], [Oe, N]),
    "02": ([L, I, Xe], [N]),
    "03": ([L, I, X], [Oe, N]),
    "04": ([L, I, X], [N]),
    "05": ([L, I, X], [Oe]),
    "06": ([L, I], [Ne]),
    "07": ([L, I], [Ne, N]),
    "08": ([L, X, I], [O]),
    "09": ([L, JUNK, I], [N]),
    "10": ([L, I, JUNK], [N]),
    "11": ([L, I, I], [N]),
    "12": ([L, L, I], [N]),
    "13": ([L, I, N], [N]),
    "14": ([L, N, I], [N]),
    "15": ([L], [I]),
    "16": ([L, I], [I]),
    "17": ([L], [N]),
    "18": ([L, I, Xe, X], [O]),
    "19": ([L, I, XBAD, X], [O]),
    "20": ([L, Ie], [N]),
    "21": ([L, Ie, I], [N]),
    "22": line(leaf={"digest": "sha1"}),
    "23": line(ca={"digest": "sha1"}),
    "24": line(top={"digest": "sha1"}),
    "25": line(kinds=("rsa1024", "rsa2048")),
    "26": line(kinds=("rsa2048", "rsa1024")),
    "28": line(ca={"eku": (Oid.CLIENT_AUTH,)}),
    "29": line(top={"eku": (Oid.EMAIL_PROTECTION,)}),
    "30": line(leaf={"eku": (Oid.CLIENT_AUTH,)}),
    "31": line(ca=_constrained("other.example", critical=True)),
    "32": line(ca=_constrained("other.example", critical=False)),
    "33": line(ca=_constrained("host.example", critical=True)),
    "34": line(ca=UNKNOWN),
    "35": line(top=UNKNOWN),
    "36": line(ca={"ca": None}),
    "37": line(top={"ca": None, "key_usage": None}),
    "38": _deep(),
    "39": line(leaf={"san": None}),
    "40 inter+root key P-256": line(kinds=("p256", "p256")),
    "40 inter+root key P-384": line(kinds=("p384", "p384")),
    "40 inter+root key P-521": line(kinds=("p521", "p521")),
    "40 inter+root key Ed25519": line(kinds=("ed25519", "ed25519")),
    "41": line(leaf={"digest": "sha384"}),
    "42": line(leaf={"pss": True}),
    "43": line(ca={"eku": (Oid.SERVER_AUTH,), "eku_critical": True}),
    "44": line(leaf={"san": ("*.example",)}, host="host.example"),
}

#: Where the measurement is of less than a TLS client, and what the TLS layer adds.
EXPLAINED = {
    ("40", "wolfssl-altchains"): "it accepts these; see test_wolfssl.py, which asks it",
    ("30", "mbedtls"): "its TLS layer checks the purpose of the leaf (ssl_check_cert_usage)",
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("case", ROWS)
def test_the_models_say_what_was_measured(case: str, client: str) -> None:
    measured = ROWS[case][client]
    if not measured:
        assert case[:2] in ("39", "44"), "only host names were left out"
        return
    served, store = SCENES.get(case) or SCENES[case[:2]]
    host = "host.example" if case.startswith("44") else HOST
    outcome = lt.simulate(
        lt.ServedChain.from_certificates(entity.der for entity in served),
        client=CLIENTS[client],
        store=store_of(*(entity.der for entity in store)),
        at=AT,
        hostname=host if client not in ("nss-classic", "nss-libpkix") else None,
        pool=lt.CertificatePool(),
    )
    if (case[:2], client) in EXPLAINED:
        assert outcome.verdict != measured
        return
    assert outcome.verdict == measured, outcome.explain()


def test_every_case_is_there() -> None:
    assert len(ROWS) == 46
    assert len(SCENES) == len(ROWS)
