"""What a path builder may ask: who may have issued this, and which of them is taken."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import legacytrust as lt
from forge import AT, Entity, IssuerSerial, key, root
from legacytrust.names import NameForm
from legacytrust.paths.findings import Code
from legacytrust.paths.relations import BudgetExhaustedError
from legacytrust.paths.rules import CheckRules, IssuerTest, Preference, SearchRules, Strategy
from legacytrust.paths.search import Search
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.anchor import RootFacts
from legacytrust.stores.snapshot import Completeness
from support import CA, CROSS, LEAF, NEW, NOTHING, OLD, Scene, as_chain, as_store, store_of


def search(
    served: tuple[Entity, ...] = (LEAF, CA),
    store: lt.TrustStore | None = None,
    *,
    budget: int = 1000,
    checks: CheckRules = NOTHING,
    **rules: Any,
) -> Search:
    return Search(
        as_chain(served),
        store if store is not None else as_store((NEW,)),
        AT,
        SearchRules(Strategy.BACKTRACK, **rules),
        checks,
        SignatureMemo(),
        budget,
    )


def certificate(entity: Entity) -> lt.Certificate:
    return lt.Certificate.from_der(entity.der)


OTHER_KEY = {"ski": b"\x01" * 20}
UNUSUAL = {"key_usage": frozenset({"crl_sign"})}


@pytest.mark.parametrize(
    ("test", "issuer", "child", "fits"),
    [
        (IssuerTest(0), {}, {}, True),
        (IssuerTest(0), OTHER_KEY, {}, True),
        (IssuerTest.KEY_ID, {}, {}, True),
        (IssuerTest.KEY_ID, OTHER_KEY, {}, False),
        (IssuerTest.KEY_ID, OTHER_KEY, {"aki": None}, True),
        (IssuerTest.KEY_ID, {"ski": None}, {}, True),
        (IssuerTest.KEY_ID, {"serial": 7}, {"aki": IssuerSerial("N", 7)}, True),
        (IssuerTest.KEY_ID, {"serial": 8}, {"aki": IssuerSerial("N", 7)}, False),
        (IssuerTest.KEY_ID, {"serial": 7}, {"aki": IssuerSerial("M", 7)}, False),
        (IssuerTest.KEY_USAGE, {}, {}, True),
        (IssuerTest.KEY_USAGE, UNUSUAL, {}, False),
        (IssuerTest.KEY_USAGE, {"key_usage": None}, {}, True),
        (IssuerTest.KEY_KIND, {}, {}, True),
        (IssuerTest.KEY_KIND, {"key": key("rsa2048")}, {}, False),
        (IssuerTest.SIGNATURE, {}, {}, True),
        (IssuerTest.SIGNATURE, {"key": key("p256", 5)}, {}, False),
        (IssuerTest.SIGNATURE, {}, {"bad_signature": True}, False),
    ],
)
def test_what_must_fit_beside_the_name(
    test: IssuerTest, issuer: dict, child: dict, *, fits: bool
) -> None:
    above = root("N", **issuer)
    below = NEW.intermediate("I", **child)
    for from_store in (False, True):
        asked = search(served_tests=test, store_tests=test)
        answer = asked.may_issue(certificate(above), certificate(below), from_store=from_store)
        assert answer is fits


def test_a_signature_that_cannot_be_computed_counts_as_possible() -> None:
    n = root("N", key("rsa1024"))
    child = certificate(n.intermediate("I", digest="md2"))
    assert search().signed(child, certificate(n))


@pytest.mark.parametrize(
    ("form", "string_type", "subject", "fits"),
    [
        (NameForm.CANONICAL, "printable", "N", True),
        (NameForm.CANONICAL, "utf8", "n", True),
        (NameForm.ENCODED, "utf8", "N", True),
        (NameForm.ENCODED, "printable", "N", False),
        (NameForm.ENCODED, "utf8", "n", False),
        (NameForm.CANONICAL, "utf8", "M", False),
    ],
)
def test_how_names_are_compared(
    form: NameForm, string_type: str, subject: str, *, fits: bool
) -> None:
    issuer = certificate(root(subject, name_string_type=string_type))
    asked = search(served_names=form, store_names=NameForm.ENCODED)
    assert asked.may_issue(issuer, certificate(CA), from_store=False) is fits
    asked = search(served_names=NameForm.ENCODED, store_names=form)
    assert asked.may_issue(issuer, certificate(CA), from_store=True) is fits


ENDS = {"long ago": 2021, "sooner": 2026, "later": 2028, "recently": 2024}
REISSUED = {
    label: NEW.reissue(label=label, not_after=AT.replace(year=year)) for label, year in ENDS.items()
}


@pytest.mark.parametrize(
    ("preference", "candidates", "taken"),
    [
        (Preference.FIRST, "long ago, sooner, later", "long ago"),
        (Preference.VALID_ELSE_LAST, "long ago, sooner, later", "sooner"),
        (Preference.VALID_ELSE_LATEST, "long ago, later, sooner", "later"),
        (Preference.VALID_ELSE_LAST, "recently, long ago", "long ago"),
        (Preference.VALID_ELSE_LATEST, "recently, long ago", "recently"),
        (Preference.VALID_ELSE_LATEST, "long ago, recently", "recently"),
    ],
)
def test_which_of_several_is_taken(preference: Preference, candidates: str, taken: str) -> None:
    chosen = [REISSUED[label] for label in candidates.split(", ")]
    served = (LEAF, CA, *chosen)
    asked = search(
        served, as_store(chosen), served_preference=preference, store_preference=preference
    )
    wanted = certificate(REISSUED[taken])
    assert asked.served_issuer(certificate(CA), asked.served) == wanted
    anchor = asked.store_issuer(certificate(CA))
    assert anchor is not None
    assert anchor.certificate == wanted


def test_nobody_fits() -> None:
    asked = search(store=as_store((OLD,)))
    assert asked.store_issuer(certificate(CA)) is None
    assert asked.served_issuer(certificate(CA), asked.served) is None


def test_twins_and_copies() -> None:
    """A twin has the name and the key; a copy is the certificate itself."""
    asked = search(store=as_store((NEW.reissue(), OLD)))
    twin = asked.store_twin(certificate(CROSS))
    assert twin is not None
    assert twin.label == "N"
    assert asked.store_copy(certificate(NEW)) is None
    assert asked.store_copy(certificate(OLD)) is not None
    assert asked.store_twin(certificate(root("N", key("p256", 5)))) is None


def test_names_of_twins_are_compared_as_the_store_compares_names() -> None:
    spelt = certificate(root("N", name_string_type="printable"))
    assert search(store_names=NameForm.ENCODED).store_twin(spelt) is None
    assert search(store_names=NameForm.CANONICAL).store_twin(spelt) is not None


@pytest.mark.parametrize(
    ("completeness", "effect"),
    [
        (Completeness.EXACT, lt.Effect.FATAL),
        (Completeness.INFERRED, lt.Effect.FATAL),
        (Completeness.PARTIAL, lt.Effect.UNKNOWN),
    ],
)
@pytest.mark.parametrize(
    "code", [Code.NO_ISSUER, Code.UNTRUSTED_ROOT, Code.ISSUER_NOT_IN_STORE, Code.OUT_OF_ORDER]
)
def test_a_missing_root_of_a_partial_store_proves_nothing(
    completeness: Completeness, effect: lt.Effect, code: Code
) -> None:
    asked = search(store=as_store((NEW,), completeness))
    path = asked.dead_end([certificate(LEAF)], code)
    assert path.end is not None
    assert path.end.effect is (lt.Effect.FATAL if code is Code.OUT_OF_ORDER else effect)


def test_a_partial_store_that_holds_the_root_is_as_good_as_any() -> None:
    for completeness in Completeness:
        scene = Scene((LEAF, CA), (NEW,), completeness=completeness)
        assert scene.verdict("openssl 1.1.1") == "accepted"
    scene = Scene((LEAF, CA), (OLD,), completeness=Completeness.PARTIAL)
    assert scene.verdict("openssl 1.1.1") == "unknown"
    assert scene.verdict("android 9") == "unknown"


def test_facts_of_a_root_fit_by_name_and_key_identifier() -> None:
    known = certificate(NEW)
    facts = RootFacts(
        sha256=known.sha256,
        sha1=known.sha1,
        name="N",
        subject=known.subject,
        spki_sha256=known.spki_sha256,
        subject_key_id=known.subject_key_id,
        serial=known.serial,
        not_before=known.not_before,
        not_after=known.not_after,
    )
    every = IssuerTest.KEY_ID | IssuerTest.KEY_USAGE | IssuerTest.KEY_KIND | IssuerTest.SIGNATURE
    asked = search(store=store_of([lt.TrustAnchor(facts)]), store_tests=every)
    assert asked.store_issuer(certificate(CA)) == lt.TrustAnchor(facts)
    assert asked.is_self_signed(facts)
    assert asked.store_twin(certificate(CROSS)) is not None
    foreign = NEW.intermediate("I", aki=b"\x01" * 20)
    assert asked.store_issuer(certificate(foreign)) is None


def test_every_question_is_counted() -> None:
    asked = search(budget=2)
    asked.spend()
    asked.spend()
    with pytest.raises(BudgetExhaustedError):
        asked.spend()


def test_the_moment_decides_what_is_valid() -> None:
    ends = certificate(NEW.reissue(not_after=AT))
    begins = certificate(NEW.reissue(not_before=AT + datetime.timedelta(seconds=1)))
    assert search().is_valid(ends)
    assert not search().is_valid(begins)
