"""What is known about the Chrome Root Store, as facts that the public catalogue must reproduce."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, embedded_timestamps
from legacytrust.stores.constraints import Constraints
from legacytrust.stores.snapshot import Completeness
from material import shared_chain
from support import CA, NEW, as_chain

STATES = [
    # release, day, roots
    ("crs-2022-02-16", "2022-02-16", 117),
    ("crs-2022-04-01", "2022-04-01", 115),
    ("crs-2022-04-05", "2022-04-05", 128),
    ("crs-v5", "2022-04-08", 130),
    ("crs-2022-05-19", "2022-05-19", 132),
    ("crs-2022-08-18", "2022-08-18", 140),
    ("crs-2023-01-14", "2023-01-14", 138),
    ("crs-2023-03-02", "2023-03-02", 135),
    ("crs-2023-06-03", "2023-06-03", 131),
    ("crs-v12", "2023-09-20", 133),
    ("crs-v14", "2023-12-03", 134),
    ("crs-2024-03-12", "2024-03-12", 136),
    ("crs-2024-05-30", "2024-05-30", 135),
    ("crs-v17", "2024-10-05", 134),
    ("crs-2025-04-24", "2025-04-24", 118),
    ("crs-v22", "2025-07-09", 116),
    ("crs-2025-10-28", "2025-10-28", 115),
    ("crs-2025-12-16", "2025-12-16", 112),
    ("crs-v29", "2026-01-16", 112),
    ("crs-v30", "2026-02-21", 115),
    ("crs-v31", "2026-04-14", 104),
    ("crs-v32", "2026-05-09", 104),
    ("crs-v33", "2026-05-20", 104),
    ("crs-v34", "2026-06-20", 101),
    ("crs-v35", "2026-06-23", 104),
    ("crs-v36", "2026-07-02", 104),
    ("crs-v37", "2026-07-31", 104),
    ("crs-v38", "2026-08-18", 100),
    ("crs-v39", "2026-08-21", 100),
    ("crs-v40", "2026-09-23", 100),
    ("crs-v41", "2026-10-03", 100),
    ("crs-v42", "2026-10-10", 100),
    ("crs-v43", "2026-10-20", 99),
]
ORDER = [state[0] for state in STATES]

UNREAD = {
    "crs-2024-03-12", "crs-2024-05-30", "crs-2025-04-24", "crs-2025-10-28", "crs-v32", "crs-v37",
    "crs-v38", "crs-v39", "crs-v40", "crs-v41", "crs-v42", "crs-v43",
}  # fmt: skip
"""States whose limits were not read."""


def store(release: str) -> lt.TrustStore:
    return lt.load_catalog().store(f"chrome/{release}")


def holders(short: str) -> list[str]:
    return [r for r in ORDER if any(f.startswith(short) for f in store(r).fingerprints)]


def limits(release: str) -> dict[str, tuple[Constraints, ...]]:
    """The limits of a state, by the beginning of the fingerprint."""
    return {sha256[:12]: sets for sha256, sets in store(release).constraints}


@pytest.mark.parametrize(("release", "day", "count"), STATES)
def test_states(release: str, day: str, count: int) -> None:
    one = store(release)
    assert one.released == date.fromisoformat(day)
    assert len(one) == count


def test_these_are_all() -> None:
    assert {s.version for s in lt.load_catalog().stores if s.family == "chrome"} == set(ORDER)


def test_where_the_limits_were_not_read_the_state_is_inferred() -> None:
    found = {r for r in ORDER if store(r).completeness is Completeness.INFERRED}
    assert found == UNREAD


FIRST = [
    ("ISRG Root X1", "96bcec062649", "crs-2022-02-16"),
    ("USERTrust RSA", "e793c9b02fd8", "crs-2022-02-16"),
    ("AAA Certificate Services", "d7a7a0fb5d7e", "crs-2022-02-16"),
    ("GlobalSign Root CA - R6", "2cabeafe37d0", "crs-2022-02-16"),
    ("Amazon Root CA 1", "8ecde6884f3d", "crs-2022-02-16"),
    ("Entrust G2", "43df5774b03e", "crs-2022-02-16"),
    ("DigiCert Global G2", "cb3ccbb76031", "crs-2022-02-16"),
    ("GTS R1, older", "2a575471e313", "crs-2022-02-16"),
    ("GTS R1", "d947432abde7", "crs-2022-04-05"),
    ("ISRG Root X2", "69729b8e15a8", "crs-2022-04-05"),
    ("Sectigo R46", "7bb647a62aee", "crs-v14"),
    ("Sectigo E46", "c90f26f0fb1b", "crs-v14"),
    ("D-TRUST BR 2 2023", "0552e6f83fdf", "crs-v30"),
    ("e-Szigno TLS 2023", "b49141502d00", "crs-v31"),
]


@pytest.mark.parametrize(("name", "short", "first"), FIRST)
def test_first_state_with_a_root(name: str, short: str, first: str) -> None:
    assert holders(short)[0] == first, name


LAST = [
    # the last state that holds it
    ("GTS R1, older", "2a575471e313", "crs-2022-04-01"),
    ("TrustCor RootCert CA-1", "d40e9c86cd8f", "crs-2023-01-14"),
    ("E-Tugra", "b0bfd52bb0d7", "crs-2023-03-02"),
    ("Starfield Services G2", "568d6905a2c8", "crs-v12"),
    ("AAA Certificate Services", "d7a7a0fb5d7e", "crs-v17"),
    ("Baltimore CyberTrust", "16af57a9f676", "crs-v17"),
    ("GlobalSign Root CA", "ebd41040e4bb", "crs-v17"),
    ("Starfield Class 2", "1465fa205397", "crs-v17"),
    ("Go Daddy Class 2", "c3846bf24b9e", "crs-v17"),
    ("Entrust.net 2048", "6dc47172e01c", "crs-v17"),
    ("GLOBALTRUST 2020", "9a296a5182d1", "crs-2025-04-24"),
    ("Entrust G4", "db3517d1f673", "crs-v22"),
    ("Entrust G2", "43df5774b03e", "crs-2025-10-28"),
    ("Certum Trusted Network CA 2", "b676f2eddae8", "crs-v29"),
    ("DigiCert Global Root CA", "4348a0e9444c", "crs-v30"),
    ("DigiCert High Assurance EV", "7431e5f4c3c1", "crs-v30"),
    ("COMODO Certification Authority", "1a0d20445de5", "crs-v33"),
    ("ePKI", "c0a6f4dc63a2", "crs-v37"),
    ("NetLock Arany", "6c61dac3a2de", "crs-v37"),
    ("GTS R2", "8d25cd97229d", "crs-v37"),
    ("GTS R3", "34d8a73ee208", "crs-v37"),
    ("emSign ECC G3", "86a1ecba089c", "crs-v42"),
]


@pytest.mark.parametrize(("name", "short", "last"), LAST)
def test_last_state_with_a_root(name: str, short: str, last: str) -> None:
    assert holders(short)[-1] == last, name


def test_seventeen_old_roots_went_at_once() -> None:
    before, after = store("crs-v17").fingerprints, store("crs-2025-04-24").fingerprints
    assert len(set(before) - set(after)) == 17


def test_three_roots_of_digicert_were_away_for_three_days() -> None:
    for short in ("552f7bdcf1a7", "7d05ebb682339", "7e37cb8b4c47"):
        having = holders(short)
        assert "crs-v34" not in having
        assert {"crs-v33", "crs-v35", "crs-v43"} <= set(having)


NEVER = [
    "0687260331a7",  # DST Root CA X3
    "687fa4513822",  # AddTrust External
    "9acfab7e43c8",  # VeriSign Class 3 G5
    "ff856a2d251d",  # GeoTrust Global
    "8d722f81a9c1",  # thawte Primary
    "4b22d5a6aec9",  # WoSign
    "2a99f5bc1174",  # Certinomis
]


@pytest.mark.parametrize("short", NEVER)
def test_never_in_any_state(short: str) -> None:
    assert holders(short) == []


# -- limits ---------------------------------------------------------------------------------------


def end_of(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)


ENTRUST = (
    Constraints(sct_by=end_of(2024, 11, 11), from_version=(131,)),
    Constraints(before_version=(131,)),
)
CHUNGHWA = (
    Constraints(sct_by=end_of(2025, 7, 31), from_version=(139,)),
    Constraints(before_version=(139,)),
)


def by(year: int, month: int, day: int) -> tuple[Constraints, ...]:
    return (Constraints(sct_by=end_of(year, month, day)),)


LIMITS = [
    # root, its limit, the states between which it has that
    ("43df5774b03e", ENTRUST, "crs-v17", "crs-2025-10-28"),
    ("02ed0eb28c14", ENTRUST, "crs-v17", "crs-2025-10-28"),
    ("9a296a5182d1", by(2024, 6, 30), "crs-v17", "crs-2025-04-24"),
    ("c0a6f4dc63a2", CHUNGHWA, "crs-v22", "crs-v37"),
    ("f015ce3cc239", CHUNGHWA, "crs-v22", "crs-v43"),
    ("6c61dac3a2de", CHUNGHWA, "crs-v22", "crs-v37"),
    ("9a114025197c", by(2025, 10, 31), "crs-2025-12-16", "crs-v43"),
    ("193144f431e0", by(2027, 6, 14), "crs-2025-12-16", "crs-v43"),
    ("d48d3d23eedb", by(2026, 6, 14), "crs-v30", "crs-v43"),
    ("59769007f768", by(2026, 9, 14), "crs-v30", "crs-v43"),
    ("8e8221b2e7d4", by(2027, 8, 30), "crs-v30", "crs-v43"),
    ("0552e6f83fdf", by(2027, 8, 30), "crs-v30", "crs-v33"),
    ("0552e6f83fdf", by(2027, 9, 14), "crs-v34", "crs-v43"),
    ("2530cc8e9832", by(2026, 4, 14), "crs-v31", "crs-v43"),
    ("552f7bdcf1a7", by(2026, 6, 30), "crs-v35", "crs-v43"),
    ("7d05ebb68233", by(2026, 6, 30), "crs-v35", "crs-v35"),
    ("7d05ebb68233", by(2026, 9, 14), "crs-v36", "crs-v43"),
]


@pytest.mark.parametrize(("short", "sets", "first", "last"), LIMITS)
def test_limits(short: str, sets: tuple[Constraints, ...], first: str, last: str) -> None:
    expected = ORDER[ORDER.index(first) : ORDER.index(last) + 1]
    assert [release for release in ORDER if limits(release).get(short) == sets] == expected


HOW_MANY = [
    ("crs-v5", 0), ("crs-v12", 0), ("crs-v14", 0), ("crs-v17", 10), ("crs-v22", 8),
    ("crs-2025-12-16", 6), ("crs-v29", 6), ("crs-v30", 16), ("crs-v31", 17), ("crs-v33", 17),
    ("crs-v34", 23), ("crs-v35", 26), ("crs-v36", 26),
]  # fmt: skip


@pytest.mark.parametrize(("release", "count"), HOW_MANY)
def test_how_many_roots_have_limits(release: str, count: int) -> None:
    assert len(limits(release)) == count


def test_digicert_global_root_never_had_a_limit() -> None:
    assert not any("4348a0e9444c" in limits(release) for release in ORDER)


def test_only_limits_by_sct_and_version_are_used() -> None:
    used = {one for r in ORDER for sets in limits(r).values() for one in sets}
    for one in used:
        given = (one.sct_by, one.from_version, one.before_version)
        assert one == Constraints(sct_by=given[0], from_version=given[1], before_version=given[2])


SECOND = timedelta(seconds=1)
ENDS = [
    # state, a root with a limit, the last moment for a timestamp, Chrome, verdict at and after it
    ("crs-v17", "43df5774b03e", end_of(2024, 11, 11), "130", ("accepted", "accepted")),
    ("crs-v17", "43df5774b03e", end_of(2024, 11, 11), "131", ("accepted", "rejected")),
    ("crs-v22", "f015ce3cc239", end_of(2025, 7, 31), "138", ("accepted", "accepted")),
    ("crs-v22", "f015ce3cc239", end_of(2025, 7, 31), "139", ("accepted", "rejected")),
    ("crs-v36", "552f7bdcf1a7", end_of(2026, 6, 30), "150", ("accepted", "rejected")),
]


def judged(version: str, sets: tuple[Constraints, ...], *logged: datetime) -> str:
    """What Chrome says of a made chain whose root has these limits."""
    leaf = CA.leaf(
        HOSTNAME,
        not_before=AT - timedelta(days=30),
        not_after=AT + timedelta(days=30),
        extra_extensions=(embedded_timestamps(*logged),) if logged else (),
    )
    root = lt.Certificate.from_der(NEW.der)
    store = lt.TrustStore.from_certificates([root])
    limited = attrs.evolve(store, constraints=((root.sha256, sets),))
    client = lt.client("chrome", version)
    return lt.simulate(as_chain((leaf, CA)), client=client, store=limited, at=AT).verdict.value


@pytest.mark.parametrize(("release", "short", "end", "version", "verdicts"), ENDS)
def test_the_limits_decide_by_the_first_timestamp(
    release: str, short: str, end: datetime, version: str, verdicts: tuple[str, str]
) -> None:
    sets = limits(release)[short]
    assert (judged(version, sets, end), judged(version, sets, end + SECOND)) == verdicts
    assert judged(version, sets, end + SECOND, end) == "accepted"
    assert judged(version, sets) == "unknown", "timestamps may come beside the certificate"


ENTRUST_CHAIN = "validev.entrust.net-2024-06-d4abe4"


@pytest.mark.parametrize(
    ("device", "verdict"),
    [("chrome/108", "accepted"), ("chrome/131", "accepted"), ("chrome/150", "rejected")],
)
def test_a_leaf_of_entrust_from_before_the_limit(device: str, verdict: str) -> None:
    """Logged in June 2024, so 131 still takes it; version 33 has no root of Entrust."""
    chain = shared_chain(ENTRUST_CHAIN)
    (outcome,) = lt.evaluate(chain, at=datetime(2024, 12, 1, tzinfo=UTC), devices=device)
    assert outcome.verdict == verdict, outcome.explain()


UPDATED = {
    "108",
    "109-windows-7",
    "114",
    "119-android",
    "120",
    "131",
    "138-android",
    "139",
    "150",
    "156",
}


def test_each_version_is_there_as_it_came_and_kept_up_to_date() -> None:
    devices = {d.version: d for d in lt.load_catalog().devices if d.family == "chrome"}
    assert set(devices) == UPDATED | {f"{version}-updated" for version in UPDATED}
    assert {devices[f"{v}-updated"].store.id for v in UPDATED} == {"chrome/crs-v43"}
    came_with = {"120": "crs-v14", "131": "crs-v17", "150": "crs-v33", "156": "crs-v42"}
    assert {v: devices[v].store.version for v in came_with} == came_with
