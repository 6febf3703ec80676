"""wolfSSL with ``WOLFSSL_ALT_CERT_CHAINS``: a served CA without a known issuer is passed over.

Theory
======

Everything else is as in the default build, see :mod:`legacytrust.clients.wolfssl`: the list is
gone through from its end, and each CA that is verified becomes a signer.  What this build forgives
is that a CA has no signer.  It forgives neither an expired one nor a bad signature, and what comes
too late in the list still comes too late.

Debian's 5.5.4 is such a build, and the only one that was measured.  It differs from others in more
than that: it has every curve, Ed25519 and Ed448; a leaf that is in the store is trusted as it is;
it names hosts by address; and it carries a later fix by which name constraints bind the common name
of a certificate without alternative names.  Its rows speak of 5.5.4 alone.  Verification is off in
it until the application asks for it; the model assumes that it asks before it loads the store, and
``load_unverified`` that it asks after.

Other versions are the default build with that one switch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from legacytrust.algorithms import KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table
from legacytrust.clients.model import Row
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.clients.wolfssl import LAST, SIGNERS_5_5, TABLE, options_of
from legacytrust.clients.wolfssl_rules import (
    FORM_3_14,
    KNOWN_5_0,
    PEER,
    admission,
    constraints,
    host_rules,
)
from legacytrust.extensions import Oid
from legacytrust.paths.rules import (
    AnchorMatch,
    CommonNameUse,
    Critical,
    DnsConstraintForm,
    Refusals,
    Scope,
    algorithms,
)

__all__ = ["WOLFSSL_ALTCHAINS"]

_MEASURED, _INFERRED = Evidence.MEASURED, Evidence.INFERRED

_alternative: Final = Table(dotted)
_alt_row = _alternative.add
_ALT: Final = f"3.12.2..{LAST}"
_ONLY_SPELLED_OUT: Final = frozenset({""})
_KNOWN: Final = KNOWN_5_0 | {Oid.OCSP_NO_CHECK}
_alt_row("anchor_match", AnchorMatch.CERTIFICATE, "5.5.4",
         "SSL wolfSSL_CTX_load_verify_buffer_ex at 5.5.4 with OPENSSL_COMPATIBLE_DEFAULTS: what is "
         "loaded is also trusted as a peer; compared: Debian's 5.5.4", _MEASURED)
_alt_row("algorithms", Refusals(algorithms(Scheme.OTHER), algorithms(Scheme.DSA), roles=PEER),
         "5.5.4", "measured on Debian's 5.5.4, which has all of it", _MEASURED)
_alt_row("key_kinds", Refusals(frozenset({KeyKind.OTHER}), frozenset({KeyKind.DSA}), roles=PEER),
         "5.5.4", "measured on Debian's 5.5.4, which has all of it", _MEASURED)
_alt_row("curves", Refusals(_ONLY_SPELLED_OUT, roles=PEER), "5.5.4",
         "measured on Debian's 5.5.4, which has all of it", _MEASURED)
_alt_row("critical", Critical(_KNOWN, scope=Scope(PEER)), "5.5.4",
         "measured on Debian's 5.5.4, which has OCSP", _MEASURED)
_alt_row("store_admission",
         admission(_KNOWN, FORM_3_14, curves=_ONLY_SPELLED_OUT, kinds=frozenset()), "5.5.4",
         "compared: Debian's 5.5.4", _MEASURED)
_alt_row("name_constraints",
         constraints(
             DnsConstraintForm.SUFFIX, common_name=CommonNameUse.NO_DNS_NAME, any_text=True
         ),
         "5.5.4", "measured on Debian's 5.5.4-2+deb12u3, which has a later fix: the common name too",
         _MEASURED)
_alt_row("hostname", host_rules(CommonNameUse.NO_NAME, ip_san=True, ipv6_san=False), "5.5.4",
         "INT CheckForAltNames at 5.5.4 with addresses as text; compared: Debian's 5.5.4", _MEASURED)
_alt_row("signers", attrs.evolve(SIGNERS_5_5, skips_unissued=True), "5.5.4",
         "INT ProcessPeerCerts at 5.5.4; compared: Debian's 5.5.4", _MEASURED)

_OVERRIDDEN: Final = frozenset(row.trait for row in _alternative.rows)
_EVERYWHERE: Final = (_ALT,)
_NOT_DEBIANS: Final = ("3.12.2..5.5.3", f"5.6.0..{LAST}")
"""Releases around 5.5.4, for traits in which Debian's build of that is not the default one."""


def _with_alternatives(row: Row) -> Iterator[Row]:
    """A fact about the default build as a fact about this one, where it holds."""
    for piece in _NOT_DEBIANS if row.trait in _OVERRIDDEN else _EVERYWHERE:
        versions = _common_part(row.versions.text, piece)
        if versions is None:
            continue
        ranges = VersionRanges.parse(versions, dotted)
        if row.trait != "signers":
            yield attrs.evolve(row, versions=ranges)
            continue
        yield Row(
            row.trait,
            attrs.evolve(row.value, skips_unissued=True),
            ranges,
            f"{row.source}; INT WOLFSSL_ALT_CERT_CHAINS at 5.5.4, 5.9.2",
            max(row.evidence, _INFERRED),
        )


def _common_part(one: str, other: str) -> str | None:
    """Where two ranges overlap, as a range."""
    firsts, lasts = zip(*(_ends(text) for text in (one, other)), strict=True)
    first, last = max(firsts, key=_order), min(lasts, key=_order)
    return f"{first}..{last}" if _order(first) <= _order(last) else None


def _ends(text: str) -> tuple[str, str]:
    first, dots, last = text.partition("..")
    return first, last if dots else first


def _order(version: str) -> VersionKey:
    return dotted(version) or ()


_ROWS: Final = (
    *(made for row in TABLE.rows for made in _with_alternatives(row)),
    *_alternative.rows,
)

WOLFSSL_ALTCHAINS: Final = Family(
    name="wolfssl-altchains",
    title="wolfSSL with WOLFSSL_ALT_CERT_CHAINS",
    parser=dotted,
    coverage=VersionRanges.parse(_ALT, dotted),
    rows=_ROWS,
    options=options_of(_ROWS),
    hint="The build option exists from 3.12.2 on.",
)
