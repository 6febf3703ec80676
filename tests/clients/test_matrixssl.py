"""What MatrixSSL takes and refuses, one behaviour and one boundary a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, key, root
from legacytrust.algorithms import PublicKey
from support import CA, CROSS, LEAF, NEW, OLD, STALE_NEW, STALE_OLD, STRANGER, Scene

OK, NO = "accepted", "rejected"
LAST_YEAR, NEXT_YEAR = AT.replace(year=AT.year - 1), AT.replace(year=AT.year + 1)
VERSIONS = ["3.8.3", "3.8.6", "3.8.7a", "3.9.0", "3.9.1", "3.9.3", "4.0.0", "4.0.1", "4.3.0"]
RSA_NEW = root("N", key("rsa2048", 0))
RSA_CA = RSA_NEW.intermediate("I", key("rsa2048", 1))
RSA_LEAF = RSA_CA.leaf(HOSTNAME, key("rsa2048", 2))
#: Of the other RSA keys the one that is the largest number, so that no signature exceeds it.
NAMESAKE = max(
    (root("N", key("rsa2048", n), label="namesake") for n in range(3, 10)),
    key=lambda one: PublicKey.from_der(one.spec.key.spki).modulus,
)


def judged(version: str, served: Sequence[Entity], store: Sequence[Entity], **more: Any) -> str:
    return Scene(served, store).verdict(lt.client("matrixssl", version), **more)


def line(leaf: Any = (), ca: Any = (), top: Any = ()) -> tuple[Sequence[Entity], Sequence[Entity]]:
    n = root("N", **dict(top))
    i = n.intermediate("I", **dict(ca))
    return (i.leaf(HOSTNAME, **dict(leaf)), i), (n,)


def since(first: str, *, before: str = NO, after: str = OK) -> list[str]:
    index = VERSIONS.index(first)
    return [before] * index + [after] * (len(VERSIONS) - index)


ALWAYS, NEVER = since("3.8.3"), since("3.8.3", after=NO)


@pytest.mark.parametrize(
    ("served", "store", "verdicts"),
    [
        ((LEAF, CA), (NEW,), ALWAYS),
        ((LEAF, CA), (OLD, NEW), ALWAYS),
        ((LEAF, CA, CROSS), (OLD,), ALWAYS),
        ((LEAF,), (CA,), ALWAYS),
        pytest.param((LEAF, CA, CROSS), (NEW,), NEVER, id="pulled past the root it holds"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), NEVER, id="surplus in the middle"),
        pytest.param((LEAF, CA, STRANGER), (NEW,), NEVER, id="surplus at the end"),
        pytest.param((LEAF, CROSS, CA), (OLD,), NEVER, id="swapped"),
        pytest.param((LEAF, CA, NEW), (OLD,), NEVER, id="served root not in the store"),
        pytest.param((LEAF, CA, NEW), (NEW,), ALWAYS, id="served root"),
        pytest.param(
            (RSA_LEAF, RSA_CA, RSA_NEW), (RSA_NEW,),
            since("4.0.1", before=OK, after=NO), id="served RSA root",
        ),
        pytest.param((LEAF, CA, CA), (NEW,), since("3.9.0"), id="twice"),
        pytest.param((LEAF, LEAF, CA), (NEW,), NEVER, id="the leaf twice"),
        pytest.param((LEAF, CA), (CA,), since("3.9.0"), id="the last one is in the store"),
        pytest.param((LEAF, CA), (STALE_OLD, NEW), NEVER, id="the first root has expired"),
        pytest.param((LEAF, CA), (OLD, STALE_NEW), ALWAYS, id="another one has"),
        pytest.param(
            (RSA_LEAF, RSA_CA), (NAMESAKE, RSA_NEW),
            since("4.0.1", before=OK, after=NO), id="a namesake spoils the signature",
        ),
        pytest.param((LEAF, CA), (root("N", key("p256", 9)), NEW), ALWAYS, id="not an EC one"),
        pytest.param(
            (LEAF, CA), (NEW, root("V", version=1)), since("3.9.3"), id="an unreadable root"
        ),
    ],
)  # fmt: skip
def test_the_search(served: Sequence[Entity], store: Sequence[Entity], verdicts: list[str]) -> None:
    assert [judged(version, served, store) for version in VERSIONS] == verdicts


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({"ca": {"not_after": LAST_YEAR}}, NO),
        ({"ca": {"not_before": NEXT_YEAR}}, NO),
        ({"leaf": {"bad_signature": True}}, NO),
        ({"leaf": {"digest": "sha384"}}, OK),
        ({"ca": {"digest": "md5"}, "top": {"key": key("rsa2048", 0)}}, NO),
        ({"leaf": {"key": key("p521")}}, OK),
        ({"leaf": {"key": key("secp256k1")}}, NO),
        ({"leaf": {"key": key("rsa512")}}, NO),
        ({"ca": {"key": key("rsa1024")}}, OK),
        ({"ca": {"ca": None}}, NO),
        ({"top": {"ca": None}}, NO),
        ({"leaf": {"version": 1}}, NO),
        ({"ca": {"key_usage": None}}, NO),
        ({"top": {"key_usage": None}}, NO),
        ({"top": {"key_usage": None, "not_before": datetime(2002, 3, 31, tzinfo=UTC)}}, OK),
        ({"ca": {"key_usage": frozenset({"crl_sign"})}}, NO),
        ({"leaf": {"key_usage": None}}, OK),
        ({"leaf": {"aki": None}}, NO),
        ({"leaf": {"aki": b"\x01" * 20}}, NO),
        ({"leaf": {"aki": None}, "ca": {"ski": None}}, OK),
        ({"top": {"path_len": 0}}, NO),
        ({"top": {"path_len": 1}}, OK),
        ({"leaf": {"eku": (Oid.EMAIL_PROTECTION,)}}, OK),
        ({"leaf": {"eku": (Oid.EMAIL_PROTECTION,), "eku_critical": True}}, NO),
        ({"leaf": {"eku": (Oid.CLIENT_AUTH,), "eku_critical": True}}, OK),
        ({"ca": {"eku": (Oid.EMAIL_PROTECTION,), "eku_critical": True}}, OK),
        ({"ca": {"name_constraints": (("example.test",), (), True)}}, NO),
        ({"ca": {"name_constraints": (("example.org",), (), False)}}, OK),
        ({"leaf": {"extra_extensions": (("1.2.3.4", True, b"\x05\x00"),)}}, NO),
        ({"top": {"extra_extensions": (("1.2.3.4", True, b"\x05\x00"),)}}, NO),
    ],
)
@pytest.mark.parametrize("version", ["3.8.3", "4.3.0"])
def test_what_is_checked(version: str, faults: dict[str, Any], verdict: str) -> None:
    assert judged(version, *line(**faults)) == verdict


POINTS = ("2.5.29.31", True, bytes.fromhex("300f300da00ba009860768747470733a2f"))
ALTERNATIVE = ("2.5.29.18", True, bytes.fromhex("3003820161"))


@pytest.mark.parametrize(
    ("faults", "verdicts"),
    [
        pytest.param({"leaf": {"extra_extensions": (POINTS,)}}, since("3.8.6"), id="CRL points"),
        pytest.param({"leaf": {"extra_extensions": (ALTERNATIVE,)}}, since("4.0.0"), id="issuer"),
        pytest.param({"ca": {"key": key("ed25519")}}, since("4.0.0"), id="Ed25519"),
        pytest.param({"ca": {"digest": "sha1"}}, since("3.9.1", before=OK, after=NO), id="SHA-1"),
        pytest.param(
            {"leaf": {"digest": "sha1"}}, ALWAYS, id="SHA-1 between names of different length"
        ),
        pytest.param({"top": {"digest": "sha1"}}, ALWAYS, id="SHA-1 on a root"),
    ],
)
def test_what_moved(faults: dict[str, Any], verdicts: list[str]) -> None:
    served, store = line(**faults)
    assert [judged(version, served, store) for version in VERSIONS] == verdicts


@pytest.mark.parametrize(
    ("hours", "days", "slack"),
    [(-25, NO, NO), (-23, NO, OK), (0, OK, OK), (12, OK, OK), (23, OK, OK), (24, NO, OK),
     (36, NO, OK), (37, NO, NO)],
)  # fmt: skip
def test_how_dates_are_read(hours: int, days: str, slack: str) -> None:
    """Days up to 3.8.7, a day more at either end from 3.8.7a; the leaf lives for twelve hours."""
    served, store = line(leaf={"not_before": AT, "not_after": AT + timedelta(hours=12)})
    scene = Scene(served, store, at=AT + timedelta(hours=hours))
    verdicts = [scene.verdict(lt.client("matrixssl", v)) for v in ("3.8.7", "3.8.7a", "4.3.0")]
    assert verdicts == [days, slack, slack]


@pytest.mark.parametrize("version", ["3.8.6", "3.8.7b"])
def test_whether_a_build_knew_pss_is_open(version: str) -> None:
    served, store = line(ca={"pss": True}, top={"key": key("rsa2048", 0)})
    assert judged(version, served, store) == "unknown"


@pytest.mark.parametrize(
    ("san", "host", "before", "after"),
    [
        ((HOSTNAME,), HOSTNAME, OK, OK),
        (("www.example.org",), HOSTNAME, OK, NO),
        (("www.example.org",), "ftp.example.test", NO, NO),
        (("*.example.org",), "a.example.org", OK, OK),
        (("*.test",), "example.test", OK, OK),
        (("*.example.org",), "a.b.example.org", NO, NO),
        (("192.0.2.1",), "192.0.2.1", OK, OK),
        (None, HOSTNAME, OK, OK),
    ],
)
def test_the_common_name_counts_beside_the_san_up_to_3_8(
    san: tuple[str, ...] | None, host: str, before: str, after: str
) -> None:
    served, store = line(leaf={"san": san})
    verdicts = [
        judged(v, served, store, hostname=host) for v in ("3.8.3", "3.8.7b", "3.9.0", "4.3.0")
    ]
    assert verdicts == [before, before, after, after]
