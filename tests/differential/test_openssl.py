"""The OpenSSL models say what genuine OpenSSL says, on generated PKIs, verdict by verdict.

A disagreement is a mistake in the model until it is explained; :func:`explanation` knows the one
that is.  Hypothesis shrinks any other to a small chain.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine import system
from differential.genuine.model import DriverError, GenuineVerdict, NotFetchedError
from differential.genuine.node import open_node
from differential.genuine.openssl import SYSTEM, open_library
from differential.harness import Explain, asking, compare
from forge import Pki, pkis, topologies

#: Genuine libraries, the model that stands for each, and the keys that its build understands.
LIBRARIES = {
    "openssl-0.9.8e-rhel5": (lt.client("openssl", "0.9.8e", sha2=True), ("rsa2048", "rsa1024")),
    "openssl-1.0.2k": (lt.client("openssl", "1.0.2k"), None),
    "openssl-1.0.2n": (lt.client("openssl", "1.0.2n"), None),
    "openssl-1.0.2q": (lt.client("openssl", "1.0.2q"), None),
    "openssl-1.0.2r": (lt.client("openssl", "1.0.2r"), None),
    "openssl-1.1.1g": (lt.client("openssl", "1.1.1g"), None),
    "openssl-1.1.1i": (lt.client("openssl", "1.1.1i"), None),
    "openssl-1.1.1k": (lt.client("openssl", "1.1.1k"), None),
    "openssl-1.1.1w": (lt.client("openssl", "1.1.1w"), None),
    "openssl-3.5.8": (lt.client("openssl", "3.5.8"), None),
}
#: Their rules are those of a neighbour, so the quick run leaves them out.
NEIGHBOURS = ("openssl-1.0.2n", "openssl-1.0.2q", "openssl-1.1.1i", "openssl-1.1.1k")
#: Switches, on a version that has them.
SWITCHED = [
    ("openssl-1.0.2k", "trusted_first"),
    ("openssl-1.0.2k", "partial_chain"),
    ("openssl-1.0.2k", "no_alt_chains"),
    ("openssl-1.1.1w", "partial_chain"),
    ("openssl-3.5.8", "partial_chain"),
    ("openssl-3.5.8", "x509_strict"),
]
#: Node.js binaries: real handshakes by versions that no wheel carries.
NODES = {
    "node-0.8.28": "1.0.0m",
    "node-0.10.0": "1.0.1e",
    "node-0.10.38": "1.0.1m",
    "node-0.10.48": "1.0.1u",
    "node-4.0.0": "1.0.2d",
    "node-4.9.1": "1.0.2o",
    "node-8.17.0": "1.0.2s",
    "node-10.0.0": "1.1.0h",
    "node-12.0.0": "1.1.1b",
    "node-16.20.2": "1.1.1v",
    "node-17.9.1": "3.0.3",
    "node-18.20.8": "3.0.16",
    "node-24.21.0": "3.5.8",
}

ALL_KEYS = ("p256", "rsa2048", "p384", "rsa1024")
NOW = datetime.now(UTC).replace(microsecond=0)


def red_hats(pki: Pki, outcome: lt.Outcome, verdict: GenuineVerdict) -> str:
    """Red Hat's 0.9.8e does not check a root's signature on itself, as upstream from 0.9.8m."""
    last = outcome.attempts[-1]
    fatal = [finding for finding in last.findings if finding.is_fatal]
    own_signature = all(
        finding.code is lt.Code.SIGNATURE_INVALID
        and finding.certificate == last.path.certificates[-1]
        for finding in fatal
    )
    return "Red Hat's patch: own signature of a root" if fatal and own_signature else ""


def explanation(library: str) -> Explain:
    """Why a genuine library may differ from the model of the version that it calls itself."""
    return red_hats if library == "openssl-0.9.8e-rhel5" else lambda *_: ""


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
    compare(
        lambda pki: real.verify(
            pki.served, pki.store, at=pki.at, hostname=pki.hostname if names_host else None
        ),
        client,
        topologies(key_kind=keys[0]) if faults == "topology" else pkis(key_kinds=keys),
        examples=200,
        hostname=names_host,
        explain=explanation(library),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("library", "flag"), SWITCHED)
def test_library_and_model_agree_with_a_switch_set(library, flag, genuine):
    client = lt.client("openssl", library.removeprefix("openssl-"), **{flag: True})
    ask = asking(genuine(library).verify, flags=frozenset({flag}))
    compare(ask, client, topologies(), examples=200)


@pytest.mark.slow
def test_the_strict_profile_asks_the_same_of_certificates(genuine):
    ask = asking(genuine("openssl-3.5.8").verify, flags=frozenset({"x509_strict"}))
    compare(ask, lt.client("openssl", "3.5.8", x509_strict=True), pkis(), examples=300)


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("library", ["openssl-1.1.1w", "openssl-3.5.8"])
def test_security_levels_mean_the_same(library, level, genuine):
    client = lt.client("openssl", library.removeprefix("openssl-"), security_level=level)
    ask = asking(genuine(library).verify, security_level=level)
    compare(ask, client, pkis(), examples=200)


def test_without_sha2_the_oldest_library_and_model_agree(genuine):
    ask = asking(genuine("openssl-0.9.8e-rhel5").verify, register_all_digests=False)
    drawn = pkis(key_kinds=("rsa2048", "rsa1024"))
    compare(ask, lt.client("openssl", "0.9.8e"), drawn, examples=200, explain=red_hats)


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_the_machines_own_openssl_command_and_model_agree(faults):
    compare(
        lambda pki: system.verify(
            pki.served, pki.store, at=pki.at, hostname=pki.hostname, security_level=1
        ),
        lt.client("openssl", system_version(), security_level=1),
        topologies() if faults == "topology" else pkis(),
        examples=200,
        hostname=True,
    )


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_the_machines_own_library_and_model_agree(faults, genuine):
    """At the level that its own libssl asks for: Debian's is built with level 2."""
    real, version = genuine(SYSTEM), system_version()
    compare(
        lambda pki: real.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        lt.client("openssl", version, security_level=real.security_level),
        topologies() if faults == "topology" else pkis(),
        examples=100,
        hostname=True,
        name=f"openssl {version}, level {real.security_level}",
    )


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
    compare(
        lambda pki: real.verify(
            pki.served, pki.store, private_key=pki.leaf_key.private_pem, at=pki.at
        ),
        lt.client("node", name.removeprefix("node-"), openssl=NODES[name]),
        st.one_of(topologies(at=NOW), pkis(at=NOW, key_kinds=ALL_KEYS)),
        examples=150,
        # The binary judges by its own clock, some seconds after this module was read.
        suits=lambda pki: not {"ends now", "starts now"} & set(pki.features),
    )
