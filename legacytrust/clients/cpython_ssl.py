"""CPython's ``ssl`` module, as ``ssl.create_default_context()`` sets it up.

Theory
======

CPython verifies nothing itself: it hands the served list to the OpenSSL that it was built with and
sets flags.  Three of them decide what old incidents did to Python programs.

* Every context asks the store first (``X509_V_FLAG_TRUSTED_FIRST``, bpo-23476), which repaired on
  OpenSSL 1.0.2 what AddTrust and DST Root CA X3 broke for others.
* From 3.10 on the cipher list asks for security level 2, whatever OpenSSL's own default is.
* From 3.13 on ``create_default_context`` accepts any store certificate as the end of a path and
  holds certificates to RFC 5280's profile (``X509_V_FLAG_PARTIAL_CHAIN``,
  ``X509_V_FLAG_X509_STRICT``).  Private CAs whose certificates lack an authority key identifier
  stopped working then.

The host name is OpenSSL's business from 3.7 on, without stars in part of a label; before that,
``ssl.match_hostname`` compared it in Python.

Which OpenSSL it is depends on who built the interpreter: name it (``openssl=``).  Without that, the
models take the one of the installers for Windows and macOS, which is believed and not looked up for
each release.

Sources: Modules/_ssl.c and Lib/ssl.py (SSL) of the releases named; the backport of
``match_hostname`` on PyPI (BACKPORT); measured on CPython 3.11 with OpenSSL 3.0.
"""

from __future__ import annotations

from typing import Final

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Foundation, Release, Table
from legacytrust.clients.openssl import OPENSSL
from legacytrust.clients.openssl_levels import at_level
from legacytrust.clients.openssl_options import FLAGS_NEED
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    Authority,
    CaProof,
    CommonNameUse,
    HostnameRules,
    Scope,
    Wildcards,
)

__all__ = ["CPYTHON_SSL"]

_COVERED: Final = "2.7.9..2.7.18, 3.4.3..3.4.10, 3.5..3.14"

_table: Final = Table(dotted)
_row: Final = _table.add

_row("trusted_first", True, _COVERED,
     "SSL context_new: X509_V_FLAG_TRUSTED_FIRST, bpo-23476; measured on 3.11",
     Evidence.MEASURED)
_LEVEL_2: Final = at_level(2, (3,))
_row("key_sizes", _LEVEL_2["key_sizes"], "3.10..3.14",
     "SSL: the default cipher list begins with @SECLEVEL=2; measured on 3.11", Evidence.MEASURED)
_row("digests", _LEVEL_2["digests"], "3.10..3.14",
     "SSL: the default cipher list begins with @SECLEVEL=2; measured on 3.11", Evidence.MEASURED)
_row("partial_chain", True, "3.13..3.14",
     "SSL create_default_context: VERIFY_X509_PARTIAL_CHAIN", Evidence.READ)
_row("strict_profile", Scope(ALL_ROLES), "3.13..3.14",
     "SSL create_default_context: VERIFY_X509_STRICT", Evidence.READ)
_row("equal_algorithms", Scope(ALL_ROLES), "3.13..3.14",
     "SSL create_default_context: VERIFY_X509_STRICT", Evidence.READ)
_row("authority",
     Authority(
         (
             (
                 Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR,
                 frozenset({CaProof.BASIC_CONSTRAINTS}),
             ),
         )
     ),
     "3.13..3.14", "SSL create_default_context: VERIFY_X509_STRICT", Evidence.READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_HOST,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL | Wildcards.TOP_LEVEL,
         ip_san=False,
         trailing_dot=False,
     ),
     "2.7.9..2.7.18, 3.4.3..3.4.10", "BACKPORT 3.5.0.1 without ipaddress: match_hostname",
     Evidence.READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_HOST,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL | Wildcards.TOP_LEVEL,
         trailing_dot=False,
     ),
     "3.5..3.6", "BACKPORT 3.5.0.1: match_hostname", Evidence.READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "3.7..3.14", "SSL: X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS; measured on 3.11",
     Evidence.MEASURED)


def _built_with(versions: str, openssl: str) -> Release:
    source = "the installers of python.org for Windows and macOS, as far as remembered"
    ranges = VersionRanges.parse(versions, dotted)
    return Release(ranges, openssl, source, Evidence.BELIEVED)


CPYTHON_SSL: Final = Family(
    name="cpython-ssl",
    title="CPython's ssl module on OpenSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    hint="Name the OpenSSL that the interpreter was built with: openssl='1.1.1w'.",
    foundation=Foundation(
        OPENSSL,
        "openssl",
        (
            _built_with("2.7.9..2.7.18, 3.4.3..3.4.10, 3.5..3.6", "1.0.2k"),
            _built_with("3.7..3.10", "1.1.1k"),
            _built_with("3.11..3.14", "3.0.13"),
        ),
        needs=FLAGS_NEED,
    ),
)
