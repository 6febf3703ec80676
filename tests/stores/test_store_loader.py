"""The loader: what it makes of good files, and what it says of bad ones."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from legacytrust.errors import StoreDataError
from legacytrust.names import Name
from legacytrust.stores.devices import Clock
from legacytrust.stores.files import (
    SupportStatus,
    check_devices,
    digest_of,
    read_device_files,
    read_facts_file,
    read_snapshot_file,
    resolve,
)
from legacytrust.stores.sources import read_example, read_examples, read_sources

if TYPE_CHECKING:
    from tests.stores.conftest import SmallStores

ROOT = Path(__file__).resolve().parents[2] / "trust_stores"


def test_replays_the_changes(small: SmallStores) -> None:
    small.hold("A", "B", "C")
    small.write("1", "A B")
    add, remove = str([small.entry("C")]), str([small.entry("A")])
    small.write("2", "B C", follows='"toy/1"', add=add, remove=remove, released="2021-01-01")
    one, two = resolve(small.root)
    assert (one.id, two.id) == ("toy/1", "toy/2")
    assert one.fingerprints == tuple(sorted(map(small.fingerprint, "AB")))
    assert two.fingerprints == tuple(sorted(map(small.fingerprint, "BC")))
    assert {root.name for root in two.roots} == {"B", "C"}


def test_listed_order_is_kept(small: SmallStores) -> None:
    names = [*"ABCDEF"]
    small.hold(*names)
    small.write("1", " ".join(names), order='"listed"')
    add, remove = str([small.entry("A")]), str([small.entry("A")])
    small.write("2", " ".join(names), follows='"toy/1"', add=add, remove=remove, order='"listed"')
    one, two = resolve(small.root)
    assert [root.name for root in one.roots] == names
    assert [root.name for root in two.roots] == [*names[1:], names[0]]


def test_follows_may_point_to_a_later_release(small: SmallStores) -> None:
    small.hold("A")
    small.write("1", "A", follows='"toy/2"', add="[]")
    small.write("2", "A", released="2030-01-01")
    assert [snapshot.id for snapshot in resolve(small.root)] == ["toy/1", "toy/2"]


def test_roots_known_by_facts_are_not_held(small: SmallStores) -> None:
    (small.root / "facts" / f"{small.fingerprint('A')}.toml").touch()
    small.write("1", "A")
    [snapshot] = resolve(small.root)
    assert [root.held for root in snapshot.roots] == [False]


def test_digest_does_not_depend_on_order() -> None:
    assert digest_of(["b", "a"]) == digest_of(["a", "b"]) != digest_of(["a"])


def test_reads_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "stores.zip", "w") as archive:
        for file in ROOT.rglob("*.*"):
            archive.write(file, f"trust_stores/{file.relative_to(ROOT)}")
    packed = resolve(zipfile.Path(tmp_path / "stores.zip", "trust_stores/"))
    assert [s.fingerprints for s in packed] == [s.fingerprints for s in resolve(ROOT)]


TWICE = '["{A}", "{A}"]'

BAD_SNAPSHOTS = [
    pytest.param({"add": '["000000000000 Nobody"]'}, "is unknown", 'add = ["0', id="unknown"),
    pytest.param({"add": TWICE}, "is there already", "add =", id="added twice"),
    pytest.param({"remove": '["{A}"]'}, "nothing does not hold it", "remove =", id="removed"),
    pytest.param({"add": '["{A} "]'}, "does not name a root", "add =", id="entry end"),
    pytest.param({"add": '["a Short"]'}, "does not name a root", "add =", id="entry form"),
    pytest.param({"add": '["{A}", 7]'}, "should be a list of texts", "add =", id="entry type"),
    pytest.param({"follows": '"toy/9"'}, "'toy/9', which is not there", "follows", id="follows"),
    pytest.param({"follows": '"toy/1"'}, "toy/1 follows toy/1", "follows =", id="itself"),
    pytest.param({"count": "2"}, "has 1 roots, not 2", "count =", id="count"),
    pytest.param({"count": "true"}, "should be a whole number", "count =", id="count type"),
    pytest.param({"digest": '"sha256:00"'}, "has the digest sha256:", "digest =", id="digest"),
    pytest.param({"released": '"2020-01-02"'}, "should be a date", "released =", id="date"),
    pytest.param(
        {"released": "2020-01-02T00:00:00Z"}, "should be a date", "released =", id="date-time"
    ),
    pytest.param({"released": "2020-02-30"}, "is not TOML", "", id="no such day"),
    pytest.param({"released": ""}, "the key 'released' is missing", "", id="missing"),
    pytest.param({"completeness": '"nearly"'}, "'nearly'", "completeness =", id="enum"),
    pytest.param({"colour": '"red"'}, "unknown key 'colour'", "colour =", id="unknown key"),
    pytest.param({"id": '"toy/2"'}, "is not the path of the file", "id =", id="id"),
    pytest.param({"format": "2"}, "format 2 is unknown", "format =", id="format"),
    pytest.param({"title": "{{"}, "is not TOML", "", id="syntax"),
]


@pytest.mark.parametrize(("changes", "what", "line"), BAD_SNAPSHOTS)
def test_bad_snapshot(small: SmallStores, changes: dict[str, str], what: str, line: str) -> None:
    [entry] = small.hold("A")
    file = small.write("1", "A", **{k: v.format(A=entry) for k, v in changes.items()})
    with pytest.raises(StoreDataError, match=re.escape(what)) as caught:
        resolve(small.root)
    assert caught.value.where.startswith("toy/1.toml")
    if line:
        number = int(caught.value.where.rpartition("line ")[2])
        assert file.read_text("utf-8").splitlines()[number - 1].startswith(line.format(A=entry))


def test_one_name_for_one_root(small: SmallStores) -> None:
    [entry] = small.hold("A")
    small.write("1", "A")
    small.write("2", "A", add=f'["{entry}lpha"]', released="2021-01-01")
    with pytest.raises(StoreDataError, match=r"Alpha is called 'A' in toy/1\.toml"):
        resolve(small.root)


def test_line_of_an_entry(small: SmallStores) -> None:
    a, b = small.hold("A", "B")
    file = small.write("1", "A B", add=f'[\n  "{a}",\n]', remove=f'[\n  "{b}",\n]')
    with pytest.raises(StoreDataError) as caught:
        resolve(small.root)
    number = file.read_text("utf-8").splitlines().index(f'  "{b}",') + 1
    assert caught.value.where == f"toy/1.toml, line {number}"


def test_ambiguous_short_fingerprint(small: SmallStores) -> None:
    [entry] = small.hold("A")
    twin = small.fingerprint("A")[:12] + "0" * 52
    (small.root / "certificates" / f"{twin}.pem").touch()
    small.write("1", "A")
    with pytest.raises(StoreDataError, match=f"{entry} is ambiguous: .* and ") as caught:
        resolve(small.root)
    assert twin in caught.value.what


def test_circle(small: SmallStores) -> None:
    small.hold("A")
    for name, other in (("1", "2"), ("2", "3"), ("3", "1")):
        small.write(name, "A", follows=f'"toy/{other}"')
    with pytest.raises(StoreDataError, match="toy/1 follows toy/2 follows toy/3 follows toy/1"):
        resolve(small.root)


def test_id_taken(small: SmallStores) -> None:
    small.write("1")
    small.write("2", id='"toy/1"', released="2021-01-01")
    with pytest.raises(StoreDataError, match=r"'toy/1' is taken by toy/1\.toml"):
        resolve(small.root)


@pytest.mark.parametrize("folder", ["certificates", "facts"])
def test_odd_file_name(small: SmallStores, folder: str) -> None:
    (small.root / folder / "readme.txt").touch()
    with pytest.raises(StoreDataError, match="not named after a fingerprint") as caught:
        resolve(small.root)
    assert caught.value.where == f"{folder}/readme.txt"


def test_both_bytes_and_facts(small: SmallStores) -> None:
    small.hold("A")
    (small.root / "facts" / f"{small.fingerprint('A')}.toml").touch()
    with pytest.raises(StoreDataError, match="both a certificate and facts"):
        resolve(small.root)


def test_not_utf_8(small: SmallStores) -> None:
    (small.root / "toy" / "1.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(StoreDataError, match="is not TOML"):
        resolve(small.root)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(StoreDataError, match=r"x\.toml: cannot be read: No such file"):
        read_snapshot_file(tmp_path / "x.toml")


GOOD_DEVICE = {
    "id": '"toy/1"',
    "title": '"Toy 1"',
    "store": '"toy/1"',
    "client": '{ name = "toy", version = "1" }',
    "released": "2020-01-02",
    "support_ended": '"ended"',
    "examples": '["Bear"]',
    "notes": '["small"]',
    "share": '[{ date = 2021-01-01, percent = 1, source = "census" }]',
}


def _write_devices(root: Path, *devices: dict[str, str]) -> None:
    text = 'format = 1\nfamily = "toy"\n[notes]\nsmall = "A small one."\n'
    text += '[sources]\ncensus = "The census"\n'
    for device in devices:
        text += "[[device]]\n" + "".join(f"{k} = {v}\n" for k, v in device.items() if v)
    (root / "devices").mkdir(exist_ok=True)
    (root / "devices" / "toy.toml").write_text(text, "utf-8")


def test_device(small: SmallStores) -> None:
    _write_devices(small.root, GOOD_DEVICE)
    [device] = read_device_files(small.root)
    assert (device.client.name, device.client.version) == ("toy", "1")
    assert device.support_ended is SupportStatus.ENDED
    assert device.notes == ("A small one.",)
    assert device.clock is Clock.REAL
    assert [(share.percent, share.source) for share in device.share] == [(1.0, "The census")]
    with pytest.raises(StoreDataError, match="there is no store 'toy/1'") as caught:
        check_devices([device], ["toy/2"])
    assert caught.value.where.startswith("devices/toy.toml, line ")


@pytest.mark.parametrize("clock", Clock)
def test_device_with_a_clock(small: SmallStores, clock: Clock) -> None:
    _write_devices(small.root, {**GOOD_DEVICE, "clock": f'"{clock}"'})
    assert read_device_files(small.root)[0].clock is clock


BAD_DEVICES = [
    pytest.param({"clock": '"sun"'}, "clock is 'sun'", id="clock"),
    pytest.param({"store": ""}, "'store' is missing", id="missing"),
    pytest.param({"support_ended": '"soon"'}, "'soon'", id="status"),
    pytest.param({"support_ended": "7"}, "should be a date", id="end"),
    pytest.param({"notes": '["large"]'}, "'large' is not defined", id="note"),
    pytest.param({"client": '"toy"'}, "should be a table", id="client"),
    pytest.param({"client": '{ name = "toy" }'}, "'version' is missing", id="version"),
    pytest.param({"api_levels": '["x"]'}, "a list of whole numbers", id="levels"),
    pytest.param({"share": "[7]"}, "a list of tables", id="shares"),
    pytest.param(
        {"share": '[{ date = 2021-01-01, percent = "x", source = "census" }]'},
        "should be a number",
        id="percent",
    ),
    pytest.param({"id": '"bear/1"'}, "is not of the family 'toy'", id="family"),
    pytest.param({"released": "1"}, "should be a date", id="date"),
]


@pytest.mark.parametrize(("changes", "what"), BAD_DEVICES)
def test_bad_device(small: SmallStores, changes: dict[str, str], what: str) -> None:
    _write_devices(small.root, {**GOOD_DEVICE, **changes})
    with pytest.raises(StoreDataError, match=re.escape(what)) as caught:
        read_device_files(small.root)
    assert caught.value.where.startswith("devices/toy.toml")


def test_device_twice(small: SmallStores) -> None:
    _write_devices(small.root, GOOD_DEVICE, GOOD_DEVICE)
    with pytest.raises(StoreDataError, match="the id 'toy/1' is taken") as caught:
        read_device_files(small.root)
    lines = (small.root / "devices" / "toy.toml").read_text("utf-8").splitlines()
    second = [number for number, line in enumerate(lines, 1) if line == "[[device]]"][1]
    assert caught.value.where == f"devices/toy.toml, line {second + 1}"


FACTS = ROOT / "facts" / "6b921f170775a0a2463b832ef8040440dab486270eedcc6f7d8d506dbfbdfa1c.toml"

BAD_FACTS = [
    pytest.param("serial = .*", 'serial = "x"', "a hexadecimal number", id="serial"),
    pytest.param("not_before = .*", "not_before = 2009-09-07", "a moment in UTC", id="moment"),
    pytest.param("self_issued = .*", "self_issued = 1", "true or false", id="truth"),
    pytest.param("sha1 = .*", 'sha1 = "00"', "40 hexadecimal digits", id="sha1"),
    pytest.param('"Barcelona"', '"Sevilla"', "does not give the recorded name", id="subject"),
    pytest.param('"Barcelona"', '"M\u00e1laga"', "does not give the recorded name", id="not ASCII"),
    pytest.param('"PrintableString"', '"String"', "a list of [type, string type", id="string"),
    pytest.param('"2.5.4.6"', '"C"', "a list of [type, string type", id="type"),
    pytest.param("\nsha256 = .*", f'\nsha256 = "{"0" * 64}"', "not named after", id="name"),
]


@pytest.mark.parametrize(("pattern", "replacement", "what"), BAD_FACTS)
def test_bad_facts(tmp_path: Path, pattern: str, replacement: str, what: str) -> None:
    text = re.sub(pattern, replacement, FACTS.read_text("utf-8"), count=1)
    (tmp_path / FACTS.name).write_text(text, "utf-8")
    with pytest.raises(StoreDataError, match=re.escape(what)):
        read_facts_file(tmp_path / FACTS.name)


ISSUED = """\
issuer = [["2.5.4.3", "PrintableString", "Toy"]]
issuer_sha256 = "8e6c0b3275b2bce45b7d83f46bd8772d690ffed42e1fe6250e473426b36f342c"
self_issued = false
"""

BAD_ISSUERS = [
    pytest.param("Toy", "Tox", "the issuer does not give the recorded name", id="name"),
    pytest.param("self_issued = false", "self_issued = true", "self_issued", id="self-issued"),
    pytest.param("issuer_sha256 = .*", "", "'issuer_sha256' is missing", id="no digest"),
]


def _issued(text: str) -> str:
    """The facts with an issuer that is another."""
    return re.sub("(?m)^self_issued = .*\n", ISSUED, text)


def test_facts_of_a_root_that_another_issued(tmp_path: Path) -> None:
    (tmp_path / FACTS.name).write_text(_issued(FACTS.read_text("utf-8")), "utf-8")
    facts = read_facts_file(tmp_path / FACTS.name)
    assert Name(facts.issuer_der).common_names == ("Toy",)
    assert facts.issuer_der != facts.subject_der


def test_facts_of_a_root_that_issued_itself() -> None:
    facts = read_facts_file(FACTS)
    assert facts.self_issued
    assert facts.issuer_der == facts.subject_der


@pytest.mark.parametrize(("pattern", "replacement", "what"), BAD_ISSUERS)
def test_bad_issuers(tmp_path: Path, pattern: str, replacement: str, what: str) -> None:
    text = re.sub(pattern, replacement, _issued(FACTS.read_text("utf-8")), count=1)
    (tmp_path / FACTS.name).write_text(text, "utf-8")
    with pytest.raises(StoreDataError, match=re.escape(what)):
        read_facts_file(tmp_path / FACTS.name)


def test_sources_are_unique(tmp_path: Path) -> None:
    text = (ROOT / "sources.toml").read_text("utf-8")
    (tmp_path / "sources.toml").write_text(text.replace("sslyze-1.3.2", "sslyze-0.13.6"), "utf-8")
    with pytest.raises(StoreDataError, match=r"'sslyze-0\.13\.6' is taken"):
        read_sources(tmp_path)


def test_suites_are_for_debian(tmp_path: Path) -> None:
    text = (ROOT / "sources.toml").read_text("utf-8")
    text = text.replace('registry = "pypi"', 'registry = "pypi"\nsuites = ["sid"]', 1)
    (tmp_path / "sources.toml").write_text(text, "utf-8")
    with pytest.raises(StoreDataError, match="suites belong to Debian"):
        read_sources(tmp_path)


def test_moment_of_an_example_is_in_its_window(tmp_path: Path) -> None:
    text = (ROOT.parent / "examples" / "github-2026-01" / "about.toml").read_text("utf-8")
    text = re.sub("(?m)^at = .*", "at = 2027-01-01T00:00:00Z", text)
    (tmp_path / "about.toml").write_text(text, "utf-8")
    with pytest.raises(StoreDataError, match="outside the window"):
        read_example(tmp_path)


def test_no_examples(tmp_path: Path) -> None:
    assert read_examples(tmp_path / "nowhere") == ()


def test_the_loader_needs_little() -> None:
    """Lists resolve without anything heavy, and no certificate is opened."""
    heavy = "cryptography pandas asn1crypto urllib.request http.client socket"
    code = (
        "import sys, pathlib, legacytrust.stores.tables, legacytrust.errors\n"
        "before = set(sys.modules)\n"
        "from legacytrust.stores import files\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        f"files.resolve(pathlib.Path({str(ROOT)!r}))\n"
        f"print(sorted(set({heavy!r}.split()) & (set(sys.modules) - before)))\n"
        "print([name for name in opened if name.endswith('.pem')], 'toml' in ''.join(opened))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.split("\n") == ["[]", "[] True", ""]
