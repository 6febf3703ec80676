"""One certificate at a time, exactly as specified, however odd.

A `CertificateSpec` says what the certificate states and who signs it; `forge` turns it into DER.
The body is put together with asn1crypto and signed with the bare private key, because the
certificate builders one would normally use refuse what old certificates really contain: MD5,
version 1, missing extensions, wrong key identifiers, TeletexString names.

A spec is a value: equal specs give the same bytes, and the bytes are made once per process. The
serial number follows from the spec's content unless it is given, so two certificates that differ
in anything differ in their serial too.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeAlias

import attrs
from asn1crypto import algos, core, keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from forge.keys import Key

Name: TypeAlias = str | tuple[tuple[str, str], ...]
"""A common name alone, or (attribute, value) pairs such as `("organization_name", "Acme")`."""

Digest: TypeAlias = Literal["md2", "md5", "sha1", "sha256", "sha384", "sha512"]
NameConstraints: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], bool]
"""Permitted and excluded subtrees (host name, IP network or mail domain), and criticality."""

DEFAULT_KEY = Key()
NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2030, 1, 1, tzinfo=UTC)

_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_STRING_TYPES = {
    "utf8": "utf8_string",
    "printable": "printable_string",
    "teletex": "teletex_string",
}


class ForgeError(ValueError):
    """A certificate was asked for that cannot be written down; the message says why."""


class Oid:
    """Object identifiers by the names that tests use."""

    SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
    ANY_EKU = "2.5.29.37.0"
    MICROSOFT_SGC = "1.3.6.1.4.1.311.10.3.3"
    NETSCAPE_SGC = "2.16.840.1.113730.4.1"
    UNKNOWN_EXTENSION = "1.3.6.1.4.1.55555.1"
    POLICIES = "2.5.29.32"
    TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2"


@attrs.frozen
class IssuerSerial:
    """An authority key identifier that names the issuer's certificate: its issuer and serial."""

    issuer: Name
    serial: int


@attrs.frozen(kw_only=True)
class CertificateSpec:
    """Everything a certificate says. `None` leaves the extension out.

    `issuer` and `signed_by` default to the subject and its own key: a self-signed certificate.
    """

    subject: Name = "Test"
    issuer: Name | None = None
    key: Key = DEFAULT_KEY
    signed_by: Key | None = None
    not_before: datetime = NOT_BEFORE
    not_after: datetime = NOT_AFTER
    serial: int | None = None
    version: Literal[1, 3] = 3
    ca: bool | None = False
    ca_critical: bool = True
    path_len: int | None = None
    key_usage: frozenset[str] | None = None
    key_usage_critical: bool = True
    eku: tuple[str, ...] | None = None
    eku_critical: bool = False
    san: tuple[str, ...] | None = None
    san_critical: bool = False
    name_constraints: NameConstraints | None = None
    ski: bytes | Literal[True] | None = True
    aki: bytes | IssuerSerial | Literal[True] | None = True
    digest: Digest = "sha256"
    pss: bool = False
    extra_extensions: tuple[tuple[str, bool, bytes], ...] = ()
    name_string_type: Literal["utf8", "printable", "teletex"] = "utf8"
    issuer_string_type: Literal["utf8", "printable", "teletex"] | None = None
    bad_signature: bool = False

    @property
    def issuer_name(self) -> Name:
        """The issuer, which is the subject itself unless another one was named."""
        return self.subject if self.issuer is None else self.issuer

    @property
    def signer(self) -> Key:
        """The key that signs, which is the certificate's own unless another one was named."""
        return self.key if self.signed_by is None else self.signed_by

    @property
    def serial_number(self) -> int:
        """The serial: as given, or a positive number that follows from the rest."""
        return _serial_of(self) if self.serial is None else self.serial


def forge(subject: Name = "Test", **fields: Any) -> bytes:
    """The DER of one certificate; keywords are the fields of `CertificateSpec`.

    Raises ForgeError for what cannot exist (an EC signature with MD5, a PSS one by an EC key) and
    TypeError for a field that `CertificateSpec` does not have.
    """
    return encode(CertificateSpec(subject=subject, **fields))


@cache
def encode(spec: CertificateSpec) -> bytes:
    """The DER of the certificate that `spec` describes, made once per process."""
    algorithm = _signature_algorithm(spec)
    body = _body(spec, algorithm)
    certificate = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": algorithm,
            "signature_value": _signature(spec, body.dump()),
        }
    )
    return bytes(certificate.dump())


def embedded_timestamps(
    *moments: datetime, version: int = 0, cut: int | None = None
) -> tuple[str, bool, bytes]:
    """An extension with signed certificate timestamps of these moments (RFC 6962, 3.3).

    For `extra_extensions`.  Each is of another log, and no log has signed any of them.  `cut` leaves
    out what stands behind that octet of the list.
    """
    stamps = (_timestamp(moment, log, version) for log, moment in enumerate(moments, 1))
    listed = b"".join(_with_length(stamp) for stamp in stamps)
    return Oid.TIMESTAMPS, False, bytes(core.OctetString(_with_length(listed)[:cut]).dump())


def _timestamp(moment: datetime, log: int, version: int) -> bytes:
    milliseconds = int(moment.timestamp() * 1000).to_bytes(8, "big")
    no_extensions, ecdsa_sha256, signature = b"\0\0", b"\x04\x03", _with_length(b"\x30\x00")
    head = bytes([version]) + bytes([log % 256]) * 32
    return head + milliseconds + no_extensions + ecdsa_sha256 + signature


def _with_length(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def key_identifier(key: Key) -> bytes:
    """The usual subject key identifier: SHA-1 over the public key bits."""
    bits = keys.PublicKeyInfo.load(key.spki)["public_key"]
    return hashlib.sha1(bytes(bits)).digest()


@cache
def _serial_of(spec: CertificateSpec) -> int:
    return int.from_bytes(hashlib.sha256(repr(spec).encode()).digest()[:8], "big") >> 1 | 1


def _body(spec: CertificateSpec, algorithm: Any) -> Any:
    body = x509.TbsCertificate(
        {
            "version": "v1" if spec.version == 1 else "v3",
            "serial_number": spec.serial_number,
            "signature": algorithm,
            "issuer": build_name(
                spec.issuer_name, spec.issuer_string_type or spec.name_string_type
            ),
            "validity": {"not_before": _time(spec.not_before), "not_after": _time(spec.not_after)},
            "subject": build_name(spec.subject, spec.name_string_type),
            "subject_public_key_info": keys.PublicKeyInfo.load(spec.key.spki),
        }
    )
    extensions = _extensions(spec) if spec.version == 3 else []
    if extensions:
        body["extensions"] = extensions
    return body


def build_name(name: Name, string_type: str = "utf8") -> Any:
    """An asn1crypto Name, its directory strings of the type asked for."""
    pairs = (("common_name", name),) if isinstance(name, str) else name
    rdns = [x509.RelativeDistinguishedName([_attribute(*pair, string_type)]) for pair in pairs]
    return x509.Name(name="", value=x509.RDNSequence(rdns))


def _attribute(attribute: str, text: str, string_type: str) -> Any:
    spec = x509.NameTypeAndValue._oid_specs[attribute]
    if spec is not x509.DirectoryString:
        # Country codes, mail addresses and domain components have one fixed type.
        return x509.NameTypeAndValue({"type": attribute, "value": spec(text)})
    value = x509.DirectoryString(name=_STRING_TYPES[string_type], value=text)
    return x509.NameTypeAndValue({"type": attribute, "value": value})


def _time(moment: datetime) -> Any:
    # RFC 5280 section 4.1.2.5: two-digit years up to 2049, four digits from 2050.
    if 1950 <= moment.year < 2050:
        return x509.Time(name="utc_time", value=moment)
    return x509.Time(name="general_time", value=moment)


# --- extensions --------------------------------------------------------------------------------


def _extensions(spec: CertificateSpec) -> list[Any]:
    written = (
        _basic_constraints(spec),
        _key_usage(spec),
        _extended_key_usage(spec),
        _alternative_names(spec),
        _name_constraints(spec),
        _subject_identifier(spec),
        _authority_identifier(spec),
        *(_raw_extension(*extra) for extra in spec.extra_extensions),
    )
    return [extension for extension in written if extension is not None]


def _extension(oid: str, critical: bool, value: Any) -> Any:
    return x509.Extension({"extn_id": oid, "critical": critical, "extn_value": value})


def _raw_extension(oid: str, critical: bool, der: bytes) -> Any:
    return _extension(oid, critical, core.ParsableOctetString(der))


def _basic_constraints(spec: CertificateSpec) -> Any:
    if spec.ca is None:
        return None
    fields = {"ca": spec.ca, "path_len_constraint": spec.path_len}
    return _extension("basic_constraints", spec.ca_critical, x509.BasicConstraints(fields))


def _key_usage(spec: CertificateSpec) -> Any:
    if spec.key_usage is None:
        return None
    return _extension("key_usage", spec.key_usage_critical, x509.KeyUsage(set(spec.key_usage)))


def _extended_key_usage(spec: CertificateSpec) -> Any:
    if spec.eku is None:
        return None
    return _extension("extended_key_usage", spec.eku_critical, x509.ExtKeyUsageSyntax(spec.eku))


def _alternative_names(spec: CertificateSpec) -> Any:
    if spec.san is None:
        return None
    names = x509.GeneralNames([_general_name(text) for text in spec.san])
    return _extension("subject_alt_name", spec.san_critical, names)


def _name_constraints(spec: CertificateSpec) -> Any:
    if spec.name_constraints is None:
        return None
    permitted, excluded, critical = spec.name_constraints
    value: dict[str, Any] = {}
    if permitted:
        value["permitted_subtrees"] = [{"base": _general_name(base)} for base in permitted]
    if excluded:
        value["excluded_subtrees"] = [{"base": _general_name(base)} for base in excluded]
    return _extension("name_constraints", critical, x509.NameConstraints(value))


def _subject_identifier(spec: CertificateSpec) -> Any:
    if spec.ski is None:
        return None
    identifier = key_identifier(spec.key) if spec.ski is True else spec.ski
    return _extension("key_identifier", False, core.OctetString(identifier))


def _authority_identifier(spec: CertificateSpec) -> Any:
    if spec.aki is None:
        return None
    value: dict[str, Any]
    if isinstance(spec.aki, IssuerSerial):
        issuer = x509.GeneralName("directory_name", build_name(spec.aki.issuer))
        value = {
            "authority_cert_issuer": [issuer],
            "authority_cert_serial_number": spec.aki.serial,
        }
    else:
        value = {"key_identifier": key_identifier(spec.signer) if spec.aki is True else spec.aki}
    extension = x509.AuthorityKeyIdentifier(value)
    return _extension("authority_key_identifier", False, extension)


def _general_name(text: str) -> Any:
    """A host name, an IP address or network, a mail address, or a URI: told apart by its form."""
    if _is_ip(text):
        return x509.GeneralName("ip_address", text)
    if "://" in text:
        return x509.GeneralName("uniform_resource_identifier", text)
    if "@" in text:
        return x509.GeneralName("rfc822_name", text)
    # asn1crypto refuses a leading dot in its own DNSName, which constraints legitimately have;
    # an implicitly tagged IA5String is the same bytes.
    return x509.GeneralName.load(core.IA5String(text, implicit=("context", 2)).dump())


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


# --- signatures --------------------------------------------------------------------------------


def _signature_algorithm(spec: CertificateSpec) -> Any:
    signer = spec.signer
    if signer.kind == "ed25519":
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    if signer.is_rsa:
        return _pss_algorithm(spec.digest) if spec.pss else _rsa_algorithm(spec.digest)
    if spec.digest in ("md2", "md5") or spec.pss:
        raise ForgeError(
            f"{spec.subject}: {signer.kind} cannot sign with {spec.digest}"
            f"{' and PSS' if spec.pss else ''}; give an RSA key as signed_by"
        )
    return algos.SignedDigestAlgorithm({"algorithm": f"{spec.digest}_ecdsa"})


def _rsa_algorithm(digest: str) -> Any:
    # RFC 3279 and 4055: the parameters are present and NULL.
    return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa", "parameters": core.Null()})


def _pss_algorithm(digest: str) -> Any:
    if digest == "md2":
        raise ForgeError("MD2 cannot be combined with PSS: choose one of them")
    hash_algorithm = {"algorithm": digest, "parameters": core.Null()}
    parameters = {
        "hash_algorithm": hash_algorithm,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hash_algorithm},
        "salt_length": _HASHES[digest]().digest_size,
    }
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


def _signature(spec: CertificateSpec, body: bytes) -> bytes:
    signature = _sign(spec, body)
    if not spec.bad_signature:
        return signature
    # The last byte belongs to a number in every scheme, so the encoding stays well-formed.
    return signature[:-1] + bytes([signature[-1] ^ 1])


def _sign(spec: CertificateSpec, body: bytes) -> bytes:
    private = spec.signer.private
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(body)
    if spec.digest == "md2":
        # Nothing at hand computes MD2. A signature of the right length is enough: what matters
        # in tests is that a reader copes with the algorithm, and nobody accepts it.
        return b"\x01" * (private.key_size // 8)
    algorithm = _HASHES[spec.digest]()
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(body, _padding(algorithm, spec.pss), algorithm)
    return private.sign(body, ec.ECDSA(algorithm, deterministic_signing=True))


def _padding(algorithm: hashes.HashAlgorithm, pss: bool) -> padding.PKCS1v15 | padding.PSS:
    if not pss:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
