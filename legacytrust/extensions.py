"""The X.509 v3 extensions that decide about a path, as small typed values.

Only what some client looks at is decoded (RFC 5280, section 4.2, and Netscape's certificate
type, which OpenSSL still reads).  Each decoder is handed the octets inside ``extnValue`` and
either returns its value or raises :class:`~legacytrust._der.DerError`; one broken extension of a
twenty year old root does not make the rest of it unreadable.
"""

from __future__ import annotations

import enum
import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import attrs

from legacytrust._der import (
    CONTEXT,
    DerError,
    Element,
    Tag,
    children,
    decode_integer,
    decode_oid,
    element,
)
from legacytrust.names import Name

__all__ = [
    "AuthorityKeyIdentifier",
    "BasicConstraints",
    "Extension",
    "GeneralName",
    "GeneralNameKind",
    "KeyUsage",
    "NameConstraints",
    "NetscapeCertType",
    "Oid",
]


class Oid:
    """Dotted object identifiers, by the names that RFC 5280 gives them."""

    NETSCAPE_CERT_TYPE: Final = "2.16.840.1.113730.1.1"
    SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
    KEY_USAGE: Final = "2.5.29.15"
    SUBJECT_ALT_NAME: Final = "2.5.29.17"
    BASIC_CONSTRAINTS: Final = "2.5.29.19"
    NAME_CONSTRAINTS: Final = "2.5.29.30"
    CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
    CERTIFICATE_POLICIES: Final = "2.5.29.32"
    POLICY_MAPPINGS: Final = "2.5.29.33"
    AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
    POLICY_CONSTRAINTS: Final = "2.5.29.36"
    EXTENDED_KEY_USAGE: Final = "2.5.29.37"
    INHIBIT_ANY_POLICY: Final = "2.5.29.54"
    IP_ADDRESS_BLOCKS: Final = "1.3.6.1.5.5.7.1.7"
    AUTONOMOUS_SYSTEM_IDS: Final = "1.3.6.1.5.5.7.1.8"
    PROXY_CERT_INFO: Final = "1.3.6.1.5.5.7.1.14"
    OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
    AUTHORITY_INFO_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
    CA_ISSUERS: Final = "1.3.6.1.5.5.7.48.2"
    SIGNED_CERTIFICATE_TIMESTAMPS: Final = "1.3.6.1.4.1.11129.2.4.2"

    ANY_POLICY: Final = "2.5.29.32.0"

    SERVER_AUTH: Final = "1.3.6.1.5.5.7.3.1"
    CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
    ANY_EXTENDED_KEY_USAGE: Final = "2.5.29.37.0"
    MICROSOFT_SGC: Final = "1.3.6.1.4.1.311.10.3.3"
    NETSCAPE_SGC: Final = "2.16.840.1.113730.4.1"


class KeyUsage(enum.Flag):
    """Bits of the keyUsage extension, in the order of RFC 5280, 4.2.1.3."""

    DIGITAL_SIGNATURE = enum.auto()
    CONTENT_COMMITMENT = enum.auto()
    KEY_ENCIPHERMENT = enum.auto()
    DATA_ENCIPHERMENT = enum.auto()
    KEY_AGREEMENT = enum.auto()
    KEY_CERT_SIGN = enum.auto()
    CRL_SIGN = enum.auto()
    ENCIPHER_ONLY = enum.auto()
    DECIPHER_ONLY = enum.auto()


class NetscapeCertType(enum.Flag):
    """Bits of the Netscape certificate type extension."""

    SSL_CLIENT = enum.auto()
    SSL_SERVER = enum.auto()
    SMIME = enum.auto()
    OBJECT_SIGNING = enum.auto()
    RESERVED = enum.auto()
    SSL_CA = enum.auto()
    SMIME_CA = enum.auto()
    OBJECT_SIGNING_CA = enum.auto()


class GeneralNameKind(enum.Enum):
    """The choices of ``GeneralName``, by their tag."""

    OTHER = 0
    EMAIL = 1
    DNS = 2
    X400 = 3
    DIRECTORY = 4
    EDI = 5
    URI = 6
    IP = 7
    REGISTERED_ID = 8


_NAME_KINDS: Final = frozenset(kind.value for kind in GeneralNameKind)

IPValue: TypeAlias = (
    ipaddress.IPv4Address | ipaddress.IPv6Address | ipaddress.IPv4Network | ipaddress.IPv6Network
)


@attrs.frozen
class Extension:
    """One extension as it stands in the certificate.

    :param oid: dotted object identifier.
    :param critical: whether it is marked critical.
    :param value: the octets inside ``extnValue``.
    """

    oid: str
    critical: bool
    value: bytes = attrs.field(repr=False)


@attrs.frozen
class BasicConstraints:
    """:param ca: the cA boolean.  :param path_length: pathLenConstraint, or ``None``."""

    ca: bool
    path_length: int | None


@attrs.frozen
class GeneralName:
    """One alternative name.

    :param kind: which choice.
    :param content: the value octets: ASCII for e-mail, DNS and URI; 4, 8, 16 or 32 octets of
        address (and mask) for IP; the DER of the name for DIRECTORY.
    """

    kind: GeneralNameKind
    content: bytes

    @property
    def text(self) -> str:
        """The value as a person would write it."""
        if self.kind is GeneralNameKind.IP:
            address = self.address
            return str(address) if address is not None else self.content.hex()
        if self.kind is GeneralNameKind.DIRECTORY:
            return str(Name(self.content))
        return self.content.decode("latin-1")

    @property
    def address(self) -> IPValue | None:
        """The address (in a SAN) or network (in a name constraint); ``None`` if malformed."""
        size = len(self.content)
        try:
            if size in (4, 16):
                return ipaddress.ip_address(self.content)
            host = ipaddress.ip_address(self.content[: size // 2])
            mask = ipaddress.ip_address(self.content[size // 2 :])
            prefix = f"{int(mask):0{mask.max_prefixlen}b}".rstrip("0")
            if "0" in prefix:
                return None
            return ipaddress.ip_network(f"{host}/{len(prefix)}", strict=False)
        except ValueError:
            return None


@attrs.frozen
class NameConstraints:
    """:param permitted: permittedSubtrees.  :param excluded: excludedSubtrees."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]


@attrs.frozen
class AuthorityKeyIdentifier:
    """How a certificate names the key that signed it (RFC 5280, 4.2.1.1).

    :param key_id: keyIdentifier, or ``None``.
    :param issuer: the first directory name of authorityCertIssuer, or ``None``.
    :param serial: authorityCertSerialNumber, or ``None``.
    """

    key_id: bytes | None
    issuer: Name | None
    serial: int | None


def decode_extension(item: Element) -> Extension:
    """One member of the ``Extensions`` sequence."""
    parts = children(item.content)
    if len(parts) not in (2, 3):
        raise DerError("an extension has a type, a mark if it is critical, and a value")
    critical = len(parts) == 3 and any(parts[1].content)
    value = parts[-1].expect(Tag.OCTET_STRING, "the value of an extension")
    return Extension(decode_oid(parts[0].content), critical, value.content)


def _members(value: bytes) -> tuple[Element, ...]:
    return children(element(value).expect(Tag.SEQUENCE, "a sequence").content)


def decode_basic_constraints(value: bytes) -> BasicConstraints:
    """RFC 5280, 4.2.1.9."""
    ca, path_length = False, None
    for part in _members(value):
        if part.is_universal(Tag.BOOLEAN):
            ca = any(part.content)
        else:
            path_length = decode_integer(part.expect(Tag.INTEGER, "a path length").content)
    return BasicConstraints(ca, path_length)


def _decode_bits(value: bytes) -> int:
    """A BIT STRING as a number whose lowest bit is the first bit of the string."""
    content = element(value).expect(Tag.BIT_STRING, "a string of bits").content
    if not content:
        raise DerError("a string of bits that does not say how many")
    return sum(
        1 << (8 * index + bit)
        for index, octet in enumerate(content[1:3])
        for bit in range(8)
        if octet & (0x80 >> bit)
    )


def decode_key_usage(value: bytes) -> KeyUsage:
    """RFC 5280, 4.2.1.3; bits beyond the nine that are defined are dropped."""
    return KeyUsage(_decode_bits(value) & 0x1FF)


def decode_netscape_cert_type(value: bytes) -> NetscapeCertType:
    """The eight bits of Netscape's certificate type."""
    return NetscapeCertType(_decode_bits(value) & 0xFF)


def decode_extended_key_usage(value: bytes) -> tuple[str, ...]:
    """The purposes as dotted object identifiers, in order (RFC 5280, 4.2.1.12)."""
    return tuple(decode_oid(item.expect(Tag.OID, "a purpose").content) for item in _members(value))


def _general_name(item: Element) -> GeneralName:
    if item.tag_class != CONTEXT or item.tag not in _NAME_KINDS:
        raise DerError(f"tag {item.tag} is no kind of general name")
    return GeneralName(GeneralNameKind(item.tag), item.content)


def decode_general_names(value: bytes) -> tuple[GeneralName, ...]:
    """``GeneralNames``, as in the subject alternative name (RFC 5280, 4.2.1.6)."""
    return tuple(_general_name(item) for item in _members(value))


def decode_name_constraints(value: bytes) -> NameConstraints:
    """RFC 5280, 4.2.1.10; minimum and maximum are not looked at."""
    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()
    for part in _members(value):
        if part.is_context(0):
            permitted = _subtrees(part)
        elif part.is_context(1):
            excluded = _subtrees(part)
        else:
            raise DerError(f"tag {part.tag} is no list of subtrees")
    return NameConstraints(permitted, excluded)


def _subtrees(part: Element) -> tuple[GeneralName, ...]:
    return tuple(_general_name(element(subtree.content)) for subtree in children(part.content))


def decode_policies(value: bytes) -> tuple[str, ...]:
    """The policies of certificatePolicies; qualifiers are not looked at (RFC 5280, 4.2.1.4)."""
    return tuple(
        decode_oid(children(item.content)[0].content) for item in children(element(value).content)
    )


def decode_require_explicit_policy(value: bytes) -> int | None:
    """The requireExplicitPolicy of policyConstraints, or ``None`` (RFC 5280, 4.2.1.11)."""
    parts = children(element(value).content)
    return next((int.from_bytes(p.content, "big") for p in parts if p.is_context(0)), None)


def decode_key_identifier(value: bytes) -> bytes:
    """The octets of a subjectKeyIdentifier (RFC 5280, 4.2.1.2)."""
    return element(value).expect(Tag.OCTET_STRING, "a string of octets").content


def decode_authority_key_identifier(value: bytes) -> AuthorityKeyIdentifier:
    """RFC 5280, 4.2.1.1."""
    key_id, issuer, serial = None, None, None
    for part in _members(value):
        if part.is_context(0):
            key_id = part.content
        elif part.is_context(1):
            issuer = _first_directory_name(part.content)
        elif part.is_context(2):
            serial = decode_integer(part.content)
    return AuthorityKeyIdentifier(key_id, issuer, serial)


def _first_directory_name(content: bytes) -> Name | None:
    names = (item for item in children(content) if item.is_context(GeneralNameKind.DIRECTORY.value))
    first = next(names, None)
    return Name(first.content) if first is not None else None


def decode_ca_issuers(value: bytes) -> tuple[str, ...]:
    """The addresses of the issuer's certificate in authorityInfoAccess (RFC 5280, 4.2.2.1)."""
    found = []
    for description in _members(value):
        method, location = children(description.content)[:2]
        uri = location.is_context(GeneralNameKind.URI.value)
        if uri and decode_oid(method.content) == Oid.CA_ISSUERS:
            found.append(location.content.decode("latin-1"))
    return tuple(found)


@attrs.frozen
class SignedTimestamp:
    """That a log has seen a certificate (RFC 6962, 3.2); its signature is not looked at.

    :param log_id: SHA-256 of the key of the log.
    :param moment: when, UTC.
    """

    log_id: bytes
    moment: datetime


#: Of one timestamp: version, log id, then the time in milliseconds (RFC 6962, 3.2).
_SCT_VERSION_1: Final = 0
_SCT_LOG: Final = slice(1, 33)
_SCT_TIME: Final = slice(33, 41)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def decode_timestamps(value: bytes) -> tuple[SignedTimestamp, ...]:
    """The embedded signed certificate timestamps (RFC 6962, 3.3); other versions are left out.

    :raises DerError: when the list is not what its lengths say.
    """
    listed = element(value).expect(Tag.OCTET_STRING, "a list of timestamps").content
    found, rest = [], _counted(listed)
    if len(rest) + 2 != len(listed):
        raise DerError("something follows the list of timestamps")
    while rest:
        stamp = _counted(rest)
        rest = rest[2 + len(stamp) :]
        if not stamp:
            raise DerError("an empty certificate timestamp")
        if stamp[0] == _SCT_VERSION_1:
            found.append(_timestamp(stamp))
    return tuple(found)


def _counted(octets: bytes) -> bytes:
    """What stands behind a length of two octets."""
    size = int.from_bytes(octets[:2], "big")
    content = octets[2 : 2 + size]
    if len(octets) < 2 or len(content) < size:
        raise DerError("a certificate timestamp that is cut short")
    return content


def _timestamp(stamp: bytes) -> SignedTimestamp:
    if len(stamp) < _SCT_TIME.stop:
        raise DerError("a certificate timestamp that is cut short")
    milliseconds = int.from_bytes(stamp[_SCT_TIME], "big")
    try:
        return SignedTimestamp(stamp[_SCT_LOG], _EPOCH + timedelta(milliseconds=milliseconds))
    except OverflowError as error:
        raise DerError("a certificate timestamp beyond the calendar") from error
