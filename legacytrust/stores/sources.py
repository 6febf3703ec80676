"""The pinned packages, and the recipes of the example chains.

Two kinds of files say where certificate bytes come from.  ``trust_stores/sources.toml`` pins
packages of public registries by version and by the SHA-256 of the package file, and says which
files inside them hold certificates.  ``examples/NAME/about.toml`` describes one example chain and
names, for each of its certificates, the fingerprint, the source and the file in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources.abc import Traversable

import attrs

from legacytrust.stores.provenance import Registry
from legacytrust.stores.tables import Table, read_table

__all__ = [
    "ChainKind",
    "Encoding",
    "Example",
    "ExampleCertificate",
    "InnerFile",
    "Registry",
    "Source",
    "read_example",
    "read_examples",
    "read_sources",
]


class Encoding(StrEnum):
    """How an inner file holds certificates."""

    PEM = "pem"
    """Any number of PEM blocks, whatever text stands around them."""
    ESCAPED_PEM = "escaped-pem"
    """PEM blocks inside string literals, their line ends written as a backslash and an n."""
    DER = "der"
    """One certificate and nothing else."""
    EMBEDDED_DER = "embedded-der"
    """DER certificates anywhere in a file, such as those of a signed program."""


class ChainKind(StrEnum):
    """What an example chain is."""

    SERVED = "served"
    """As a server sent it, so far as the package recorded it."""
    COMPOSED = "composed"
    """Real certificates, put together here or by a tool; not known to have been sent so."""
    ISSUERS_ONLY = "issuers-only"
    """What stands above a leaf; the leaf itself is not held."""


@attrs.frozen
class InnerFile:
    """A file inside a package.

    :ivar path: its path in the archive; ``*`` in a part of it stands for any run of characters, and
        after ``!`` stands the path inside an archive that lies at what is before.
    :ivar encoding: how it holds certificates (``as`` in the file).
    """

    path: str
    encoding: Encoding


@attrs.frozen
class Source:
    """A package of a registry, pinned.

    :ivar id: how snapshots and examples name it.
    :ivar suites: the Debian suites that carry this version; empty for other registries.
    :ivar file: the name of the package file.
    :ivar sha256: the digest of the package file.
    :ivar note: why it is among the sources.
    :ivar read: the inner files to read.
    """

    id: str
    registry: Registry
    name: str
    version: str
    suites: tuple[str, ...]
    file: str
    sha256: str
    note: str
    read: tuple[InnerFile, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.registry})"


@attrs.frozen
class ExampleCertificate:
    """One certificate of an example chain: which one it is, and where its bytes are taken from."""

    name: str
    issuer: str
    sha256: str
    source: str
    path: str


@attrs.frozen
class Example:
    """An example chain as it is described.

    :ivar folder: the name of its folder.
    :ivar hostname: the name to check; None for a chain without a leaf.
    :ivar at: a moment inside the window at which to look at it.
    :ivar valid_from: the first moment at which all of its certificates are valid.
    :ivar valid_until: the last such moment.
    :ivar shows: what there is to see.
    :ivar order: what is known of the order.
    """

    folder: str
    title: str
    hostname: str | None
    at: datetime.datetime
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    kind: ChainKind
    shows: str
    order: str
    certificates: tuple[ExampleCertificate, ...]
    table: Table = attrs.field(repr=False, eq=False)


def read_sources(root: Traversable) -> tuple[Source, ...]:
    """Read ``sources.toml`` below *root*, in order.

    :raises StoreDataError: if the file breaks the format or names one id twice.
    """
    top = read_table(root / "sources.toml", "sources.toml")
    top.only("format", "source")
    tables = list(top.tables("source"))
    sources = tuple(_source(table) for table in tables)
    seen: set[str] = set()
    for source, table in zip(sources, tables, strict=True):
        if source.id in seen:
            raise table.error(f"the id {source.id!r} is taken", at="id =")
        seen.add(source.id)
    return sources


def _source(table: Table) -> Source:
    table.only(*(field.name for field in attrs.fields(Source)))
    source = Source(
        id=table.string("id"),
        registry=table.choice("registry", Registry),
        name=table.string("name"),
        version=table.string("version"),
        suites=table.strings("suites"),
        file=table.string("file"),
        sha256=table.string("sha256"),
        note=table.string("note", ""),
        read=tuple(_inner_file(inner) for inner in table.tables("read")),
    )
    if bool(source.suites) != (source.registry is Registry.DEBIAN):
        raise table.error("suites belong to Debian packages, and only to them", at="id =")
    return source


def _inner_file(table: Table) -> InnerFile:
    table.only("path", "as")
    return InnerFile(table.string("path"), table.choice("as", Encoding))


def read_example(folder: Traversable) -> Example:
    """Read the ``about.toml`` of one example.

    :raises StoreDataError: if the file breaks the format, or if ``at`` is outside the window.
    """
    table = read_table(folder / "about.toml", f"{folder.name}/about.toml")
    table.only("format", "certificate", *(field.name for field in attrs.fields(Example)))
    example = Example(
        folder=folder.name,
        title=table.string("title"),
        hostname=table.string("hostname") if "hostname" in table.values else None,
        at=table.moment("at"),
        valid_from=table.moment("valid_from"),
        valid_until=table.moment("valid_until"),
        kind=table.choice("kind", ChainKind),
        shows=table.string("shows"),
        order=table.string("order"),
        certificates=tuple(_certificate(row) for row in table.tables("certificate")),
        table=table,
    )
    if not example.valid_from <= example.at <= example.valid_until:
        raise table.error("the moment is outside the window", at="at =")
    return example


def read_examples(root: Traversable) -> tuple[Example, ...]:
    """Read all examples below *root*, by the names of their folders.

    :raises StoreDataError: as :func:`read_example`.
    """
    folders: Iterable[Traversable] = root.iterdir() if root.is_dir() else ()
    by_name = sorted((f for f in folders if f.is_dir()), key=lambda f: f.name)
    return tuple(read_example(folder) for folder in by_name)


def _certificate(table: Table) -> ExampleCertificate:
    names = [field.name for field in attrs.fields(ExampleCertificate)]
    table.only(*names)
    return ExampleCertificate(*(table.string(name) for name in names))
