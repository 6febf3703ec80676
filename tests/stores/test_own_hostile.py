"""Folders of stores that somebody else has written: one clear error, no wait, no wrong verdict."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import legacytrust as lt
from forge import AT, pem
from legacytrust.errors import LegacyTrustError, StoreDataError, UnknownClientError
from legacytrust.stores.devices import ClientRef
from legacytrust.stores.importer import Wish, import_store
from support import CA, LEAF, NEW, as_chain

STORE, DEVICES = "acme/1.toml", "devices/acme-1.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "roots.pem"
    source.write_text(pem(NEW.der, CA.der), "ascii")
    own = tmp_path / "own"
    wish = Wish(id="acme/1", read=date(2026, 1, 20), client=ClientRef("openssl", "1.0.2k"))
    import_store(source, own, wish)
    return own


def _write(name: str, content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


def _pipe(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return change


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (_write(DEVICES, b"x = " + b"[" * 100_000), StoreDataError, "nested too deeply"),
        (_write("acme/2.toml", b"#" * (5 << 20)), StoreDataError, "acme/2.toml: is larger than"),
        (_pipe("acme/2.toml"), StoreDataError, "acme/2.toml: is no file"),
        (_pipe("devices/2.toml"), StoreDataError, "devices/2.toml: is no file"),
        (_replace(DEVICES, '"1.0.2k"', '"99"'), UnknownClientError, f"{DEVICES}, acme/1: no model"),
        (
            _replace(DEVICES, '"openssl"', '"x"'),
            UnknownClientError,
            f"{DEVICES}, acme/1: no client",
        ),
    ],
)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_wrong_is_said_with_the_file(
    folder: Path, change: Callable[[Path], None], error: type[LegacyTrustError], message: str
) -> None:
    change(folder)
    with pytest.raises(error, match=message):
        lt.load_catalog(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("content", ["pipe", "another", "large"])
def test_a_certificate_that_is_not_what_its_name_says(folder: Path, content: str) -> None:
    sha256 = hashlib.sha256(NEW.der).hexdigest()
    file = folder / "certificates" / f"{sha256}.pem"
    if content == "pipe":
        _pipe(f"certificates/{file.name}")(folder)
    else:
        file.write_bytes({"another": pem(CA.der).encode(), "large": b"-" * (5 << 20)}[content])
    with pytest.raises(StoreDataError, match=f"certificates/{file.name}"):
        lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=lt.load_catalog(folder).devices)
