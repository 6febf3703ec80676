"""Java's way to a path: validate what is in order, build only what is not."""

from __future__ import annotations

from typing import Any

import pytest

from forge import Entity
from legacytrust.algorithms import Digest
from legacytrust.extensions import KeyUsage
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    AnchorMatch,
    Authority,
    CaProof,
    CheckRules,
    IssuerTest,
    LeafUsage,
    Scope,
    Strategy,
)
from support import (
    CA,
    CROSS,
    LAST_YEAR,
    LEAF,
    NEW,
    NOTHING,
    OLD,
    STALE_CROSS,
    STALE_NEW,
    STRANGER,
    Scene,
    objecting,
    searching,
)

DATED = objecting(dates=Scope(Role.LEAF | Role.SERVED_CA))
ANCHOR_A_CA = objecting(
    authority=Authority(((Role.ANCHOR, frozenset({CaProof.BASIC_CONSTRAINTS})),)),
    signatures=Scope(Role.LEAF | Role.SERVED_CA),
)


def tried(
    served: tuple[Entity, ...], store: tuple[Entity, ...], checks: CheckRules = DATED, **rules: Any
) -> list[str]:
    rules.setdefault("anchor_match", AnchorMatch.CERTIFICATE)
    client = searching(Strategy.VALIDATE_OR_BUILD, checks, **rules)
    return Scene(served, store).tried(client)


class TestInOrder:
    def test_stops_at_the_first_certificate_with_name_and_key_of_an_anchor(self) -> None:
        assert tried((LEAF, CA, STALE_CROSS), (NEW,)) == ["leaf I [N]"]

    def test_says_nothing_about_the_dates_of_the_anchor(self) -> None:
        assert tried((LEAF, CA), (STALE_NEW,)) == ["leaf I [stale-N]"]

    def test_goes_to_the_end_when_the_last_issuer_has_the_name_of_an_anchor(self) -> None:
        assert tried((LEAF, CA, CROSS), (OLD,)) == ["leaf I N<O [O]"]

    def test_tries_nothing_else_when_that_path_is_bad(self) -> None:
        stale = CA.reissue(label="stale-I", not_after=LAST_YEAR)
        assert tried((LEAF, stale, CROSS, CA), (NEW,)) == ["leaf stale-I [N] x expired:stale-I"]

    def test_an_intermediate_in_the_store_ends_it(self) -> None:
        assert tried((LEAF, CA, CROSS), (CA,)) == ["leaf [I]"]

    def test_a_listed_leaf_is_accepted_as_it_is(self) -> None:
        stale = CA.leaf("www.example.test", not_after=LAST_YEAR)
        assert tried((stale, CA), (stale, NEW)) == ["[leaf]"]

    def test_the_key_identifier_chooses_the_anchor(self) -> None:
        odd = NEW.intermediate("I", aki=b"\x02" * 20)
        leaf = odd.leaf("www.example.test")
        assert tried((leaf, odd), (NEW,)) == ["leaf I N !key-id-mismatch"]

    def test_every_anchor_of_the_name_is_tried(self) -> None:
        impostor = NEW.reissue(label="bad", ski=b"\x02" * 20)
        assert tried((LEAF, CA), (impostor, NEW)) == ["leaf I bad !key-id-mismatch", "leaf I [N]"]


class TestBuilder:
    def test_is_used_when_the_order_is_broken(self) -> None:
        assert tried((LEAF, STRANGER, CA), (NEW,)) == ["leaf I [N]"]

    def test_goes_back(self) -> None:
        found = tried((LEAF, STRANGER, STALE_CROSS, CROSS, CA), (OLD,))
        assert found == ["leaf I N<O [O]"]

    def test_passes_over_what_is_out_of_date(self) -> None:
        found = tried((LEAF, STRANGER, STALE_CROSS, CA), (OLD,))
        assert found == ["leaf I stale-N<O !expired"]

    def test_minds_the_dates_of_an_anchor_higher_up_only(self) -> None:
        stale = CA.reissue(label="stale-I", not_after=LAST_YEAR)
        assert tried((LEAF, STRANGER, CA), (STALE_NEW,)) == ["leaf I stale-N !expired"]
        assert tried((LEAF, STRANGER), (stale,)) == ["leaf [stale-I]"]

    def test_compares_no_key_identifier_unless_it_is_old(self) -> None:
        odd = NEW.intermediate("I", aki=b"\x02" * 20)
        leaf = odd.leaf("www.example.test")
        served = (leaf, STRANGER, odd)
        assert tried(served, (NEW,)) == ["leaf I [N]"]
        old = tried(served, (NEW,), served_tests=IssuerTest.KEY_ID)
        assert old == ["leaf I N !key-id-mismatch"]

    def test_a_version_1_anchor_must_live_as_long_as_its_child(self) -> None:
        first = NEW.reissue(version=1, label="v1", not_after=CA.spec.not_after.replace(year=2028))
        assert tried((LEAF, STRANGER, CA), (first,)) == ["leaf I v1 !outlives-anchor"]
        assert tried((LEAF, CA), (first,)) == ["leaf I [v1]"]

    def test_nothing_fits(self) -> None:
        assert tried((LEAF, STRANGER, CA), (OLD,)) == ["leaf I !no-issuer"]
        assert tried((LEAF, STRANGER, CA, NEW), (OLD,)) == ["leaf I N !untrusted-root"]

    @pytest.mark.parametrize(("count", "ends"), [(5, "[N]"), (6, "!path-too-long")])
    def test_has_room_for_five_intermediates(self, count: int, ends: str) -> None:
        line = [NEW]
        for number in range(count):
            line.append(line[-1].intermediate(f"C{number}"))
        served = (line[-1].leaf("www.example.test"), STRANGER, *line[:0:-1])
        (only,) = tried(served, (NEW,), max_certificates=7)
        assert only.endswith(ends)


class TestLast:
    """What is looked at when the path is chosen."""

    NO_CA = NEW.reissue(label="no-CA", ca=False)

    def test_an_anchor_that_is_no_authority_is_the_end(self) -> None:
        assert tried((LEAF, CA), (self.NO_CA,), ANCHOR_A_CA) == ["leaf I [no-CA] x not-a-ca:no-CA"]

    def test_which_of_two_twins_is_taken_is_open(self) -> None:
        found = tried((LEAF, CA), (NEW, self.NO_CA), ANCHOR_A_CA)
        assert found[-1] == "leaf I !choice-unknown"
        client = searching(Strategy.VALIDATE_OR_BUILD, ANCHOR_A_CA)
        assert Scene((LEAF, CA), (NEW, self.NO_CA)).verdict(client) == "unknown"

    def test_a_leaf_for_another_purpose_ends_the_search(self) -> None:
        leaf = CA.leaf("www.example.test", key_usage=frozenset({"crl_sign"}))
        checks = objecting(leaf_usage=LeafUsage(Scope(Role.LEAF), KeyUsage.DIGITAL_SIGNATURE))
        found = tried((leaf, STRANGER, CA, CROSS), (NEW, OLD), checks)
        assert found == ["leaf I N<O [O] x key-usage-refused:leaf"]


def test_a_list_that_is_too_long_is_not_looked_at() -> None:
    assert tried((LEAF, *[CA] * 3), (NEW,), NOTHING, max_served=3)[0].endswith("!limit-reached")
    assert tried((LEAF, *[CA] * 2), (NEW,), NOTHING, max_served=3)[-1] == "leaf I [N]"


def test_a_hash_may_be_refused_under_some_roots() -> None:
    assert Digest.SHA1 not in NOTHING.root_digests.refused
