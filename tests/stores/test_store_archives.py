"""Packages are read safely: certificates are found in them, and nothing else happens."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from legacytrust.errors import StoreDataError
from legacytrust.stores.archives import Limits, certificates_in, find_certificates, matches
from legacytrust.stores.sources import Encoding, InnerFile
from stores.toy_packages import X1, X2, deb, pem, tarred, zipped

WANTED = (InnerFile("toy/roots.pem", Encoding.PEM),)
FILES = {"./toy/other.txt": b"x", "toy/roots.pem": pem(X1, X2), "toy/z": b""}

ARCHIVES = [
    pytest.param("toy-1.whl", zipped(FILES), id="wheel"),
    pytest.param("toy-1.tar.gz", gzip.compress(tarred(FILES)), id="sdist"),
    pytest.param("toy-1.tgz", gzip.compress(tarred(FILES)), id="npm"),
    pytest.param("toy_1_all.deb", deb(FILES), id="deb xz"),
    pytest.param("toy_1_all.deb", deb(FILES, "data.tar.gz"), id="deb gz"),
]


@pytest.mark.parametrize(("name", "data"), ARCHIVES)
def test_finds_certificates(name: str, data: bytes) -> None:
    found = find_certificates(name, data, WANTED)
    assert [(f.path, f.der) for f in found] == [("toy/roots.pem", X1), ("toy/roots.pem", X2)]


@pytest.mark.parametrize(("name", "data"), ARCHIVES)
def test_finds_certificates_in_an_archive_in_an_archive(name: str, data: bytes) -> None:
    outer = gzip.compress(tarred({f"deep/{name}": data, "deep/roots.pem": pem(X2)}))
    inside, beside = (InnerFile(path, Encoding.PEM) for path in (NESTED, "deep/roots.pem"))
    found = find_certificates("outer.tgz", outer, (beside, inside))
    places = [(f.path, f.der) for f in found]
    assert places == [
        (f"deep/{name}!toy/roots.pem", X1),
        (f"deep/{name}!toy/roots.pem", X2),
        ("deep/roots.pem", X2),
    ]


NESTED = "deep/toy*!toy/roots.pem"


def test_limits_hold_in_an_archive_in_an_archive() -> None:
    inner = gzip.compress(tarred({"toy/zeros": bytes(1 << 20), **FILES}))
    outer = gzip.compress(tarred({"deep/toy.tar.gz": inner}))
    wanted = (InnerFile(NESTED, Encoding.PEM),)
    with pytest.raises(StoreDataError, match="more than is sensible"):
        find_certificates("outer.tgz", outer, wanted, Limits(unpacked=1 << 19))


def test_a_file_that_should_be_an_archive_and_is_none() -> None:
    outer = gzip.compress(tarred({"deep/toy.exe": b"MZ"}))
    with pytest.raises(StoreDataError, match="of this kind"):
        find_certificates("outer.tgz", outer, (InnerFile(NESTED, Encoding.PEM),))


@pytest.mark.parametrize(("name", "data"), ARCHIVES)
def test_a_wanted_file_must_be_there(name: str, data: bytes) -> None:
    with pytest.raises(StoreDataError, match=r"has no file toy/absent\.pem"):
        find_certificates(name, data, (InnerFile("toy/absent.pem", Encoding.PEM),))


@pytest.mark.parametrize(("name", "data"), ARCHIVES)
def test_damaged_archives(name: str, data: bytes) -> None:
    with pytest.raises(StoreDataError):
        find_certificates(name, data[: len(data) // 2], WANTED)


@pytest.mark.parametrize("path", ["../roots.pem", "/toy/roots.pem", "toy/../../roots.pem"])
@pytest.mark.parametrize("kind", ["toy.whl", "toy.tar.gz", "toy.deb"])
def test_paths_that_lead_out(path: str, kind: str) -> None:
    files = {path: pem(X1), **FILES}
    data = {
        "toy.whl": lambda: zipped(files),
        "toy.tar.gz": lambda: gzip.compress(tarred(files)),
        "toy.deb": lambda: deb(files),
    }[kind]()
    with pytest.raises(StoreDataError, match="leads out of the archive"):
        find_certificates(kind, data, WANTED)


@pytest.mark.parametrize(("name", "data"), ARCHIVES)
def test_large_members(name: str, data: bytes) -> None:
    with pytest.raises(StoreDataError, match="more than 100 bytes"):
        find_certificates(name, data, WANTED, Limits(member=100))


def test_large_packages() -> None:
    with pytest.raises(StoreDataError, match="has 11 bytes"):
        find_certificates("toy.whl", b"x" * 11, WANTED, Limits(package=10))


def test_bombs() -> None:
    files = {"toy/zeros": bytes(1 << 20), **FILES}
    data = gzip.compress(tarred(files))
    assert len(data) < 10_000
    with pytest.raises(StoreDataError, match="more than is sensible"):
        find_certificates("toy.tar.gz", data, WANTED, Limits(unpacked=1 << 19))


def test_links_are_not_followed() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo("toy/roots.pem")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(StoreDataError, match="has no file"):
        find_certificates("toy.tar.gz", stream.getvalue(), WANTED)


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("toy.rpm", b"", "of this kind"),
        ("toy.deb", b"no", "not a Debian package"),
        ("toy.deb", b"!<arch>\n" + b"x" * 60, "bad member header"),
        ("toy.deb", b"!<arch>\n", r"no data\.tar"),
    ],
)
def test_not_archives(name: str, data: bytes, what: str) -> None:
    with pytest.raises(StoreDataError, match=what):
        find_certificates(name, data, WANTED)


def test_encodings() -> None:
    assert certificates_in(X1, Encoding.DER) == (X1,)
    escaped = b'{"bundle": "%s"}' % pem(X1, X2).replace(b"\n", rb"\n")
    assert certificates_in(escaped, Encoding.ESCAPED_PEM) == (X1, X2)
    lines = b"".join(b'  "%s\\n" +\n' % line for line in pem(X1).splitlines())
    assert certificates_in(b"var cas = [\n" + lines + b"]", Encoding.ESCAPED_PEM) == (X1,)
    program = b"MZ" + X1 + bytes(7) + X2 + X1[:200]
    assert certificates_in(program, Encoding.EMBEDDED_DER) == (X1, X2)
    broken = b"-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n"
    assert certificates_in(broken + pem(X1), Encoding.PEM) == (X1,)


def test_patterns() -> None:
    assert matches("a/cert-1.der", "a/cert-*.der")
    assert not matches("a/b/cert-1.der", "a/*.der")
    assert not matches("a/cert-1.der.txt", "a/cert-*.der")
