"""Stores as Windows exports and prints them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import pem, root
from legacytrust import iis
from legacytrust.errors import IisError, LegacyTrustError, StoreError
from legacytrust.iis import StoreName, read_store
from legacytrust.stores.intermediates import packaged_elsewhere
from stores.own_samples import serialised_store

TOP = root("Printed Root")
CA = TOP.intermediate("Printed CA")
KNOWN = [lt.Certificate.from_der(one.der) for one in (TOP, CA)]
MISSING = "00112233445566778899aabbccddeeff00112233"


def spaced(thumbprint: str) -> str:
    return " ".join(thumbprint[i : i + 2] for i in range(0, 40, 2))


def certutil(
    store: str, *thumbprints: str, hash_label: str = "Cert Hash(sha1)", old: bool = False
) -> str:
    parts = [f'{store} "Some title"']
    for number, one in enumerate(thumbprints):
        shown = spaced(one) if old else one
        parts.append(
            f"================ Certificate {number} ================\n"
            "Serial Number: 1f\nIssuer: CN=Printed Root\n NotBefore: 1/1/2020 1:00 AM\n"
            f" NotAfter: 1/1/2030 1:00 AM\nSubject: CN=Name {number}\nNon-root Certificate\n"
            f"{hash_label}: {shown}\nNo key provider information\n"
        )
    return "\r\n".join("\n".join([*parts, "CertUtil: -store command completed."]).split("\n"))


def as_table(where: str, *thumbprints: str) -> str:
    rows = "".join(f"{one.upper()}  CN=Name, O=Somebody Long...\n" for one in thumbprints)
    return (
        f"\n\n   PSParentPath: Microsoft.PowerShell.Security\\Certificate::{where}\n\n"
        f"Thumbprint                                Subject\n{'-' * 10}{' ' * 32}{'-' * 7}\n{rows}\n"
    )


def as_list(*thumbprints: str) -> str:
    return "\n\n".join(
        f"Subject      : CN=Name\nIssuer       : CN=Printed Root\nThumbprint   : {one.upper()}\n"
        "FriendlyName : \nNotBefore    : 1/1/2020\nExtensions   : {System.Security}\n"
        for one in thumbprints
    )


PRINTED = {
    "certutil": lambda *t: certutil("CA", *t),
    "certutil of Windows 7": lambda *t: certutil("CA", *t, old=True),
    "certutil in German": lambda *t: certutil("CA", *t, hash_label="Zertifikathash(sha1)"),
    "PowerShell, a table": lambda *t: as_table("LocalMachine\\CA", *t),
}


@pytest.mark.parametrize("form", PRINTED)
def test_what_is_printed_is_found_among_the_known(form):
    text = PRINTED[form](KNOWN[0].sha1, MISSING, KNOWN[1].sha1)
    contents = read_store(text, known=KNOWN)
    assert list(contents.certificates) == KNOWN
    [unread] = contents.unread
    assert unread.thumbprint == MISSING
    assert contents.store is StoreName.INTERMEDIATE
    assert not contents.is_user


def test_a_list_of_powershell_is_read():
    contents = read_store(as_list(KNOWN[0].sha1, MISSING), known=KNOWN)
    assert contents.certificates == (KNOWN[0],)
    assert contents.unread[0].issuer == "CN=Printed Root"


def test_redirected_output_of_powershell_is_read():
    text = PRINTED["PowerShell, a table"](KNOWN[0].sha1).replace("\n", "\r\n")
    assert read_store(text.encode("utf-16"), known=KNOWN).certificates == (KNOWN[0],)


def test_the_stores_of_the_user_are_told_apart():
    contents = read_store(as_table("CurrentUser\\Root", KNOWN[0].sha1), known=KNOWN)
    assert contents.is_user
    assert contents.store is StoreName.ROOT


VERBOSE = certutil("CA", KNOWN[0].sha1).replace(
    "Cert Hash(sha1)",
    f"Key Id Hash(sha1): {'22' * 20}\r\nCert Hash(md5): {'3' * 32}\r\nCert Hash(sha1)",
)
BY_SUBJECT = (
    f"Subject     Thumbprint\n-------     ----------\nCN=A B      {KNOWN[0].sha1.upper()}\n"
)
NEWER = as_table("LocalMachine\\CA", KNOWN[0].sha1).replace(
    "Long...", "Long\u2026    {Server Authentication, Client Authentication}"
)


@pytest.mark.parametrize(
    "text",
    [VERBOSE, BY_SUBJECT, NEWER, certutil("ca", KNOWN[0].sha1)],
    ids=["certutil -v", "thumbprint last", "PowerShell 7", "a name in small letters"],
)
def test_other_forms_of_a_listing_are_read(text):
    contents = read_store(text, known=KNOWN)
    assert contents.certificates == (KNOWN[0],)
    assert contents.store in (None, StoreName.INTERMEDIATE)


def test_a_column_of_purposes_is_no_part_of_the_subject():
    [entry] = read_store(NEWER).unread
    assert entry.subject == "CN=Name, O=Somebody Long\u2026"


CUT = as_table("LocalMachine\\CA", "A" * 12).replace("A" * 12, "A" * 12 + "...")
FAILED = (
    'Disallowed "Untrusted"\r\nCertUtil: -store command FAILED: 0x80070005 (WIN32: 5)\r\n'
    "CertUtil: Access is denied.\r\n"
)
SEVERAL = "".join(as_table(f"LocalMachine\\{name}", KNOWN[0].sha1) for name in ("CA", "Root"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CUT, "cut off"),
        (CUT.replace("...", "\u2026"), "cut off"),
        (f"Subject  Thumbprint\n-------  ---\nCN=A     {'A' * 12}...\n", "cut off"),
        ("Subject : CN=A\nThumbprint : AD98F9F3\n", "cut off"),
        (FAILED, "certutil failed"),
        (SEVERAL, "2 stores"),
    ],
)
def test_a_listing_that_does_not_show_one_whole_store_is_refused(text, says):
    with pytest.raises(StoreError, match=says):
        read_store(text, known=KNOWN)


def test_a_subject_that_is_cut_off_is_no_harm():
    text = as_table("LocalMachine\\CA", KNOWN[0].sha1).replace("Somebody Long...", "Since 2021...")
    assert read_store(text, known=KNOWN).certificates == (KNOWN[0],)


def test_a_listing_of_another_store_is_refused():
    text = certutil("CA", KNOWN[1].sha1)
    with pytest.raises(IisError, match="by its own heading it is Intermediate"):
        iis.LocalMachine(root=read_store(text, known=KNOWN))
    for one in (KNOWN[0], x509.load_der_x509_certificate(TOP.der)):
        with pytest.raises(IisError, match="list of certificates"):
            iis.LocalMachine(root=one)


def test_packaged_certificates_are_known_without_being_given():
    contents = read_store(certutil("Root", "ad98f9f3e47d753b65d482b3a45217bb6ef5e438"))
    [certificate] = contents.certificates
    assert certificate.label == "Sectigo Public Server Authentication Root R46"


@pytest.mark.parametrize("text", [certutil("Disallowed"), as_table("LocalMachine\\Disallowed")])
def test_an_empty_store_is_empty(text):
    contents = read_store(text)
    assert (contents.certificates, contents.unread) == ((), ())


def test_exports_are_read():
    both = [x509.load_der_x509_certificate(one.der) for one in (TOP, CA)]
    bundle = pkcs7.serialize_certificates(both, Encoding.DER)
    for content in (pem(TOP.der, CA.der), pem(TOP.der, CA.der).encode(), bundle):
        assert set(read_store(content).certificates) == set(KNOWN)


def test_a_serialised_store_is_read():
    """As certutil and Export-Certificate -Type SST write it."""
    data = serialised_store((TOP.der, {20: b"\x11" * 20}), (CA.der, {}))
    assert read_store(data).certificates == tuple(KNOWN)
    with pytest.raises(StoreError):
        read_store(data[:60])


def test_what_is_missing_is_noticed():
    machine = iis.LocalMachine(intermediate=certutil("CA", MISSING), auto_root_update=False)
    [notice] = machine.notices
    assert notice.code is iis.NoticeCode.BYTES_MISSING
    assert MISSING in notice.text


def test_what_is_missing_and_known_by_its_facts_is_told_with_its_address():
    """The issuing CA R36, of which no package holds the bytes."""
    facts = next(f for f in packaged_elsewhere() if f.name.endswith("DV R36"))
    text = certutil("CA", facts.sha1)
    [notice] = iis.LocalMachine(intermediate=text, auto_root_update=False).notices
    assert facts.address in notice.text
    assert facts.name in notice.text


def test_a_user_store_in_place_of_the_machines_is_noticed():
    text = as_table("CurrentUser\\CA", KNOWN[1].sha1)
    machine = iis.LocalMachine(intermediate=read_store(text, known=KNOWN), auto_root_update=False)
    assert machine.stores.of(StoreName.INTERMEDIATE) == ()
    [notice] = machine.notices
    assert notice.code is iis.NoticeCode.USER_STORES


@pytest.mark.parametrize("content", ["", "hello", b"\x00\x01", "-----BEGIN CERTIFICATE-----\nAAAA"])
def test_what_is_no_store_is_one_clear_error(content):
    with pytest.raises(StoreError, match="no exported or printed"):
        read_store(content)


@given(st.one_of(st.text(), st.binary(max_size=3000)))
def test_anything_is_read_or_refused(content):
    with suppress(LegacyTrustError):
        read_store(content)


@given(st.data())
def test_a_broken_listing_is_read_or_refused(data):
    text = PRINTED[data.draw(st.sampled_from(sorted(PRINTED)))](KNOWN[0].sha1, MISSING)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    broken = text[:start] + data.draw(st.text(max_size=9)) + text[end:]
    with suppress(LegacyTrustError):
        contents = read_store(broken, known=KNOWN)
        assert len(contents.certificates) + len(contents.unread) <= 4
