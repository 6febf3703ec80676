"""Asks genuine BearSSL (Debian: libbearssl-dev) through a small program around its X.509 engine."""

from differential.genuine.compiled import compiled
from differential.genuine.lines import LineDriver


def open_bearssl(*, flag_from_certificate: bool = False) -> LineDriver:
    """A running driver; raises NotFetchedError when it cannot be compiled here.

    `flag_from_certificate` marks only those anchors as CAs whose certificate says so.
    """
    marked = "own" if flag_from_certificate else "all"
    return LineDriver([str(compiled("bearssl", "-lbearssl")), marked])
