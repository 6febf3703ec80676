"""Asks genuine wolfSSL: Debian's library, those inside old wheels of `wolfssl`, or any other file.

Debian's is built with WOLFSSL_ALT_CERT_CHAINS and many options; those of the wheels are not.  Of
them 3.12.2 and 3.13.0 are default builds, 3.14.0 and 4.1.0 have TLS 1.3 and the OpenSSL interface
besides.  `WOLFSSL_LIBRARIES` in the environment may name further default builds that somebody has
compiled: `5.9.2=/path/to/libwolfssl.so`, separated by commas.

One program of ours loads whichever library it is told to.  It plays the server in TLS 1.2, where
the list is judged before the server shows that it has a key.
"""

from __future__ import annotations

import os
from pathlib import Path

from differential.genuine.compiled import compiled
from differential.genuine.fetch import default_cache, packages
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError

SYSTEM = "wolfssl-system"
FETCHED = ("wolfssl-3.12.2", "wolfssl-3.13.0", "wolfssl-3.14.0", "wolfssl-4.1.0")
BUILT = {
    f"wolfssl-{version}": Path(path)
    for version, _, path in (
        one.partition("=") for one in os.environ.get("WOLFSSL_LIBRARIES", "").split(",") if one
    )
}
_SYSTEM_FOLDERS = (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"))


def open_wolfssl(name: str, *, load_unverified: bool = False) -> LineDriver:
    """A program around this library.

    `load_unverified`: the application asks for verification after it has loaded the store.

    Raises NotFetchedError when the library or a C compiler is not at hand.
    """
    library = _library(name)
    program = str(compiled("wolfssl", "-rdynamic", "-ldl"))
    return LineDriver([program, str(library), *(["late"] if load_unverified else [])])


def _library(name: str) -> Path:
    if name in BUILT:
        return BUILT[name]
    if name == SYSTEM:
        found = [path for folder in _SYSTEM_FOLDERS for path in folder.glob("libwolfssl.so.35")]
        if not found:
            raise NotFetchedError("no wolfSSL 5.5.4 here: install Debian's libwolfssl-dev")
        return found[0]
    package, cache_folder = packages()[name], default_cache()
    if not package.is_fetched(cache_folder):
        raise NotFetchedError(f"{name} is not in the cache; run fetch.py {name}")
    return next((package.folder_in(cache_folder) / "wolfssl").glob("*.so"))
