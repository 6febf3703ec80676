"""LibreSSL, 2.0 to 4.3, as a TLS client with its own defaults.

Theory
======

LibreSSL left OpenSSL at 1.0.1g, in 2014, and has had two verifiers since.

**The old one** is OpenSSL's: greedy, one path, each link decided by names, key identifiers and,
unlike OpenSSL of that time, by dates.  Of several issuers, served or in the store, one that is
within its dates is taken.

* **Up to 2.5.0** the served list is followed to its end, then the store asked, once.
* **2.5.1 to 3.1.2** shorten the path from the top when it is not trusted.  A path that reached an
  *expired* root of the store counts as trusted, so AddTrust in 2020 broke these clients.
* **3.1.3 to 3.2.1** ask the store before they take an expired issuer from the served list.  That
  was the answer to AddTrust, and none to DST Root CA X3, where the served cross-certificate was
  alive and only the root in the store was dead.
* **3.2.4 to 3.2.6 and 3.3.2 to 3.3.4** are the same again; **3.2.7, 3.3.5 and 3.3.6** ask the store
  first at every link, which is the answer to DST Root CA X3.

**The new one** goes depth first over the store and the served list, looks at signature and dates of
every candidate at once, and takes back what did not work.  It came in 3.2.2, was withdrawn twice
and came to stay with 3.4.0.  There are two of it:

* **3.2.2, 3.2.3, 3.3.0 and 3.3.1** try every store certificate of a name, and any of them ends the
  path, self-signed or not.  By an error in counting, the extensions of the topmost certificate
  below the anchor are never looked at: a served intermediate need not be a CA.
* **From 3.4.0** the store offers one certificate, the one that the old verifier would take, and
  only a self-signed one ends the path.  Below it everything is checked, also what came from the
  store.

Name constraints are LibreSSL's own since 3.2.2, for both verifiers.  Until 4.2 a DNS constraint was
compared as an ending, wherever the label begins: ``example.org`` permits ``notexample.org``.

From 3.6.0 *security level* 1 is in force, which refuses MD5, and by the way every signature whose
digest is not part of the algorithm's name.

The library compares host names when the application asks; that was not possible before 2.7.0.

Sources: the upstream tags named in the rows, read in ``x509_vfy.c`` (VFY), ``x509_verify.c`` (NEW),
``x509_lu.c`` (LU), ``x509_vpm.c`` (VPM), ``x509_purp.c`` or ``v3_purp.c`` (PURP),
``x509_constraints.c`` (CONS), ``x509_utl.c`` or ``v3_utl.c`` (UTL).  No package carries LibreSSL;
"compared" means that the tag was compiled and run beside the model on generated PKIs, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
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
    DnsConstraintForm,
    HostLike,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    NameSyntax,
    PathLength,
    Preference,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["LIBRESSL"]

_COVERED: Final = "2.0..3.2.7, 3.3.0..3.3.6, 3.4.0..3.9.2, 4.0.0..4.3.2"
_LEGACY: Final = "2.0..3.2.1, 3.2.4..3.2.7, 3.3.2..3.3.6"
_FIRST_NEW: Final = "3.2.2..3.2.3, 3.3.0..3.3.1"
_NEW: Final = "3.4.0..4.3.2"

_SERVER_PURPOSES: Final = frozenset({Oid.SERVER_AUTH, Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC})
_PROOFS: Final = frozenset(
    {
        CaProof.BASIC_CONSTRAINTS,
        CaProof.VERSION_1_SELF_SIGNED,
        CaProof.KEY_USAGE,
        CaProof.NETSCAPE_TYPE,
    }
)
_EXOTIC: Final = frozenset({Digest.MD2, Digest.OTHER})

_table: Final = Table(dotted)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED

# How a path is searched.
_row("strategy", Strategy.SERVED_FIRST, _LEGACY,
     "VFY X509_verify_cert at 2.0.6, 2.8.3, 3.2.1; VPM LEGACY_VERIFY at 3.2.4, 3.3.2, 3.3.3; "
     "compared: 2.8.3, 3.1.2, 3.1.3, 3.3.5", _MEASURED)
_row("strategy", Strategy.CHECKED_CLIMB, f"{_FIRST_NEW}, {_NEW}",
     "NEW at 3.2.2, 3.3.1, 3.4.0, 4.3.2; VPM has no LEGACY_VERIFY; "
     "compared: 3.2.2, 3.4.0, 3.9.2, 4.3.2", _MEASURED)
_row("trusted_first", False, "2.0..3.2.1, 3.2.4..3.2.6, 3.3.2..3.3.4",
     "VPM: no default flags; compared: 2.8.3, 3.1.2, 3.1.3", _MEASURED)
_row("trusted_first", True, "3.2.7, 3.3.5..3.3.6",
     "VPM default at 3.2.7, 3.3.5: TRUSTED_FIRST; compared: 3.3.5", _MEASURED)
_row("store_before_expired", False, "2.0..3.1.2",
     "VFY X509_verify_cert at 3.1.2: no look ahead; compared: 2.8.3, 3.1.2", _MEASURED)
_row("store_before_expired", True, "3.1.3..3.2.1, 3.2.4..3.2.7, 3.3.2..3.3.6",
     "VFY X509_verify_cert at 3.1.3: find_issuer allow_expired; compared: 3.1.3", _MEASURED)
_row("alternatives", Alternatives.NEVER, "2.0..2.5.0",
     "VFY X509_verify_cert at 2.0.6, 2.5.0: no retry", _READ)
_row("alternatives", Alternatives.NOT_TRUSTED,
     "2.5.1..3.2.1, 3.2.4..3.2.7, 3.3.2..3.3.6",
     "VFY X509_verify_cert at 2.5.1, 2.8.3; compared: 2.8.3, 3.1.2, 3.1.3", _MEASURED)
_row("partial_chain", False, f"{_LEGACY}, {_NEW}",
     "VPM: not among the default flags; compared: 2.8.3 to 4.3.2", _MEASURED)
_row("partial_chain", True, _FIRST_NEW,
     "NEW x509_verify_build_chains at 3.2.2: every store certificate is a root; compared: 3.2.2",
     _MEASURED)
_row("one_from_store", False, _FIRST_NEW,
     "NEW x509_verify_build_chains at 3.2.2: all of them; compared: 3.2.2", _MEASURED)
_row("one_from_store", True, _NEW,
     "NEW x509_verify_build_chains at 3.4.0: get_issuer; compared: 3.4.0, 3.9.2", _MEASURED)
_row("overlooks_top", True, _FIRST_NEW,
     "NEW x509_verify_ctx_set_xsc_chain at 3.2.2, 3.3.1: last_untrusted; compared: 3.2.2",
     _MEASURED)
_row("overlooks_top", False, _NEW,
     "NEW x509_verify_ctx_set_xsc_chain at 3.4.0: num_untrusted; compared: 3.4.0", _MEASURED)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.CANONICAL, _COVERED,
         "PURP X509_check_issued: X509_NAME_cmp; compared: 2.8.3 to 4.3.2", _MEASURED)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest.KEY_ID | IssuerTest.KEY_USAGE, _COVERED,
         "PURP X509_check_issued at 2.0.6, 3.9.2, 4.3.2; compared: 2.8.3 to 4.3.2", _MEASURED)
_row("served_preference", Preference.VALID_ELSE_LAST, "3.1.3..3.2.1, 3.2.4..3.2.7, 3.3.2..3.3.6",
     "VFY find_issuer at 3.1.3; compared: 3.1.3, 3.3.5", _MEASURED)
_row("served_preference", Preference.VALID_ELSE_LAST, "2.0..3.1.2",
     "VFY find_issuer at 2.0.6, 2.8.3; compared: 2.8.3, 3.1.2", _MEASURED)
_row("store_preference", Preference.VALID_ELSE_LAST, f"{_LEGACY}, {_NEW}",
     "LU X509_STORE_CTX_get1_issuer at 2.0.6, 3.9.2; compared: 2.8.3 to 4.3.2", _MEASURED)
_row("prefers_before_end", True, _NEW,
     "LU X509_STORE_CTX_get1_issuer: x509_check_cert_time, unlike NEW; compared: 3.9.2", _MEASURED)
_row("max_certificates", 101, _LEGACY, "VPM default depth 100, VFY X509_verify_cert", _READ)
_row("max_certificates", 33, "3.2.2..3.2.3, 3.3.0..3.3.1, 3.4.0..4.2.1",
     "NEW x509_verify_build_chains: depth 32, X509_VERIFY_MAX_CHAIN_CERTS", _READ)
_row("max_certificates", 32, "4.3.0..4.3.2",
     "NEW x509_verify_chain_append at 4.3.0: the anchor is counted", _READ)
_row("max_tries", 257, f"{_FIRST_NEW}, {_NEW}",
     "NEW x509_verify_consider_candidate: X509_VERIFY_MAX_SIGCHECKS", _READ)

# What a path must pass.
_row("dates", Scope(ALL_ROLES), _COVERED,
     "VFY internal_verify, NEW x509_verify_cert_valid: the root too; compared: 2.8.3 to 4.3.2",
     _MEASURED)
_row("last_second", False, _LEGACY,
     "X509_cmp_time never says equal: notAfter itself is over; compared: 2.8.3, 3.1.2, 3.3.5",
     _MEASURED)
_row("last_second", True, f"{_FIRST_NEW}, {_NEW}",
     "NEW x509_verify_cert_time at 3.2.2, 3.9.2; compared: 3.2.2, 3.4.0, 3.9.2", _MEASURED)
_row("signatures", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF), _COVERED,
     "VFY internal_verify, NEW x509_verify_parent_signature; compared: 2.8.3 to 4.3.2", _MEASURED)
_row("equal_algorithms", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF), _COVERED,
     "X509_verify in x_all.c: X509_ALGOR_cmp", _READ)
_row("own_signature", Scope(), _COVERED,
     "VFY internal_verify: a self-signed certificate's own signature is skipped", _READ)
_row("digests", Refusals(_EXOTIC, roles=BELOW_ANCHOR), "2.0..3.5.4",
     "VFY at 3.5.4: no security level yet; compared: 2.8.3, 3.2.2, 3.4.0", _MEASURED)
_row("digests", Refusals(_EXOTIC | {Digest.MD4, Digest.MD5}, roles=BELOW_ANCHOR), "3.6.0..4.3.2",
     "VFY check_sig_level at 3.6.0: 80 bits are half a digest; compared: 3.9.2", _MEASURED)
_row("algorithms",
     Refusals(
         algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
     ),
     "2.0..3.5.4", "rsa_ameth.c, ameth_lib.c at 2.8.3, 3.5.4; compared: 2.8.3, 3.4.0", _MEASURED)
_row("algorithms",
     Refusals(
         algorithms(Scheme.RSA_PSS) | algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
         | algorithms(Scheme.OTHER)
     ),
     "3.6.0..3.9.2", "VFY check_sig_level at 3.6.0, 3.9.2: no digest in the name; compared: 3.9.2",
     _MEASURED)
_row("algorithms", Refusals(algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)), "4.0.0..4.3.2",
     "VFY check_sig_level at 4.0.0: X509_get_signature_info; compared: 4.3.2", _MEASURED)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER, KeyKind.ED25519, KeyKind.ED448})),
     "2.0..3.6.3", "ameth_lib.c at 3.6.3: no Ed25519 keys", _READ)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER, KeyKind.ED448})), "3.7.0..4.3.2",
     "ameth_lib.c at 3.7.3: Ed25519 keys", _READ)
_row("key_sizes", KeySizes(), "2.0..3.5.4",
     "VFY at 3.5.4: no security level yet; compared: 2.8.3, 3.4.0", _MEASURED)
_row("key_sizes",
     KeySizes(((KeyKind.RSA, 1024), (KeyKind.DSA, 1024), (KeyKind.EC, 160))), "3.6.0..4.3.2",
     "VFY check_key_level at 3.6.0, 3.9.2: level 1 is 80 bits", _READ)
for _trait, _value in (
    ("authority", lambda roles: Authority(((roles, _PROOFS),))),
    ("cert_sign", Scope),
    ("path_length", lambda roles: PathLength(Scope(roles), binds_self_issued=False)),
    ("purpose",
     lambda roles: Purpose(_SERVER_PURPOSES, issuers=_SERVER_PURPOSES, issuer_roles=roles)),
):  # fmt: skip
    _row(_trait, _value(Role.SERVED_CA), f"{_LEGACY}, {_FIRST_NEW}",
         "VFY check_chain_extensions: up to last_untrusted; PURP; compared: 2.8.3 to 3.3.5",
         _MEASURED)
    _row(_trait, _value(Role.SERVED_CA | Role.STORE_CA), _NEW,
         "VFY check_chain_extensions: all below the anchor; PURP; compared: 3.4.0, 3.9.2, 4.3.2",
         _MEASURED)
_row("leaf_usage",
     LeafUsage(Scope(Role.LEAF), KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_ENCIPHERMENT),
     _COVERED, "PURP check_purpose_ssl_server at 2.0.6 to 4.3.2; compared: 2.8.3, 3.9.2", _MEASURED)

_KNOWN: Final = frozenset(
    {
        Oid.NETSCAPE_CERT_TYPE, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS,
        Oid.CERTIFICATE_POLICIES, Oid.EXTENDED_KEY_USAGE, Oid.POLICY_CONSTRAINTS,
        Oid.NAME_CONSTRAINTS, Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_ADDRESSES: Final = frozenset({Oid.IP_ADDRESS_BLOCKS, Oid.AUTONOMOUS_SYSTEM_IDS})
_PROXY: Final = frozenset({Oid.PROXY_CERT_INFO})
_OF_PEER: Final = Scope(Role.LEAF | Role.SERVED_CA)
_BELOW: Final = Scope(Role.LEAF | Role.SERVED_CA | Role.STORE_CA)

_row("critical", Critical(_KNOWN | _PROXY, scope=_OF_PEER), "2.0..3.3.6",
     "PURP X509_supported_extension at 2.0.6 to 3.3.6, built without RFC 3779; "
     "compared: 2.8.3 to 3.3.5", _MEASURED)
_row("critical", Critical(_KNOWN | _PROXY, scope=_BELOW), "3.4.0..3.4.3",
     "PURP X509_supported_extension at 3.4.0, built without RFC 3779; compared: 3.4.0", _MEASURED)
_row("critical", Critical(_KNOWN | _PROXY | _ADDRESSES, scope=_BELOW), "3.5.0..3.7.3",
     "PURP X509_supported_extension at 3.5.0, 3.7.3, and opensslfeatures.h; compared: 3.6.1, 3.7.3",
     _MEASURED)
_row("critical", Critical(_KNOWN | _ADDRESSES, scope=_BELOW), "3.8.0..4.3.2",
     "PURP X509_supported_extension at 3.8.4 to 4.3.2; compared: 3.9.2", _MEASURED)
_row("name_constraints",
     NameConstraintRules(Scope(ALL_ROLES), refused_kinds=frozenset({GeneralNameKind.IP})),
     "2.0..3.2.1", "VFY check_name_constraints, v3_ncons.c at 2.0.6, 3.1.3; compared: 2.8.3, 3.1.3",
     _MEASURED)
_OWN_CONSTRAINTS: Final = NameConstraintRules(
    Scope(ALL_ROLES),
    form=DnsConstraintForm.ENDING,
    spares_self_issued=False,
    common_name=CommonNameUse.NO_DNS_NAME_OR_MAIL,
    host_like=HostLike.HOST,
)
_row("name_constraints", attrs.evolve(_OWN_CONSTRAINTS, whole_directory=True), "3.2.2..3.5.0",
     "CONS x509_constraints_dirname at 3.2.2, 3.5.0; compared: 3.2.2, 3.3.5, 3.4.0", _MEASURED)
_row("name_constraints", _OWN_CONSTRAINTS, "3.5.1..3.5.4",
     "CONS x509_constraints_dirname at 3.5.1: the name may begin with it", _READ)
_row("name_constraints", attrs.evolve(_OWN_CONSTRAINTS, common_name=CommonNameUse.ALWAYS),
     "3.6.0..4.2.1",
     "NEW x509_verify at 3.6.0: the leaf's names are taken before its SAN is read; compared: 3.9.2",
     _MEASURED)
_row("name_constraints",
     attrs.evolve(
         _OWN_CONSTRAINTS, form=DnsConstraintForm.RFC5280, common_name=CommonNameUse.ALWAYS
     ),
     "4.3.0..4.3.2", "CONS x509_constraints_sandns at 4.3.0; compared: 4.3.2", _MEASURED)
_row("name_syntax", NameSyntax(), "2.0..3.2.1",
     "VFY check_name_constraints at 3.1.3: names are compared, not read", _READ)
_SYNTAX_4_3: Final = NameSyntax(Scope(ALL_ROLES & ~Role.STORE_LEAF))
_SYNTAX_3_6: Final = attrs.evolve(_SYNTAX_4_3, address_uris=False)
_SYNTAX_3_5: Final = attrs.evolve(_SYNTAX_3_6, opaque_uris=False)
_SYNTAX_3_4: Final = attrs.evolve(_SYNTAX_3_5, bare_mail_hosts=False)
_SYNTAX_3_2: Final = attrs.evolve(_SYNTAX_3_4, inner_stars=False)
_row("name_syntax", _SYNTAX_3_2, "3.2.2..3.3.6",
     "CONS x509_constraints_valid_sandns and _validate at 3.2.2; compared: 3.2.2, 3.3.5", _MEASURED)
_row("name_syntax", _SYNTAX_3_4, "3.4.0..3.5.1",
     "CONS x509_constraints_valid_sandns at 3.4.0; compared: 3.4.0", _MEASURED)
_row("name_syntax", _SYNTAX_3_5, "3.5.2..3.5.4", "CONS x509_constraints_validate at 3.5.2", _READ)
_row("name_syntax", _SYNTAX_3_6, "3.6.0..3.8.1",
     "CONS x509_constraints_uri_host at 3.6.0; compared: 3.6.1, 3.7.3", _MEASURED)
_row("name_syntax", _SYNTAX_4_3, "3.8.2..4.3.2",
     "CONS x509_constraints_valid_host at 3.8.2; compared: 3.9.2, 4.3.2", _MEASURED)
_row("explicit_policy", Scope(), f"{_LEGACY}, 3.7.1..3.7.3",
     "VFY, NEW at 3.7.1: only with X509_V_FLAG_POLICY_CHECK, which is off; compared: 2.8.3, 3.3.5",
     _MEASURED)
_row("explicit_policy", Scope(BELOW_ANCHOR), f"{_FIRST_NEW}, 3.4.0..3.7.0, 3.8.0..4.3.2",
     "NEW x509_vfy_check_policy at 3.2.2, 3.4.0, 3.8.0: always; compared: 3.2.2, 3.9.2", _MEASURED)
_row("no_policy_holds", True, f"{_FIRST_NEW}, 3.4.0..3.7.0",
     "the old X509_policy_check with no policies of the client's own; compared: 3.2.2, 3.4.0, 3.6.1",
     _MEASURED)
_row("no_policy_holds", False, f"{_LEGACY}, 3.7.1..4.3.2",
     "x509_policy.c at 3.8.0; compared: 3.9.2, 4.3.2", _MEASURED)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "LU: a store made of PEM files holds certificates and no limits", _READ)
_row("hostname", HostnameRules(checked=False), "2.0..2.6.5",
     "no X509_VERIFY_PARAM_set1_host before 2.7.0: left to the application", _READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "2.7.0..4.3.2", "UTL do_x509_check, default flags; compared: 2.8.3 to 4.3.2", _MEASURED)
_row("curves", Refusals(), _COVERED,
     "every named curve that the build has; none is taken out by default", _INFERRED)


# -- options ------------------------------------------------------------------------------------


def _is_legacy(version: VersionKey) -> bool:
    return VersionRanges.parse(_LEGACY, dotted).holds(version)


def _trusted_first(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (2, 5, 1):
        raise ClientError("LibreSSL has no trusted_first before 2.5.1")
    if not _is_legacy(version):
        raise ClientError("LibreSSL's new verifier asks the store first, whatever the flag says")
    return {"trusted_first": bool(value)}


def _partial_chain(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (2, 5, 1):
        raise ClientError("LibreSSL has no partial_chain before 2.5.1")
    first_new = VersionRanges.parse(_FIRST_NEW, dotted).holds(version)
    return {"partial_chain": bool(value) or first_new}


LIBRESSL: Final = Family(
    name="libressl",
    title="LibreSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
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
    hint="The libssl of OpenBSD is the LibreSSL of the same half-year; pass its portable number.",
)
