"""The packaged pool of CA certificates that clients could find beyond what a server sends.

``trust_stores/intermediates.toml`` lists them.  Each lies in ``intermediates/``, a PEM file named
by its fingerprint, or in ``certificates/`` if some store holds it as a root as well.  The pool is
read when a client that completes paths is first asked.
"""

from __future__ import annotations

import functools
from importlib.resources.abc import Traversable

from legacytrust.certificate import Certificate
from legacytrust.errors import StoreDataError
from legacytrust.stores.files import SHORT
from legacytrust.stores.indexed import IndexedPool, indexed_elsewhere
from legacytrust.stores.packaged import packaged_index
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.poolfile import Elsewhere, read_pool_file

__all__ = ["packaged_elsewhere", "packaged_pool", "read_pool"]

_FOLDERS = ("intermediates", "certificates")


@functools.cache
def packaged_pool() -> CertificatePool:
    """The packaged pool, made once; it is immutable, and reads a certificate when it is needed.

    :raises StoreDataError: when the packaged index is damaged.
    """
    return CertificatePool(IndexedPool(packaged_index()), packaged_elsewhere())


@functools.cache
def packaged_elsewhere() -> tuple[Elsewhere, ...]:
    """Well-known cross-certificates of which the facts are packaged and the bytes are not.

    :raises StoreDataError: when the packaged index is damaged.
    """
    return indexed_elsewhere(packaged_index())


def read_pool(root: Traversable) -> CertificatePool:
    """The pool below a folder of the form of ``trust_stores/``, in the order of its list.

    :raises StoreDataError: when the list breaks its format or names a certificate that is not
        there, or a file does not hold the certificate it is named after.
    """
    entries = read_pool_file(root).held
    files = _files(root) if entries else {}
    return CertificatePool(tuple(_read(files, entry.short, str(entry)) for entry in entries))


def _files(root: Traversable) -> dict[str, Traversable]:
    """Short fingerprint -> file."""
    folders = [root / name for name in _FOLDERS]
    files = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    return {file.name[:SHORT]: file for file in files}


def _read(files: dict[str, Traversable], short: str, entry: str) -> Certificate:
    if short not in files:
        raise StoreDataError(f"there is no file for {entry}", where="intermediates.toml")
    file = files[short]
    certificate = Certificate.from_pem(file.read_bytes())
    if file.name != f"{certificate.sha256}.pem":
        raise StoreDataError(f"holds the certificate {certificate.sha256}", where=file.name)
    return certificate
