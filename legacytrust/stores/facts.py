"""Roots that are known by their facts alone.

For nearly every root that was ever in a store, some package of a public registry carries the
certificate.  For the few others the project keeps what can be said without it: its fingerprints,
its validity, and its subject, written so that the DER name can be rebuilt byte for byte.  So a
path that ends at such a root is still recognised, and the verdict can be an honest "unknown".
"""

from __future__ import annotations

import datetime
import hashlib
import re
from importlib.resources.abc import Traversable

import attrs
from asn1crypto import core, parser

from legacytrust.stores.provenance import Provenance, read_provenance
from legacytrust.stores.tables import Table, read_table

__all__ = ["FactsFile", "NameAttribute", "read_facts_file", "read_facts_files"]

# ASN.1 universal tags and the encoding of the text below each of them (X.680, section 8.6).
_STRING_TYPES = {
    "UTF8String": (0x0C, "utf-8"),
    "NumericString": (0x12, "ascii"),
    "PrintableString": (0x13, "ascii"),
    "TeletexString": (0x14, "latin-1"),
    "IA5String": (0x16, "ascii"),
    "BMPString": (0x1E, "utf-16-be"),
}
_SEQUENCE, _SET = 16, 17
_DOTTED = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")


@attrs.frozen
class NameAttribute:
    """One attribute of a distinguished name, being an RDN of its own.

    :ivar oid: the attribute type, dotted.
    :ivar string_type: the ASN.1 type in which the value is written ("PrintableString").
    :ivar value: the text.
    """

    oid: str
    string_type: str
    value: str

    @property
    def der(self) -> bytes:
        """The attribute as a DER RelativeDistinguishedName."""
        tag, encoding = _STRING_TYPES[self.string_type]
        value = parser.emit(0, 0, tag, self.value.encode(encoding))
        kind: bytes = core.ObjectIdentifier(self.oid).dump()
        return _constructed(_SET, _constructed(_SEQUENCE, kind + value))


@attrs.frozen
class FactsFile:
    """What is known of a root whose certificate is not held.

    :ivar issuer: who issued it; the same as *subject* unless the file says otherwise.
    :ivar issuer_sha256: the digest of that name.
    :ivar serial: the serial number; old roots have zero and even negative ones.
    :ivar key: algorithm and size ("rsa2048").
    :ivar note: what a person should know, empty if nothing.
    """

    name: str
    subject: tuple[NameAttribute, ...]
    subject_sha256: str
    issuer: tuple[NameAttribute, ...]
    issuer_sha256: str
    sha1: str
    sha256: str
    spki_sha256: str
    subject_key_id: str
    serial: int
    not_before: datetime.datetime
    not_after: datetime.datetime
    key: str
    signature_algorithm: str
    self_issued: bool
    note: str
    provenance: Provenance

    @property
    def subject_der(self) -> bytes:
        """The subject as a DER Name, byte for byte as in the certificate."""
        return _name_der(self.subject)

    @property
    def issuer_der(self) -> bytes:
        """The issuer in the same way."""
        return _name_der(self.issuer)


def read_facts_file(file: Traversable, where: str = "") -> FactsFile:
    """Read one file of ``facts/``.

    :param where: what to call the file in messages; its name if empty.
    :raises StoreDataError: if the file breaks the format, is not named after the fingerprint in
        it, or if the subject does not rebuild to the name that was recorded.
    """
    table = read_table(file, where or file.name)
    facts = _facts(table)
    if file.name != f"{facts.sha256}.toml":
        raise table.error("the file is not named after the fingerprint in it", at="sha256 =")
    if _digest(facts.subject) != facts.subject_sha256:
        raise table.error("the subject does not give the recorded name", at="subject =")
    if _digest(facts.issuer) != facts.issuer_sha256:
        raise table.error("the issuer does not give the recorded name", at="issuer =")
    if facts.self_issued != (facts.issuer == facts.subject):
        raise table.error("self_issued is not what subject and issuer say", at="self_issued =")
    return facts


def read_facts_files(root: Traversable) -> tuple[FactsFile, ...]:
    """Read all files of ``facts/`` below *root*, in the order of their fingerprints.

    :raises StoreDataError: as :func:`read_facts_file`.
    """
    folder = root / "facts"
    files = sorted(folder.iterdir(), key=lambda f: f.name) if folder.is_dir() else []
    return tuple(read_facts_file(f, f"facts/{f.name}") for f in files if f.name.endswith(".toml"))


def _digest(name: tuple[NameAttribute, ...]) -> str:
    try:
        return hashlib.sha256(_name_der(name)).hexdigest()
    except UnicodeEncodeError:  # a text that its string type cannot hold
        return ""


def _facts(table: Table) -> FactsFile:
    table.only("format", *(field.name for field in attrs.fields(FactsFile)))
    issuer = "issuer" if "issuer" in table.values else "subject"
    return FactsFile(
        name=table.string("name"),
        subject=_name(table, "subject"),
        subject_sha256=_hex(table, "subject_sha256", 32),
        issuer=_name(table, issuer),
        issuer_sha256=_hex(table, f"{issuer}_sha256", 32),
        sha1=_hex(table, "sha1", 20),
        sha256=_hex(table, "sha256", 32),
        spki_sha256=_hex(table, "spki_sha256", 32),
        subject_key_id=table.string("subject_key_id"),
        serial=_serial(table),
        not_before=table.moment("not_before"),
        not_after=table.moment("not_after"),
        key=table.string("key"),
        signature_algorithm=table.string("signature_algorithm"),
        self_issued=table.boolean("self_issued"),
        note=table.string("note", ""),
        provenance=read_provenance(table.table("provenance")),
    )


def _hex(table: Table, key: str, size: int) -> str:
    value = table.string(key)
    if len(value) != 2 * size or not set(value) <= set("0123456789abcdef"):
        raise table.key_error(key, f"{2 * size} hexadecimal digits in lower case")
    return value


def _serial(table: Table) -> int:
    try:
        return int(table.string("serial"), 16)
    except ValueError:
        raise table.key_error("serial", "a hexadecimal number in quotes") from None


def _name(table: Table, key: str) -> tuple[NameAttribute, ...]:
    rows = table.values.get(key)
    if not isinstance(rows, list) or not all(_is_attribute(row) for row in rows):
        known = ", ".join(_STRING_TYPES)
        raise table.key_error(key, f"a list of [type, string type, value], one of {known},")
    return tuple(NameAttribute(*row) for row in rows)


def _is_attribute(row: object) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 3
        and all(isinstance(item, str) for item in row)
        and row[1] in _STRING_TYPES
        and _DOTTED.fullmatch(row[0]) is not None
    )


def _name_der(name: tuple[NameAttribute, ...]) -> bytes:
    return _constructed(_SEQUENCE, b"".join(attribute.der for attribute in name))


def _constructed(tag: int, content: bytes) -> bytes:
    encoded: bytes = parser.emit(0, 1, tag, content)
    return encoded
