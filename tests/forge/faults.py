"""What can be wrong, or merely unusual, inside one certificate: a table.

Each row names the fault, the roles it makes sense for, and the fields of `CertificateSpec` that
it changes. Not every row is an error for every client; that is the point of having them.
"""

from typing import Any

import attrs

from forge.certificates import Oid

LEAF, CA, ROOT = "leaf", "ca", "root"
HOSTNAME = "www.example.test"
"""The name that clients connect to, and that leaves carry unless a fault says otherwise."""

_ANY_CA = (CA, ROOT)
_ALL = (LEAF, CA, ROOT)
_ASN1_NULL = b"\x05\x00"


@attrs.frozen(repr=False)
class Fault:
    """A named change to a certificate of one of the `roles`."""

    label: str
    roles: tuple[str, ...]
    fields: tuple[tuple[str, Any], ...]
    needs_rsa: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of `CertificateSpec` to change, with their new values."""
        return dict(self.fields)

    def clashes(self, other: "Fault") -> bool:
        """Whether both change the same field, so that only one of them can hold."""
        return not self.changes.keys().isdisjoint(other.changes)

    def __repr__(self) -> str:
        return f"<fault: {self.label}>"


def _fault(label: str, roles: tuple[str, ...], needs_rsa: bool = False, **changes: Any) -> Fault:
    return Fault(label, roles, tuple(changes.items()), needs_rsa)


BASIC_CONSTRAINTS = (
    _fault("pathLen 0", _ANY_CA, path_len=0),
    _fault("pathLen 1", _ANY_CA, path_len=1),
    _fault("CA false", _ANY_CA, ca=False),
    _fault("no basicConstraints", _ALL, ca=None),
    _fault("basicConstraints not critical", _ANY_CA, ca_critical=False),
    _fault("CA true", (LEAF,), ca=True),
)
KEY_USAGE = (
    _fault("no keyCertSign", _ANY_CA, key_usage=frozenset({"crl_sign"})),
    _fault("no keyUsage", _ALL, key_usage=None),
    _fault("only keyAgreement", (LEAF,), key_usage=frozenset({"key_agreement"})),
    _fault("only crlSign", (LEAF,), key_usage=frozenset({"crl_sign"})),
)
EXTENDED_KEY_USAGE = (
    _fault("EKU server", _ALL, eku=(Oid.SERVER_AUTH,)),
    _fault("EKU server critical", _ALL, eku=(Oid.SERVER_AUTH,), eku_critical=True),
    _fault("EKU client", _ALL, eku=(Oid.CLIENT_AUTH,)),
    _fault("EKU any", _ALL, eku=(Oid.ANY_EKU,)),
    _fault("EKU SGC", _ALL, eku=(Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC)),
    _fault("EKU mail", _ALL, eku=(Oid.EMAIL_PROTECTION,)),
)
NAME_CONSTRAINTS = (
    _fault("permits our domain", _ANY_CA, name_constraints=(("example.test",), (), True)),
    _fault("permits another domain", _ANY_CA, name_constraints=(("example.org",), (), True)),
    _fault("permits another, optional", _ANY_CA, name_constraints=(("example.org",), (), False)),
    _fault("excludes our domain", _ANY_CA, name_constraints=((), ("example.test",), True)),
    _fault("excludes ours, optional", _ANY_CA, name_constraints=((), ("example.test",), False)),
    _fault("excludes another domain", _ANY_CA, name_constraints=((), ("example.org",), True)),
)
OTHER_EXTENSIONS = (
    _fault(
        "unknown critical",
        _ALL,
        extra_extensions=((Oid.UNKNOWN_EXTENSION, True, _ASN1_NULL),),
    ),
    _fault(
        "unknown optional",
        _ALL,
        extra_extensions=((Oid.UNKNOWN_EXTENSION, False, _ASN1_NULL),),
    ),
    _fault("v1", _ALL, version=1),
)
KEY_IDENTIFIERS = (
    _fault("no SKI", _ANY_CA, ski=None),
    _fault("other SKI", _ANY_CA, ski=b"\x01" * 20),
    _fault("no AKI", (LEAF, CA), aki=None),
    _fault("wrong AKI", (LEAF, CA), aki=b"\x02" * 20),
    _fault("AKI by issuer and serial", (LEAF, CA), aki="issuer-serial"),
)
SIGNATURES = (
    _fault("sha1", _ALL, digest="sha1"),
    _fault("md5", _ALL, needs_rsa=True, digest="md5"),
    _fault("sha384", _ALL, digest="sha384"),
    _fault("sha512", _ALL, digest="sha512"),
    _fault("PSS", _ALL, needs_rsa=True, pss=True),
    _fault("bad signature", _ALL, bad_signature=True),
)
NAMES = (
    _fault("issuer as PrintableString", (LEAF, CA), issuer_string_type="printable"),
    _fault("subject as PrintableString", _ANY_CA, name_string_type="printable"),
)
HOSTS = (
    _fault("other host", (LEAF,), san=("www.example.org",)),
    _fault("wildcard host", (LEAF,), san=("*.example.test",)),
    _fault("name in CN only", (LEAF,), san=None),
    _fault("host among others", (LEAF,), san=("www.example.org", HOSTNAME)),
)
FAULTS = (
    *BASIC_CONSTRAINTS,
    *KEY_USAGE,
    *EXTENDED_KEY_USAGE,
    *NAME_CONSTRAINTS,
    *OTHER_EXTENSIONS,
    *KEY_IDENTIFIERS,
    *SIGNATURES,
    *NAMES,
    *HOSTS,
)
"""All of the above."""
