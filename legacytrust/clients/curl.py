"""curl and libcurl on OpenSSL.

Theory
======

curl leaves the path to OpenSSL and changes two of its defaults: from 7.43.0 on it asks the store
before the served list (which OpenSSL can do from 1.0.2 on), and from 7.68.0 on any certificate of
the store may end a path.  So curl with OpenSSL 1.0.2 came through AddTrust and DST Root CA X3 where
programs beside it failed; one report of a distribution's curl 7.61.1 contradicts that (curl#5496,
cause not shown).

curl compares the host name itself, and how has not been looked at: whatever is no exact match by
today's rule is unknown.

A curl has no OpenSSL of its own: name the one it uses (``openssl=``).  Without that, the models take
the newest line of OpenSSL that was there when the release came out, which is an inference.

Sources: commits b8673bb9f0 and 94f1f77158 of curl (CURL).
"""

from __future__ import annotations

from typing import Final

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Foundation, Release, Table
from legacytrust.clients.openssl import OPENSSL
from legacytrust.clients.openssl_options import FLAGS_NEED
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.paths.rules import HostnameRules

__all__ = ["CURL"]

_COVERED: Final = "7.16..7.88, 8.0..8.17"

_table: Final = Table(dotted)
_row: Final = _table.add

_row("trusted_first", True, "7.43..7.88, 8.0..8.17",
     "CURL b8673bb9f0: X509_V_FLAG_TRUSTED_FIRST where OpenSSL has it", Evidence.READ)
_row("partial_chain", True, "7.68..7.88, 8.0..8.17",
     "CURL 94f1f77158: X509_V_FLAG_PARTIAL_CHAIN", Evidence.READ)
_row("hostname", HostnameRules(unknown=True), _COVERED,
     "curl compares the name itself; how was not looked at", Evidence.UNKNOWN)


def _of_its_time(versions: str, openssl: str) -> Release:
    source = "the newest line of OpenSSL when the release came out"
    return Release(VersionRanges.parse(versions, dotted), openssl, source, Evidence.INFERRED)


CURL: Final = Family(
    name="curl",
    title="curl on OpenSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    hint="Name the OpenSSL that it uses: openssl='1.0.2k'.",
    foundation=Foundation(
        OPENSSL,
        "openssl",
        (
            _of_its_time("7.16..7.20", "0.9.8zh"),
            _of_its_time("7.21..7.25", "1.0.0t"),
            _of_its_time("7.26..7.40", "1.0.1m"),
            _of_its_time("7.41..7.42", "1.0.2a"),
            _of_its_time("7.43..7.50", "1.0.2h"),
            _of_its_time("7.51..7.61", "1.1.0l"),
            _of_its_time("7.62..7.79", "1.1.1l"),
            _of_its_time("7.80..7.88, 8.0..8.4", "3.0.13"),
            _of_its_time("8.5..8.17", "3.2.1"),
        ),
        needs=FLAGS_NEED,
    ),
)
