"""The second opinion: RFC 5280 by a validator that is not ours."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import tomllib
import warnings
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, Pki, key, pkis, root
from legacytrust.errors import MissingExtraError, NaiveTimeError
from legacytrust.reference import ReferenceOutcome, judge_by_reference
from legacytrust.reference import validator as validator_module
from legacytrust.stores.anchor import RootFacts, TrustAnchor
from legacytrust.stores.library import MemoryLibrary
from legacytrust.stores.snapshot import Completeness
from material import REPOSITORY, example, store_of, utc
from material import root as packaged_root

EXAMPLES = sorted(path.parent.name for path in (REPOSITORY / "examples").glob("*/about.toml"))

R = root("Root")
CA = R.intermediate("Issuing CA")
OLD, YOUNG = datetime(2021, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def chain_of(*entities: Entity) -> lt.ServedChain:
    return lt.ServedChain.from_der(*(entity.der for entity in entities))


def judge(
    *served: Entity, store: lt.TrustStore | None = None, hostname: str | None = HOSTNAME, at=AT
) -> ReferenceOutcome:
    trusted = store if store is not None else store_of(R.der)
    return judge_by_reference(chain_of(*served), store=trusted, at=at, hostname=hostname)


def facts_of(entity: Entity) -> TrustAnchor:
    """The root as it is known when its bytes are in no package."""
    c = lt.Certificate.from_der(entity.der)
    facts = RootFacts(
        sha256=c.sha256, sha1=c.sha1, name=c.label, subject=c.subject, spki_sha256=c.spki_sha256,
        subject_key_id=c.subject_key_id, serial=c.serial,
        not_before=c.not_before, not_after=c.not_after,
    )  # fmt: skip
    return TrustAnchor(facts)


def facts_store(*entities: Entity) -> lt.TrustStore:
    anchors = [facts_of(entity) for entity in entities]
    return lt.TrustStore("own/facts", tuple(a.sha256 for a in anchors), MemoryLibrary(anchors))


class TestVerdicts:
    def test_a_good_chain_names_its_root(self):
        outcome = judge(CA.leaf(HOSTNAME), CA)
        assert (outcome.verdict, outcome.reason) == (lt.Verdict.ACCEPTED, "ends in “Root”")
        assert outcome.store == store_of(R.der)
        assert outcome.validator.startswith("pyhanko-certvalidator 0.")

    @pytest.mark.parametrize(
        ("served", "reason"),
        [
            pytest.param(
                (CA.leaf(HOSTNAME, not_after=OLD), CA),
                f"“{HOSTNAME}” expired on 2021-01-01 00:00 UTC",
                id="expired leaf",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME, not_before=YOUNG), CA),
                f"“{HOSTNAME}” is valid only from 2029-01-01 00:00 UTC",
                id="young leaf",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME), CA.reissue(not_after=OLD)),
                "“Issuing CA” expired on 2021-01-01 00:00 UTC",
                id="expired intermediate",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME), CA.reissue(not_before=YOUNG)),
                "“Issuing CA” is valid only from 2029-01-01 00:00 UTC",
                id="young intermediate",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME),),
                f"“Issuing CA”, the issuer of “{HOSTNAME}”, is neither served nor trusted",
                id="missing intermediate",
            ),
            pytest.param(
                (root("Other").leaf(HOSTNAME),),
                f"“Other”, the issuer of “{HOSTNAME}”, is neither served nor trusted",
                id="untrusted",
            ),
            pytest.param(
                (CA.leaf("www.example.org"), CA),
                f"the certificate is not for {HOSTNAME} but for www.example.org",
                id="wrong host",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME, san=None), CA),
                f"the certificate is not for {HOSTNAME} but for no name at all",
                id="common name only",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME, eku=(Oid.CLIENT_AUTH,)), CA),
                f"“{HOSTNAME}” is not for TLS servers: its purposes are clientAuth",
                id="wrong purpose",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME), R.intermediate("Issuing CA", ca=False)),
                "“Issuing CA” is not a CA",
                id="not a CA",
            ),
            pytest.param(
                (CA.leaf(HOSTNAME, bad_signature=True), CA),
                f"the signature of “{HOSTNAME}” could not be verified",
                id="bad signature",
            ),
            pytest.param(
                (
                    CA.leaf(HOSTNAME, extra_extensions=((Oid.UNKNOWN_EXTENSION, True, b"\x05\0"),)),
                    CA,
                ),
                f"“{HOSTNAME}” contains the following unsupported critical extension: "
                f"{Oid.UNKNOWN_EXTENSION}",
                id="critical extension",
            ),
        ],
    )
    def test_what_the_standard_refuses(self, served, reason):
        outcome = judge(*served)
        assert (outcome.verdict, outcome.reason) == (lt.Verdict.REJECTED, reason)

    @pytest.mark.parametrize(
        ("constraints", "verdict"),
        [
            ((("example.test",), (), True), lt.Verdict.ACCEPTED),
            ((("example.org",), (), True), lt.Verdict.REJECTED),
            ((("example.org",), (), False), lt.Verdict.REJECTED),
            (((), ("example.test",), True), lt.Verdict.REJECTED),
            (((), ("example.org",), True), lt.Verdict.ACCEPTED),
        ],
    )
    def test_name_constraints(self, constraints, verdict):
        ca = R.intermediate("Issuing CA", name_constraints=constraints)
        outcome = judge(ca.leaf(HOSTNAME), ca)
        assert outcome.verdict is verdict
        if verdict is lt.Verdict.REJECTED:
            assert HOSTNAME in outcome.reason
            assert "Issuing CA" not in outcome.reason

    def test_path_length(self):
        top = R.intermediate("Top CA", path_len=0)
        ca = top.intermediate("Issuing CA")
        outcome = judge(ca.leaf(HOSTNAME), ca, top)
        assert outcome.verdict is lt.Verdict.REJECTED
        assert outcome.reason == "it exceeds the maximum path length"

    @pytest.mark.parametrize("eku", [None, (Oid.SERVER_AUTH,), (Oid.ANY_EKU,)])
    def test_purposes_that_allow_a_tls_server(self, eku):
        assert judge(CA.leaf(HOSTNAME, eku=eku), CA).verdict is lt.Verdict.ACCEPTED

    def test_without_a_host_name_none_is_checked(self):
        outcome = judge(CA.leaf("www.example.org"), CA, hostname=None)
        assert outcome.verdict is lt.Verdict.ACCEPTED


class TestChoices:
    """What the standard leaves open, and what was chosen."""

    def test_the_dates_of_a_root_do_not_count_and_are_told(self):
        expired = R.reissue(not_after=OLD)
        outcome = judge(CA.leaf(HOSTNAME), CA, store=store_of(expired.der))
        assert outcome.verdict is lt.Verdict.ACCEPTED
        assert outcome.reason == (
            "ends in “Root”; that it expired on 2021-01-01 00:00 UTC does not count"
        )

    @pytest.mark.parametrize("digest", ["md5", "sha1"])
    def test_old_hashes_are_allowed(self, digest):
        old_root = root("Root", key("rsa2048"))
        leaf = old_root.leaf(HOSTNAME, digest=digest)
        assert judge(leaf, store=store_of(old_root.der)).verdict is lt.Verdict.ACCEPTED

    def test_any_path_will_do(self):
        """Served order is free, surplus is ignored, an expired cross-certificate is passed over."""
        new = root("New")
        cross, leaf = R.cross_sign(new, not_after=OLD), new.leaf(HOSTNAME)
        for served in ((leaf, cross, CA), (leaf, CA, cross)):
            outcome = judge(*served, store=store_of(R.der, new.der))
            assert outcome.reason == "ends in “New”"
        outcome = judge(leaf, cross, store=store_of(R.der))
        assert outcome.reason == "“New” expired on 2021-01-01 00:00 UTC"

    def test_a_valid_path_is_found_behind_a_broken_one(self):
        top = root("Top")
        twin = R.intermediate("Issuing CA", CA.spec.key, not_after=OLD)
        other = top.cross_sign(CA)
        outcome = judge(CA.leaf(HOSTNAME), twin, other, store=store_of(R.der, top.der))
        assert outcome.reason == "ends in “Top”"

    def test_a_root_of_the_same_name_and_another_key_is_not_the_reason(self):
        double = root("Root", key("p256", 99), ski=None)
        outcome = judge(
            CA.leaf(HOSTNAME), CA.reissue(not_after=OLD), store=store_of(double.der, R.der)
        )
        assert outcome.reason == "“Issuing CA” expired on 2021-01-01 00:00 UTC"

    @pytest.mark.parametrize(
        ("at", "verdict"),
        [
            (CA.spec.not_before, lt.Verdict.ACCEPTED),
            (CA.spec.not_before - timedelta(seconds=1), lt.Verdict.REJECTED),
            (CA.spec.not_after, lt.Verdict.ACCEPTED),
            (CA.spec.not_after + timedelta(seconds=1), lt.Verdict.REJECTED),
        ],
    )
    def test_dates_count_to_the_second(self, at, verdict):
        assert judge(CA.leaf(HOSTNAME), CA, at=at).verdict is verdict

    def test_the_moment_may_be_in_any_zone(self):
        at = AT.astimezone(timezone(timedelta(hours=14)))
        assert judge(CA.leaf(HOSTNAME), CA, at=at) == judge(CA.leaf(HOSTNAME), CA)


class TestUnknown:
    def test_a_root_without_bytes(self):
        outcome = judge(CA.leaf(HOSTNAME), CA, store=facts_store(R))
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert outcome.reason.startswith("“Root” is in the store, but its certificate is in no")

    def test_a_root_without_bytes_that_is_not_needed(self):
        other = root("Other")
        assert judge(CA.leaf(HOSTNAME), CA, store=facts_store(other)).verdict is lt.Verdict.REJECTED

    @pytest.mark.parametrize(
        "leaf", [CA.leaf(HOSTNAME, not_after=OLD), CA.leaf("www.example.org")], ids=["old", "host"]
    )
    def test_a_leaf_that_no_root_could_help_is_rejected(self, leaf):
        assert judge(leaf, CA, store=facts_store(R)).verdict is lt.Verdict.REJECTED

    def test_a_store_known_in_part(self):
        store = attrs.evolve(store_of(root("Other").der), completeness=Completeness.PARTIAL)
        outcome = judge(CA.leaf(HOSTNAME), CA, store=store)
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert "incomplete" in outcome.reason

    def test_a_leaf_that_is_itself_trusted(self):
        lonely = root(HOSTNAME, san=(HOSTNAME,))
        outcome = judge(lonely, store=store_of(lonely.der))
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert "RFC 5280 defines no path" in outcome.reason

    def test_an_algorithm_that_cannot_be_computed(self):
        old_root = root("Root", key("rsa2048"))
        outcome = judge(old_root.leaf(HOSTNAME, digest="md2"), store=store_of(old_root.der))
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert outcome.reason.startswith("the validator cannot check the path: ")

    def test_a_certificate_that_its_reader_refuses(self):
        der = bytearray(CA.leaf(HOSTNAME).der)
        at = der.index(bytes.fromhex("0603551d23 04")) + 7
        assert der[at] == 0x30
        der[at] = 0x02  # the authority key identifier is no SEQUENCE any more
        chain = lt.ServedChain.from_der(bytes(der), CA.der)
        outcome = judge_by_reference(chain, store=store_of(R.der), at=AT, hostname=HOSTNAME)
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert outcome.reason.startswith(f"the validator cannot read “{HOSTNAME}”: ")

    def test_a_maze_ends(self):
        """Every CA cross-signs every other one, and none of them is trusted."""
        names = [root(f"CA {i}") for i in range(12)]
        mesh = [a.cross_sign(b) for a in names for b in names if a is not b]
        outcome = judge(names[0].leaf(HOSTNAME), *mesh)
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert outcome.reason == "the search was given up: too many possible paths"

    def test_hundreds_of_certificates_in_a_row_end(self):
        above = [root("CA 0")]
        for i in range(1, 400):
            above.append(above[-1].intermediate(f"CA {i}"))
        outcome = judge(above[-1].leaf(HOSTNAME), *reversed(above[1:]))
        assert outcome.verdict in (lt.Verdict.REJECTED, lt.Verdict.UNKNOWN)


class TestManners:
    def test_it_works_inside_a_running_event_loop(self):
        async def notebook() -> ReferenceOutcome:
            return judge(CA.leaf(HOSTNAME), CA)

        assert asyncio.run(notebook()).verdict is lt.Verdict.ACCEPTED

    def test_the_event_loop_of_the_caller_stays(self):
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            judge(CA.leaf(HOSTNAME), CA)
            assert asyncio.get_event_loop() is loop
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    def test_nothing_is_warned_printed_or_logged(self, capfd):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            judge(CA.leaf(HOSTNAME), CA)
        assert not caught
        assert capfd.readouterr() == ("", "")
        assert not logging.getLogger("pyhanko_certvalidator").handlers

    def test_a_naive_moment_is_an_error(self):
        with pytest.raises(NaiveTimeError):
            judge(CA.leaf(HOSTNAME), CA, at=datetime(2025, 1, 1))  # noqa: DTZ001

    def test_it_is_plain_data(self):
        assert judge(CA.leaf(HOSTNAME), CA).to_dict() == {
            "validator": validator_module.VALIDATOR,
            "store": "own/roots",
            "verdict": "accepted",
            "reason": "ends in “Root”",
        }

    def test_without_the_package_the_error_names_the_extra(self, monkeypatch):
        monkeypatch.delitem(sys.modules, "legacytrust.reference.validator", raising=False)
        monkeypatch.setitem(sys.modules, "pyhanko_certvalidator", None)
        with pytest.raises(MissingExtraError, match=r"pip install 'legacytrust\[certvalidator\]'"):
            judge(CA.leaf(HOSTNAME), CA)

    def test_the_package_is_imported_only_when_asked(self):
        code = (
            "import sys, legacytrust, legacytrust.reference\n"
            "assert 'pyhanko_certvalidator' not in sys.modules\n"
            "assert 'asyncio' not in sys.modules\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)


@given(pki=pkis(), hostname=st.sampled_from([HOSTNAME, None]))
def test_no_pki_makes_it_fail(pki: Pki, hostname: str | None) -> None:
    chain = lt.ServedChain.from_der(*pki.served)
    outcome = judge_by_reference(chain, store=store_of(*pki.store), at=pki.at, hostname=hostname)
    assert outcome.reason
    assert "\n" not in outcome.reason
    assert not outcome.reason.endswith(".")


class TestRealChains:
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_the_newest_store_accepts_every_example_at_its_date(self, name):
        about = tomllib.loads((REPOSITORY / "examples" / name / "about.toml").read_text("utf-8"))
        outcome = judge_by_reference(
            example(name),
            store=lt.load_catalog().store("android/17"),
            at=about["at"],
            hostname=about.get("hostname"),
        )
        assert outcome.verdict is lt.Verdict.ACCEPTED, outcome.reason

    def test_github_needs_its_cross_certificate_on_an_old_store(self):
        chain, store = example("github-2026-01"), lt.load_catalog().store("android/9")
        at = utc(2026, 1, 20)
        whole = judge_by_reference(chain, store=store, at=at, hostname="github.com")
        assert whole.reason == "ends in “USERTrust ECC Certification Authority”"
        short = chain.without(chain[2])
        outcome = judge_by_reference(short, store=store, at=at, hostname="github.com")
        assert outcome.verdict is lt.Verdict.REJECTED
        assert outcome.reason == (
            "“Sectigo Public Server Authentication Root E46”, the issuer of “Sectigo Public "
            "Server Authentication CA DV E36”, is neither served nor trusted"
        )

    def test_dst_root_ca_x3_by_the_letter(self):
        """The standard does not look at the dates of a root: the trick of 2021 is sound."""
        chain, dst = example("stackoverflow-2021-12"), store_of(packaged_root("0687260331a7"))
        at = utc(2022, 1, 1)
        outcome = judge_by_reference(chain, store=dst, at=at, hostname="stackoverflow.com")
        assert outcome.verdict is lt.Verdict.ACCEPTED
        assert "that it expired on 2021-09-30 14:01 UTC does not count" in outcome.reason

    def test_evaluate_asks_it_with_the_newest_store(self):
        report = lt.evaluate(
            example("github-2026-01"), at=utc(2026, 1, 20), devices="android<=9", reference=True
        )
        assert report.reference is not None
        assert report.reference.store.id == "android/9"
        assert "RFC 5280 reference" in report.summary()
        assert report.to_dict()["reference"] == report.reference.to_dict()
