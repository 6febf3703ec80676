"""The great incidents on Java, iOS and macOS: each device class by its list and its client.

Every table tells how a chain fared, as one line for a run of device classes of one outcome: the
verdict, and the root in which the path ends or the reason why it does not.
"""

from __future__ import annotations

from datetime import datetime

import pytest

import legacytrust as lt
from history.runs import check, told
from material import example, shared_chain, utc

JAVA = "oracle-java, openjdk, temurin, corretto"
#: Later ones ask more of a leaf than an issuing CA that stands in for one can give.
APPLE_OLD = "ios<=11.4.1, macos<=10.14"


ADDTRUST_JAVA = {
    utc(2020, 5, 1): """
        corretto 8u222 - 8u402 accepted: COMODO RSA Certification Authority
        openjdk 8u222 - 11.0.7-zulu accepted: COMODO RSA Certification Authority
        oracle-java 6u45 - 8u5 accepted: AddTrust External CA Root
        oracle-java 8u51 - 17.0.3.1 accepted: COMODO RSA Certification Authority
        temurin 11.0.10 - 21.0.8 accepted: COMODO RSA Certification Authority
    """,
    utc(2020, 6, 1): """
        corretto 8u222 - 8u402 accepted: COMODO RSA Certification Authority
        openjdk 8u222 - 11.0.7-zulu accepted: COMODO RSA Certification Authority
        oracle-java 6u45 - 8u5 rejected: expired
        oracle-java 8u51 - 17.0.3.1 accepted: COMODO RSA Certification Authority
        temurin 11.0.10 - 21.0.8 accepted: COMODO RSA Certification Authority
    """,
}


@pytest.mark.parametrize("at", ADDTRUST_JAVA, ids=str)
def test_addtrust_ended_java_without_the_comodo_root(at: datetime) -> None:
    """Java looks no further than COMODO RSA where it has it: the dead part is never read."""
    check(example("comodo-rsa-dv-addtrust-issuers"), at, JAVA, ADDTRUST_JAVA[at])


ADDTRUST_APPLE = {
    utc(2020, 5, 1): """
        ios 5 - 10.0 accepted: AddTrust External CA Root
        ios 10.3.3 - 11.4.1 accepted: COMODO RSA Certification Authority
        macos 10.9 - 10.12 accepted: AddTrust External CA Root
        macos 10.12.1 - 10.14 accepted: COMODO RSA Certification Authority
    """,
    utc(2020, 6, 1): """
        ios 5 - 10.0 accepted: AAA Certificate Services
        ios 10.3.3 - 11.4.1 accepted: COMODO RSA Certification Authority
        macos 10.9 - 10.12 accepted: AAA Certificate Services
        macos 10.12.1 - 10.14 accepted: COMODO RSA Certification Authority
    """,
}


@pytest.mark.parametrize("at", ADDTRUST_APPLE, ids=str)
def test_addtrust_sent_old_apple_devices_to_another_root(at: datetime) -> None:
    """They fetch what they miss, and so find COMODO RSA as AAA Certificate Services signed it."""
    check(example("comodo-rsa-dv-addtrust-issuers"), at, APPLE_OLD, ADDTRUST_APPLE[at])


@pytest.mark.parametrize("id", ["ios/9.3.5", "ios/10.0", "macos/10.12"])
def test_without_the_network_addtrust_was_the_end_of_old_apple_devices(id: str) -> None:
    chain = example("comodo-rsa-dv-addtrust-issuers")
    (outcome,) = lt.evaluate(chain, at=utc(2020, 6, 1), devices=id)
    assert outcome.verdict is lt.Verdict.ACCEPTED
    assert outcome.fails_cold


def test_dst_root_ca_x3_as_stackoverflow_served_it_after_the_end() -> None:
    check(
        example("stackoverflow-2021-12"),
        utc(2022, 1, 1),
        f"{JAVA}, ios, macos",
        """
        corretto 8u222 - 8u402 accepted: ISRG Root X1
        ios 5 - 10.0 rejected: expired
        ios 10.3.3 - 26 accepted: ISRG Root X1
        macos 10.9 - 10.11.6 unknown: expired
        macos 10.12 rejected: expired
        macos 10.12.1 - 26 accepted: ISRG Root X1
        openjdk 8u222 - 11.0.7-zulu accepted: ISRG Root X1
        oracle-java 6u45 - 8u66 rejected: no-issuer
        oracle-java 8u101 - 8u131 accepted: DST Root CA X3
        oracle-java 8u141 - 17.0.3.1 accepted: ISRG Root X1
        temurin 11.0.10 - 21.0.8 accepted: ISRG Root X1
        """,
        "stackoverflow.com",
    )


DST = {
    utc(2021, 9, 1): """
        ios 5 - 10.0 accepted: DST Root CA X3
        ios 10.3.3 - 11.4.1 accepted: ISRG Root X1
        macos 10.9 - 10.12 accepted: DST Root CA X3
        macos 10.12.1 - 10.14 accepted: ISRG Root X1
        oracle-java 6u45 - 8u66 rejected: no-issuer
        oracle-java 8u101 - 8u131 accepted: DST Root CA X3
        oracle-java 8u141 - 17.0.3.1 accepted: ISRG Root X1
    """,
    utc(2024, 10, 1): """
        ios 5 - 10.0 rejected: expired
        ios 10.3.3 - 11.4.1 accepted: ISRG Root X1
        macos 10.9 - 10.11.6 unknown: expired
        macos 10.12 rejected: expired
        macos 10.12.1 - 10.14 accepted: ISRG Root X1
        oracle-java 6u45 - 8u131 rejected: expired
        oracle-java 8u141 - 17.0.3.1 accepted: ISRG Root X1
    """,
}


@pytest.mark.parametrize("at", DST, ids=str)
def test_dst_root_ca_x3_before_the_end_and_when_its_cross_certificate_ended(at: datetime) -> None:
    """R3 stands in for the leaf, which lived ninety days: the path above it is what counts."""
    chain = lt.ServedChain.from_certificates(example("stackoverflow-2021-12")[1:])
    check(chain, at, f"oracle-java, {APPLE_OLD}", DST[at])


SECTIGO = {
    "sectigo-sslmate.com-2025-12-short": """
        corretto 8u222 - 8u402 rejected: no-issuer
        ios 5 - 17.0 unknown: issuer-not-held
        ios 17.4 - 26 accepted: Sectigo Public Server Authentication Root R46
        macos 10.9 - 14.0 unknown: issuer-not-held
        macos 14.4 - 26 accepted: Sectigo Public Server Authentication Root R46
        openjdk 8u222 - 8u402 rejected: no-issuer
        openjdk 8u504 accepted: Sectigo Public Server Authentication Root R46
        openjdk 10 - 11.0.27 rejected: no-issuer
        openjdk 11.0.28 - 11.0.31 accepted: Sectigo Public Server Authentication Root R46
        openjdk 12 - 17.0.2 rejected: no-issuer
        openjdk 17.0.19 - 26.0.2.1 accepted: Sectigo Public Server Authentication Root R46
        openjdk 11.0.5-zulu - 11.0.7-zulu rejected: no-issuer
        oracle-java 6u45 - 17.0.3.1 rejected: no-issuer
        temurin 11.0.10 - 17.0.7 rejected: no-issuer
        temurin 17.0.9 - 21.0.8 accepted: Sectigo Public Server Authentication Root R46
    """,
    "sectigo-sslmate.com-2025-12-cross-usertrust": """
        corretto 8u222 - 8u402 accepted: USERTrust RSA Certification Authority
        ios 5 - 10.0 accepted: AAA Certificate Services
        ios 10.3.3 - 17.0 accepted: USERTrust RSA Certification Authority
        ios 17.4 - 26 accepted: Sectigo Public Server Authentication Root R46
        macos 10.9 - 10.12 accepted: AAA Certificate Services
        macos 10.12.1 - 14.0 accepted: USERTrust RSA Certification Authority
        macos 14.4 - 26 accepted: Sectigo Public Server Authentication Root R46
        openjdk 8u222 - 8u402 accepted: USERTrust RSA Certification Authority
        openjdk 8u504 accepted: Sectigo Public Server Authentication Root R46
        openjdk 10 - 11.0.27 accepted: USERTrust RSA Certification Authority
        openjdk 11.0.28 - 11.0.31 accepted: Sectigo Public Server Authentication Root R46
        openjdk 12 - 17.0.2 accepted: USERTrust RSA Certification Authority
        openjdk 17.0.19 - 26.0.2.1 accepted: Sectigo Public Server Authentication Root R46
        openjdk 11.0.5-zulu - 11.0.7-zulu accepted: USERTrust RSA Certification Authority
        oracle-java 6u45 - 8u5 rejected: no-issuer
        oracle-java 8u51 - 17.0.3.1 accepted: USERTrust RSA Certification Authority
        temurin 11.0.10 - 17.0.7 accepted: USERTrust RSA Certification Authority
        temurin 17.0.9 - 21.0.8 accepted: Sectigo Public Server Authentication Root R46
    """,
}


@pytest.mark.parametrize("name", SECTIGO)
def test_what_sslmate_com_must_send_to_reach_java_and_apple(name: str) -> None:
    devices = f"{JAVA}, ios, macos"
    check(shared_chain(name), utc(2026, 1, 20), devices, SECTIGO[name], "sslmate.com")


def test_java_6_and_7_need_usertrust_signed_by_aaa_on_top_of_it() -> None:
    chain = shared_chain("sectigo-sslmate.com-2025-12-cross-usertrust-aaa")
    report = lt.evaluate(chain, at=utc(2026, 1, 20), hostname="sslmate.com", devices="oracle-java")
    assert told(report) == [
        "oracle-java 6u45 - 8u5 accepted: AAA Certificate Services",
        "oracle-java 8u51 - 17.0.3.1 accepted: USERTrust RSA Certification Authority",
    ]


def test_java_6_and_7_cannot_speak_to_a_server_of_today() -> None:
    chain = example("stackoverflow-2021-12")
    report = lt.evaluate(
        chain, at=utc(2022, 1, 1), devices="oracle-java", server=lt.ServerOffer(("TLSv1.2",))
    )
    failed = [o.device.version for o in report if o.device and any(f.is_fatal for f in o.handshake)]
    assert failed == ["6u45", "7u5", "7u25", "7u80"]
