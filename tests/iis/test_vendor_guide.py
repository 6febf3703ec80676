"""The vendor guide, step by step, as the model predicts it: for RSA and for ECC.

Before: the leaf and one intermediate.  Importing the cross-certificate changes nothing; blocking the
root changes nothing on the wire; a new credential does.  Windows Update brings back what was only
deleted.
"""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)

from forge import AT as FORGED
from forge import key, root
from iis.sectigo import AT, ECC, RSA, authority
from legacytrust import iis
from legacytrust.errors import IisError, PasswordError
from legacytrust.iis import StoreName
from material import store_of

CASES = pytest.mark.parametrize("case", [RSA, ECC], ids=["RSA R46", "ECC E46"])
UPDATE = datetime.date(2026, 11, 10)


def sent(machine, case):
    return machine.select(case.leaf, at=AT).sent.certificates


def short(case):
    return (case.leaf, authority(case.issuing))


def long(case):
    return (*short(case), authority(case.cross))


def imported(case, **fields):
    return case.machine(**fields).apply(iis.Add(StoreName.INTERMEDIATE, authority(case.cross)))


def blocked(case, **fields):
    return imported(case, **fields).apply(iis.Move(StoreName.DISALLOWED, authority(case.root)))


def deleted(case, **fields):
    return imported(case, **fields).apply(iis.Remove(StoreName.THIRD_PARTY, authority(case.root)))


def programme(case):
    return store_of(authority(case.root), authority(case.old))


@CASES
def test_before_the_leaf_and_one_intermediate_are_sent(case):
    selection = case.machine().select(case.leaf, at=AT)
    assert selection.sent.certificates == short(case)
    assert selection.reason == "It is the only path that the stores allow."


@CASES
@pytest.mark.parametrize("refresh", [None, iis.Rebind(), iis.IisReset(), iis.Reboot()])
def test_importing_the_cross_certificate_alone_changes_nothing(case, refresh):
    machine = imported(case)
    machine = machine.apply(refresh) if refresh else machine
    assert sent(machine, case) == short(case)


@CASES
def test_the_shorter_path_wins_because_both_begin_in_one_second(case):
    selection = imported(case).apply(iis.Reboot()).select(case.leaf, at=AT)
    best, second = selection.candidates
    assert best.certificates[-1] == authority(case.root)
    assert second.certificates[-1] == authority(case.old)
    assert (second.why, second.evidence.label) == ("fewer certificates", "documented")
    assert "fewer certificates" in selection.reason


@CASES
def test_untrusted_without_a_new_credential_changes_nothing_and_says_why(case):
    selection = blocked(case).select(case.leaf, at=AT)
    assert selection.sent.certificates == short(case)
    assert selection.next.certificates == long(case)
    assert selection.is_stale
    assert iis.NoticeCode.STALE_CREDENTIAL in {notice.code for notice in selection.notices}


@CASES
@pytest.mark.parametrize("refresh", [iis.Rebind(), iis.IisReset(), iis.Reboot()])
def test_after_a_new_credential_the_cross_certificate_is_sent(case, refresh):
    selection = blocked(case).apply(refresh).select(case.leaf, at=AT)
    assert selection.sent.certificates == long(case)
    assert selection.sent[-1].issuer.common_names == (case.old_name,)
    assert not selection.is_stale


@CASES
def test_after_windows_update_a_blocked_root_stays_away(case):
    machine = blocked(case, auto_root_update=True, programme=programme(case)).apply(iis.Rebind())
    assert sent(machine.apply(iis.WindowsUpdate(UPDATE)), case) == long(case)


@CASES
def test_after_windows_update_a_deleted_root_is_back(case):
    machine = deleted(case, auto_root_update=True, programme=programme(case)).apply(iis.Rebind())
    selection = machine.select(case.leaf, at=AT)
    assert selection.sent.certificates == long(case)
    assert iis.NoticeCode.DELETION_DOES_NOT_LAST in {notice.code for notice in selection.notices}
    updated = machine.apply(iis.WindowsUpdate(UPDATE))
    assert sent(updated, case) == short(case)
    assert authority(case.root) in updated.stores.of(StoreName.THIRD_PARTY)


@CASES
def test_without_a_reboot_windows_update_changes_the_store_and_not_the_wire(case):
    machine = deleted(case, auto_root_update=True, programme=programme(case)).apply(iis.Rebind())
    updated = machine.apply(iis.WindowsUpdate(UPDATE, reboots=False))
    assert sent(updated, case) == long(case)
    assert updated.select(case.leaf, at=AT).is_stale


@CASES
def test_where_updates_are_off_a_deleted_root_stays_away(case):
    machine = deleted(case, programme=programme(case)).apply(iis.Rebind())
    assert sent(machine.apply(iis.WindowsUpdate(UPDATE)), case) == long(case)


@CASES
def test_a_root_in_no_store_is_fetched_when_nothing_else_ends_the_path(case):
    machine = iis.LocalMachine(
        personal=[case.leaf], intermediate=[authority(case.issuing)], programme=programme(case)
    )
    selection = machine.select(case.leaf, at=AT)
    assert selection.sent.certificates == short(case)
    assert iis.NoticeCode.FETCHED_ROOT in {notice.code for notice in selection.notices}


@CASES
def test_the_cross_certificate_is_never_put_into_untrusted(case):
    for event in (iis.Add, iis.Move):
        with pytest.raises(IisError, match="cross-certificate"):
            imported(case).apply(event(StoreName.DISALLOWED, authority(case.cross)))
        with pytest.raises(IisError, match="cross-certificate"):
            imported(case).apply(event("disallowed", authority(case.cross)))
        with pytest.raises(IisError, match="known: My, CA, Root, AuthRoot, Disallowed"):
            event("Trust", authority(case.cross))


@CASES
def test_a_cross_certificate_that_somebody_has_blocked_is_noticed(case):
    machine = case.machine(
        intermediate=[authority(case.issuing), authority(case.cross)],
        disallowed=[authority(case.root), authority(case.cross)],
        authroot=[],
    )
    codes = {notice.code for notice in machine.notices}
    assert iis.NoticeCode.CROSS_DISALLOWED in codes


@CASES
def test_stores_of_the_user_have_no_effect_and_that_is_said(case):
    machine = case.machine(current_user=[authority(case.cross)])
    assert sent(machine, case) == short(case)
    [notice] = machine.notices
    assert notice.code is iis.NoticeCode.USER_STORES
    assert "certlm.msc" in notice.text


@CASES
def test_a_pfx_with_the_old_chain_brings_the_root_back(case):
    fixed = deleted(case).apply(iis.Rebind())
    event = iis.ImportPfx([case.leaf, authority(case.issuing), authority(case.root)])
    again = fixed.apply(event).apply(iis.Rebind())
    assert sent(again, case) == short(case)
    assert authority(case.root) in again.stores.of(StoreName.ROOT)
    [notice] = event.notices
    assert notice.code is iis.NoticeCode.PFX_BRINGS_BACK


@pytest.mark.parametrize("password", ["secret", b"secret"])
def test_a_pfx_file_is_read_as_it_is(password, tmp_path):
    top = root("Top", key("rsa2048"))
    ca = top.intermediate("CA", key("rsa2048", 1))
    leaf = ca.leaf("www.example.com", key("rsa2048", 2))
    own, *others = (x509.load_der_x509_certificate(one.der) for one in (leaf, ca, top))
    data = pkcs12.serialize_key_and_certificates(
        b"site", load_pem_private_key(leaf.spec.key.private_pem, None), own, others,
        BestAvailableEncryption(b"secret"),
    )  # fmt: skip
    (tmp_path / "site.pfx").write_bytes(data)
    event = iis.ImportPfx.from_file(tmp_path / "site.pfx", password=password)
    assert event == iis.ImportPfx.from_bytes(data, password=password)
    assert {(name, c.der) for name, c in event.placements} == {
        (StoreName.PERSONAL, leaf.der), (StoreName.INTERMEDIATE, ca.der), (StoreName.ROOT, top.der),
    }  # fmt: skip
    machine = iis.LocalMachine(auto_root_update=False).apply(event).apply(iis.Rebind())
    selection = machine.select(leaf.der, at=FORGED)
    assert [c.der for c in selection.sent] == [leaf.der, ca.der]
    assert selection.best.faults == ()
    with pytest.raises(PasswordError):
        iis.ImportPfx.from_bytes(data, password="wrong")


def test_one_chain_is_repaired_without_the_other():
    machine = iis.LocalMachine(
        personal=[RSA.leaf, ECC.leaf],
        intermediate=[authority(RSA.issuing), authority(ECC.issuing)],
        root=[authority(c) for c in (RSA.old, ECC.old, RSA.root, ECC.root)],
        auto_root_update=False,
    )
    repaired = (
        machine.apply(iis.Add(StoreName.INTERMEDIATE, authority(RSA.cross)))
        .apply(iis.Move(StoreName.DISALLOWED, authority(RSA.root)))
        .apply(iis.Reboot())
    )
    assert sent(repaired, RSA) == long(RSA)
    assert sent(repaired, ECC) == short(ECC)
