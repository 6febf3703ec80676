"""What axTLS takes and refuses, one behaviour and one boundary a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, key, root
from support import Scene

OK, NO = "accepted", "rejected"
LAST_YEAR = AT.replace(year=AT.year - 1)
RSA = {name: key("rsa2048", n) for n, name in enumerate(("N", "O", "I", "J", "leaf", "I2"))}
NEW, OLD = root("N", RSA["N"]), root("O", RSA["O"])
CA = NEW.intermediate("I", RSA["I"])
LEAF = CA.leaf(HOSTNAME, RSA["leaf"])
STRANGER = OLD.intermediate("J", RSA["J"])
CROSS = OLD.cross_sign(NEW)
NAMESAKE = root("N", RSA["J"], label="namesake")
UNMARKED = root("Z", RSA["J"], ca=None)
CURVED = root("N", label="curved")


def judged(version: str, served: Sequence[Entity], store: Sequence[Entity], **more: Any) -> str:
    return Scene(served, store).verdict(lt.client("axtls", version), **more)


def line(leaf: Any = (), ca: Any = (), top: Any = ()) -> tuple[Sequence[Entity], Sequence[Entity]]:
    n = root("N", **{"key": RSA["N"], **dict(top)})
    i = n.intermediate("I", **{"key": RSA["I"], **dict(ca)})
    return (i.leaf(HOSTNAME, **{"key": RSA["leaf"], **dict(leaf)}), i), (n,)


@pytest.mark.parametrize(
    ("served", "store", "before", "after"),
    [
        ((LEAF, CA), (NEW,), OK, OK),
        ((LEAF, CA, NEW), (NEW,), OK, OK),
        ((LEAF, CA, CROSS), (OLD,), OK, OK),
        pytest.param((LEAF, CA, CROSS), (NEW,), NO, NO, id="pulled past the root it holds"),
        pytest.param((LEAF, CA, NEW), (OLD,), NO, NO, id="served root not in the store"),
        pytest.param((LEAF, CA, NEW, CROSS), (OLD,), NO, NO, id="self-issued in the middle"),
        pytest.param((LEAF, CA), (NAMESAKE, NEW), NO, NO, id="only the first root of a name"),
        pytest.param((LEAF, CA), (NEW, NAMESAKE), OK, OK, id="the right one first"),
        pytest.param((LEAF,), (CA,), OK, OK, id="an intermediate as root"),
        pytest.param((LEAF, CA), (CA,), NO, NO, id="the same, served as well"),
        pytest.param((LEAF, CROSS, CA), (OLD,), NO, OK, id="swapped"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), NO, OK, id="surplus in the middle"),
        pytest.param((LEAF, CA, STRANGER), (NEW,), NO, OK, id="surplus at the end"),
        pytest.param((LEAF, CA, CA), (NEW,), NO, OK, id="twice"),
        pytest.param((LEAF, LEAF, CA), (NEW,), NO, OK, id="the leaf twice"),
    ],
)
def test_the_list_is_linked_by_names_from_1_5_4(
    served: Sequence[Entity], store: Sequence[Entity], before: str, after: str
) -> None:
    verdicts = [judged(v, served, store) for v in ("1.5.3", "1.5.4", "2.0.1", "2.1.4")]
    assert verdicts == [before, after, after, after]


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({}, OK),
        ({"ca": {"not_after": LAST_YEAR}}, NO),
        ({"top": {"not_after": LAST_YEAR}}, OK),
        ({"leaf": {"key": key("p256")}}, NO),
        ({"ca": {"key": key("p256")}}, NO),
        ({"top": {"key": key("p256")}}, NO),
        ({"ca": {"pss": True}}, NO),
        ({"ca": {"digest": "sha1"}, "leaf": {"digest": "md5"}}, OK),
        ({"leaf": {"key": key("rsa512")}}, OK),
        ({"ca": {"bad_signature": True}}, NO),
        ({"ca": {"ca": None}}, OK),
        ({"ca": {"eku": (Oid.EMAIL_PROTECTION,)}, "leaf": {"eku": (Oid.CLIENT_AUTH,)}}, OK),
        ({"ca": {"name_constraints": (("example.org",), (), True)}}, OK),
        ({"leaf": {"extra_extensions": (("1.2.3.4", True, b"\x05\x00"),)}}, OK),
    ],
)
@pytest.mark.parametrize("version", ["1.5.2", "2.1.5"])
def test_what_is_checked(version: str, faults: dict[str, Any], verdict: str) -> None:
    assert judged(version, *line(**faults)) == verdict


@pytest.mark.parametrize(
    ("digest", "first"),
    [("md5", "1.4.9"), ("sha1", "1.4.9"), ("sha256", "1.5.1"), ("sha384", "1.5.2"),
     ("sha512", "1.5.2")],
)  # fmt: skip
def test_since_when_hashes_are_known(digest: str, first: str) -> None:
    served, store = line(leaf={"digest": digest}, ca={"digest": "sha1"})
    versions = ["1.4.9", "1.5.0", "1.5.1", "1.5.2", "2.1.5"]
    verdicts = [judged(version, served, store) for version in versions]
    since = versions.index(first)
    assert verdicts == [NO] * since + [OK] * (len(versions) - since)


@pytest.mark.parametrize(
    ("ca", "before", "after"),
    [
        pytest.param({"ca": False}, OK, NO, id="keyCertSign without cA"),
        pytest.param({"ca": False, "key_usage": None}, OK, OK, id="neither"),
        pytest.param({"key_usage": frozenset({"crl_sign"})}, OK, OK, id="cA without keyCertSign"),
    ],
)
def test_key_usage_is_read_from_2_1_2(ca: dict[str, Any], before: str, after: str) -> None:
    served, store = line(ca=ca)
    assert [judged(v, served, store) for v in ("2.1.1", "2.1.2", "2.1.5")] == [before, after, after]


@pytest.mark.parametrize(
    ("length", "verdicts"),
    [(None, [OK, NO, OK]), (1, [OK, OK, OK]), (0, [OK, NO, NO])],
)
def test_path_lengths(length: int | None, verdicts: list[str]) -> None:
    upper = NEW.intermediate("I2", RSA["I2"], path_len=length)
    lower = upper.intermediate("I", RSA["I"])
    served = (lower.leaf(HOSTNAME, RSA["leaf"]), lower, upper)
    assert [judged(v, served, (NEW,)) for v in ("2.1.1", "2.1.2", "2.1.4")] == verdicts


@pytest.mark.parametrize(
    ("store", "before", "after"),
    [
        pytest.param((UNMARKED, NEW), OK, NO, id="hangs"),
        pytest.param((NEW, UNMARKED), OK, OK, id="found before"),
        pytest.param((root("N", RSA["N"], version=1),), OK, NO, id="version 1"),
    ],
)
def test_a_root_that_is_not_marked_as_a_ca(
    store: Sequence[Entity], before: str, after: str
) -> None:
    assert [judged(v, (LEAF, CA), store) for v in ("2.1.1", "2.1.2")] == [before, after]


def test_the_store_holds_ten_roots() -> None:
    others = [root(f"R{n}", RSA["J"]) for n in range(10)]
    assert judged("2.1.4", (LEAF, CA), [*others[:9], NEW]) == OK
    assert judged("2.1.4", (LEAF, CA), [*others, NEW]) == NO
    assert judged("2.1.4", (LEAF, CA), [CURVED, *others[:9], NEW]) == OK, "it was not loaded"


@pytest.mark.parametrize(
    ("part", "before", "after"), [("organization_name", NO, NO), ("country_name", OK, NO)]
)
def test_which_parts_of_a_name_count(part: str, before: str, after: str) -> None:
    value = {"organization_name": ("Acme", "Emca"), "country_name": ("GB", "FR")}[part]
    ours, theirs = (((part, text), ("common_name", "N")) for text in value)
    top = root(theirs, RSA["N"])
    ca = root(ours, RSA["N"]).intermediate("I", RSA["I"])
    served = (ca.leaf(HOSTNAME, RSA["leaf"]), ca)
    assert [judged(v, served, (top,)) for v in ("2.1.0", "2.1.1")] == [before, after]


@pytest.mark.parametrize(
    ("leaf", "before", "after"),
    [
        pytest.param({"not_after": AT + timedelta(hours=9)}, NO, OK, id="its last day"),
        pytest.param({"not_after": AT.replace(hour=0)}, NO, NO, id="over"),
        pytest.param({"not_before": AT + timedelta(hours=9)}, OK, NO, id="its first day"),
    ],
)
def test_the_time_of_day_counts_from_2_1_0(leaf: dict[str, Any], before: str, after: str) -> None:
    served, store = line(leaf=leaf)
    scene = Scene(served, store, at=AT + timedelta(hours=6))
    assert [scene.verdict(lt.client("axtls", v)) for v in ("2.0.1", "2.1.0")] == [before, after]


@pytest.mark.parametrize(
    ("san", "host", "verdict"),
    [
        ((HOSTNAME,), HOSTNAME, OK),
        (("www.example.org",), HOSTNAME, OK),
        (("*.example.test",), "a.example.test", OK),
        (("*.test",), "example.test", OK),
        (("w*.example.org",), "www.example.org", NO),
        (("*.example.org",), "a.b.example.org", NO),
        (("192.0.2.1",), "192.0.2.1", NO),
    ],
)
def test_host_names_of_the_arduino_layer(san: tuple[str, ...], host: str, verdict: str) -> None:
    served, store = line(leaf={"san": san})
    assert judged("2.1.4", served, store, hostname=host) == verdict


def test_a_report_looks_at_the_whole_store() -> None:
    from legacytrust.stores.snapshot import Completeness
    from support import as_chain, as_store

    hanging, fine = (
        lt.Device(
            id=f"test/{n}",
            store=as_store(s, Completeness.EXACT),
            client=lt.client("axtls", "2.1.4"),
        )
        for n, s in enumerate([(UNMARKED, NEW), (NEW, UNMARKED)])
    )
    report = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=(hanging, fine))
    assert [outcome.verdict.value for outcome in report.outcomes] == [NO, OK]
