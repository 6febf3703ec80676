"""Answers questions about chains with the verifier of rustls, as the package qh3 hands it out.

One question a line on standard input, one answer a line on standard output; see `lines.py`. The
verifier takes the time from the clock, so the program runs under a clock that stands still; the
folder with the package comes as its argument.
"""

import sys

sys.path.insert(0, sys.argv[1])

from _hazmat import ServerVerifier  # type: ignore[import-not-found]


def certificates(text: str) -> list[bytes]:
    """The certificates of one field."""
    return [] if text == "-" else [bytes.fromhex(one) for one in text.split(",")]


def ask(host: str, served: list[bytes], store: list[bytes]) -> str:
    """The answer, as a line."""
    readable = [der for der in store if is_loaded(der)]
    if not readable:
        return "no nothing in the store can be loaded"
    try:
        verify(ServerVerifier(readable), served[0], served[1:], host)
    except BaseException as error:  # noqa: BLE001 - the package raises its own kinds
        return f"no {error!r}".replace("\n", " ")
    return "ok"


def verify(verifier: ServerVerifier, leaf: bytes, rest: list[bytes], host: str) -> None:
    """Raises what the verifier objects to; older packages know no OCSP response."""
    try:
        verifier.verify(leaf, rest, host, b"")
    except TypeError:
        verifier.verify(leaf, rest, host)


def is_loaded(der: bytes) -> bool:
    """Whether the store takes this certificate by itself."""
    try:
        ServerVerifier([der])
    except BaseException:  # noqa: BLE001
        return False
    return True


for line in sys.stdin:
    _, host, served, store = line.split()
    print(ask(host, certificates(served), certificates(store)), flush=True)
