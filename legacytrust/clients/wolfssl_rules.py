"""The shapes that the rules of CyaSSL and wolfSSL have, by the version in which each came up."""

from __future__ import annotations

from typing import Any, Final

import attrs

from legacytrust.algorithms import KeyKind, Scheme
from legacytrust.extensions import GeneralNameKind, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    NO_CHECKS,
    Admission,
    CommonNameUse,
    Consequence,
    Critical,
    DnsConstraintForm,
    Form,
    HostnameRules,
    KeySizes,
    NameConstraintRules,
    Refusals,
    Scope,
    Wildcards,
    algorithms,
)

__all__ = [
    "ANY_LEAF",
    "CURVES",
    "CURVES_4_1",
    "EDWARDS",
    "EDWARDS_SCHEMES",
    "EVERYONE",
    "EVERY_NAME",
    "FORM_2",
    "FORM_3_14",
    "FORM_5_6",
    "FORM_5_7",
    "FORM_5_9",
    "KNOWN_2_9",
    "KNOWN_3_11",
    "KNOWN_3_15",
    "KNOWN_4_2",
    "KNOWN_5_0",
    "KNOWN_5_6",
    "LOADED",
    "NAMES",
    "PEER",
    "admission",
    "constraints",
    "critical",
    "host_rules",
    "sizes_from",
]

PEER: Final = Role.LEAF | Role.SERVED_CA
LOADED: Final = Role.ANCHOR
ANY_LEAF: Final = Role.LEAF | Role.STORE_LEAF
CURVES: Final = frozenset(
    {
        "", "1.2.840.10045.3.1.1", "1.3.132.0.10", "1.3.132.0.33",
        "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13",
    }
)  # fmt: skip
"""What is not among the three that every build has: spelled out, P-192, secp256k1, P-224 ..."""
CURVES_4_1: Final = CURVES - {"1.2.840.10045.3.1.1"}
EDWARDS: Final = frozenset({KeyKind.ED25519, KeyKind.ED448})
EDWARDS_SCHEMES: Final = algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
KNOWN_3_15: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS, Oid.CRL_DISTRIBUTION_POINTS, Oid.AUTHORITY_INFO_ACCESS,
        Oid.SUBJECT_ALT_NAME, Oid.CERTIFICATE_POLICIES, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE,
        Oid.INHIBIT_ANY_POLICY, Oid.NAME_CONSTRAINTS,
    }
)  # fmt: skip
KNOWN_2_9: Final = KNOWN_3_15 | {Oid.AUTHORITY_KEY_IDENTIFIER, Oid.SUBJECT_KEY_IDENTIFIER}
KNOWN_3_11: Final = KNOWN_3_15 | {Oid.AUTHORITY_KEY_IDENTIFIER}
KNOWN_4_2: Final = KNOWN_3_15 | {Oid.NETSCAPE_CERT_TYPE}
KNOWN_5_0: Final = KNOWN_4_2 | {Oid.POLICY_CONSTRAINTS}
KNOWN_5_6: Final = KNOWN_5_0 - {Oid.AUTHORITY_INFO_ACCESS, Oid.CERTIFICATE_POLICIES}
NAMES: Final = frozenset({GeneralNameKind.DNS, GeneralNameKind.EMAIL, GeneralNameKind.DIRECTORY})
EVERY_NAME: Final = NAMES | {GeneralNameKind.IP, GeneralNameKind.URI}


EVERYONE: Final = Scope(PEER | LOADED)
FORM_2: Final = Form(negative_serial=EVERYONE, broken_extensions=EVERYONE)
FORM_3_14: Final = Form(repeated_extensions=EVERYONE, broken_extensions=EVERYONE)
FORM_5_6: Final = attrs.evolve(
    FORM_3_14, false_spelled_out=EVERYONE, most_alt_names=128, too_many_names=EVERYONE
)
FORM_5_7: Final = attrs.evolve(FORM_5_6, zero_serial=EVERYONE, zero_serial_of_root=EVERYONE)
FORM_5_9: Final = attrs.evolve(FORM_5_7, zero_serial_of_root=Scope(PEER), most_alt_names=1024)


def sizes_from(roles: Role, ec: int = 224) -> KeySizes:
    return KeySizes(((KeyKind.RSA, 1024), (KeyKind.EC, ec)), roles=roles)


def critical(known: frozenset[str], roles: Role) -> Critical:
    return Critical(known, scope=Scope(roles))


def constraints(
    form: DnsConstraintForm, *, strict: bool = True, **more: Any
) -> NameConstraintRules:
    """Name constraints: each certificate is bound by its own issuer, and by no one above that."""
    return NameConstraintRules(
        Scope(PEER | LOADED),
        form,
        directory_names=NameForm.ENCODED,
        nearest_only=True,
        spares_self_issued=False,
        misplaced=Scope(PEER) if strict else Scope(),
        **{"kinds": NAMES, **more},
    )


def admission(
    known: frozenset[str] | None, form: Form, *, sizes: int | None = 224, strict: bool = True,
    usage: bool = False, curves: frozenset[str] = CURVES, kinds: frozenset[KeyKind] = EDWARDS,
) -> Admission:  # fmt: skip
    """What a store certificate must pass to be loaded."""
    checks = attrs.evolve(
        NO_CHECKS,
        dates=Scope(LOADED),
        equal_algorithms=Scope(LOADED),
        critical=critical(known, LOADED) if known is not None else NO_CHECKS.critical,
        key_sizes=sizes_from(LOADED, sizes) if sizes is not None else NO_CHECKS.key_sizes,
        key_kinds=Refusals(kinds | {KeyKind.OTHER}, roles=LOADED),
        curves=Refusals(curves, roles=LOADED),
        usage_without_ca=Scope(LOADED) if usage else Scope(),
        usage_without_constraints=Scope(LOADED) if usage else Scope(),
        form=form,
        name_constraints=NameConstraintRules(
            Scope(), misplaced=Scope(LOADED) if strict else Scope()
        ),
    )
    return Admission(checks, Consequence.SKIPPED)


def host_rules(use: CommonNameUse, **more: Any) -> HostnameRules:
    return HostnameRules(
        common_name=use,
        last_common_name=True,
        **{
            "wildcards": Wildcards.GLOB,
            "ip_san": False,
            "ip_as_text": True,
            "trailing_dot": False,
            **more,
        },
    )
