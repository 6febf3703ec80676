"""The whole served line, as it is or as the names link it, then the store once (axTLS, MatrixSSL).

The cast is that of `support`: leaf <- I <- N, and N<O <- O.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import legacytrust as lt
from forge import HOSTNAME, Entity, key, root
from legacytrust.algorithms import PublicKey
from legacytrust.names import NameForm
from legacytrust.paths.rules import ALL_ROLES, AnchorMatch, IssuerTest, Scope, Strategy
from support import (
    CA,
    CROSS,
    LAST_YEAR,
    LEAF,
    NEW,
    OLD,
    STALE_OLD,
    STRANGER,
    Scene,
    objecting,
    searching,
)

AS_IT_IS = searching(Strategy.END_TO_END)
BY_NAME = searching(Strategy.NAME_CHAIN)
STRICT_ENDS = searching(Strategy.NAME_CHAIN, self_issued_ends=True)
HANGING = searching(Strategy.END_TO_END, never_passes_non_ca=True)
SMALL = searching(Strategy.END_TO_END, store_limit=1)
REPEATING = searching(
    Strategy.END_TO_END, objecting(dates=Scope(ALL_ROLES)), repeats=True,
    anchor_match=AnchorMatch.CERTIFICATE,
)  # fmt: skip
SPOILING = searching(Strategy.END_TO_END, store_tests=IssuerTest.SIGNATURE_BUT_RSA)
CAREFUL = searching(Strategy.END_TO_END, first_root_counts=True)
COARSE = searching(Strategy.END_TO_END, store_names=NameForm.THREE_PARTS)
TRYING = searching(Strategy.END_TO_END, store_tests=IssuerTest.SIGNATURE)
STALE_CA = CA.reissue(label="stale-I", not_after=LAST_YEAR)
NAMESAKE = root("N", key=key("p256", 99), label="namesake")
UNMARKED = root("Z", ca=None, label="unmarked")
FOREIGN = root((("country_name", "GB"), ("common_name", "N")), NEW.spec.key, label="foreign")


@pytest.mark.parametrize(
    ("served", "store", "as_it_is", "by_name"),
    [
        ((LEAF, CA), (NEW,), "leaf I [N]", "leaf I [N]"),
        ((LEAF, CA, NEW), (NEW,), "leaf I N [N]", "leaf I N [N]"),
        ((LEAF, CA, CROSS), (NEW,), "leaf I N<O !no-issuer", "leaf I N<O !no-issuer"),
        ((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root", "leaf I N !untrusted-root"),
        ((LEAF, STRANGER, CA), (NEW,), "leaf !out-of-order", "leaf I [N]"),
        ((LEAF, CA, STRANGER), (NEW,), "leaf I !out-of-order", "leaf I [N]"),
        ((LEAF, CROSS, CA), (OLD,), "leaf !out-of-order", "leaf I N<O [O]"),
        ((LEAF, CA, CA), (NEW,), "leaf I !out-of-order", "leaf I [N]"),
        ((LEAF, CA, NEW, CROSS), (OLD,), "leaf I N N<O [O]", "leaf I N N<O [O]"),
    ],
)
def test_what_is_tried(
    served: Sequence[Entity], store: Sequence[Entity], as_it_is: str, by_name: str
) -> None:
    scene = Scene(served, store)
    assert [scene.tried(AS_IT_IS), scene.tried(BY_NAME)] == [[as_it_is], [by_name]]


def test_a_self_issued_certificate_may_have_to_be_the_last() -> None:
    assert Scene((LEAF, CA, NEW, CROSS), (OLD,)).tried(STRICT_ENDS) == ["leaf I N !untrusted-root"]
    assert Scene((LEAF, CA, NEW), (NEW,)).tried(STRICT_ENDS) == ["leaf I N [N]"]


def test_the_first_root_of_a_name_or_the_one_whose_key_fits() -> None:
    scene = Scene((LEAF, CA), (NAMESAKE, NEW))
    assert scene.tried(AS_IT_IS) == ["leaf I [namesake]"]
    assert scene.tried(TRYING) == ["leaf I [N]"]


@pytest.mark.parametrize(
    ("store", "tried"),
    [
        ((UNMARKED, NEW), "leaf I !store-unusable"),
        ((NEW, UNMARKED), "leaf I [N]"),
        ((UNMARKED,), "leaf I !store-unusable"),
    ],
)
def test_a_search_that_hangs(store: Sequence[Entity], tried: str) -> None:
    assert Scene((LEAF, CA), store).tried(HANGING) == [tried]


def test_it_hangs_only_below_a_certificate_with_basic_constraints() -> None:
    ca = NEW.intermediate("I", ca=None)
    assert Scene((LEAF, ca), (UNMARKED, NEW)).tried(HANGING) == ["leaf I [N]"]


def test_what_finds_no_room_in_the_store_is_not_there() -> None:
    assert Scene((LEAF, CA), (NEW, OLD)).tried(SMALL) == ["leaf I [N]"]
    assert Scene((LEAF, CA), (OLD, NEW)).tried(SMALL) == ["leaf I !no-issuer"]


def test_names_of_which_only_a_few_parts_count() -> None:
    assert Scene((LEAF, CA), (FOREIGN,)).tried(COARSE) == ["leaf I [foreign]"]
    assert Scene((LEAF, CA), (FOREIGN,)).tried(AS_IT_IS) == ["leaf I !no-issuer"]


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA, CA), (NEW,), "leaf I [N]"),
        ((LEAF, LEAF, CA), (NEW,), "leaf !out-of-order"),
        ((LEAF, CA), (CA,), "leaf [I]"),
        ((LEAF, STALE_CA), (STALE_CA,), "leaf stale-I !expired"),
        ((LEAF,), (LEAF,), "leaf !no-issuer"),
    ],
)
def test_repeats_and_a_top_that_is_in_the_store(
    served: Sequence[Entity], store: Sequence[Entity], tried: str
) -> None:
    assert Scene(served, store).tried(REPEATING) == [tried]


def test_the_first_rsa_key_decides_that_is_no_smaller_than_the_signature() -> None:
    moduli = {n: PublicKey.from_der(key("rsa1024", n).spki).modulus for n in range(6)}
    smallest, *_, largest = sorted(moduli, key=moduli.__getitem__)
    for signer in moduli.keys() - {smallest, largest}:
        right, low, high, other = (
            root("N", key=key(kind, n), label=label)
            for kind, n, label in (
                ("rsa1024", signer, "right"), ("rsa1024", smallest, "low"),
                ("rsa1024", largest, "high"), ("rsa2048", 0, "other size"),
            )
        )  # fmt: skip
        ca = right.intermediate("I")
        number = int.from_bytes(lt.Certificate.from_der(ca.der).signature, "big")
        first = "low" if number <= moduli[smallest] else "right"
        served = (ca.leaf(HOSTNAME), ca)
        assert Scene(served, (low, right)).tried(SPOILING) == [f"leaf I [{first}]"]
        assert Scene(served, (high, right)).tried(SPOILING) == ["leaf I [high]"]
        assert Scene(served, (other, right)).tried(SPOILING) == ["leaf I [right]"]
    assert Scene((LEAF, CA), (NAMESAKE, NEW)).tried(SPOILING) == ["leaf I [N]"]


@pytest.mark.parametrize(
    ("store", "tried"),
    [
        ((STALE_OLD, NEW), "leaf !certificate-unreadable"),
        ((NEW, STALE_OLD), "leaf I [N]"),
        ((), "leaf I !no-issuer"),
    ],
)
def test_the_first_root_of_the_store_must_be_in_date(store: Sequence[Entity], tried: str) -> None:
    assert Scene((LEAF, CA), store).tried(CAREFUL) == [tried]
