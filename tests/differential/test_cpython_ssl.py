"""The model of CPython's ssl module says what the module of this very interpreter says."""

import ssl
import sys
from datetime import UTC, datetime

import pytest

import legacytrust as lt
from differential.genuine import cpython
from differential.harness import compare
from forge import pkis, topologies

NOW = datetime.now(UTC).replace(microsecond=0)
KEYS = ("p256", "rsa2048", "p384", "rsa1024")


def own_model() -> lt.ClientModel:
    openssl = ssl.OPENSSL_VERSION.split()[1]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not openssl.startswith("3."):
        pytest.skip(f"this interpreter uses {ssl.OPENSSL_VERSION}; the comparison is with 3.x")
    return lt.client("cpython-ssl", python, openssl=openssl)


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_this_interpreter_and_model_agree(faults):
    compare(
        lambda pki: cpython.verify(
            pki.served, pki.store, private_key=pki.leaf_key.private_pem, hostname=pki.hostname
        ),
        own_model(),
        topologies(at=NOW) if faults == "topology" else pkis(at=NOW, key_kinds=KEYS),
        examples=200,
        hostname=True,
        # The module judges by its own clock, some seconds after this one was read.
        suits=lambda pki: not {"ends now", "starts now"} & set(pki.features),
    )


def test_the_flags_are_those_that_the_model_sets():
    context = ssl.create_default_context()
    model = own_model()
    flags = ssl.VerifyFlags
    assert (flags.VERIFY_X509_TRUSTED_FIRST in context.verify_flags) is model.search.trusted_first
    assert (flags.VERIFY_X509_PARTIAL_CHAIN in context.verify_flags) is model.search.partial_chain
    strict = bool(model.checks.strict_profile.fatal)
    assert (flags.VERIFY_X509_STRICT in context.verify_flags) is strict
    assert context.security_level == 2
