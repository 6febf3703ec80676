"""Trees of certificates, written the way one speaks about them.

    n = root("N")                          # a root
    o = root("O", not_after=...)           # another one
    x = o.cross_sign(n)                    # N's name and key, signed by O
    i = n.intermediate("I1")
    leaf = i.leaf("www.example.test")
    n2 = n.reissue(not_after=...)          # same name, key and issuer; other dates and serial

Every method returns a new frozen `Entity`; `.der` is its certificate. Any field of
`CertificateSpec` can be given by keyword to say how the new certificate differs from the usual.
"""

import base64
import hashlib
import textwrap
from typing import Any

import attrs

from forge.certificates import CertificateSpec, IssuerSerial, Name, Oid, encode, key_identifier
from forge.keys import Key, key

_CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
_LEAF_USAGE = frozenset({"digital_signature", "key_encipherment"})


@attrs.frozen(repr=False)
class Entity:
    """A certificate together with the means to issue others: what a CA (or a server) has.

    `label` is a short name for messages; it has no influence on the certificate.
    """

    spec: CertificateSpec
    label: str = ""

    def __repr__(self) -> str:
        return self.label or repr(self.spec)

    @property
    def der(self) -> bytes:
        """The certificate's DER."""
        return encode(self.spec)

    @property
    def key_id(self) -> bytes | None:
        """What certificates issued from here carry as authority key identifier."""
        if self.spec.ski is None or self.spec.version == 1:
            return None
        return key_identifier(self.spec.key) if self.spec.ski is True else self.spec.ski

    def issue(self, subject: Name, key: Key, **fields: Any) -> "Entity":
        """A certificate for any subject and key, signed here; extensions only as given.

        `aki="issuer-serial"` names this entity's certificate by issuer and serial instead of by
        key identifier.
        """
        label = fields.pop("label", None) or _text(subject)
        if fields.setdefault("aki", True) is True:
            fields["aki"] = self.key_id or key_identifier(self.spec.key)
        elif fields["aki"] == "issuer-serial":
            fields["aki"] = IssuerSerial(self.spec.issuer_name, self.spec.serial_number)
        # The issuer field repeats this subject byte for byte unless the caller wants otherwise.
        fields.setdefault("issuer_string_type", self.spec.name_string_type)
        fields = {"issuer": self.spec.subject, "signed_by": self.spec.key, **fields}
        return Entity(CertificateSpec(subject=subject, key=key, **fields), label)

    def intermediate(self, subject: Name, key: Key | None = None, **fields: Any) -> "Entity":
        """A CA certificate; without `key`, a P-256 key that belongs to that name."""
        usual = {"ca": True, "key_usage": _CA_USAGE}
        return self.issue(subject, key or key_of(subject), **{**usual, **fields})

    def leaf(self, hostname: str, key: Key | None = None, **fields: Any) -> "Entity":
        """A server certificate with the host name as common name and alternative name."""
        usual = {
            "ca": False,
            "key_usage": _LEAF_USAGE,
            "eku": (Oid.SERVER_AUTH, Oid.CLIENT_AUTH),
            "san": (hostname,),
            "label": "leaf",
        }
        return self.issue(hostname, key or key_of(hostname), **{**usual, **fields})

    def cross_sign(self, other: "Entity", **fields: Any) -> "Entity":
        """The other's name, key and extensions, signed here."""
        kept = {
            field: getattr(other.spec, field)
            for field in ("ca", "path_len", "key_usage", "eku", "name_constraints", "ski")
        }
        usual = {"label": f"{other.label}<{self.label}", **kept}
        return self.issue(other.spec.subject, other.spec.key, **{**usual, **fields})

    def reissue(self, **fields: Any) -> "Entity":
        """The same name, key, issuer and extensions; what is given changes, and the serial."""
        label = fields.pop("label", f"{self.label}'")
        # Bound to the label so that two reissues with equal dates are still two certificates.
        fields.setdefault("serial", self.spec.serial_number ^ _number_of(label))
        return Entity(attrs.evolve(self.spec, **fields), label)


def root(subject: Name, key: Key | None = None, **fields: Any) -> Entity:
    """A self-signed CA certificate; without `key`, a P-256 key that belongs to that name."""
    label = fields.pop("label", None) or _text(subject)
    usual = {"ca": True, "key_usage": _CA_USAGE, "aki": None, "key": key or key_of(subject)}
    return Entity(CertificateSpec(subject=subject, **{**usual, **fields}), label)


def key_of(subject: Name, kind: str = "p256") -> Key:
    """The key of a kind that belongs to a name: always the same one for the same name."""
    return key(kind, _number_of(_text(subject)))


def pem(*certificates: bytes) -> str:
    """The certificates as one PEM text, in order."""
    return "".join(_pem_block(der) for der in certificates)


def _pem_block(der: bytes) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _text(name: Name) -> str:
    return name if isinstance(name, str) else ",".join(value for _, value in name)


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
