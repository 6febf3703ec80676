"""Releases that share a list, limits, proven absence, packages as sources, other families."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from legacytrust.errors import StoreDataError
from legacytrust.extensions import Oid
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.files import Completeness, ProvenanceKind, resolve
from legacytrust.stores.folder import read_stores
from legacytrust.stores.provenance import Registry

if TYPE_CHECKING:
    from tests.stores.conftest import SmallStores

ALSO = """[
  { id = "toy/1.1", title = "Toy 1.1", released = 2021-03-04, released_basis = "invented" },
  { id = "toy/1+deb7u1~2", title = "x", released = 2019-01-01, released_basis = "invented",
    completeness = "inferred", stands_for = "1+deb7u1~2 and no other" },
]"""

LIMITS = """
[[constrain]]
roots = ["{A}"]
sets = [{{ {limits} }}]
"""


def limits_of(small: SmallStores, id: str, name: str) -> tuple[Constraints, ...]:
    [snapshot] = [s for s in resolve(small.root) if s.id == id]
    return dict(snapshot.constraints).get(small.fingerprint(name), ())


def limit(*entries: str, limits: str = "issued_by = 2024-11-30T23:59:59Z") -> str:
    return f"\n[[constrain]]\nroots = {list(entries)}\nsets = [{{ {limits} }}]\n"


# -- also -------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_every_release_is_a_store_and_all_share_the_list(small: SmallStores) -> None:
    small.hold("A", "B")
    small.write("1", "A B", also=ALSO.replace("\n    ", " "))
    stores = read_stores(small.root).stores
    assert [store.id for store in stores] == ["toy/1+deb7u1~2", "toy/1", "toy/1.1"]
    assert len({id(store.fingerprints) for store in stores}) == 1
    assert [store.completeness for store in stores] == ["inferred", "exact", "exact"]
    assert [store.provenance.stands_for for store in stores if store.provenance] == [
        "1+deb7u1~2 and no other",
        "v1",
        "v1",
    ]
    assert [store.released for store in stores] == [
        date(2019, 1, 1),
        date(2020, 1, 2),
        date(2021, 3, 4),
    ]


def test_a_release_can_be_followed_by_any_of_its_ids(small: SmallStores) -> None:
    [_, b] = small.hold("A", "B")
    small.write("1", "A", also=ALSO.replace("\n    ", " "))
    small.write("2", "A B", follows='"toy/1.1"', add=f'["{b}"]')
    assert [s.id for s in resolve(small.root)] == ["toy/1", "toy/2"]


def test_a_snapshot_may_follow_one_of_another_family(small: SmallStores) -> None:
    small.hold("A")
    small.write("bear/20211016", "A")
    small.write("1", "A", follows='"bear/20211016"', add="[]")
    assert [s.fingerprints for s in resolve(small.root)] == [(small.fingerprint("A"),)] * 2


BAD_ALSO = [
    pytest.param('id = "bear/2"', "is of another family than 'toy/1'", "bear", id="family"),
    pytest.param('id = "toy/1"', "'toy/1' is taken by toy/1.toml", "id =", id="taken by itself"),
    pytest.param('id = "toy/0"', "'toy/0' is taken by toy/0.toml", "toy/0", id="taken"),
    pytest.param('id = "toy/a b"', "'toy/a b' is no id", "a b", id="form"),
    pytest.param('id = "toy/2", colour = 1', "unknown key 'colour'", "colour", id="key"),
    pytest.param("", "'id' is missing", "", id="missing"),
]


@pytest.mark.parametrize(("row", "what", "line"), BAD_ALSO)
def test_bad_release(small: SmallStores, row: str, what: str, line: str) -> None:
    small.write("0", released="2019-01-01")
    rest = 'title = "x", released = 2021-03-04, released_basis = "x"'
    good = f'{{ id = "toy/9", {rest} }}'
    row = f"{{ {row}{', ' if row else ''}{rest} }}"
    small.write("1", also=f"[\n  {good},\n  {row},\n]")
    check_line(small, what, line)


def check_line(small: SmallStores, what: str, line: str) -> None:
    with pytest.raises(StoreDataError, match=re.escape(what)) as caught:
        resolve(small.root)
    assert caught.value.where.startswith("toy/1.toml")
    if line:
        number = int(caught.value.where.rpartition("line ")[2])
        lines = (small.root / "toy" / "1.toml").read_text("utf-8").splitlines()
        assert line in lines[number - 1]


def test_the_date_of_a_further_release_is_found_on_its_line(small: SmallStores) -> None:
    row = '{ id = "toy/2", title = "x", released_basis = "x", released = 7 }'
    small.write("1", also=f"[\n  {row},\n]")
    check_line(small, "'released' should be a date", "released = 7")


# -- constrain --------------------------------------------------------------------------------

MOMENT = datetime(2024, 11, 30, 23, 59, 59, tzinfo=UTC)

GOOD_LIMITS = [
    ("issued_by = 2024-11-30T23:59:59Z", {"issued_by": MOMENT}),
    ("disabled_after = 1601-01-01T00:00:00Z", {"disabled_after": datetime(1601, 1, 1, tzinfo=UTC)}),
    ("sct_by = 2024-11-30T23:59:59Z", {"sct_by": MOMENT}),
    ("sct_after = 2024-11-30T23:59:59Z", {"sct_after": MOMENT}),
    ('purposes = ["serverAuth", "1.2.3"]', {"purposes": frozenset({Oid.SERVER_AUTH, "1.2.3"})}),
    ("purposes = []", {"purposes": frozenset()}),
    ('refused_purposes = ["clientAuth"]', {"refused_purposes": frozenset({Oid.CLIENT_AUTH})}),
    (
        'disabled = true, issued_by_purposes = ["serverAuth"]',
        {"disabled": True, "issued_by_purposes": frozenset({Oid.SERVER_AUTH})},
    ),
    ("disabled = true, issued_by_purposes = []", {"disabled": True}),
    ('from_version = "131.0.6778"', {"from_version": (131, 0, 6778)}),
    ('before_version = "8"', {"before_version": (8,)}),
    ('dns_names = ["example.org"]', {"dns_names": ("example.org",)}),
]


@pytest.mark.parametrize(("text", "wanted"), GOOD_LIMITS)
def test_reads_limits(small: SmallStores, text: str, wanted: Mapping[str, object]) -> None:
    [a] = small.hold("A")
    small.write("1", "A", tail=limit(a, limits=text))
    assert limits_of(small, "toy/1", "A") == (Constraints(**wanted),)  # type: ignore[arg-type]


def test_limits_are_inherited_replaced_and_lifted(small: SmallStores) -> None:
    a, b, c = small.hold("A", "B", "C")
    small.write("1", "A B C", tail=limit(a, b, c))
    small.write("2", "A B C", follows='"toy/1"', add="[]")
    small.write(
        "3",
        "A B C",
        follows='"toy/2"',
        add="[]",
        unconstrain=f'["{b}"]',
        tail=limit(c, limits="disabled = true"),
    )
    inherited = (Constraints(issued_by=MOMENT),)
    assert limits_of(small, "toy/2", "A") == limits_of(small, "toy/3", "A") == inherited
    assert limits_of(small, "toy/3", "B") == ()
    assert limits_of(small, "toy/3", "C") == (Constraints(disabled=True),)


def test_limits_go_with_the_root(small: SmallStores) -> None:
    a, _ = small.hold("A", "B")
    small.write("1", "A B", tail=limit(a))
    small.write("2", "B", follows='"toy/1"', add="[]", remove=f'["{a}"]')
    small.write("3", "A B", follows='"toy/2"', add=f'["{a}"]')
    assert limits_of(small, "toy/2", "A") == limits_of(small, "toy/3", "A") == ()


def test_sets_are_alternatives_and_equal_ones_are_shared(small: SmallStores) -> None:
    a, b = small.hold("A", "B")
    two = 'sct_by = 2024-11-30T23:59:59Z }, { from_version = "8"'
    small.write("1", "A B", tail=limit(a, limits=two) + limit(b, limits=two))
    wanted = (Constraints(sct_by=MOMENT), Constraints(from_version=(8,)))
    [snapshot] = resolve(small.root)
    assert [sets for _, sets in snapshot.constraints] == [wanted, wanted]
    assert snapshot.constraints[0][1] is snapshot.constraints[1][1]


def test_the_store_gives_the_anchor_its_limits(small: SmallStores) -> None:
    pem = next((Path(__file__).parents[2] / "trust_stores" / "certificates").iterdir())
    (small.root / "certificates" / pem.name).write_bytes(pem.read_bytes())
    entry = f"{pem.stem[:12]} A"
    small.write("1", count="1", add=f'["{entry}"]', digest='""', tail=limit(entry))
    with pytest.raises(StoreDataError, match="has the digest") as caught:
        read_stores(small.root)
    digest = caught.value.what.rpartition(" ")[2]
    small.write("1", count="1", add=f'["{entry}"]', digest=f'"{digest}"', tail=limit(entry))
    catalog = read_stores(small.root)
    [anchor] = catalog.store("toy/1").anchors
    assert anchor.constraints == (Constraints(issued_by=MOMENT),)
    assert catalog.store("toy/1").limits([anchor.sha256]) == (anchor.constraints,)


BAD_LIMITS = [
    pytest.param('purposes = ["server"]', "purposes names 'server'", "server", id="usage"),
    pytest.param("issued_by = 2024-11-30", "a moment in UTC", "issued_by", id="date"),
    pytest.param("issued_by = 2024-11-30T00:00:00", "a moment in UTC", "issued_by", id="zone"),
    pytest.param('from_version = "8u"', "from_version is '8u'", "8u", id="version"),
    pytest.param("from_version = 8", "should be a text", "from_version", id="version type"),
    pytest.param("dns_names = []", "names no domains", "dns_names", id="domains"),
    pytest.param('dns_names = [" "]', "names no domains", "dns_names", id="blank domain"),
    pytest.param("disabled = 1", "should be true or false", "disabled", id="truth"),
    pytest.param("disabled = false", "limits nothing", "sets", id="nothing"),
    pytest.param("", "limits nothing", "sets", id="empty"),
    pytest.param("colour = 1", "unknown key 'colour'", "colour", id="key"),
]


@pytest.mark.parametrize(("limits", "what", "line"), BAD_LIMITS)
def test_bad_limits(small: SmallStores, limits: str, what: str, line: str) -> None:
    [a, b] = small.hold("A", "B")
    small.write("1", "A B", tail=limit(b) + limit(a, limits=limits))
    check_line(small, what, line)


def test_only_a_member_is_limited(small: SmallStores) -> None:
    _, b = small.hold("A", "B")
    small.write("1", "A", tail=limit(b))
    check_line(small, f"{b} is limited, but the list does not hold it", "roots =")


def test_names_in_limits_are_checked(small: SmallStores) -> None:
    [a] = small.hold("A")
    small.write("1", "A", tail=limit(f"{a}lpha"))
    check_line(small, "Alpha is called 'A'", "Alpha")


def test_limits_stand_once(small: SmallStores) -> None:
    [a] = small.hold("A")
    small.write("1", "A", tail=limit(a) + limit(a))
    check_line(small, f"{a} has its limits twice", "roots =")


def test_only_what_is_limited_is_lifted(small: SmallStores) -> None:
    [a] = small.hold("A")
    small.write("1", "A", unconstrain=f'["{a}"]')
    check_line(small, f"{a} has no limits that could be lifted", "unconstrain =")


@pytest.mark.parametrize("key", ["roots", "sets"])
def test_limits_need_roots_and_sets(small: SmallStores, key: str) -> None:
    [a] = small.hold("A")
    text = re.sub(f"(?m)^{key} = .*", f"{key} = []", limit(a))
    small.write("1", "A", tail=text)
    check_line(small, f"limits without {key}", "[[constrain]]")


def test_the_version_of_the_data_knows_limits(small: SmallStores) -> None:
    [a] = small.hold("A")
    versions = set()
    for tail in ("", limit(a), limit(a, limits="disabled = true")):
        small.write("1", "A", tail=tail)
        versions.add(read_stores(small.root).version)
    assert len(versions) == 3


# -- absent -----------------------------------------------------------------------------------


def test_a_partial_list_names_what_is_absent(small: SmallStores) -> None:
    _, b = small.hold("A", "B")
    small.write("1", "A", completeness='"partial"', note='"x"', absent=f'["{b}"]')
    [store] = read_stores(small.root).stores
    assert store.completeness is Completeness.PARTIAL
    assert store.absent == {small.fingerprint("B")}


def test_only_a_partial_list_does(small: SmallStores) -> None:
    _, b = small.hold("A", "B")
    small.write("1", "A", absent=f'["{b}"]')
    check_line(small, "the list is exact", "absent =")


def test_an_image_holds_nothing_that_was_listed_later(small: SmallStores) -> None:
    """D came and went before, so the image may have it; C is only listed later; A it holds."""
    entry = dict(zip("ABCDE", small.hold("A", "B", "C", "D", "E"), strict=True))
    small.write("1", "B D")
    small.write("2", "A B C", follows='"toy/1"', add=f"['{entry['A']}', '{entry['C']}']",
                remove=f"['{entry['D']}']", released="2021-01-01")  # fmt: skip
    small.write("3", "B C D E", follows='"toy/2"', add=f"['{entry['D']}', '{entry['E']}']",
                remove=f"['{entry['A']}']", released="2022-01-01")  # fmt: skip
    small.write("image", "A", completeness='"partial"', predates='"toy/2"')
    [image] = [store for store in read_stores(small.root).stores if store.id == "toy/image"]
    assert image.absent == {small.fingerprint("C"), small.fingerprint("E")}


@pytest.mark.parametrize(
    ("completeness", "message"),
    [("exact", "the list is exact"), ("partial", "predates 'toy/9', which is not there")],
)
def test_what_an_image_predates_is_there(
    small: SmallStores, completeness: str, message: str
) -> None:
    small.hold("A")
    small.write("1", "A", completeness=f'"{completeness}"', predates='"toy/9"')
    check_line(small, message, "predates =")


def test_a_root_is_not_there_and_absent(small: SmallStores) -> None:
    [a] = small.hold("A")
    small.write("1", "A", completeness='"partial"', absent=f'["{a}"]')
    check_line(small, f"{a} is in the list, and is said to be absent", "absent =")


# -- provenance -------------------------------------------------------------------------------

PACKAGE = """
[provenance]
kind = "package"
registry = "pypi"
package = "certifi"
version = "2023.07.22"
path = "certifi/cacert.pem"
read = 2023-07-22
"""


def test_a_package_is_a_source(small: SmallStores) -> None:
    small.write("1", tail=PACKAGE)
    [snapshot] = resolve(small.root)
    found = snapshot.file.provenance
    assert (found.kind, found.registry) == (ProvenanceKind.PACKAGE, Registry.PYPI)
    assert (found.source, found.state) == ("pypi: certifi", "2023.07.22")


def test_a_ref_without_its_commit(small: SmallStores) -> None:
    file = small.write("1")
    file.write_text(re.sub("commit = .*\n", "", file.read_text("utf-8")), "utf-8")
    [snapshot] = resolve(small.root)
    found = snapshot.file.provenance
    assert (found.commit, found.source, found.state) == ("", "someone/something", "v1")


BAD_PROVENANCE = [
    pytest.param('"pypi"', '"cpan"', "registry is 'cpan'", "registry =", id="registry"),
    pytest.param('version = "', 'commit = "', "unknown key 'commit'", "commit", id="commit"),
    pytest.param('"package"', '"git"', "unknown key 'registry'", "registry", id="kind"),
    pytest.param('"package"', '"hearsay"', "kind is 'hearsay'", "kind =", id="no such kind"),
    pytest.param("version = .*\n", "", "the key 'version' is missing", "", id="version"),
]


@pytest.mark.parametrize(("old", "new", "what", "line"), BAD_PROVENANCE)
def test_bad_package(small: SmallStores, old: str, new: str, what: str, line: str) -> None:
    small.write("1", tail=re.sub(old, new, PACKAGE, count=1))
    check_line(small, what, line)


@pytest.mark.parametrize("id", ["toy", "Toy/1", "toy/", "toy/1/2", "toy/../1", "toy/1 2"])
def test_bad_id(small: SmallStores, id: str) -> None:
    small.write("1", id=f'"{id}"')
    check_line(small, f"{id!r} is no id", "id =")
