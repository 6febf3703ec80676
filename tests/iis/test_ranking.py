"""What Windows was seen to prefer: the public observations that the ranking was made from."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, root
from history.standin import hierarchy, leaf_under
from iis.sectigo import AT as REAL
from iis.sectigo import RSA, authority
from legacytrust import iis
from legacytrust.errors import IisError
from legacytrust.stores.anchor import TrustAnchor
from legacytrust.stores.constraints import USAGES, Constraints
from legacytrust.stores.library import MemoryLibrary
from material import utc

R3_BY_DST, R3_BY_X1, X1_BY_DST = "730c1bdcd85f", "67add1166b02", "6d99fb265eb1"
SEPTEMBER = utc(2021, 9, 1)
DST_X3, ISRG_X1 = "0687260331a7", "96bcec062649"


def lets_encrypt(*, intermediates, roots, disallowed=(), issued=SEPTEMBER):
    """A server with a Let's Encrypt leaf: stand-ins with the real names, dates and extensions."""
    shorts = (R3_BY_DST, R3_BY_X1, X1_BY_DST, DST_X3, ISRG_X1)
    real = {short: authority(short) for short in shorts}
    made = hierarchy(*real.values())
    stand_in = {short: made[one.sha256] for short, one in real.items()}
    leaf = leaf_under(real[R3_BY_X1], "www.example.com", not_before=issued)
    machine = iis.LocalMachine(
        personal=[leaf],
        intermediate=[stand_in[one] for one in intermediates],
        root=[stand_in[one] for one in roots],
        disallowed=[stand_in[one] for one in disallowed],
        auto_root_update=False,
    )
    names = {one.sha256: short for short, one in stand_in.items()}
    return machine, leaf, lambda chain: [names[c.sha256] for c in chain.rest]


@pytest.mark.parametrize(
    ("at", "chosen"),
    [(utc(2021, 9, 20), R3_BY_DST), (utc(2021, 10, 10), R3_BY_X1)],
    ids=["before it expires", "after it has expired"],
)
def test_of_two_of_one_length_the_later_issuer_wins_until_it_expires(at, chosen):
    """Posh-ACME 383, win-acme 1918: R3 by DST Root CA X3, which began a month later."""
    machine, leaf, named = lets_encrypt(
        intermediates=(R3_BY_DST, R3_BY_X1), roots=(DST_X3, ISRG_X1)
    )
    selection = machine.select(leaf, at=at)
    assert named(selection.sent) == [chosen]
    assert len(selection.candidates) == 2


def test_a_longer_path_over_a_newer_cross_certificate_beats_an_older_root():
    """dotnet/runtime 43879: the cross-certificate began in 2010, the self-signed root in 2000."""
    old = root("Old_root", not_before=AT - timedelta(days=9000), not_after=AT + timedelta(days=900))
    new = root("New_root", not_before=AT - timedelta(days=8000), not_after=AT + timedelta(days=900))
    cross = old.cross_sign(
        new, not_before=AT - timedelta(days=4000), not_after=AT + timedelta(days=800)
    )
    ca = new.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    machine = iis.LocalMachine(
        personal=[leaf.der],
        intermediate=[ca.der, cross.der],
        root=[old.der, new.der],
        auto_root_update=False,
    )
    selection = machine.select(leaf.der, at=AT)
    assert [c.der for c in selection.sent] == [leaf.der, ca.der, cross.der]
    assert len(selection.best.certificates) == 4
    assert selection.evidence is lt.Evidence.INFERRED
    assert iis.NoticeCode.UNPROVEN_RANK in {notice.code for notice in selection.notices}


def test_a_newer_cross_certificate_of_isrg_x1_makes_the_chain_longer():
    """Posh-ACME 383: with X1 by DST Root CA X3 in the Intermediate store, Windows serves it."""
    machine, leaf, named = lets_encrypt(
        intermediates=(R3_BY_X1, X1_BY_DST), roots=(DST_X3, ISRG_X1)
    )
    assert named(machine.select(leaf, at=utc(2021, 9, 20)).sent) == [R3_BY_X1, X1_BY_DST]


def test_an_expired_path_is_sent_if_it_is_the_only_one():
    """win-acme 1943: with the self-signed X1 blocked, the path to the dead DST root is sent."""
    machine, leaf, named = lets_encrypt(
        intermediates=(R3_BY_X1, X1_BY_DST),
        roots=(DST_X3,),
        disallowed=(ISRG_X1,),
        issued=utc(2021, 11, 1),
    )
    selection = machine.select(leaf, at=utc(2021, 11, 20))
    assert named(selection.sent) == [R3_BY_X1, X1_BY_DST]
    assert selection.best.faults == ("out of its dates",)
    assert iis.NoticeCode.ONLY_BAD_PATH in {notice.code for notice in selection.notices}


def test_the_r46_case_is_decided_by_length_because_the_dates_tie():
    """Users report the short chain; both forms of R46 began on 2021-03-22 00:00:00."""
    self_signed, cross = authority("7bb647a62aee"), authority("92f351bf3d54")
    assert self_signed.not_before == cross.not_before


@pytest.mark.parametrize("in_root", [True, False], ids=["in the store of roots", "moved away"])
def test_disallowed_blocks_the_certificate_and_not_its_key(in_root):
    machine, leaf, named = lets_encrypt(
        intermediates=(R3_BY_X1, X1_BY_DST),
        roots=(DST_X3, ISRG_X1) if in_root else (DST_X3,),
        disallowed=(ISRG_X1,),
    )
    assert named(machine.select(leaf, at=utc(2021, 9, 20)).sent) == [R3_BY_X1, X1_BY_DST]


def test_what_no_rule_decides_is_said():
    one = root("Twin", not_before=AT - timedelta(days=100))
    other = one.reissue(serial=77)
    ca = one.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    machine = iis.LocalMachine(
        personal=[leaf.der],
        intermediate=[ca.der],
        root=[one.der, other.der],
        auto_root_update=False,
    )
    selection = machine.select(leaf.der, at=AT)
    assert selection.candidates[1].is_tied
    assert selection.evidence is lt.Evidence.UNKNOWN
    assert iis.NoticeCode.EQUAL_CANDIDATES in {notice.code for notice in selection.notices}
    assert "No known rule" in selection.reason


def test_a_missing_intermediate_is_said_and_only_the_leaf_is_sent():
    top = root("Top")
    leaf = top.intermediate("CA").leaf(HOSTNAME)
    machine = iis.LocalMachine(root=[top.der], auto_root_update=False)
    selection = machine.select(leaf.der, at=AT)
    assert [c.der for c in selection.sent] == [leaf.der]
    codes = {notice.code for notice in selection.notices}
    assert {iis.NoticeCode.NO_ISSUER, iis.NoticeCode.NOT_PERSONAL} <= codes


def test_a_missing_issuer_is_named_with_the_address_that_windows_would_ask():
    machine = RSA.machine(intermediate=[])
    [text] = [n.text for n in machine.select(RSA.leaf, at=REAL).notices if n.code == "no-issuer"]
    assert "http://crt.sectigo.com/" in text
    assert "may fetch" in text


def test_a_root_that_is_only_among_the_intermediates_is_not_trusted():
    top = root("Top")
    ca = top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    machine = iis.LocalMachine([leaf.der], [ca.der, top.der], auto_root_update=False)
    selection = machine.select(leaf.der, at=AT)
    assert [c.der for c in selection.sent] == [leaf.der, ca.der]
    codes = {notice.code for notice in selection.notices}
    assert iis.NoticeCode.UNTRUSTED_ROOT in codes
    assert iis.NoticeCode.NO_ISSUER not in codes


def test_intermediates_are_found_in_the_personal_store_too():
    top = root("Top")
    ca = top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    machine = iis.LocalMachine([leaf.der, ca.der], [], [top.der], auto_root_update=False)
    selection = machine.select(leaf.der, at=AT)
    assert [c.der for c in selection.sent] == [leaf.der, ca.der]
    assert selection.best.places[1] == (iis.StoreName.PERSONAL,)


LIMITS = {
    "disabled": (Constraints(disabled=True), True),
    "disabled since": (Constraints(disabled_after=AT - timedelta(days=1)), True),
    "disabled later": (Constraints(disabled_after=AT + timedelta(days=1)), False),
    "taken back": (Constraints(disabled_after=datetime(1601, 1, 1, tzinfo=UTC)), False),
    "issued before": (Constraints(issued_by=AT - timedelta(days=9000)), True),
    "for mail": (
        Constraints(
            issued_by=AT - timedelta(days=9000),
            issued_by_purposes=frozenset({USAGES["emailProtection"]}),
        ),
        False,
    ),
    "not for servers": (Constraints(purposes=frozenset({USAGES["emailProtection"]})), True),
    "for servers": (Constraints(purposes=frozenset({USAGES["serverAuth"]})), False),
}


@pytest.mark.parametrize("case", LIMITS)
def test_limits_of_the_programme_on_a_root_are_noticed(case):
    limits, noticed = LIMITS[case]
    top = root("Top")
    ca = top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    anchor = TrustAnchor(lt.Certificate.from_der(top.der), (limits,))
    listed = lt.TrustStore(
        id="own/programme", fingerprints=(anchor.sha256,), library=MemoryLibrary([anchor])
    )
    machine = iis.LocalMachine([leaf.der], [ca.der], programme=listed)
    codes = {notice.code for notice in machine.select(leaf.der, at=AT).notices}
    assert (iis.NoticeCode.LIMITED_ROOT in codes) == noticed


def test_a_mesh_of_cross_certificates_is_one_clear_error():
    tops = [root(f"Mesh {number}") for number in range(8)]
    crosses = [one.cross_sign(other).der for one in tops for other in tops if one is not other]
    leaf = tops[0].leaf(HOSTNAME)
    machine = iis.LocalMachine([leaf.der], crosses, auto_root_update=False)
    with pytest.raises(IisError, match="more paths"):
        machine.select(leaf.der, at=AT)


def test_two_paths_never_read_alike():
    """One goes on from USERTrust to AAA, which no store of roots holds."""
    crosses = [authority(short) for short in (RSA.issuing, RSA.cross, "68b9c761219a")]
    machine = RSA.machine(intermediate=crosses, authroot=[], disallowed=[authority(RSA.root)])
    selection = machine.select(RSA.leaf, at=REAL)
    names = [str(candidate) for candidate in selection.candidates]
    assert len(set(names)) == len(names) == 2
    assert names[1].endswith("USERTrust RSA Certification Authority (by AAA Certificate Services)")
    assert names[1] in selection.reason


def test_machines_and_what_they_send_are_values():
    one, other = RSA.machine(), RSA.machine()
    assert (one, hash(one)) == (other, hash(other))
    assert one.select(RSA.leaf, at=REAL) == other.select(RSA.leaf, at=REAL)
    assert hash(one.select(RSA.leaf, at=REAL)) == hash(other.select(RSA.leaf, at=REAL))
    assert one.apply(iis.Remove(iis.StoreName.THIRD_PARTY, authority(RSA.root))) != one
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.auto_root_update = True


def test_the_date_of_the_list_may_be_a_moment():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert iis.LocalMachine(ctl_date=moment) == iis.LocalMachine(ctl_date=moment.date())


def test_a_cross_certificate_among_the_roots_is_noticed():
    top, old = root("Top"), root("Old")
    cross = old.cross_sign(top)
    machine = iis.LocalMachine(root=[top.der, cross.der], auto_root_update=False)
    [notice] = machine.notices
    assert notice.code is iis.NoticeCode.CROSS_AS_ROOT
    assert notice.to_dict()["code"] == "cross-as-root"
