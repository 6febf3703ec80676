"""Android's own browser: what it does before it asks the platform, by version."""

from __future__ import annotations

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, key, root
from legacytrust.clients.android import ANDROID
from legacytrust.clients.android_browser import ANDROID_BROWSER
from legacytrust.errors import UnknownClientError
from material import example, utc
from support import STALE_NEW, as_chain, as_store

RSA = key("rsa2048")
OLD = root("O", RSA)
NEW = root("N", key("rsa2048", 1))
CROSS = OLD.cross_sign(NEW)
STALE = NEW.reissue(not_after=STALE_NEW.spec.not_after)
CA = NEW.intermediate("I", RSA)
STRANGER = root("T", RSA).intermediate("J", RSA)
LEAF = CA.leaf(HOSTNAME, RSA)


def says(
    family: str,
    version: str,
    served: tuple[Entity, ...],
    store: tuple[Entity, ...],
    *,
    hostname: str | None = None,
) -> str:
    outcome = lt.simulate(
        as_chain(served),
        client=lt.client(family, version),
        store=as_store(store),
        at=AT,
        hostname=hostname,
        pool=lt.CertificatePool(),
    )
    return outcome.verdict.value


LISTS = {
    # served, store, which versions accept it
    "in order": ((LEAF, CA), (NEW,), "1.0 1.6 2.0 2.3.5 3.0 4.0 4.3"),
    "swapped": ((LEAF, CROSS, CA), (OLD,), "2.0 2.3.5 3.0 4.0 4.3"),
    "surplus in the middle": ((LEAF, STRANGER, CA), (NEW,), "2.0 2.3.5 3.0 4.0 4.3"),
    "an expired root": ((LEAF, CA, STALE), (NEW,), "2.0 2.3.5 3.0 4.0 4.3"),
    "an expired root, the same in the store": (
        (LEAF, CA, STALE), (STALE,), "2.0 2.3.5 3.0 4.0 4.3",
    ),
    "a missing intermediate": ((LEAF,), (NEW,), ""),
    "a cross-certificate whose root is not known": ((LEAF, CA, CROSS), (NEW,), "3.0 4.0 4.3"),
}  # fmt: skip
VERSIONS = ("1.0", "1.6", "2.0", "2.3.5", "3.0", "4.0", "4.3")


@pytest.mark.parametrize("case", LISTS)
@pytest.mark.parametrize("version", VERSIONS)
def test_lists(case, version):
    served, store, accepting = LISTS[case]
    expected = "accepted" if version in accepting.split() else "rejected"
    verdict = says("android-browser", version, served, store)
    unread = version < "2.3" and expected == "accepted"
    assert verdict == ("unknown" if unread else expected)


@pytest.mark.parametrize("case", LISTS)
def test_applications_of_the_same_telephone_are_strict(case):
    served, store, accepting = LISTS[case]
    strict = "accepted" if "1.0" in accepting.split() else "rejected"
    assert says("android", "2.3.5", served, store) == strict


@pytest.mark.parametrize(
    ("names", "version", "accepted"),
    [
        ((HOSTNAME,), "2.3", True),
        (("*.example.test",), "2.3", True),
        (("w*.example.test",), "2.3", True),
        (("*.test",), "2.3", False),
        (("*.www.example.test",), "2.3", True),
        (("*.www.example.test",), "4.0", True),
        (("mail.example.test",), "2.3", False),
        (None, "2.3", True),
        (None, "4.3", True),
    ],
)
def test_host_names(names, version, accepted):
    leaf = CA.leaf(HOSTNAME, RSA, san=names)
    verdict = says("android-browser", version, (leaf, CA), (NEW,), hostname=HOSTNAME)
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.1", "4.2.2", "4.3.1"])
def test_later_browsers_search_as_the_platform_does(version):
    browser, platform = ANDROID_BROWSER.model(version), ANDROID.model(version)
    assert browser.search == platform.search
    assert browser.checks.dates == platform.checks.dates


@pytest.mark.parametrize(("version", "known"), [("2.3.5", False), ("2.3.6", True)])
def test_the_blocklist_of_the_release_is_the_platforms(version, known):
    assert bool(ANDROID_BROWSER.model(version).checks.blocklist.leaf_serials) is known


def test_later_webviews_are_another_client():
    with pytest.raises(UnknownClientError, match="Chromium"):
        ANDROID_BROWSER.model("4.4")


def test_the_browser_of_a_telephone_is_a_class_beside_its_applications():
    """A list in the wrong order does harm in the applications, and none in the browser."""
    catalog = lt.load_catalog()
    leaf, *others = example("stackoverflow-2021-12")
    mixed = lt.ServedChain.from_certificates([leaf, *reversed(others)])
    chosen = (*catalog.select("android-browser/2.3*"), *catalog.select("android/2.3*"))
    report = lt.evaluate(mixed, devices=chosen, at=utc(2021, 12, 25))
    assert {outcome.device.family for outcome in report.accepted} == {"android-browser"}
    assert {outcome.device.family for outcome in report.rejected} == {"android"}
    for device in catalog.select("android-browser"):
        twin = catalog.device(device.id.replace("android-browser", "android"))
        assert (device.store, device.released) == (twin.store, twin.released)
