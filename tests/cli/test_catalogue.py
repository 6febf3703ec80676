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
        assert found == ["android/4.4", "android/4.4.3"]

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
        ],
    )
    def test_nothing_found_is_an_error(self, run, arguments, message):
        result = run("devices", *arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert message in result.stderr


class TestStores:
    @pytest.mark.parametrize("arguments", [(), ("list",)])
    def test_list(self, run, arguments):
        result = run("stores", *arguments)
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert [line.split()[0] for line in lines[1:-2]] == [s.id for s in CATALOG.stores]
        assert lines[-1] == f"{len(CATALOG.stores)} stores, store data {CATALOG.version}"

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
        head, _, roots = run("stores", "show", "nodejs/0.10.0").stdout.partition("\n\n")
        assert "roots     149, 1 of them known by facts only" in head
        [line] = [line for line in roots.splitlines() if "facts only" in line]
        assert line.endswith("MD5 Collisions Inc. (http://www.phreedom.org/md5)")

    def test_show_as_json(self, run):
        data = json.loads(run("stores", "show", "android/4.4", "--format", "json").stdout)
        assert [r["sha256"] for r in data["roots_listed"]] == list(
            CATALOG.store("android/4.4").fingerprints
        )
        assert data["roots_listed"][0]["position"] == 1
        assert data["provenance"]["kind"] in ("git", "scrape")

    def test_show_as_json_marks_a_root_that_is_known_by_facts_only(self, run):
        data = json.loads(run("stores", "show", "nodejs/0.10.0", "--format", "json").stdout)
        [unheld] = [r for r in data["roots_listed"] if r["facts_only"]]
        assert unheld["name"].startswith("MD5 Collisions Inc.")
        assert unheld["key"] is None

    def test_show_as_pem_reads_as_a_store(self, run):
        result = run("stores", "show", "nodejs/0.10.0", "--format", "pem")
        store, again = CATALOG.store("nodejs/0.10.0"), lt.TrustStore.from_pem(result.stdout)
        held = [a.sha256 for a in store.anchors if isinstance(a.certificate, lt.Certificate)]
        assert list(again.fingerprints) == held
        assert result.stderr == "left out: 1 of 149 roots, known by facts only\n"

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

    def test_diff_of_a_store_with_itself(self, run):
        result = run("stores", "diff", "android/9", "android/9")
        assert "0 added, 0 removed" in result.stdout
        assert result.stdout.count("\n") == 1

    def test_diff_as_json(self, run):
        result = run("stores", "diff", "android/4.4", "android/4.4.3", "--format", "json")
        data = json.loads(result.stdout)
        assert (len(data["added"]), len(data["removed"])) == (18, 12)
        assert data["before"]["id"] == "android/4.4"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("show", "android/4.5"), "did you mean android/4.4"),
            (("show", "palm"), "'legacytrust stores' lists all"),
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


class TestVersion:
    def test_code_and_data(self, run):
        result = run("--version")
        assert result.exit_code == 0
        assert result.stdout == (
            f"legacytrust {lt.__version__}, store data {CATALOG.version} "
            f"({len(CATALOG.stores)} stores, {len(CATALOG.devices)} device classes)\n"
        )


@pytest.mark.parametrize(
    "command", [(), ("check",), ("explain",), ("devices",), ("stores",), ("stores", "show")]
)
def test_help(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: legacytrust")
    assert "\\b" not in result.stdout
