"""Asks this interpreter's own `ssl` module, through a handshake in memory.

The client is what `ssl.create_default_context()` makes of it; the time is now.
"""

import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path

from differential.genuine.model import HANDSHAKE, NO_ERROR_CODE, GenuineVerdict

_ROUNDS = 10


def verify(
    served: Sequence[bytes], store: Sequence[bytes], *, private_key: bytes, hostname: str
) -> GenuineVerdict:
    """The verdict on a served list whose leaf has the PEM-encoded `private_key`, now."""
    try:
        server, client = _server_context(served, private_key), _client_context(store)
    except ssl.SSLError as error:
        return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: {error}")
    return _handshake(server, client, hostname)


def _client_context(store: Sequence[bytes]) -> ssl.SSLContext:
    # With `cafile` or `cadata` it loads no roots of the machine; an empty store needs neither.
    if store:
        pems = "".join(map(ssl.DER_cert_to_PEM_cert, store))
        return ssl.create_default_context(cadata=pems)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags = ssl.create_default_context().verify_flags
    return context


def _server_context(served: Sequence[bytes], private_key: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(private_key + "".join(map(ssl.DER_cert_to_PEM_cert, served)).encode())
        context.load_cert_chain(path)
    return context


def _handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, hostname: str
) -> GenuineVerdict:
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=hostname)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(_ROUNDS):
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            return GenuineVerdict(False, error.verify_code, error.verify_message)
        except ssl.SSLError as error:
            return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: {error}")
        else:
            return GenuineVerdict(True, 0, "ok")
        try:
            server.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: {error}")
    return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: no end")
