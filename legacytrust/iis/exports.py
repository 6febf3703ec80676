r"""Reading what a Windows machine says of its stores.

A store can be exported (``.p7b``, ``.sst``, PEM: then the certificates are there), or printed:

* ``certutil -store CA``, in the language of the machine, so that only what is the same in all of
  them is relied on: the line of ``=`` between entries and the hash marked ``(sha1)``, the last one
  of an entry (``-v`` prints hashes of the key before it);
* ``Get-ChildItem Cert:\\LocalMachine\\CA`` in PowerShell, as a table or as a list.

What would leave a store out in silence is an error: thumbprints that PowerShell has cut off, a
certutil that has failed, several stores in one text.

What is printed names certificates by their SHA-1 thumbprint and does not carry them.  They are found
among those that are known: the packaged roots and intermediates, and what the caller gives.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Mapping

import attrs

from legacytrust.catalog import load_catalog
from legacytrust.certificate import Certificate
from legacytrust.errors import ChainError, StoreError
from legacytrust.iis.stores import Listed, StoreName
from legacytrust.readers.limits import check_count, check_size, read_bytes
from legacytrust.readers.recognise import read_certificates
from legacytrust.stores.formats import sst
from legacytrust.stores.intermediates import packaged_pool

__all__ = ["StoreContents", "read_store", "read_store_file"]

_CERTUTIL = re.compile(r"^=+ .*\d+ =+\s*$", re.MULTILINE)
_HASH = re.compile(r"\(sha1\)\s*:\s*((?:[0-9a-f]{2}\s?){20})", re.IGNORECASE)
_ROW = re.compile(r"^(?:(.*\S)[ \t]+)?([0-9A-F]{40})(?:[ \t]+(\S.*?))?\s*$", re.MULTILINE)
_CUT = re.compile(
    r"^(?!.*[0-9A-F]{40})(?:[ \t]*[0-9A-F]{4,39}(?:\.\.\.|\u2026)|.*[ \t][0-9A-F]{8,39}(?:\.\.\.|\u2026)\s*$)"
    r"|^[ \t]*Thumbprint[ \t]*:(?![ \t]*[0-9A-Fa-f]{40}\s*$)",
    re.MULTILINE,
)
_FAILED = re.compile(r"^CertUtil: -store.*\b(0x[0-9a-f]{8})\b", re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(r"^\s*(Subject|Issuer|Thumbprint)\s*:\s*(\S.*?)\s*$", re.MULTILINE)
_HEADING = re.compile(
    r"^(My|CA|Root|AuthRoot|Disallowed)(?:\s+\"|\s*$)", re.MULTILINE | re.IGNORECASE
)
_PARENT = re.compile(r"Certificate::(LocalMachine|CurrentUser)\\(\w+)", re.IGNORECASE)
_BY_NAME: Mapping[str, StoreName] = {name.value.lower(): name for name in StoreName}


@attrs.frozen
class StoreContents:
    """What was read of one store.

    :param certificates: those whose bytes are at hand, in the order of the source.
    :param unread: those that are only named.
    :param store: which store it is, where the source says so.
    :param is_user: whether the source says that it is a store of the current user.
    """

    certificates: tuple[Certificate, ...] = ()
    unread: tuple[Listed, ...] = ()
    store: StoreName | None = None
    is_user: bool = False


def read_store_file(
    path: str | os.PathLike[str], *, known: Iterable[Certificate] = ()
) -> StoreContents:
    """Like :func:`read_store`, for a file.

    :raises LegacyTrustError: when the file cannot be read or is none of the forms.
    """
    return read_store(read_bytes(path), known=known, where=os.fspath(path))


def read_store(
    content: str | bytes, *, known: Iterable[Certificate] = (), where: str = ""
) -> StoreContents:
    """The certificates of an exported or printed store.

    :param content: a PEM, PKCS#7 or serialized store, or the text that certutil or PowerShell print.
    :param known: certificates that a printed thumbprint may mean, before the packaged ones.
    :param where: what to call the content in messages.
    :raises StoreError: when it is none of these.
    """
    data = content.encode() if isinstance(content, str) else content
    check_size(len(data), where)
    if sst.recognise(data):
        return StoreContents(tuple(root.certificate for root in sst.read(data, where)))
    text = _decoded(data)
    listed = _listed(text)
    if listed is not None and "-----BEGIN" not in text:
        check_count(len(listed), where)
        _check_whole(text, where)
        return _resolved(listed, text, known)
    try:
        return StoreContents(read_certificates(data, where=where))
    except ChainError as error:
        raise StoreError(
            f"this is no exported or printed certificate store: {error.what}",
            where=where,
            hint="export it as .p7b, .sst or PEM, or save what certutil -store prints",
        ) from error


def _decoded(data: bytes) -> str:
    """Text as PowerShell and cmd redirect it: UTF-16 with a mark, or anything like ASCII."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace").replace("\r\n", "\n")
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _listed(text: str) -> list[Listed] | None:
    """The entries of a printed store; ``None`` when the text is no such thing."""
    if _CERTUTIL.search(text):
        return [entry for part in _CERTUTIL.split(text)[1:] if (entry := _printed(part))]
    fields = [_fields(part) for part in re.split(r"\n\s*\n", text)]
    lists = [_of_fields(found) for found in fields if "Thumbprint" in found]
    rows = [_of_row(found) for found in _ROW.finditer(text)]
    if lists or rows:
        return lists or rows
    is_empty = _PARENT.search(text) or _HEADING.search(text) or _CUT.search(text)
    return [] if is_empty else None


def _check_whole(text: str, where: str) -> None:
    """Refuse a listing that does not show its whole store, or shows more than one."""
    if _CUT.search(text):
        raise StoreError(
            "the thumbprints are cut off",
            where=where,
            hint="pipe it through Format-List Thumbprint, Subject, Issuer",
        )
    if failed := _FAILED.search(text):
        raise StoreError(f"certutil failed ({failed[1]})", where=where)
    stores = {found[0].lower() for found in _PARENT.finditer(text)}
    if len(stores) > 1:
        raise StoreError(
            f"there are {len(stores)} stores in this listing",
            where=where,
            hint="save one at a time",
        )


def _printed(part: str) -> Listed | None:
    digests = _HASH.findall(part)
    if not digests:
        return None
    found = _fields(part)
    thumbprint = re.sub(r"\s", "", digests[-1]).lower()
    return Listed(thumbprint, found.get("Subject", ""), found.get("Issuer", ""))


def _fields(part: str) -> dict[str, str]:
    return {found[1]: found[2] for found in _FIELD.finditer(part)}


def _of_fields(found: Mapping[str, str]) -> Listed:
    thumbprint = re.sub(r"[^0-9a-f]", "", found["Thumbprint"].lower())
    return Listed(thumbprint, found.get("Subject", ""), found.get("Issuer", ""))


def _of_row(found: re.Match[str]) -> Listed:
    """A row of a table; PowerShell 7 has a column of purposes after the subject."""
    beside = found[3] or found[1] or ""
    return Listed(found[2].lower(), re.split(r"\s{2,}\{", beside)[0].rstrip())


def _resolved(listed: list[Listed], text: str, known: Iterable[Certificate]) -> StoreContents:
    given = {certificate.sha1: certificate for certificate in known}
    found = [
        (entry, given.get(entry.thumbprint) or _packaged().get(entry.thumbprint))
        for entry in listed
    ]
    parent, heading = _PARENT.search(text), _HEADING.search(text)
    name = parent[2] if parent else heading[1] if heading else ""
    return StoreContents(
        tuple(certificate for _, certificate in found if certificate is not None),
        tuple(entry for entry, certificate in found if certificate is None),
        _BY_NAME.get(name.lower()),
        is_user=bool(parent and parent[1].lower() == "currentuser"),
    )


@functools.cache
def _packaged() -> Mapping[str, Certificate]:
    """All packaged certificates by thumbprint; read once, when a printed store is first read."""
    stores = load_catalog().stores
    anchors = {sha256: store for store in stores for sha256 in store.fingerprints}
    roots = (store.library.anchor(sha256).certificate for sha256, store in anchors.items())
    held = (root for root in roots if isinstance(root, Certificate))
    return {c.sha1: c for c in (*held, *packaged_pool().certificates)}
