"""The browser that came with Android, and its WebView, 1.0 to 4.3.

Theory
======

The browser trusts what the platform trusts and checks what the platform checks; up to 2.3 it
differs from the applications (:mod:`legacytrust.clients.android`) in what it hands to the trust
manager, which is strict there.

* **1.0 to 1.6** hand over the list as the server sent it: the same as the applications.
* **2.0 to 2.3** rebuild it first.  From the leaf on, the first later certificate with the issuer's
  name is swapped into place; what is left over is dropped, and so is a self-issued certificate at
  the end if it has expired.  Wrong order, surplus certificates and an expired root in the list,
  all fatal to applications of the same telephone, so did no harm in its browser.
* **3.0 and later** leave that to the trust manager, which does the same from then on for everyone.

Up to 4.0 the browser also compared host names in its own way: the common name counts when the SAN
has no DNS name, and a star may stand for part of a label or, with its dot, for nothing.  A name in
the certificate that is the beginning of the host's matches as well (``www.example`` for
``www.example.test``), which no CA would sign, and which is not modelled.

The code of 2.x itself was not found: what it does stands in the comments that later versions kept
and in the change that moved it into the platform.  From 4.4 on WebView is Chromium, and Android's
own browser is gone.

Sources: the rows of :data:`~legacytrust.clients.android.ANDROID`; ``CertificateChainValidator`` and
``DomainNameValidator`` of frameworks/base in copies of later versions; libcore 9ff0e5569.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from legacytrust.clients.android import ANDROID
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Row, Table
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.paths.rules import CommonNameUse, HostnameRules, ListOrder, Wildcards

__all__ = ["ANDROID_BROWSER"]

_COVERED: Final = "1.0..1.6, 2.0..2.3, 3.0..3.2, 4.0..4.3"
_LAST: Final = (4, 3)
_OWN_NAMES: Final = (4, 0)
"""The last version that compares host names by itself."""

_table: Final = Table(dotted)
_row = _table.add

_row("list_order", ListOrder.AS_SENT, "1.0..1.6",
     "CertificateChainValidator, the oldest body found: the list goes on unchanged",
     Evidence.INFERRED)
_row("list_order", ListOrder.SORTED, "2.0..2.3",
     "CertificateChainValidator: comments that outlived the code; libcore 9ff0e5569 took it over",
     Evidence.DOCUMENTED)
_row("drops_expired_root", True, "2.0..2.3",
     "the same: an expired root at the end is taken off the list", Evidence.DOCUMENTED)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         last_common_name=True,
         wildcards=Wildcards.LEFTMOST_LABEL
         | Wildcards.PARTIAL_LABEL
         | Wildcards.BARE_DOMAIN
         | Wildcards.TOP_LEVEL,
     ),
     "1.0..1.6, 2.0..2.3, 3.0..3.2, 4.0",
     "DomainNameValidator.match in a copy of about 4.0; which version it is of is not known",
     Evidence.INFERRED)


def _shared() -> Iterator[Row]:
    """The platform's facts, as far as the browser has none of its own."""
    for row in ANDROID.rows:
        first = min(item.first for item in row.versions.ranges)
        if first <= _LAST and not (row.trait == "hostname" and first <= _OWN_NAMES):
            yield row


ANDROID_BROWSER: Final = Family(
    name="android-browser",
    title="Android Browser and WebView",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=(*_shared(), *_table.rows),
    options=MappingProxyType({}),
    gaps=ANDROID.gaps,
    hint="From 4.4 on WebView is Chromium on the platform's trust manager (android).",
)
