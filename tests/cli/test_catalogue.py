"""``legacytrust devices``, ``legacytrust stores`` and ``legacytrust --version``."""

from __future__ import annotations

import json
import re

import pytest

import legacytrust as lt

CATALOG = lt.load_catalog()


class TestDevices:
    def test_all(self, run):
        result = run("devices")
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert lines[0].split() == ["device", "class", "released", "supported", "roots", "examples"]
        assert [line.split()[0] for line in lines[1:-2]] == [d.id for d in CATALOG.devices]
        assert lines[-1] == f"{len(CATALOG.devices)} device classes, store data {CATALOG.version}"

    def test_a_selector(self, run):
        result = run("devices", "android/7.0")
        assert result.stdout.splitlines()[-1].startswith("1 device class, ")

    def test_a_search_ignores_case(self, run):
        result = run("devices", "--search", "kitkat")
        found = [line.split()[0] for line in result.stdout.splitlines()[1:-2]]
        assert found == [device.id for device in CATALOG.search("KitKat")]
        assert {"android/4.4", "android/4.4.3"} <= set(found)

    def test_both(self, run):
        result = run("devices", "android<5", "--search", "nexus", "--format", "json")
        listed = json.loads(result.stdout)["devices"]
        assert listed
        assert {d["id"] for d in listed} <= {d.id for d in CATALOG.select("android<5")}

    def test_json(self, run):
        data = json.loads(run("devices", "--format", "json").stdout)
        assert data["schema_version"] == 1
        assert data["data"] == CATALOG.version
        assert [d["id"] for d in data["devices"]] == [d.id for d in CATALOG.devices]
        kitkat = next(d for d in data["devices"] if d["id"] == "android/4.4")
        assert kitkat["store"] == {"id": "android/4.4", "roots": 150}
        assert kitkat["client"] == {"name": "android", "version": "4.4"}
        assert all(s["source"] for d in data["devices"] for s in d["share"])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("symbian",), "'symbian'"),
            (("--search", "nokia"), "no device class mentions 'nokia'"),
            (("android/7.0", "--search", "kitkat"), "no device class mentions 'kitkat'"),
            (("android/7.0", "--search", "kitkat"), "'legacytrust devices' lists all"),
            (("--search", "wii u"), "only the trust store is known"),
            (("--search", "Sailfish"), "sailfish/2014.2.1-2"),
        ],
    )
    def test_nothing_found_is_an_error(self, run, arguments, message):
        result = run("devices", *arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert message in result.stderr


class TestStores:
    @pytest.mark.parametrize("arguments", [(), ("list",)])
    def test_families(self, run, arguments):
        result = run("stores", *arguments)
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        families = dict.fromkeys(store.family for store in CATALOG.stores)
        assert [line.split()[0] for line in lines[1:-3]] == list(families)
        assert lines[-2] == f"{len(CATALOG.stores)} stores, store data {CATALOG.version}"
        [row] = [line.split() for line in lines if line.startswith("android ")]
        assert row == ["android", "43", *["2008-09-23", "to", "2026-06-21", "1.0", "to", "17"]]

    def test_all(self, run):
        lines = run("stores", "list", "--all").stdout.splitlines()
        assert [line.split()[0] for line in lines[1:-2]] == [s.id for s in CATALOG.stores]
        assert lines[-1] == f"{len(CATALOG.stores)} stores, store data {CATALOG.version}"

    @pytest.mark.parametrize("wanted", ["android", "android/*", "android/4.4*"])
    def test_some(self, run, wanted):
        lines = run("stores", "list", wanted).stdout.splitlines()
        found = [line.split()[0] for line in lines[1:-2]]
        assert "android/4.4.3" in found
        assert all(id.startswith(wanted.rstrip("*")) for id in found)

    @pytest.mark.parametrize("wanted", ["palm", "android/99", "android/", "*/"])
    def test_none(self, run, wanted):
        result = run("stores", "list", wanted)
        assert result.exit_code == 2
        assert f"there are no trust stores '{wanted}' (families: " in result.stderr

    def test_list_as_json(self, run):
        data = json.loads(run("stores", "list", "--format", "json").stdout)
        assert [(s["id"], s["roots"]) for s in data["stores"]] == [
            (s.id, len(s)) for s in CATALOG.stores
        ]

    @pytest.mark.parametrize("id", {store.family: store.id for store in CATALOG.stores}.values())
    def test_show_lists_every_root_in_order(self, run, id):
        result = run("stores", "show", id)
        assert result.exit_code == 0
        rows = re.findall(r"(?m)^(\d+) +([0-9a-f]{64})  ", result.stdout)
        assert [sha256 for _, sha256 in rows] == list(CATALOG.store(id).fingerprints)
        assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))

    def test_show_begins_with_where_the_list_comes_from(self, run):
        head, _, _ = run("stores", "show", "android/4.4").stdout.partition("\n\n")
        source = CATALOG.store("android/4.4").provenance
        assert source is not None
        assert "store     android/4.4, Android 4.4 (KitKat)" in head
        assert "roots     150" in head.splitlines()
        assert "list      exact: read from the release itself" in head
        assert source.repository in head
        assert source.commit in head
        assert source.stands_for in head

    def test_show_marks_a_root_that_is_known_by_facts_only(self, run):
        head, _, roots = run("stores", "show", "adafruit-airlift/1.1.0").stdout.partition("\n\n")
        assert "roots     45, 1 of them known by facts only" in head
        [line] = [line for line in roots.splitlines() if "facts only" in line]
        assert line.endswith("GlobalSign Root CA - R8")

    def test_show_as_json(self, run):
        data = json.loads(run("stores", "show", "android/4.4", "--format", "json").stdout)
        assert [r["sha256"] for r in data["roots_listed"]] == list(
            CATALOG.store("android/4.4").fingerprints
        )
        assert data["roots_listed"][0]["position"] == 1
        assert data["provenance"]["kind"] in ("git", "scrape")

    def test_show_as_json_marks_a_root_that_is_known_by_facts_only(self, run):
        data = json.loads(
            run("stores", "show", "adafruit-airlift/1.1.0", "--format", "json").stdout
        )
        [unheld] = [r for r in data["roots_listed"] if r["facts_only"]]
        assert (unheld["name"], unheld["key"]) == ("GlobalSign Root CA - R8", None)

    def test_show_as_pem_reads_as_a_store(self, run):
        result = run("stores", "show", "adafruit-airlift/1.1.0", "--format", "pem")
        store, again = (
            CATALOG.store("adafruit-airlift/1.1.0"),
            lt.TrustStore.from_pem(result.stdout),
        )
        held = [a.sha256 for a in store.anchors if isinstance(a.certificate, lt.Certificate)]
        assert list(again.fingerprints) == held
        assert result.stderr == "left out: 1 of 45 roots, known by facts only\n"

    def test_show_as_pem_says_nothing_when_nothing_is_missing(self, run):
        assert run("stores", "show", "android/17", "--format", "pem").stderr == ""

    def test_diff(self, run):
        result = run("stores", "diff", "android/4.4", "android/4.4.3")
        assert result.exit_code == 0
        a, b = CATALOG.store("android/4.4"), CATALOG.store("android/4.4.3")
        added = re.findall(r"(?m)^\+ added +([0-9a-f]{64})  ", result.stdout)
        removed = re.findall(r"(?m)^- removed +([0-9a-f]{64})  ", result.stdout)
        assert set(added) == set(b.fingerprints) - set(a.fingerprints)
        assert set(removed) == set(a.fingerprints) - set(b.fingerprints)
        assert result.stdout.splitlines()[-1] == (
            "android/4.4 (150 roots) to android/4.4.3 (156 roots): "
            f"{len(added)} added, {len(removed)} removed, 138 in both"
        )

    def test_diff_with_a_partial_list(self, run):
        lines = run("stores", "diff", "consumer-iot/lg-tv", "consumer-iot/roku-tv").stdout
        a, b = map(CATALOG.store, ("consumer-iot/lg-tv", "consumer-iot/roku-tv"))
        proven = set(a.fingerprints) & b.absent
        assert set(re.findall(r"(?m)^- removed +([0-9a-f]{64})  ", lines)) == proven
        open_ = set(a.fingerprints) - set(b.fingerprints) - proven
        found = re.findall(r"(?m)^\? perhaps removed +([0-9a-f]{64})  ", lines)
        assert set(found) == open_
        assert re.search(r"; of \d+ roots a partial list does not tell$", lines.rstrip())

    def test_diff_of_a_store_with_itself(self, run):
        result = run("stores", "diff", "android/9", "android/9")
        assert "0 added, 0 removed" in result.stdout
        assert result.stdout.count("\n") == 1

    def test_diff_as_json(self, run):
        result = run("stores", "diff", "android/4.4", "android/4.4.3", "--format", "json")
        data = json.loads(result.stdout)
        assert (len(data["added"]), len(data["removed"])) == (18, 12)
        assert data["before"]["id"] == "android/4.4"
        assert (data["kept"], data["reordered"], data["limited"]) == (138, False, [])
        assert (
            run("stores", "diff", "android/4.4", "android/4.4.3", "--json").stdout == result.stdout
        )

    def test_diff_of_limits(self, run):
        ids = ("windows/authroot-2023-07-19", "windows/authroot-2023-07-20")
        result = run("stores", "diff", *ids)
        changes = lt.diff_stores(*map(CATALOG.store, ids)).limited
        rows = re.findall(r"(?m)^~ limits +([0-9a-f]{64})  .*", result.stdout)
        assert rows == [change.anchor.sha256 for change in changes]
        assert f", {len(rows)} of these within other limits" in result.stdout
        assert "only what was issued by " in result.stdout

    def test_show_tells_limits(self, run):
        text = run("stores", "show", "windows/authroot-2023-07-20").stdout
        [line] = [line for line in text.splitlines() if "E-Tugra Certification Authority" in line]
        assert line.endswith("  not trusted")
        data = json.loads(run("stores", "show", "windows/authroot-2023-07-20", "--json").stdout)
        assert any(
            "disabled_after" in limits for r in data["roots_listed"] for limits in r["limits"]
        )

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("show", "android/4.5"), "did you mean android/4.4"),
            (("show", "palm"), "'legacytrust stores list --all' lists all"),
            (("diff", "android/4.4", "android/99"), "'android/99'"),
            (("diff", "android/4.4"), "Missing argument 'B'"),
            (("shwo",), "shwo"),
        ],
    )
    def test_mistakes(self, run, arguments, message):
        result = run("stores", *arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("error: ")
        assert message in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_family_of_one_store_has_no_span(run):
    lines = run("stores").stdout.splitlines()
    assert ["maemo", "1", "2015-12-30", "20151214"] in [line.split() for line in lines]


class TestRoots:
    def test_intervals_of_every_family(self, run):
        result = run("roots", "show", "ISRG Root X1")
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert lines[0] == "root     ISRG Root X1"
        assert "sha256   96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6" in lines
        rows = [re.split("  +", line) for line in lines]
        assert ["certifi", "2016.08.08 2016-08-08"] in [row[:2] for row in rows]
        assert ["android", "7.1 2016-10-04", "17 2026-06-21", "to the newest known release"] in rows
        [never] = [line for line in lines if line.startswith("in no release of: ")]
        assert "nodejs 0.8, 0.10, 0.12" in never
        assert "tizen, mozilla" in never  # a family with releases in no line, and one line

    def test_all_of_one_name(self, run):
        names = set(CATALOG.store_catalog.names.values())
        [bare] = {n.partition(" (")[0] for n in names if n.startswith("Certum CA (")} or {
            "Certum CA"
        }
        result = run("roots", "show", bare)
        assert result.stdout.count("\nsha256 ") == len(CATALOG.roots(bare))

    def test_as_json(self, run):
        data = json.loads(run("roots", "show", "96bcec062649", "--json").stdout)
        assert (data["schema_version"], data["data"]) == (1, CATALOG.version)
        [found] = data["roots"]
        [android] = [x for x in found["lines"] if (x["family"], x["line"]) == ("android", "")]
        assert android["intervals"][0]["first"] == "android/7.1"

    def test_no_such_root(self, run):
        result = run("roots", "show", "No Such Root")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error: no store has a root 'No Such Root'")


class TestVersion:
    def test_code_and_data(self, run):
        result = run("--version")
        assert result.exit_code == 0
        assert result.stdout == (
            f"legacytrust {lt.__version__}, store data {CATALOG.version} "
            f"({len(CATALOG.stores)} stores, {len(CATALOG.devices)} device classes)\n"
        )


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("check",),
        ("explain",),
        ("devices",),
        ("stores",),
        ("stores", "show"),
        ("roots", "show"),
    ],
)
def test_help(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: legacytrust")
    assert "\\b" not in result.stdout
