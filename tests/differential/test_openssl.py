"""The OpenSSL models say what genuine OpenSSL says, on generated PKIs, verdict by verdict.

A disagreement is a mistake in the model until it is explained.  The explained ones are listed in
:func:`explained`, each with its reason; hypothesis shrinks any other to a small chain.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine import system
from differential.genuine.model import DriverError, GenuineVerdict, NotFetchedError
from differential.genuine.node import open_node
from differential.genuine.openssl import open_library
from forge import Pki, pkis, topologies
from material import store_of

#: Genuine libraries, the model that stands for each, and the keys that its build understands.
LIBRARIES = {
    "openssl-0.9.8e-rhel5": (lt.client("openssl", "0.9.8e", sha2=True), ("rsa2048", "rsa1024")),
    "openssl-1.0.2k": (lt.client("openssl", "1.0.2k"), None),
    "openssl-1.0.2n": (lt.client("openssl", "1.0.2n"), None),
    "openssl-1.0.2q": (lt.client("openssl", "1.0.2q"), None),
    "openssl-1.0.2r": (lt.client("openssl", "1.0.2r"), None),
    "openssl-1.1.1g": (lt.client("openssl", "1.1.1g"), None),
    "openssl-1.1.1k": (lt.client("openssl", "1.1.1k"), None),
    "openssl-1.1.1w": (lt.client("openssl", "1.1.1w"), None),
    "openssl-3.5.8": (lt.client("openssl", "3.5.8"), None),
}
#: Their rules are those of a neighbour, so the quick run leaves them out.
NEIGHBOURS = ("openssl-1.0.2n", "openssl-1.0.2q", "openssl-1.1.1k")
#: Switches, on a version that has them.
SWITCHED = [
    ("openssl-1.0.2k", "trusted_first"),
    ("openssl-1.0.2k", "partial_chain"),
    ("openssl-1.0.2k", "no_alt_chains"),
    ("openssl-1.1.1w", "partial_chain"),
    ("openssl-3.5.8", "partial_chain"),
]
#: Node.js binaries: real handshakes by versions that no wheel carries.
NODES = {
    "node-0.8.28": "1.0.0m",
    "node-0.10.38": "1.0.1m",
    "node-0.10.48": "1.0.1u",
    "node-10.0.0": "1.1.0h",
}

ALL_KEYS = ("p256", "rsa2048", "p384", "rsa1024")
NOW = datetime.now(UTC).replace(microsecond=0)
compared = settings(
    max_examples=max(200, settings().max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def simulate(pki: Pki, client: lt.ClientModel, hostname: str | None = None) -> lt.Outcome:
    chain = lt.ServedChain.from_certificates(pki.served)
    store = store_of(*pki.store)
    return lt.simulate(chain, client=client, store=store, at=pki.at, hostname=hostname)


def explained(library: str, outcome: lt.Outcome) -> str:
    """Why a genuine library may differ from the model of the version that it calls itself."""
    last = outcome.attempts[-1]
    fatal = [finding for finding in last.findings if finding.is_fatal]
    own_signature = all(
        finding.code is lt.Code.SIGNATURE_INVALID
        and finding.certificate == last.path.certificates[-1]
        for finding in fatal
    )
    if library == "openssl-0.9.8e-rhel5" and fatal and own_signature:
        return "Red Hat's build does not check a root's signature on itself, as upstream 0.9.8m"
    return ""


def agree(library: str, pki: Pki, genuine: GenuineVerdict, outcome: lt.Outcome) -> None:
    accepted = outcome.verdict is lt.Verdict.ACCEPTED
    if accepted == genuine.accepted or explained(library, outcome):
        return
    note(f"{pki!r}\ngenuine: {genuine.error_text}\n{outcome.explain()}")
    assert outcome.verdict.value == ("accepted" if genuine.accepted else "rejected")


@pytest.fixture(scope="module")
def genuine() -> Iterator[Callable[[str], object]]:
    """Opens each genuine implementation once, and skips visibly when it was not fetched."""
    opened: dict[str, object] = {}

    def get(name: str) -> object:
        try:
            if name not in opened:
                opened[name] = (open_node if name.startswith("node") else open_library)(name)
        except NotFetchedError as reason:
            pytest.skip(str(reason))
        return opened[name]

    yield get
    for one in opened.values():
        one.close()


@pytest.mark.parametrize(
    "library",
    [
        pytest.param(name, marks=pytest.mark.slow if name in NEIGHBOURS else ())
        for name in LIBRARIES
    ],
)
@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_library_and_model_agree(library, faults, genuine):
    real = genuine(library)
    client, keys = LIBRARIES[library]
    keys = keys or ALL_KEYS
    names_host = client.checks.hostname.checked
    drawn = topologies(key_kind=keys[0]) if faults == "topology" else pkis(key_kinds=keys)

    @compared
    @given(drawn)
    def compare(pki):
        hostname = pki.hostname if names_host else None
        verdict = real.verify(pki.served, pki.store, at=pki.at, hostname=hostname)
        agree(library, pki, verdict, simulate(pki, client, hostname))

    compare()


@pytest.mark.slow
@pytest.mark.parametrize(("library", "flag"), SWITCHED)
def test_library_and_model_agree_with_a_switch_set(library, flag, genuine):
    real = genuine(library)
    client = lt.client("openssl", library.removeprefix("openssl-"), **{flag: True})

    @compared
    @given(topologies())
    def compare(pki):
        verdict = real.verify(pki.served, pki.store, at=pki.at, flags=frozenset({flag}))
        agree(library, pki, verdict, simulate(pki, client))

    compare()


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("library", ["openssl-1.1.1w", "openssl-3.5.8"])
def test_security_levels_mean_the_same(library, level, genuine):
    real = genuine(library)
    client = lt.client("openssl", library.removeprefix("openssl-"), security_level=level)

    @compared
    @given(pkis())
    def compare(pki):
        verdict = real.verify(pki.served, pki.store, at=pki.at, security_level=level)
        agree(library, pki, verdict, simulate(pki, client))

    compare()


def test_without_sha2_the_oldest_library_and_model_agree(genuine):
    real = genuine("openssl-0.9.8e-rhel5")
    client = lt.client("openssl", "0.9.8e")

    @compared
    @given(pkis(key_kinds=("rsa2048", "rsa1024")))
    def compare(pki):
        verdict = real.verify(pki.served, pki.store, at=pki.at, register_all_digests=False)
        agree("openssl-0.9.8e-rhel5", pki, verdict, simulate(pki, client))

    compare()


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_the_machines_own_openssl_command_and_model_agree(faults):
    version = system_version()
    client = lt.client("openssl", version, security_level=1)
    drawn = topologies() if faults == "topology" else pkis()

    @settings(compared, max_examples=300)
    @given(drawn)
    def compare(pki):
        verdict = system.verify(
            pki.served, pki.store, at=pki.at, hostname=pki.hostname, security_level=1
        )
        agree("system", pki, verdict, simulate(pki, client, pki.hostname))

    compare()


def system_version() -> str:
    try:
        version = system.command_version().split()[1]
    except (DriverError, OSError) as reason:
        pytest.skip(f"no openssl command here: {reason}")
    if not version.startswith("3."):
        pytest.skip(f"the machine's openssl is {version}; the comparison is with 3.x")
    return version


@pytest.mark.slow
@pytest.mark.parametrize("name", NODES)
def test_handshakes_of_old_node_binaries_and_model_agree(name, genuine):
    real = genuine(name)
    client = lt.client("openssl", NODES[name])

    @settings(compared, max_examples=150)
    @given(st.one_of(topologies(at=NOW), pkis(at=NOW, key_kinds=ALL_KEYS)))
    def compare(pki):
        # The binary judges by its own clock, some seconds after this module was read.
        assume("ends now" not in pki.features and "starts now" not in pki.features)
        verdict = real.verify(
            pki.served, pki.store, private_key=pki.leaf_key.private_pem, at=pki.at
        )
        assume(verdict.is_decided)
        agree(name, pki, verdict, simulate(pki, client))

    compare()
