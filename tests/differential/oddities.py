"""Rarer contents of certificates than `forge.FAULTS` has, and chains of any length.

What they share is that clients read them differently: Netscape's types beside purposes, purposes
that have nothing to do with TLS, critical extensions of every usual kind, and names of all forms.
"""

from datetime import timedelta

from asn1crypto import x509
from hypothesis import strategies as st

from forge import AT, HOSTNAME, Fault, Oid, Pki, root
from forge.faults import CA, LEAF, ROOT

_EVERY, _CAS = (LEAF, CA, ROOT), (CA, ROOT)
_PURPOSE = "1.3.6.1.5.5.7.3."
_NETSCAPE_TYPE = "2.16.840.1.113730.1.1"


def _odd(label: str, roles: tuple[str, ...], **fields: object) -> Fault:
    return Fault(label, roles, tuple(fields.items()))


def _extra(label: str, roles: tuple[str, ...], oid: str, der: str, *, critical: bool) -> Fault:
    return _odd(label, roles, extra_extensions=((oid, critical, bytes.fromhex(der)),))


def _policies(*policies: str) -> str:
    value = x509.CertificatePolicies([{"policy_identifier": one} for one in policies])
    return bytes(value.dump()).hex()


_CRITICAL = {
    "policies": ("2.5.29.32", _policies("1.3.6.1.4.1.55555.2")),
    "policy constraints": ("2.5.29.36", "3003800100"),
    "inhibitAnyPolicy": ("2.5.29.54", "020100"),
    "CRL points": ("2.5.29.31", "300e300ca00aa0088606687474703a2f"),
    "AIA": ("1.3.6.1.5.5.7.1.1", "3014301206082b06010505073002860668747470 3a2f".replace(" ", "")),
    "issuer names": ("2.5.29.18", "3008820661 2e74657374".replace(" ", "")),
    "OCSP no check": ("1.3.6.1.5.5.7.48.1.5", "0500"),
    "Netscape comment": ("2.16.840.1.113730.1.13", "160161"),
}

ODDITIES = (
    *(
        _odd(f"EKU {name}", _EVERY, eku=tuple(_PURPOSE + number for number in numbers))
        for name, numbers in {
            "code": "3", "OCSP": "8", "OCSP signing": "9", "time": "8", "IPsec": "5", "IKE": ["17"],
            "mail and client": "42", "server and OCSP signing": "19", "mail and OCSP": "49",
        }.items()
    ),
    _odd("EKU Netscape step-up", _EVERY, eku=(Oid.NETSCAPE_SGC,)),
    _odd("EKU unknown", _EVERY, eku=("1.3.6.1.4.1.55555.3",)),
    _odd("EKU any and mail", _EVERY, eku=(Oid.ANY_EKU, Oid.EMAIL_PROTECTION)),
    *(
        _extra(f"Netscape type {bits:02x}", _EVERY, _NETSCAPE_TYPE, f"030200{bits:02x}",
               critical=False)
        for bits in (0x40, 0x80, 0x04, 0x02, 0x01, 0x20, 0x44)
    ),
    *(_extra(f"critical {name}", _EVERY, *pair, critical=True) for name, pair in _CRITICAL.items()),
    _extra("policy A", _EVERY, "2.5.29.32", _policies("1.3.6.1.4.1.55555.2"), critical=False),
    _extra("policy any", _EVERY, "2.5.29.32", _policies("2.5.29.32.0"), critical=False),
    _extra("explicit policy", _CAS, "2.5.29.36", "3003800100", critical=False),
    *(
        _odd(f"key usage {usage}", (LEAF,), key_usage=frozenset({usage}))
        for usage in ("digital_signature", "key_encipherment", "non_repudiation", "key_cert_sign",
                      "data_encipherment")
    ),
    _odd("optional key usage", _EVERY, key_usage=frozenset({"crl_sign"}), key_usage_critical=False),
    _odd("CA as leaf", (LEAF,), ca=True, eku=(Oid.SERVER_AUTH,)),
    _odd("no extension", _EVERY, ca=None, key_usage=None, ski=None, aki=None),
    _odd("begins soon", _EVERY, not_before=AT + timedelta(hours=20)),
    _odd("begins soon, not now", _EVERY, not_before=AT + timedelta(hours=28)),
    _odd("AKI by issuer and serial", (ROOT,), aki="issuer-serial"),
    _odd("AKI of its own", (ROOT,), aki=True),
    _odd("AKI wrong", (ROOT,), aki=b"\x03" * 20),
    *(
        _odd(f"name: {', '.join(names)}", (LEAF,), san=names)
        for names in (
            ("192.0.2.7",), ("192.0.2.8", HOSTNAME), ("a@example.test",), ("https://example.test/",),
            ("*.test",), ("w*.example.test",), ("*w.example.test",), ("*.*.test",), ("*",),
            ("www.example.test.",), ("WWW.Example.TEST",), ("*.example.test.",), ("xn--*.example.test",),
            ("a@example.test", HOSTNAME), ("*.www.example.test",), ("example.test",), ("2001:db8::7",),
        )
    ),
    *(
        _odd(f"CN name: {name}", (LEAF,), subject=name, san=san)
        for name in ("192.0.2.7", "*.example.test", "example.test", "A name with blanks")
        for san in (None, ("192.0.2.8",), ("www.example.org",), ("a@example.test",))
    ),
    _odd("two CN names", (LEAF,), san=None,
         subject=(("common_name", "www.example.org"), ("common_name", HOSTNAME))),
    _odd("two CN names, turned", (LEAF,), san=None,
         subject=(("common_name", HOSTNAME), ("common_name", "www.example.org"))),
    *(
        _odd(f"constrained: {'not ' * bool(out)}{(*into, *out)}", _CAS,
             name_constraints=(into, out, True))
        for into, out in (
            (("192.0.2.0/24",), ()), ((), ("192.0.2.0/24",)), ((".example.test",), ()),
            ((), ("www.example.test",)), (("test",), ()), (("example.org", "example.test"), ()),
            ((".www.example.test",), ()), (("ample.test",), ()), ((), ("ample.test",)),
            (("EXAMPLE.test",), ()), (("a@example.test",), ()), ((), ("@example.test",)),
        )
    ),
)  # fmt: skip


@st.composite
def long_chains(draw: st.DrawFn) -> Pki:
    """A straight chain of up to twenty-five intermediates, served in any order, nothing wrong."""
    length = draw(st.integers(0, 25))
    top = root("N")
    line = [top]
    for number in range(length):
        line.append(line[-1].intermediate(f"I{number}"))
    served = line[1:]
    if draw(st.booleans()):
        served = list(draw(st.permutations(served)))
    leaf = line[-1].leaf(HOSTNAME)
    return Pki((leaf, *reversed(served)), (top,), AT, HOSTNAME, (f"{length} intermediates",))
