"""BoringSSL's ``X509_verify_cert``, 2017 to 2026.

Theory
======

BoringSSL is OpenSSL 1.0.2 as it was before its first release, cut down and made stricter year by
year.  The search stayed that of 1.0.2: greedy, names and key identifiers alone decide, dates and
signatures are looked at when the path stands, of several issuers the *first* is taken whatever
its dates.  Two things changed:

* **Up to September 2021** the served list is followed to its end, then the store; a path that is
  not trusted is shortened from the top.  An expired root that is still in the store breaks it.
* **From 1 October 2021** the store is asked before the served list at every link (``TRUSTED_FIRST``
  by default; since August 2026 it cannot be switched off).  Nothing was done about candidates:
  unlike OpenSSL 1.1.0, an expired one that comes first in the store is taken.
* **June 2023 to February 2026** "first in the store" is what a heap sort makes of it, so that two
  roots of one name may well be met in the other order.

The extensions of what came from the store are never looked at, as in OpenSSL 1.0.2.  What is looked
at became stricter: intermediates need basicConstraints (2018), names under constraints must stand
in a SAN (2019), the SGC purposes count no more (2019), a star is a whole label (2021), MD5 is gone
(2022), policies are always evaluated (2023), Netscape's types are ignored (2023).

The commits before 2017, and the first releases of the ``pki`` library that Chrome uses instead,
are not modelled here; Android's apps do not use ``X509_verify_cert`` either: their trust manager
is the family ``android``.  What is modelled is a program that lets BoringSSL verify, as Node.js
and Bun, gRPC, Envoy or curl builds do.

Versions
--------

For most of its life BoringSSL had no version numbers: users take it as it is on some day.  So a
version is the **date** of that commit, ``2021-09-30``; or one of the dated tags that exist since
2024, ``0.20240913.0``; or ``android-13``, whose library was compared: its exported functions are
those of January to May 2022, and it verifies MD5 signatures, which ended on 21 March 2022; or
``bun-1.4.5``, the binary of 19 November 2026.  That one is newer than the source that was read, and
does what no commit to 21 August 2026 does: it checks the extensions of the *root* as well, its
path length, its purposes, its unknown critical extensions, and that it may issue at all.  On which
day that came is not known, so the days between are not covered.

Sources: the commits named in the rows by date, read in ``crypto/x509``: ``x509_vfy`` (VFY),
``x509_vpm`` (VPM), ``v3_purp`` (PURP), ``v3_utl`` (UTL), ``algorithm`` (ALGOR).  "Compared" means:
run beside the genuine library on generated PKIs, see ``tests/differential``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    Alternatives,
    AnchorConstraintRules,
    Authority,
    CaProof,
    CommonNameUse,
    ConstraintKind,
    Critical,
    Form,
    HostLike,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    PathLength,
    Preference,
    Purpose,
    Refusals,
    Scope,
    StoreOrder,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["BORINGSSL", "dated"]

_DATE: Final = re.compile(r"(20\d\d)-(\d\d)-(\d\d)", re.ASCII)
_TAG: Final = re.compile(r"0\.(20\d\d)(\d\d)(\d\d)\.\d{1,3}", re.ASCII)
_SNAPSHOTS: Final = {"android-13": (2022, 1, 23), "bun-1.4.5": (2026, 11, 19)}


def dated(text: str) -> VersionKey | None:
    """``2021-09-30``, ``0.20240913.0``, ``android-13`` or ``bun-1.4.5`` as the day of the commit."""
    if text in _SNAPSHOTS:
        return _SNAPSHOTS[text]
    found = _DATE.fullmatch(text) or _TAG.fullmatch(text)
    return tuple(map(int, found.groups())) if found else None


_COVERED: Final = "2017-06-01..2026-08-21"
_RESOLVED: Final = f"{_COVERED}, 2026-11-19"
_PEER: Final = Role.LEAF | Role.SERVED_CA
_STEP_UP: Final = frozenset({Oid.SERVER_AUTH, Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC})
_OLD_PROOFS: Final = frozenset(
    {
        CaProof.BASIC_CONSTRAINTS,
        CaProof.VERSION_1_SELF_SIGNED,
        CaProof.KEY_USAGE,
        CaProof.NETSCAPE_TYPE,
    }
)
_ISSUERS: Final = Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR
_CURVES: Final = frozenset(
    {"1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"}
)
_EXOTIC: Final = frozenset({Digest.MD2, Digest.OTHER})

_table: Final = Table(dated)
_MEASURED_AT: Final = "2022-01-23"
_READ_TO: Final = "2026-08-21"
_BUN: Final = "2026-11-19"
#: What the binary of November 2026 does otherwise than the source of August.
_CHANGED: Final = frozenset({"authority", "critical", "path_length", "purpose"})


def _row(trait: str, value: Any, versions: str, source: str, *, compared: bool = False) -> None:
    """One fact that was read; if compared, it was measured on Android 13 as well."""
    if versions.endswith(_READ_TO) and trait not in _CHANGED:
        _table.add(trait, value, _BUN, f"as in August 2026: {source}", Evidence.INFERRED)
    if not compared:
        _table.add(trait, value, versions, source, Evidence.READ)
        return
    first, _, last = versions.partition("..")
    around = f"{first}..2022-01-22, 2022-01-24..{last}"
    _table.add(trait, value, around, source, Evidence.READ)
    measured = f"{source}; compared: the library of Android 13"
    _table.add(trait, value, _MEASURED_AT, measured, Evidence.MEASURED)


# How a path is searched.
_row("strategy", Strategy.SERVED_FIRST, _COVERED, "VFY X509_verify_cert", compared=True)
_row("trusted_first", False, "2017-06-01..2021-09-30",
     "VPM at 2017-06-01, 2021-06-01: no default flags")
_row("trusted_first", True, "2021-10-01..2026-08-21",
     "VPM at 2021-10-01: X509_V_FLAG_TRUSTED_FIRST by default", compared=True)
_row("partial_chain", False, _COVERED, "VPM: not among the default flags", compared=True)
_row("alternatives", Alternatives.NOT_TRUSTED, _COVERED,
     "VFY X509_verify_cert: since January 2016, without TRUSTED_FIRST only")
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.CANONICAL, _COVERED, "PURP X509_check_issued", compared=True)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest.KEY_ID | IssuerTest.KEY_USAGE, _COVERED,
         "PURP X509_check_issued", compared=True)
_row("served_preference", Preference.FIRST, _COVERED, "VFY find_issuer: no dates", compared=True)
_row("store_preference", Preference.FIRST, _COVERED,
     "X509_STORE_CTX_get1_issuer: dates are not looked at", compared=True)
_row("store_order", StoreOrder.GIVEN, "2017-06-01..2023-06-05",
     "stack.c at 2023-06-05: qsort, which keeps the order in glibc to 2.36", compared=True)
_row("store_order", StoreOrder.HEAP, "2023-06-06..2026-02-22",
     "stack.c at 2023-06-06: a heap sort; x509_lu.c sorts before it adds")
_table.add("store_order", StoreOrder.GIVEN, "2026-02-23..2026-08-21",
           "stack.cc at 2026-02-23: std::sort, which leaves up to 16 in order in libstdc++",
           Evidence.INFERRED)
_row("max_certificates", 101, "2017-06-01..2023-12-10", "VPM: depth 100; VFY at 2023-06-01")
_row("max_certificates", 102, "2023-12-11..2026-08-21",
     "VFY at 2023-12-11: the depth counts intermediates")

# What a path must pass.
_row("dates", Scope(ALL_ROLES), _COVERED,
     "VFY internal_verify: the root too", compared=True)
_row("last_second", False, _COVERED,
     "X509_cmp_time never says equal: notAfter itself is over", compared=True)
_row("signatures", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF), _COVERED,
     "VFY internal_verify", compared=True)
_row("equal_algorithms", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF), _COVERED,
     "X509_verify: X509_ALGOR_cmp at 2017-06-01 and later")
_row("own_signature", Scope(), _COVERED,
     "VFY internal_verify: not without CHECK_SS_SIGNATURE", compared=True)
_row("digests", Refusals(_EXOTIC, roles=BELOW_ANCHOR), "2017-06-01..2022-03-20",
     "ALGOR at 2022-02-01: every digest that there is", compared=True)
_row("digests", Refusals(_EXOTIC | {Digest.MD4, Digest.MD5}, roles=BELOW_ANCHOR),
     "2022-03-21..2026-08-21", "ALGOR at 2022-03-21: x509_digest_nid_ok")
_row("algorithms",
     Refusals(algorithms(Scheme.ED448) | algorithms(Scheme.DSA) | algorithms(Scheme.OTHER)), _COVERED,
     "ALGOR x509_digest_verify_init: PSS, and Ed25519 since March 2017; evp_methods: no DSA",
     compared=True)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER, KeyKind.ED448})), _COVERED,
     "evp: RSA, EC, DSA, Ed25519 can be read", compared=True)
_row("key_sizes", KeySizes(), _COVERED,
     "VFY: no minimum; RSA of 1024 bits passes", compared=True)
_row("authority", Authority(((Role.SERVED_CA, _OLD_PROOFS),)), "2017-06-01..2018-07-30",
     "PURP check_ca at 2017-06-01; VFY check_chain_extensions to last_untrusted")
_row("authority",
     Authority(
         (
             (
                 Role.SERVED_CA,
                 frozenset({CaProof.BASIC_CONSTRAINTS, CaProof.VERSION_1_SELF_SIGNED}),
             ),
         )
     ),
     "2018-07-31..2026-08-21", "PURP check_ca at 2018-07-31", compared=True)
_row("cert_sign", Scope(Role.SERVED_CA), _COVERED, "PURP check_ca: ku_reject", compared=True)
_row("path_length", PathLength(Scope(Role.SERVED_CA), binds_self_issued=False),
     "2017-06-01..2026-05-07",
     "VFY check_chain_extensions: not if self issued", compared=True)
_row("path_length", PathLength(Scope(Role.SERVED_CA)), "2026-05-08..2026-08-21",
     "VFY check_chain_extensions at 2026-05-08")
_row("purpose", Purpose(_STEP_UP, issuers=_STEP_UP, issuer_roles=Role.SERVED_CA),
     "2017-06-01..2019-09-16", "PURP check_purpose_ssl_server at 2018-12-01")
_row("purpose",
     Purpose(
         frozenset({Oid.SERVER_AUTH}),
         issuers=frozenset({Oid.SERVER_AUTH}),
         issuer_roles=Role.SERVED_CA,
     ),
     "2019-09-17..2026-08-21", "PURP check_purpose_ssl_server at 2019-09-17", compared=True)
_row("leaf_usage", LeafUsage(Scope(Role.LEAF)), "2017-06-01..2023-12-24",
     "PURP check_purpose_ssl_server: KU_TLS, Netscape type", compared=True)
_row("leaf_usage", LeafUsage(Scope(Role.LEAF), netscape=False), "2023-12-25..2026-08-21",
     "PURP at 2023-12-25: the Netscape type is not read any more")

_KNOWN: Final = frozenset(
    {
        Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS, Oid.CERTIFICATE_POLICIES,
        Oid.EXTENDED_KEY_USAGE, Oid.POLICY_CONSTRAINTS, Oid.NAME_CONSTRAINTS,
        Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_KNOWN_WITH_TYPE: Final = _KNOWN | {Oid.NETSCAPE_CERT_TYPE}

_row("critical", Critical(_KNOWN_WITH_TYPE | {Oid.PROXY_CERT_INFO}, scope=Scope(_PEER)),
     "2017-06-01..2023-02-13", "PURP X509_supported_extension", compared=True)
_row("critical", Critical(_KNOWN_WITH_TYPE, scope=Scope(_PEER)), "2023-02-14..2023-12-24",
     "PURP X509_supported_extension at 2023-02-14, 2023-06-01")
_row("critical", Critical(_KNOWN, scope=Scope(_PEER)), "2023-12-25..2026-08-21",
     "PURP X509_supported_extension at 2023-12-25, 2024-06-01")
_NO_ADDRESSES: Final = frozenset(
    {
        GeneralNameKind.IP, GeneralNameKind.OTHER, GeneralNameKind.X400, GeneralNameKind.EDI,
        GeneralNameKind.REGISTERED_ID,
    }
)  # fmt: skip
_table.add("form", Form(repeated_extensions=Scope(ALL_ROLES), broken_extensions=Scope(ALL_ROLES)),
           _MEASURED_AT, "compared: what cannot be read or is there twice is refused",
           Evidence.MEASURED)
_row("name_constraints", NameConstraintRules(Scope(ALL_ROLES), refused_kinds=_NO_ADDRESSES),
     "2017-06-01..2019-04-15", "VFY check_name_constraints at 2018-12-01: the root's too")
_row("name_constraints",
     NameConstraintRules(
         Scope(ALL_ROLES),
         host_like=HostLike.ANY_LABELS,
         refused_kinds=_NO_ADDRESSES,
         needs_san=True,
         most_comparisons=1 << 20,
     ),
     "2019-04-16..2026-08-21",
     "VFY check_name_constraints at 2019-04-16: no name in the CN", compared=True)
_row("explicit_policy", Scope(), "2017-06-01..2023-03-28",
     "VFY: only with X509_V_FLAG_POLICY_CHECK, which is off")
_row("explicit_policy", Scope(BELOW_ANCHOR), "2023-03-29..2026-08-21",
     "VFY check_policy at 2023-03-29: always")
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "a store made of PEM files holds certificates and no limits")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "2017-06-01..2019-04-16", "UTL do_x509_check at 2017-06-01, 2018-12-01")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_SAN,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "2019-04-17..2021-12-10", "UTL do_x509_check at 2019-04-17: any SAN at all")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_SAN,
         wildcards=Wildcards.LEFTMOST_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "2021-12-11..2026-08-21", "UTL valid_star at 2021-12-11: a whole label", compared=True)
_row("curves", Refusals(accepted=_CURVES, roles=_ISSUERS), _COVERED,
     "P-224, P-256, P-384 and P-521 alone; the leaf's key is not read", compared=True)


# The binary of November 2026: the root is checked like any other issuer.
_WHOLE: Final = Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR
_SEEN: Final = "measured on Bun 1.4.5: "
_ALONE: Final = frozenset({Oid.SERVER_AUTH})
for _trait, _value, _what in (
    ("authority",
     Authority(
         (
             (
                 Role.SERVED_CA | Role.STORE_CA,
                 frozenset({CaProof.BASIC_CONSTRAINTS, CaProof.VERSION_1_SELF_SIGNED}),
             ),
             (
                 Role.ANCHOR,
                 frozenset(
                     {
                         CaProof.BASIC_CONSTRAINTS,
                         CaProof.VERSION_1_SELF_SIGNED,
                         CaProof.KEY_USAGE,
                     }
                 ),
             ),
         )
     ),
     "a root that says cA:FALSE is refused; one without basicConstraints needs keyCertSign"),
    ("critical", Critical(_KNOWN, scope=Scope(ALL_ROLES)), "an unknown critical extension of a root"),
    ("path_length", PathLength(Scope(_WHOLE)), "the pathLen of a root counts"),
    ("purpose", Purpose(_ALONE, issuers=_ALONE, issuer_roles=_WHOLE),
     "a root for clients only is refused"),
):
    _table.add(_trait, _value, _BUN, f"{_SEEN}{_what}", Evidence.MEASURED)


# -- options ------------------------------------------------------------------------------------


def _trusted_first(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version >= (2026, 8, 10) and not value:
        raise ClientError("BoringSSL's trusted_first cannot be switched off since 2026-08-10")
    return {"trusted_first": bool(value)}


def _partial_chain(value: Any, _: VersionKey) -> Mapping[str, Any]:
    return {"partial_chain": bool(value)}


BORINGSSL: Final = Family(
    name="boringssl",
    title="BoringSSL",
    parser=dated,
    coverage=VersionRanges.parse(_RESOLVED, dated),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "trusted_first": TraitOption(
                "X509_V_FLAG_TRUSTED_FIRST: ask the store before the served list", _trusted_first
            ),
            "partial_chain": TraitOption(
                "X509_V_FLAG_PARTIAL_CHAIN: any store certificate ends the path", _partial_chain
            ),
        }
    ),
    hint="BoringSSL has no releases: pass the date of its commit, as 2021-09-30, or android-13, or bun-1.4.5.",
)
