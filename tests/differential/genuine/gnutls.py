"""Asks genuine GnuTLS (Debian: libgnutls28-dev) as its TLS layer asks its trust list."""

from differential.genuine.compiled import compiled
from differential.genuine.lines import LineDriver


def open_gnutls(*, purpose: bool = True) -> LineDriver:
    """A running driver; raises NotFetchedError when it cannot be compiled here.

    `purpose` asks for the purpose of a TLS server, as the command line client does and many
    applications do not.
    """
    program = compiled("gnutls", "-lgnutls")
    return LineDriver([str(program), "purpose" if purpose else "no-purpose"])
