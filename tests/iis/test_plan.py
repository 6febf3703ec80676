"""The plan: its steps, its commands as text, and what the model predicts after each of them."""

from __future__ import annotations

import attrs
import pytest

import legacytrust as lt
from forge import AT as FORGED
from forge import HOSTNAME, root
from iis.sectigo import AT, ECC, RSA, authority
from legacytrust import iis
from legacytrust.errors import IisError
from legacytrust.iis import Site, StepKind, StoreName
from material import REPOSITORY, shared_chain, store_of, utc

CASES = pytest.mark.parametrize("case", [RSA, ECC], ids=["RSA R46", "ECC E46"])
ORDER = [
    StepKind.BACK_UP, StepKind.DOWNLOAD, StepKind.IMPORT_CROSS, StepKind.BLOCK_ROOT,
    StepKind.REMOVE_ROOT, StepKind.REMOVE_ROOT, StepKind.REMOVE_ROOT, StepKind.REBIND,
    StepKind.RESTART, StepKind.VERIFY,
]  # fmt: skip


def diagnosed(case, **options):
    machine = options.pop("machine", None) or case.machine()
    return iis.diagnose(machine, case.leaf, at=AT, **{"cross": authority(case.cross), **options})


@CASES
def test_the_steps_come_in_the_order_in_which_nothing_breaks(case):
    assert [step.kind for step in diagnosed(case).plan.steps] == ORDER


@CASES
def test_each_step_is_predicted_and_only_a_new_credential_changes_the_chain(case):
    steps = diagnosed(case).plan.steps
    before = list(steps[: ORDER.index(StepKind.REBIND)])
    assert {len(step.predicted) for step in before} == {2}
    assert {len(step.predicted) for step in steps[ORDER.index(StepKind.REBIND) :]} == {3}


@CASES
def test_every_step_has_a_reason_and_both_shells_and_can_be_undone(case):
    for step in diagnosed(case).plan.steps:
        assert len(step.reason) > 40
        assert step.commands.powershell
        assert step.commands.cmd
        if step.events and step.kind is not StepKind.RESTART:
            assert step.rollback.powershell
            assert step.rollback.cmd


@CASES
def test_undoing_puts_the_root_back_only_where_it_was(case):
    steps = [s for s in diagnosed(case).plan.steps if s.kind is StepKind.REMOVE_ROOT]
    undone = {step.title: step.rollback.cmd for step in steps if step.rollback.cmd}
    [(title, commands)] = undone.items()
    assert "Third-Party" in title
    assert commands[0].startswith("certutil -addstore -f AuthRoot")


@CASES
def test_the_commands_name_the_right_certificate_in_the_right_store(case):
    steps = {step.title: step for step in diagnosed(case).plan.steps}
    text = {title: "\n".join(step.commands.cmd) for title, step in steps.items()}
    own, cross = authority(case.root), authority(case.cross)
    imported = next(t for title, t in text.items() if title.startswith("Import"))
    assert "-addstore -f CA" in imported
    assert cross.sha256[:12] in imported
    blocked = next(t for title, t in text.items() if title.startswith("Put the self-signed"))
    assert "-addstore -f Disallowed" in blocked
    assert own.sha256[:12] in blocked
    assert cross.sha256[:12] not in blocked
    for store in ("Root", "AuthRoot", "CA"):
        assert any(f"-delstore {store} {own.sha1}" in t for t in text.values())
    assert not any(f"-delstore {store} {cross.sha1}" in t for t in text.values())


@CASES
def test_the_old_roots_name_is_what_verification_asks_for(case):
    assert case.old_name in diagnosed(case).plan.steps[-1].reason


@CASES
def test_the_plan_recovers_devices_and_loses_none(case):
    found = diagnosed(case)
    recovered = {outcome.device.id for outcome in found.recovered}
    assert {"android/5.1", "android/12"} <= recovered
    assert "android/4.4" not in recovered
    assert found.newly_lost == ()
    assert {o.device.id for o in found.lost} >= recovered


def test_without_the_bytes_the_plan_names_the_certificate_and_predicts_nothing():
    found = iis.diagnose(RSA.machine(), RSA.leaf, at=AT)
    cross = found.plan.cross
    assert cross.certificate is None
    assert cross.sha256 == authority(RSA.cross).sha256
    assert cross.sha1 == authority(RSA.cross).sha1
    assert (cross.subject, cross.issuer) == (
        "Sectigo Public Server Authentication Root R46",
        "USERTrust RSA Certification Authority",
    )
    assert cross.address.startswith("http://crt.sectigo.com/")
    assert found.predicted is None
    assert all(step.predicted is None for step in found.plan.steps)
    assert cross.sha256.upper() in found.plan.steps[1].reason
    assert cross.address in found.plan.steps[1].reason


def test_the_downloaded_file_is_believed_by_its_fingerprint(tmp_path):
    cross = iis.diagnose(RSA.machine(), RSA.leaf, at=AT).plan.cross
    good, bad = tmp_path / "good.crt", tmp_path / "bad.crt"
    good.write_bytes(authority(RSA.cross).der)
    bad.write_bytes(authority(RSA.root).der)
    assert cross.with_file(good).certificate == authority(RSA.cross)
    with pytest.raises(IisError, match="not 'Sectigo Public Server Authentication Root R46' by"):
        cross.with_file(bad)
    found = iis.diagnose(RSA.machine(), RSA.leaf, at=AT, cross=cross.with_file(good))
    assert found.recovered


def test_a_certificate_that_is_no_cross_is_refused():
    for wrong in (RSA.root, RSA.issuing, ECC.cross):
        with pytest.raises(IisError, match="no cross-certificate"):
            iis.diagnose(RSA.machine(), RSA.leaf, at=AT, cross=authority(wrong))
        with pytest.raises(IisError, match="no cross-certificate"):
            iis.diagnose(RSA.machine(), RSA.leaf, at=AT, cross=iis.Cross.of(authority(wrong)))


def test_a_cross_certificate_that_its_issuer_has_not_signed_is_refused():
    real = authority(RSA.cross).der
    forged = lt.Certificate.from_der(real[:-1] + bytes([real[-1] ^ 1]))
    for one in (forged, iis.Cross.of(forged)):
        with pytest.raises(IisError, match="not signed by its issuer"):
            iis.diagnose(RSA.machine(), RSA.leaf, at=AT, cross=one)


def test_a_blocked_cross_certificate_is_rescued_first():
    machine = RSA.machine(disallowed=[authority(RSA.cross)])
    steps = diagnosed(RSA, machine=machine).plan.steps
    kinds = [step.kind for step in steps]
    assert kinds.index(StepKind.RESCUE_CROSS) < kinds.index(StepKind.BLOCK_ROOT)
    assert len(steps[-1].predicted) == 3


@CASES
@pytest.mark.parametrize("blocked", [True, False])
def test_a_cross_certificate_among_the_roots_is_taken_out_of_there(case, blocked):
    """A public guide puts it there; it is then a root that need not be sent."""
    own = {"authroot": [], "disallowed": [authority(case.root)]} if blocked else {}
    machine = case.machine(root=[authority(case.old), authority(case.cross)], **own)
    plan = diagnosed(case, machine=machine).plan
    assert plan.root == authority(case.root)
    [step] = [step for step in plan.steps if step.kind is StepKind.RESCUE_CROSS]
    assert step.commands.cmd == (f"certutil -delstore Root {authority(case.cross).sha1}",)
    assert plan.predicted[-1] == authority(case.cross)


def repaired(case, **fields):
    done = {
        "intermediate": [authority(case.issuing), authority(case.cross)],
        "authroot": [],
        "disallowed": [authority(case.root)],
    }
    return case.machine(**{**done, **fields})


@CASES
def test_where_all_is_done_there_is_no_plan(case):
    """Also when the file of the cross-certificate is passed, as a scheduled task would do it."""
    for options in ({}, {"cross": authority(case.cross)}):
        found = iis.diagnose(repaired(case), case.leaf, at=AT, **options)
        assert len(found.selection.sent) == 3
        assert found.plan is None


def test_what_lies_beyond_can_be_asked_for():
    usertrust_by_aaa = authority("68b9c761219a")
    found = diagnosed(RSA, machine=repaired(RSA), cross=usertrust_by_aaa)
    assert found.plan.root == authority(RSA.old)
    assert found.plan.predicted[-1] == usertrust_by_aaa
    assert found.recovered


@CASES
def test_a_root_that_is_only_deleted_is_still_to_be_blocked(case):
    listed = store_of(authority(case.root), authority(case.old))
    machine = repaired(case, disallowed=[], auto_root_update=True, programme=listed)
    plan = iis.diagnose(machine, case.leaf, at=AT).plan
    assert plan.root == authority(case.root)
    assert plan.cross.sha256 == authority(case.cross).sha256
    assert StepKind.BLOCK_ROOT in {step.kind for step in plan.steps}


@CASES
def test_a_repair_without_a_new_credential_is_still_a_plan(case):
    machine = (
        case.machine()
        .apply(iis.Add(StoreName.INTERMEDIATE, authority(case.cross)))
        .apply(iis.Move(StoreName.DISALLOWED, authority(case.root)))
    )
    found = iis.diagnose(machine, case.leaf, at=AT)
    assert found.plan.root == authority(case.root)
    assert StepKind.BLOCK_ROOT not in {step.kind for step in found.plan.steps}
    assert len(found.plan.predicted) == 3
    assert found.recovered


@CASES
@pytest.mark.parametrize("updates", [True, False])
def test_a_root_that_was_blocked_without_a_substitute_is_understood(case, updates):
    machine = case.machine(
        authroot=[], disallowed=[authority(case.root)], auto_root_update=updates,
        programme=store_of(authority(case.root), authority(case.old)),
    )  # fmt: skip
    plan = diagnosed(case, machine=machine).plan
    kinds = {step.kind for step in plan.steps}
    assert StepKind.BLOCK_ROOT not in kinds
    assert StepKind.IMPORT_CROSS in kinds
    assert "Disallowed" in plan.steps[0].commands.cmd[1]
    assert len(plan.predicted) == 3


def test_a_root_in_no_store_at_all_is_known_from_the_programme():
    machine = RSA.machine(authroot=[], programme=store_of(authority(RSA.root), authority(RSA.old)))
    plan = diagnosed(RSA, machine=machine).plan
    assert plan.root == authority(RSA.root)
    assert "No store holds the root" in plan.steps[0].reason
    assert len(plan.predicted) == 3


def test_a_cross_certificate_that_has_expired_is_no_remedy():
    chain = shared_chain("served-stackoverflow-2021-12")
    isrg_x1 = next(r for r in roots() if r.sha256.startswith("96bcec06"))
    machine = iis.LocalMachine([chain.leaf], [chain[1]], [isrg_x1], auto_root_update=False)
    assert iis.diagnose(machine, chain.leaf, at=utc(2021, 12, 20)).plan is not None
    assert iis.diagnose(machine, chain.leaf, at=utc(2026, 1, 1)).plan is None


def test_a_plan_by_which_nobody_gains_is_none():
    top, older = root("Young"), root("Older")
    cross, ca = older.cross_sign(top), top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    modern = lt.Device(
        id="own/new", store=store_of(top.der), client=lt.client("openssl", "3.0.0")
    )  # fmt: skip
    catalog = attrs.evolve(lt.load_catalog(), devices=(modern,))
    machine = iis.LocalMachine(
        [leaf.der], [ca.der, cross.der], [top.der, older.der], auto_root_update=False
    )
    assert iis.diagnose(machine, leaf.der, catalog, FORGED).plan is None
    assert iis.diagnose(machine, leaf.der, catalog, FORGED, cross=cross.der).plan is not None


def test_what_is_not_predicted_has_no_side_effects_either():
    peer = shared_chain("sectigo-sslmate.com-2025-12-short")
    assert iis.diagnose(RSA.machine(), RSA.leaf, at=AT, peers=[peer]).effects == ()


def test_a_download_of_any_form_is_checked_by_what_is_in_it():
    """The hash of a file is the certificate's fingerprint only if the file is plain DER."""
    step = iis.diagnose(RSA.machine(), RSA.leaf, at=AT).plan.steps[1]
    assert all(".p7c" in " ".join(c) for c in (step.commands.powershell, step.commands.cmd))
    assert step.commands.cmd == ('certutil -dump "C:\\chain-backup\\92f351bf3d54.p7c"',)
    assert not any("Get-FileHash" in line for line in step.commands.powershell)


def test_a_binding_with_a_host_name_has_its_own_endpoint():
    site = Site(host="shop.example.com", port=8443, sni=True)
    plan = diagnosed(RSA, site=site).plan
    [step] = [step for step in plan.steps if step.kind is StepKind.REBIND]
    endpoint = "hostnameport=shop.example.com:8443"
    assert f"netsh http delete sslcert {endpoint}" in step.commands.cmd
    assert step.commands.cmd[-1].startswith(f"netsh http add sslcert {endpoint} certhash=")
    assert step.commands.powershell[0].endswith("-HostHeader 'shop.example.com'")


OTHERS = {
    "Amazon and Starfield": (
        "amazon-1password.com-2024-05-long-starfield", utc(2024, 8, 1), "Amazon Root CA 1",
        "Starfield Services Root Certificate Authority - G2",
    ),
    "GTS and GlobalSign": (
        "served-google-2026-01", utc(2026, 2, 1), "GTS Root R1", "GlobalSign Root CA",
    ),
    "ISRG and DST": (
        "served-stackoverflow-2021-12", utc(2021, 12, 20), "ISRG Root X1", "DST Root CA X3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_other_authorities_of_the_same_shape(case):
    name, at, young, old = OTHERS[case]
    chain = shared_chain(name)
    issuing = chain[1]
    store = {r.label: r for r in roots() if r.label in (young, old)}
    own = next(r for r in roots() if r.label == young and r.same_subject_and_key(chain[2]))
    machine = iis.LocalMachine(
        personal=[chain.leaf], intermediate=[issuing], root=[own, store[old]],
        auto_root_update=False,
    )  # fmt: skip
    found = iis.diagnose(machine, chain.leaf, at=at)
    assert (found.plan.root.label, found.plan.cross.issuer) == (young, old)
    assert [c.label for c in found.plan.predicted][-1] == young
    assert len(found.plan.predicted) == 3


def test_ssl_com_and_certum_are_known_by_their_facts():
    ssl_com = next(r for r in roots() if r.label == "SSL.com Root Certification Authority RSA")
    assert "Certum Trusted Network CA" in {cross.issuer for cross in iis.crosses_of(ssl_com)}


def test_ssl_com_under_certum_while_that_was_valid():
    """The cross-certificate ended on 2023-09-11; the issuing CA stands for its leaves."""
    issuing, root, cross = (authority(s) for s in ("edac9c45909f", "85666a562ee0", "acf718df838e"))
    machine = iis.LocalMachine([issuing], [], [root], auto_root_update=False)
    found = iis.diagnose(machine, issuing, at=utc(2022, 6, 1), cross=cross)
    assert found.plan.cross.issuer == "Certum Trusted Network CA"
    assert found.plan.predicted.rest == (cross,)
    assert {"android/4.4", "android/7.0"} <= {o.device.id for o in found.recovered}
    assert iis.diagnose(machine, issuing, at=utc(2024, 1, 1)).plan is None


def roots():
    for file in sorted((REPOSITORY / "trust_stores" / "certificates").glob("*.pem")):
        yield lt.Certificate.from_pem(file.read_bytes())


# -- the server as a client -------------------------------------------------------------------------


def test_blocking_r46_costs_no_connection_while_its_cross_certificate_is_there():
    assert diagnosed(RSA).effects == ()


def test_a_peer_that_needs_the_blocked_root_is_lost():
    """win-acme 1943: with X1 blocked and DST dead, the ACME client itself could not connect."""
    top, dead = root("Young"), root("Dead", not_after=FORGED.replace(year=FORGED.year - 1))
    ca = top.intermediate("CA")
    peer = lt.ServedChain.from_der(ca.leaf("peer.example").der, ca.der)
    other = lt.ServedChain.from_der(root("Strange").leaf("x.example").der)
    before = iis.LocalMachine(root=[top.der, dead.der], auto_root_update=False)
    after = before.apply(iis.Move(StoreName.DISALLOWED, top.der))
    [effect] = iis.side_effects(before, after, at=FORGED, peers=[peer, other])
    assert (effect.peer, effect.before, effect.after) == (peer, "accepted", "rejected")
    assert iis.side_effects(before, before, at=FORGED, peers=[peer]) == ()


def test_both_directions_stand_in_one_table():
    top, older = root("Young"), root("Older")
    cross = older.cross_sign(top)
    ca = top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    peer = lt.ServedChain.from_der(top.intermediate("Else").leaf("peer.example").der)
    needy = lt.ServedChain.from_der(leaf.der, ca.der)
    device = lt.Device(
        id="own/old", store=store_of(older.der), client=lt.client("openssl", "1.1.1w")
    )
    catalog = attrs.evolve(lt.load_catalog(), devices=(device,))
    machine = iis.LocalMachine(
        personal=[leaf.der], intermediate=[ca.der], root=[top.der], auto_root_update=False
    )
    found = iis.diagnose(machine, leaf.der, catalog, FORGED, cross=cross.der, peers=[peer, needy])
    told = [(c.direction.value, c.who, c.before, c.after) for c in found.consequences]
    assert ("to the server", "own/old", "rejected", "accepted") in told
    assert ("from the server", str(needy), "accepted", "rejected") in told
    assert len(told) == 2


def test_by_default_the_peers_are_the_packaged_authorities():
    isrg_x1 = next(r for r in roots() if r.sha256.startswith("96bcec06"))
    before = iis.LocalMachine(root=[isrg_x1], auto_root_update=False)
    after = before.apply(iis.Move(StoreName.DISALLOWED, isrg_x1))
    lost = {effect.peer.leaf.label for effect in iis.side_effects(before, after, at=AT)}
    assert {"R12", "R13"} <= lost


def test_a_leaf_that_is_in_no_store_is_diagnosed_all_the_same():
    top = root("Only")
    leaf = top.leaf(HOSTNAME)
    found = iis.diagnose(
        iis.LocalMachine(root=[top.der], auto_root_update=False), leaf.der, at=FORGED
    )
    assert found.plan is None
    assert found.lost


def test_the_moment_has_to_be_given():
    with pytest.raises(TypeError, match="at="):
        iis.diagnose(RSA.machine(), RSA.leaf)


@CASES
def test_a_diagnosis_is_plain_data(case):
    data = diagnosed(case).to_dict()
    assert data["schema"] == 1
    assert data["plan"]["schema"] == 1
    assert data["plan"]["cross"]["is_held"]
    assert len(data["plan"]["steps"]) == len(ORDER)
    assert set(data["recovered"]) <= set(data["lost"])
