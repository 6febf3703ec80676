"""The packaged pool of CA certificates that clients could find beyond what a server sends.

They lie in ``trust_stores/intermediates/``, one PEM file each, named by fingerprint, from the same
pinned packages as the roots.  The pool is read when a client that completes paths is first asked.
"""

from __future__ import annotations

import functools

from legacytrust.certificate import Certificate
from legacytrust.errors import StoreDataError
from legacytrust.pool import CertificatePool
from legacytrust.stores.catalog import packaged_root

__all__ = ["packaged_pool"]


@functools.cache
def packaged_pool() -> CertificatePool:
    """The packaged pool, read once; it is immutable.

    :raises StoreDataError: when a file does not hold the certificate it is named after.
    """
    folder = packaged_root() / "intermediates"
    if not folder.is_dir():
        return CertificatePool()
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return CertificatePool(tuple(_read(f.name, f.read_bytes()) for f in files))


def _read(name: str, data: bytes) -> Certificate:
    certificate = Certificate.from_pem(data)
    if name != f"{certificate.sha256}.pem":
        raise StoreDataError(
            f"holds the certificate {certificate.sha256}", where=f"intermediates/{name}"
        )
    return certificate
