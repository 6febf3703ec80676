"""Reports of the CCADB, the database of the root programmes, as CSV.

The reports of Mozilla's roots can be read: those with "PEM" in their address carry certificates,
the others fingerprints.  Microsoft's can be read where its limits allow: of a root with the status
``NotBefore`` the report does not say the day, so ``authroot.stl`` has to be asked.
``AllCertificateRecords`` is no store at all: it mixes all programmes and has the intermediates as
well.  Neither is a report of roots that wait to be included.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, StoreError
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.formats.entries import HeldRoot, ListedRoot, check_entries

__all__ = ["read", "recognise"]

_PEM_COLUMNS: Final = ("PEM Info", "PEM", "X.509 Certificate (PEM)")
_FINGERPRINTS: Final = ("SHA-256 Fingerprint", "SHA256 Fingerprint")
_NAMES: Final = (
    "Common Name or Certificate Name",
    "CA Common Name or Certificate Name",
    "Root Certificate Name",
    "Certificate Name",
)
_BITS: Final = ("Trust Bits", "Mozilla Trust Bits")
_LAST_DAY: Final = "Distrust for TLS After Date"
_EVERYTHING: Final = (
    "Certificate Record Type",
    "Salesforce Record ID",
    "Parent SHA-256 Fingerprint",
)
_PENDING: Final = "Mozilla Request Status"
_STATUS: Final = "Microsoft Status"
_USAGES: Final = "Microsoft EKUs"
_MICROSOFTS: Final[Mapping[str, str]] = {
    "server authentication": "1.3.6.1.5.5.7.3.1",
    "client authentication": "1.3.6.1.5.5.7.3.2",
    "code signing": "1.3.6.1.5.5.7.3.3",
    "secure email": "1.3.6.1.5.5.7.3.4",
    "ip security end system": "1.3.6.1.5.5.7.3.5",
    "ip security tunnel termination": "1.3.6.1.5.5.7.3.6",
    "ip security user": "1.3.6.1.5.5.7.3.7",
    "time stamping": "1.3.6.1.5.5.7.3.8",
    "ocsp signing": "1.3.6.1.5.5.7.3.9",
    "ip security ike intermediate": "1.3.6.1.5.5.8.2.2",
    "encrypting file system": "1.3.6.1.4.1.311.10.3.4",
    "document signing": "1.3.6.1.4.1.311.10.3.12",
}
_PURPOSES: Final[Mapping[str, str]] = {
    "websites": "1.3.6.1.5.5.7.3.1",
    "email": "1.3.6.1.5.5.7.3.4",
    "code": "1.3.6.1.5.5.7.3.3",
}
#: Both together are all that there is: trust in code ended in 2016.
_MOZILLAS: Final = frozenset({_PURPOSES["websites"], _PURPOSES["email"]})
_DAY: Final = re.compile(r"(\d{4})[.-](\d{1,2})[.-](\d{1,2})")
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_DOMAINS: Final = "Mozilla Applied Constraints"
_DOMAIN: Final = re.compile(r"(?:\*?\.)?((?:[a-z0-9-]+\.)*[a-z0-9-]+)", re.IGNORECASE)
_HEAD: Final = 8192


def recognise(data: bytes) -> bool:
    """Whether the first row names columns as a report does."""
    try:
        head = next(_rows_of(data[:_HEAD].partition(b"-----BEGIN")[0]), [])
    except csv.Error:
        return False
    return any(name in head for name in (*_PEM_COLUMNS, *_FINGERPRINTS))


def read(data: bytes, where: str = "") -> tuple[HeldRoot | ListedRoot, ...]:
    """The roots of a report, in its order.

    :raises StoreError: when it is no report of roots, or a row of it cannot be read.
    """
    rows = _rows_of(data)
    try:
        head = next(rows, [])
        _check(head, where)
        return tuple(_entries(head, rows, where))
    except csv.Error as error:
        raise StoreError(f"a damaged table: {error}", where=where) from error


def _rows_of(data: bytes) -> Iterator[list[str]]:
    text = data.decode("utf-8-sig", "replace").replace("\0", "")
    yield from csv.reader(io.StringIO(text, newline=""))


def _check(head: Sequence[str], where: str) -> None:
    if any(name in head for name in _EVERYTHING):
        raise StoreError(
            "this report has all certificates of all programmes, not the roots of one",
            where=where,
            hint="take IncludedCACertificateReportPEMCSV of Mozilla, or the one of Microsoft",
        )
    if _PENDING in head:
        raise StoreError("this report has roots that are not included yet", where=where)
    if not any(name in head for name in (*_PEM_COLUMNS, *_FINGERPRINTS)):
        known = ", ".join((*_PEM_COLUMNS, *_FINGERPRINTS))
        raise StoreError("no column with certificates", where=where, hint=f"known: {known}")


def _entries(
    head: Sequence[str], rows: Iterator[list[str]], where: str
) -> Iterator[HeldRoot | ListedRoot]:
    for number, cells in enumerate(rows, 2):
        check_entries(number, where)
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cell.strip() for name, cell in zip(head, cells, strict=False)}
        try:
            yield _entry(row)
        except (CertificateError, StoreError) as error:
            raise StoreError(f"row {number}: {error.what}", where=where) from error


def _entry(row: Mapping[str, str]) -> HeldRoot | ListedRoot:
    text = _first(row, _PEM_COLUMNS).strip("'")
    fingerprint = _first(row, _FINGERPRINTS).replace(":", "").lower()
    if not text:
        if not _HEX.fullmatch(fingerprint):
            raise StoreError("neither a certificate nor a SHA-256 fingerprint")
        return ListedRoot(_first(row, _NAMES), sha256=fingerprint, constraints=_limits(row))
    certificate = Certificate.from_pem(text)
    if fingerprint and fingerprint != certificate.sha256:
        raise StoreError(f"the certificate is {certificate.sha256}, not {fingerprint}")
    return HeldRoot(certificate, _limits(row))


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _limits(row: Mapping[str, str]) -> tuple[Constraints, ...]:
    found = Constraints(
        purposes=_usages(row) if _STATUS in row else _purposes(_first(row, _BITS)),
        issued_by=_last(row),
        dns_names=_domains(row.get(_DOMAINS, "")),
        disabled=_is_disabled(row),
    )
    return () if found == Constraints() else (found,)


def _purposes(bits: str) -> frozenset[str] | None:
    """The purposes of the trust bits; a report that does not list them is about TLS servers."""
    words = [word.strip().casefold() for word in bits.split(";") if word.strip()]
    known = frozenset(_PURPOSES[word] for word in words if word in _PURPOSES)
    return known if words and not known >= _MOZILLAS else None


def _usages(row: Mapping[str, str]) -> frozenset[str]:
    words = [word.strip().casefold() for word in row.get(_USAGES, "").split(";") if word.strip()]
    if unknown := [word for word in words if word not in _MICROSOFTS]:
        raise StoreError(f"an unknown usage: {unknown[0][:80]!r}")
    return frozenset(_MICROSOFTS[word] for word in words)


def _is_disabled(row: Mapping[str, str]) -> bool:
    status = row.get(_STATUS, "").casefold()
    if status == "notbefore":
        raise StoreError("trusted up to a day that the report does not name; authroot.stl does")
    return status == "disabled"


def _domains(text: str) -> tuple[str, ...] | None:
    """The domains that a root is limited to; a limit that is not understood must not be lost."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    found = [_DOMAIN.fullmatch(word) if "." in word else None for word in words]
    if not all(found):
        raise StoreError(f"a limit that is no list of domains: {text[:80]!r}")
    return tuple(match[1].lower() for match in found if match) or None


def _last(row: Mapping[str, str]) -> datetime | None:
    text = row.get(_LAST_DAY, "")
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
            return day + timedelta(days=1, seconds=-1)
    except ValueError:
        pass
    raise StoreError(f"{text[:40]!r} is no date")
