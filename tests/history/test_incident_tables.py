"""What really happened, by client and by what its store held.

Each table is one incident: a chain as it was served, three stores, one moment, and what each
client did.  `ok` accepted it, `x` refused it, `-` was never seen or told.  Leaves of the time are
not in public packages, so each chain is a stand-in with the real names, dates and extensions and
with keys of our own (see `standin`); the tests beside this one use the real certificates as far as
they go.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
import pytest

import legacytrust as lt
from history.standin import hierarchy, leaf_under
from legacytrust.errors import UnknownClientError
from material import example, root, shared_chain, store_of, utc

HOST = "www.example.com"
WORDS = {"ok": lt.Verdict.ACCEPTED, "x": lt.Verdict.REJECTED}


@attrs.frozen
class Incident:
    """A served chain at one moment, and three stores.

    :param served: stand-ins, leaf first.
    :param old: the root that died or left.
    :param new: the root that took its place.
    """

    served: lt.ServedChain
    old: lt.Certificate
    new: lt.Certificate
    at: Any

    def verdicts(self, client: lt.ClientModel) -> tuple[lt.Verdict, ...]:
        """With both roots, with the new one, with the old one."""
        stores = (store_of(self.new, self.old), store_of(self.new), store_of(self.old))
        return tuple(
            lt.simulate(
                self.served, client=client, store=store, at=self.at, hostname=HOST,
                pool=lt.CertificatePool(),
            ).verdict
            for store in stores
        )  # fmt: skip


@cache
def _addtrust() -> Incident:
    issuers = shared_chain("template-sectigo-rsa-dv-usertrust-addtrust").certificates
    old, new = root("687fa4513822"), root("e793c9b02fd8")
    made = hierarchy(*issuers, old, new)
    leaf = leaf_under(issuers[0], HOST, not_before=utc(2020, 4, 20))
    served = (leaf, *(made[c.sha256] for c in issuers))
    return Incident(lt.ServedChain(served), made[old.sha256], made[new.sha256], utc(2020, 6, 1))


@cache
def _dst() -> Incident:
    issuers = example("stackoverflow-2021-12").certificates[1:]
    old, new = root("0687260331a7"), root("96bcec062649")
    made = hierarchy(*issuers, old, new)
    leaf = leaf_under(issuers[0], HOST, not_before=utc(2021, 12, 1))
    served = (leaf, *(made[c.sha256] for c in issuers))
    return Incident(lt.ServedChain(served), made[old.sha256], made[new.sha256], utc(2022, 1, 1))


#: client and versions: store with both roots, with the new one only, with the old one only.
ADDTRUST = """
openssl 0.9.8zh 1.0.0t 1.0.1m 1.0.2 1.0.2a          | x  | x  | x
openssl 1.0.1n 1.0.1t 1.0.1u 1.0.2b 1.0.2k 1.0.2u   | x  | ok | x
openssl+trusted_first 1.0.2 1.0.2k 1.0.2u           | ok | ok | x
openssl 1.1.0 1.1.1 1.1.1w 3.0.19 3.5.8             | ok | ok | x
cpython-ssl 3.6 3.9                                 | ok | ok | x
libressl 2.8.3 3.1.1 3.1.2                          | x  | ok | x
libressl 3.1.3 3.2.1 3.2.2 3.2.4 3.3.5 3.4.0        | ok | ok | x
gnutls 2.12.24 3.0.32 3.1.28 3.3.7                  | x  | x  | x
gnutls 3.3.8 3.4.0 3.5.0 3.6.0 3.6.13               | x  | ok | x
gnutls 3.6.14 3.7.9 3.8.0                           | ok | ok | x
nss-classic 3.36 3.87                               | ok | ok | x
nss-libpkix 3.87                                    | ok | ok | x
mozilla-pkix 52 68 115                              | ok | ok | x
mbedtls 1.1.8                                       | ok | x  | ok
mbedtls 1.2.19 1.3.0 1.3.12 2.0.0                   | x  | x  | x
mbedtls 1.3.13 2.1.0 2.8.0 2.9.0 2.28.3 3.6.0       | ok | ok | x
esp-crt-bundle 4.2 5.2 5.5.5                        | ok | x  | ok
bearssl 0.6                                         | ok | ok | x
wolfssl 5.5.4                                       | x  | x  | x
wolfssl-altchains 5.5.4                             | -  | ok | x
axtls 2.1.5                                         | x  | x  | x
matrixssl 3.8.3 4.3.0                               | -  | x  | -
go 1.4 1.9 1.19 1.22                                | ok | ok | x
java 7 8 11 17                                      | ok | ok | x
node 6.6.0                                          | x  | -  | -
"""
DST_X3 = """
openssl 0.9.8zh 1.0.0t 1.0.1m 1.0.2 1.0.2a          | x  | x  | x
openssl 1.0.1n 1.0.1u 1.0.2b 1.0.2u                 | x  | ok | x
openssl+trusted_first 1.0.2u                        | ok | ok | x
openssl 1.1.0 1.1.1 3.0.19 3.5.8                    | ok | ok | x
libressl 2.8.3 3.1.3 3.2.1 3.2.4 3.2.5 3.3.2 3.3.4  | x  | ok | x
libressl 3.2.2 3.2.3 3.3.0 3.3.1 3.3.5 3.4.0        | ok | ok | x
gnutls 2.12.24 3.0.32 3.1.28 3.3.7                  | x  | x  | x
gnutls 3.3.8 3.4.0 3.6.13                           | x  | ok | x
gnutls 3.6.14 3.7.9                                 | ok | ok | x
nss-classic 3.87                                    | ok | ok | x
nss-libpkix 3.87                                    | ok | ok | x
mozilla-pkix 52 91 115                              | ok | ok | x
mbedtls 1.1.8                                       | ok | x  | ok
mbedtls 1.2.19 1.3.12 2.0.0                         | x  | x  | x
mbedtls 1.3.13 2.1.0 2.16.12 2.28.3 3.6.0           | ok | ok | x
esp-crt-bundle 4.2 5.5.5                            | ok | x  | ok
bearssl 0.6                                         | ok | ok | ok
wolfssl 5.5.4                                       | -  | x  | x
wolfssl-altchains 5.5.4                             | -  | ok | x
axtls 2.1.5                                         | ok | x  | ok
go 1.9 1.19 1.22                                    | ok | ok | x
java 7 8 11 17                                      | ok | ok | ok
"""


def _rows(table: str) -> list[Any]:
    return list(_read(table))


def _read(table: str) -> Iterator[Any]:
    for line in table.strip().splitlines():
        who, *cells = (part.strip() for part in line.split("|"))
        name, *versions = who.split()
        for version in versions:
            yield pytest.param(name, version, tuple(cells), id=f"{name} {version}")


def _client(name: str, version: str) -> lt.ClientModel:
    name, *switches = name.split("+")
    return lt.client(name, version, **dict.fromkeys(switches, True))


def _compare(incident: Incident, name: str, version: str, cells: tuple[str, ...]) -> None:
    found = incident.verdicts(_client(name, version))
    for cell, verdict in zip(cells, found, strict=True):
        if cell != "-":
            assert verdict is WORDS[cell], (cells, found)


@pytest.mark.parametrize(("name", "version", "cells"), _rows(ADDTRUST))
def test_addtrust_2020(name: str, version: str, cells: tuple[str, ...]) -> None:
    _compare(_addtrust(), name, version, cells)


@pytest.mark.parametrize(("name", "version", "cells"), _rows(DST_X3))
def test_dst_root_ca_x3_2021(name: str, version: str, cells: tuple[str, ...]) -> None:
    _compare(_dst(), name, version, cells)


def test_after_the_cross_certificate_ended_nobody_was_left_with_dst_alone() -> None:
    incident = _dst()
    later = attrs.evolve(incident, at=utc(2024, 10, 1))
    for name, version in (("java", "8"), ("bearssl", "0.6")):
        assert incident.verdicts(_client(name, version))[2] is lt.Verdict.ACCEPTED
        assert later.verdicts(_client(name, version))[2] is lt.Verdict.REJECTED


#: Who failed because the dead root or the cross-certificate was there, and what repaired them.
SHORT_CHAIN = """
openssl 0.9.8zh 1.0.1m 1.0.2a 1.0.2u 3.0.19
gnutls 3.3.7 3.6.13 3.7.9
mbedtls 1.2.19 2.0.0 2.28.3
esp-crt-bundle 4.2 5.5.5
wolfssl 5.5.4
axtls 2.1.5
bearssl 0.6
go 1.19
java 8 17
libressl 2.8.3 3.4.0
"""


@pytest.mark.parametrize(
    ("name", "version"),
    [
        pytest.param(name, version, id=f"{name} {version}")
        for name, *versions in map(str.split, SHORT_CHAIN.strip().splitlines())
        for version in versions
    ],
)
def test_the_short_chain_of_2024_works_for_all_who_have_the_new_root(
    name: str, version: str
) -> None:
    incident = _dst()
    short = lt.ServedChain(incident.served.certificates[:2])
    both, new, old = attrs.evolve(incident, served=short).verdicts(_client(name, version))
    assert new is lt.Verdict.ACCEPTED
    assert old is lt.Verdict.REJECTED
    # A store certificate that is expired keeps a wolfSSL store from loading.
    assert both is lt.Verdict.ACCEPTED or name == "wolfssl"


# -- R46: only the young root in the store, and the cross-certificate served ------------------------

ONLY_R46 = """
openssl 0.9.8zh 1.0.0t 1.0.1m 1.0.2a | x
openssl 1.0.1n 1.0.2u 1.1.1w 3.5.8   | ok
gnutls 3.0.32 3.3.7                  | x
gnutls 3.3.8 3.7.9                   | ok
mbedtls 1.2.19 1.3.12 2.0.0          | x
mbedtls 2.28.3                       | ok
esp-crt-bundle 4.2 5.5.5             | x
wolfssl 5.5.4                        | x
axtls 2.1.5                          | x
matrixssl 3.8.3 4.3.0                | x
bearssl 0.6                          | ok
go 1.19                              | ok
java 8 17                            | ok
nss-classic 3.87                     | ok
"""


@cache
def _sectigo() -> Incident:
    issuers = shared_chain("sectigo-sslmate.com-2025-12-cross-usertrust").certificates[1:]
    old, new = root("e793c9b02fd8"), root("7bb647a62aee")
    made = hierarchy(*issuers, old, new)
    leaf = leaf_under(issuers[0], HOST, not_before=utc(2025, 12, 1))
    served = (leaf, *(made[c.sha256] for c in issuers))
    return Incident(lt.ServedChain(served), made[old.sha256], made[new.sha256], utc(2026, 1, 20))


@pytest.mark.parametrize(("name", "version", "cells"), _rows(ONLY_R46))
def test_sectigo_r46_with_the_cross_certificate(
    name: str, version: str, cells: tuple[str, ...]
) -> None:
    both, new, old = _sectigo().verdicts(_client(name, version))
    assert new is WORDS[cells[0]]
    assert old is lt.Verdict.ACCEPTED, "whoever has USERTrust RSA is reached"
    assert both is lt.Verdict.ACCEPTED


# -- GTS and GlobalSign -----------------------------------------------------------------------------


@cache
def _gts() -> Incident:
    issuers = shared_chain("template-gts-we1-r4-globalsign").certificates
    old = root("ebd41040e4bb")
    new = next(
        anchor.certificate
        for anchor in lt.load_catalog().store("android/17").anchors
        if anchor.label == "GTS Root R4"
    )
    assert isinstance(new, lt.Certificate)
    made = hierarchy(*issuers, old, new)
    leaf = leaf_under(issuers[0], HOST, not_before=utc(2026, 1, 1))
    served = (leaf, *(made[c.sha256] for c in issuers))
    return Incident(lt.ServedChain(served), made[old.sha256], made[new.sha256], utc(2026, 1, 20))


@pytest.mark.parametrize(
    ("version", "options", "expected"),
    [("5.5.5", {}, "x"), ("6.0", {}, "x"), ("6.0", {"cross_signed_verify": True}, "ok")],
)
def test_esp_idf_without_globalsign_refuses_what_cloudflare_serves(
    version: str, options: dict[str, bool], expected: str
) -> None:
    client = lt.client("esp-crt-bundle", version, **options)
    assert _gts().verdicts(client)[1] is WORDS[expected]


@pytest.mark.parametrize(
    ("name", "expected"), [("openssl 3.5.8", "x"), ("java 17", "ok"), ("bearssl 0.6", "ok")]
)
def test_globalsign_alone_dies_in_2028(name: str, expected: str) -> None:
    """The root ends 2028-01-28; the cross-certificate with it, so nobody is left."""
    incident = attrs.evolve(_gts(), at=utc(2026, 3, 1))
    assert incident.verdicts(_client(*name.split()))[2] is lt.Verdict.ACCEPTED
    issuers = shared_chain("template-gts-we1-r4-globalsign").certificates
    leaf = leaf_under(issuers[0], HOST, not_before=utc(2028, 1, 1))
    served = lt.ServedChain((leaf, *incident.served.rest))
    dead = attrs.evolve(incident, served=served, at=utc(2028, 2, 1))
    assert dead.verdicts(_client(*name.split()))[2] is lt.Verdict.REJECTED


# -- distrust by date ---------------------------------------------------------------------------------


def _distrusting(client: lt.ClientModel, real: str, standin: lt.Certificate) -> lt.ClientModel:
    """The client, with the stand-in in the place of the real root in its own lists."""
    full = root(real).sha256
    policies = tuple(
        attrs.evolve(policy, anchors=policy.anchors | {standin.sha256})
        if full in policy.anchors else policy
        for policy in client.checks.distrust
    )  # fmt: skip
    return attrs.evolve(client, checks=attrs.evolve(client.checks, distrust=policies))


@pytest.mark.parametrize(
    ("real", "version", "issued", "expected"),
    [
        ("43df5774b03e", "11.0.24", utc(2024, 12, 1), "ok"),
        ("43df5774b03e", "11.0.25", utc(2024, 12, 1), "x"),
        ("43df5774b03e", "11.0.25", utc(2024, 11, 10), "ok"),
        ("43df5774b03e", "17.0.13", utc(2024, 12, 1), "x"),
        ("43df5774b03e", "21.0.5", utc(2024, 12, 1), "x"),
        ("43df5774b03e", "8u431", utc(2024, 12, 1), "x"),
        ("43df5774b03e", "7u441", utc(2024, 12, 1), "x"),
        ("ff856a2d251d", "11.0.2", utc(2019, 5, 1), "ok"),
        ("ff856a2d251d", "11.0.3", utc(2019, 5, 1), "x"),
        ("ff856a2d251d", "11.0.3", utc(2019, 4, 1), "ok"),
    ],
)
def test_java_distrusts_entrust_and_symantec_by_date(
    real: str, version: str, issued: Any, expected: str
) -> None:
    """The leaf is issued by the stand-in of the root itself: real names, dates and policy."""
    made = hierarchy(root(real))[root(real).sha256]
    chain = lt.ServedChain((leaf_under(root(real), HOST, not_before=issued),))
    client = _distrusting(lt.client("java", version), real, made)
    at = utc(issued.year, issued.month + 1 if issued.month < 12 else 12, 20)
    outcome = lt.simulate(chain, client=client, store=store_of(made), at=at, hostname=HOST)
    assert outcome.verdict is WORDS[expected], outcome.explain()


@pytest.mark.parametrize(
    ("version", "issued", "at", "expected"),
    [
        ("ios-12", utc(2017, 11, 1), utc(2020, 2, 24), "ok"),
        ("ios-12", utc(2017, 11, 1), utc(2020, 2, 26), "x"),
        ("ios-12", utc(2018, 1, 1), utc(2018, 9, 1), "x"),
        ("macos-10.15", utc(2017, 11, 1), utc(2020, 2, 26), "x"),
        ("macos-10.13", utc(2018, 1, 1), utc(2018, 9, 1), "ok"),
    ],
)
def test_apple_distrusts_symantec_in_two_steps(
    version: str, issued: Any, at: Any, expected: str
) -> None:
    geotrust = root("ff856a2d251d")
    made = hierarchy(geotrust)[geotrust.sha256]
    chain = lt.ServedChain((leaf_under(geotrust, HOST, not_before=issued, days=850),))
    client = _distrusting(lt.client("sectrust", version), "ff856a2d251d", made)
    outcome = lt.simulate(chain, client=client, store=store_of(made), at=at, hostname=HOST)
    assert outcome.verdict is WORDS[expected], outcome.explain()


@pytest.mark.parametrize(
    ("version", "issued", "expected"),
    [
        ("ios-18.1", utc(2024, 12, 1), "ok"),
        ("ios-18.2", utc(2024, 12, 1), "x"),
        ("ios-18.2", utc(2024, 11, 15), "ok"),
        ("macos-15.5", utc(2024, 12, 1), "x"),
        ("ios-26", utc(2024, 11, 16), "x"),
    ],
)
def test_apple_distrusts_what_entrust_issued_after_2024_11_15(
    version: str, issued: Any, expected: str
) -> None:
    entrust = root("43df5774b03e")
    made = hierarchy(entrust)[entrust.sha256]
    leaf = leaf_under(entrust, HOST, not_before=issued)
    client = _distrusting(lt.client("sectrust", version), "43df5774b03e", made)
    outcome = lt.simulate(
        lt.ServedChain((leaf,)), client=client, store=store_of(made), at=utc(2025, 1, 10),
        hostname=HOST,
    )  # fmt: skip
    if expected == "ok":  # no leaf of ours has timestamps
        assert lt.Code.CA_DISTRUSTED not in {f.code for f in outcome.findings}
    else:
        assert outcome.reason is not None
        assert outcome.reason.code is lt.Code.CA_DISTRUSTED, outcome.explain()


@pytest.mark.parametrize("name", ["openssl 1.1.1w", "gnutls 3.7.9", "go 1.22", "mbedtls 2.28.3"])
def test_who_reads_a_flat_file_distrusts_nobody_by_date(name: str) -> None:
    entrust = root("43df5774b03e")
    made = hierarchy(entrust)[entrust.sha256]
    chain = lt.ServedChain((leaf_under(entrust, HOST, not_before=utc(2024, 12, 1)),))
    outcome = lt.simulate(
        chain, client=_client(*name.split()), store=store_of(made), at=utc(2024, 12, 20),
        hostname=HOST,
    )  # fmt: skip
    assert outcome.verdict is lt.Verdict.ACCEPTED, outcome.explain()


# -- Baltimore, 2025 ----------------------------------------------------------------------------------

BALTIMORE = """
openssl 1.0.2u 1.1.1w 3.5.8 | x
gnutls 3.7.9                | x
nss-classic 3.87            | x
go 1.22                     | x
mbedtls 2.28.3              | x
mbedtls-check_dates 2.28.3  | ok
esp-crt-bundle 5.2          | ok
java 8 17                   | ok
bearssl 0.6                 | ok
axtls 2.1.5                 | ok
"""


@pytest.mark.parametrize(("name", "version", "cells"), _rows(BALTIMORE))
def test_baltimore_cybertrust_after_2025_05_12(
    name: str, version: str, cells: tuple[str, ...]
) -> None:
    baltimore = root("16af57a9f676")
    made = hierarchy(baltimore)[baltimore.sha256]
    chain = lt.ServedChain((leaf_under(baltimore, HOST, not_before=utc(2025, 5, 1)),))
    family, *off = name.split("-check_")
    client = lt.client(family, version, **{f"check_{one}": False for one in off})
    outcome = lt.simulate(
        chain, client=client, store=store_of(made), at=utc(2025, 5, 20), hostname=HOST
    )
    assert outcome.verdict is WORDS[cells[0]], outcome.explain()


def test_every_family_of_the_tables_is_modelled() -> None:
    tables = (ADDTRUST, DST_X3, ONLY_R46, BALTIMORE)
    names = {line.split()[0].split("+")[0] for t in tables for line in t.strip().splitlines()}
    for name in names:
        with pytest.raises(UnknownClientError, match="no model of"):
            lt.client(name.removesuffix("-check_dates"), "0.0.0.0.1")
