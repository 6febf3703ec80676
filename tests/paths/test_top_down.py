"""From the last served certificate down to the leaf, with a table of signers.

Attempts are single judgements here: each served certificate under the signer that vouched for it.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, key, root
from forge.keys import Key
from legacytrust.algorithms import PublicKey
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    AnchorMatch,
    CertSignDemand,
    PathLengthCount,
    Scope,
    SignerRules,
    Strategy,
    SubjectKeyId,
)
from legacytrust.paths.signers import derived_key_id
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    STALE_CROSS,
    STRANGER,
    Scene,
    objecting,
    searching,
)

DATES = objecting(dates=Scope(Role.LEAF | Role.SERVED_CA))
LENIENT = SignerRules(path_length=PathLengthCount.NONE, cert_sign=CertSignDemand.NONE)


def client(signers: SignerRules = LENIENT, **rules: Any) -> lt.ClientModel:
    """A client that looks at dates, and searches by these rules."""
    rules = {"served_names": NameForm.ENCODED, "max_certificates": 9, **rules}
    return searching(Strategy.TOP_DOWN, DATES, signers=signers, **rules)


def changed(**rules: Any) -> lt.ClientModel:
    """The same with these fields of `SignerRules` changed."""
    return client(attrs.evolve(LENIENT, **rules))


ALTERNATIVES = changed(skips_unissued=True)


@pytest.mark.parametrize(
    ("served", "trusted", "judged"),
    [
        pytest.param([LEAF, CA], [NEW], ["I [N]", "leaf I [N]"], id="the plain case"),
        pytest.param(
            [LEAF, CA, CROSS], [OLD], ["N<O [O]", "I N<O [O]", "leaf I N<O [O]"], id="a cross-sign"
        ),
        pytest.param([LEAF], [CA], ["leaf [I]"], id="an intermediate of the store is enough"),
        pytest.param([LEAF], [], ["leaf !no-issuer"], id="nothing known"),
        pytest.param(
            [LEAF, CA, CROSS], [NEW], ["N<O !no-issuer"], id="a CA that nobody needs spoils it"
        ),
        pytest.param(
            [LEAF, CROSS, CA], [OLD], ["I !no-issuer"], id="an issuer that comes first comes too late"
        ),
        pytest.param(
            [LEAF, CA, STALE_CROSS], [NEW, OLD], ["stale-N<O [O] x expired:stale-N<O"],
            id="an expired one that nobody needs",
        ),
        pytest.param([LEAF, LEAF, CA], [NEW], ["I [N]", "leaf I [N]", "leaf I [N]"], id="leaf twice"),
    ],
)  # fmt: skip
def test_what_is_judged_in_which_order(
    served: list[Entity], trusted: list[Entity], judged: list[str]
) -> None:
    assert Scene(served, trusted).judged(client()) == judged


def test_a_ca_that_passed_is_no_attempt_of_its_own() -> None:
    """Or else a refusal would be explained with accepted paths."""
    assert Scene([LEAF, CA, CROSS], [OLD]).tried(client()) == ["leaf I N<O [O]"]


def test_with_alternative_chains_only_a_ca_without_issuer_is_passed_over() -> None:
    passed = Scene([LEAF, CA, STRANGER], [NEW])
    assert passed.judged(ALTERNATIVES) == ["J !no-issuer", "I [N]", "leaf I [N]"]
    assert passed.verdict(ALTERNATIVES) == "accepted"
    assert passed.verdict(client()) == "rejected"
    stale = Scene([LEAF, CA, STALE_CROSS], [NEW, OLD])
    assert stale.verdict(ALTERNATIVES) == "rejected"


def test_a_certificate_that_is_no_ca_vouches_for_nobody() -> None:
    fake = NEW.intermediate("I", key("p256", 5), ca=False)
    leaf = fake.leaf(HOSTNAME)
    assert Scene([leaf, fake], [NEW]).tried(client())[-1] == "leaf !no-issuer"
    assert Scene([leaf], [fake]).verdict(client()) == "accepted", "but in the store it does"


@pytest.mark.parametrize("count", [8, 9])
def test_lists_have_a_longest_length(count: int) -> None:
    made = [NEW]
    for number in range(count):
        made.append(made[-1].intermediate(f"C{number}"))
    scene = Scene([made[-1].leaf(HOSTNAME), *reversed(made[1:])], [NEW])
    assert scene.verdict(client()) == ("accepted" if count == 8 else "rejected")


def test_lists_have_a_largest_size() -> None:
    size = sum(len(entity.der) + 3 for entity in (LEAF, CA))
    scene = Scene([LEAF, CA], [NEW])
    assert scene.verdict(changed(max_bytes=size)) == "accepted"
    assert scene.tried(changed(max_bytes=size - 1)) == ["leaf !limit-reached"]
    assert "octets in the list" in scene.outcome(changed(max_bytes=size - 1)).explain()


def test_a_leaf_in_the_store_is_trusted_by_some() -> None:
    scene = Scene([LEAF, STRANGER], [LEAF])
    assert scene.tried(client(anchor_match=AnchorMatch.CERTIFICATE)) == ["[leaf]"]
    assert scene.verdict(client()) == "rejected"


# -- finding a signer --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "leaf", "accepted"),
    [
        ({"key_id_binds": True}, {"aki": b"\x02" * 20}, False),
        ({"key_id_binds": False}, {"aki": b"\x02" * 20}, True),
        ({"key_id_binds": True}, {"aki": None}, True),
        ({"empty_binds": True}, {"aki": "issuer-serial"}, False),
        ({"empty_binds": False}, {"aki": "issuer-serial"}, True),
        ({"same_name": True}, {"issuer": "Other"}, False),
        ({"same_name": False}, {"issuer": "Other"}, True),
        ({"by_key_id": False}, {"aki": b"\x02" * 20, "key_id_binds": False}, True),
    ],
)
def test_how_a_signer_is_found(rules: dict[str, Any], leaf: dict[str, Any], accepted: bool) -> None:
    fields = dict(leaf)
    rules = {
        **rules,
        **({"key_id_binds": False} if fields.pop("key_id_binds", True) is False else {}),
    }
    scene = Scene([CA.leaf(HOSTNAME, **fields), CA], [NEW])
    assert scene.verdict(changed(**rules)) == ("accepted" if accepted else "rejected")


def test_a_self_signed_leaf_finds_itself_by_its_own_key_identifier() -> None:
    alone = root(HOSTNAME, key("p256", 8), issuer="Somebody", label="alone")
    scene = Scene([alone], [alone])
    assert scene.verdict(changed(own_key_id=True, same_name=False)) == "accepted"
    assert scene.verdict(changed(own_key_id=True, same_name=True)) == "rejected"


def test_a_second_signer_with_the_same_key_identifier_is_not_added() -> None:
    twin = NEW.intermediate("T", key("p256", 1), ski=CA.key_id)
    leaf = twin.leaf(HOSTNAME)
    assert Scene([leaf, twin], [NEW]).verdict(client()) == "accepted"
    assert Scene([leaf, twin], [NEW, CA]).verdict(client()) == "rejected"


def _same_name(first: Key, second: Key) -> tuple[Entity, Entity]:
    bare = {"ski": None, "label": "N"}
    return root("N", first, **bare), root("N", second, **bare)


def _row(of: Key, derived: SubjectKeyId) -> int:
    key_id = derived_key_id(PublicKey.from_der(of.spki), derived)
    return int.from_bytes(key_id[:4], "big") % 11


@pytest.mark.parametrize("derived", SubjectKeyId)
def test_of_two_signers_of_one_name_the_row_decides_and_no_order_helps(
    derived: SubjectKeyId,
) -> None:
    keys = sorted((key("p256", n) for n in range(40, 52)), key=lambda one: _row(one, derived))
    low, high = _same_name(keys[0], keys[-1])
    assert _row(keys[0], derived) < _row(keys[-1], derived)
    for store in ([low, high], [high, low]):
        for signer, verdict in ((low, "accepted"), (high, "rejected")):
            scene = Scene([signer.leaf(HOSTNAME, aki=None)], store)
            signed = searching(
                Strategy.TOP_DOWN,
                objecting(signatures=Scope(Role.LEAF)),
                signers=attrs.evolve(LENIENT, derived=derived),
            )
            assert scene.verdict(signed) == verdict


# -- who may become one --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "demand", "accepted"),
    [
        (None, CertSignDemand.NONE, True),
        (None, CertSignDemand.PRESENT, False),
        (None, CertSignDemand.PRESENT_UNLESS_SELF_ISSUED, False),
        (None, CertSignDemand.NOT_WITHHELD_UNLESS_SELF_ISSUED, True),
        ({"crl_sign"}, CertSignDemand.NONE, True),
        ({"crl_sign"}, CertSignDemand.NOT_WITHHELD_UNLESS_SELF_ISSUED, False),
    ],
)
def test_which_key_usage_a_served_ca_needs(
    usage: set[str] | None, demand: CertSignDemand, accepted: bool
) -> None:
    ca = NEW.intermediate("U", key_usage=frozenset(usage) if usage else None)
    scene = Scene([ca.leaf(HOSTNAME), ca], [NEW])
    assert scene.verdict(changed(cert_sign=demand)) == ("accepted" if accepted else "rejected")
    assert Scene([ca.leaf(HOSTNAME)], [ca]).verdict(changed(cert_sign=demand)) == "accepted"


def test_a_self_issued_ca_without_cert_sign() -> None:
    weak = root("N", key("p256", 77), key_usage=frozenset({"crl_sign"}))
    again = weak.reissue(label="N'", ski=b"\x07" * 20)
    scene = Scene([again.leaf(HOSTNAME, aki=b"\x07" * 20), again], [weak])
    assert scene.verdict(changed(cert_sign=CertSignDemand.PRESENT)) == "rejected"
    spared = changed(cert_sign=CertSignDemand.PRESENT_UNLESS_SELF_ISSUED)
    assert scene.verdict(spared) == "accepted"


# -- path lengths ----------------------------------------------------------------------------------

TIGHT_ROOT = root("R", path_len=0)
TIGHT_CA = NEW.intermediate("T", path_len=0)
UNUSED = TIGHT_CA.intermediate("V", key_usage=None)
BELOW_ROOT, BELOW_CA = TIGHT_ROOT.intermediate("B"), TIGHT_CA.intermediate("B")


@pytest.mark.parametrize(
    ("served", "trusted", "refusing"),
    [
        pytest.param(
            [BELOW_CA.leaf(HOSTNAME), BELOW_CA, TIGHT_CA], [NEW],
            "ISSUER BELOW_SELF_ISSUED CERTIFYING RFC5280", id="a served CA's",
        ),
        pytest.param(
            [BELOW_ROOT.leaf(HOSTNAME), BELOW_ROOT], [TIGHT_ROOT], "ISSUER CERTIFYING RFC5280",
            id="the root's",
        ),
        pytest.param(
            [UNUSED.leaf(HOSTNAME), UNUSED, TIGHT_CA], [NEW], "ISSUER BELOW_SELF_ISSUED RFC5280",
            id="for a CA without keyUsage",
        ),
        pytest.param(
            [TIGHT_CA.leaf(HOSTNAME, ca=True), TIGHT_CA], [NEW], "ISSUER BELOW_SELF_ISSUED",
            id="for a leaf that says it is a CA",
        ),
        pytest.param(
            [BELOW_CA.leaf(HOSTNAME), BELOW_CA], [TIGHT_CA], "ISSUER CERTIFYING RFC5280",
            id="a store CA's whose issuer is not there",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", PathLengthCount)
def test_whose_path_length_counts(
    served: list[Entity], trusted: list[Entity], refusing: str, count: PathLengthCount
) -> None:
    verdict = Scene(served, trusted).verdict(changed(path_length=count))
    assert verdict == ("rejected" if count.name in refusing.split() else "accepted")


def test_only_some_look_beyond_the_issuer() -> None:
    top = NEW.intermediate("W", path_len=0)
    chain = [top.intermediate("X", path_len=0)]
    scene = Scene([chain[0].leaf(HOSTNAME), chain[0], top], [NEW])
    assert scene.verdict(changed(path_length=PathLengthCount.ISSUER)) == "rejected"
    wide = NEW.intermediate("W", path_len=1)
    middle = wide.intermediate("X")
    low = middle.intermediate("Y")
    deep = Scene([low.leaf(HOSTNAME), low, middle, wide], [NEW])
    assert deep.verdict(changed(path_length=PathLengthCount.ISSUER)) == "accepted"
    assert deep.verdict(changed(path_length=PathLengthCount.RFC5280)) == "rejected"


def test_the_moment_is_asked_of_each_served_certificate_only() -> None:
    over = NEW.reissue(label="over", not_after=AT.replace(year=2024))
    assert Scene([LEAF, CA], [over]).verdict(client()) == "accepted"
