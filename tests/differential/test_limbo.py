"""On the cases of x509-limbo, each model says what its genuine client says.

The suite's own expectations are those of a strict validator of today and are not looked at.  What
our reader refuses is asked of nobody.  Differences that are explained are listed by client and kind.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import legacytrust as lt
from differential.genuine.bearssl import open_bearssl
from differential.genuine.boringssl import open_android
from differential.genuine.gnutls import open_gnutls
from differential.genuine.go import SYSTEM as SYSTEM_GO
from differential.genuine.go import open_go, system_version
from differential.genuine.mbedtls import open_mbedtls
from differential.genuine.model import DriverError
from differential.genuine.nss import open_nss
from differential.genuine.openssl import open_library
from differential.genuine.wolfssl import SYSTEM as SYSTEM_WOLFSSL
from differential.genuine.wolfssl import open_wolfssl
from legacytrust.simulate import Question
from limbo import Case, cases

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END", re.DOTALL)

#: Genuine client, its model, and whether it compares the host name.
CLIENTS: dict[str, tuple[Callable[[], Any], Callable[[], lt.ClientModel], bool]] = {
    "openssl 1.0.2k": (
        lambda: open_library("openssl-1.0.2k"), lambda: lt.client("openssl", "1.0.2k"), True,
    ),
    "openssl 1.1.1w": (
        lambda: open_library("openssl-1.1.1w"), lambda: lt.client("openssl", "1.1.1w"), True,
    ),
    "openssl 3.5.8": (
        lambda: open_library("openssl-3.5.8"), lambda: lt.client("openssl", "3.5.8"), True,
    ),
    "boringssl android-13": (
        open_android, lambda: lt.client("boringssl", "android-13"), True,
    ),
    "gnutls 3.7.9": (open_gnutls, lambda: lt.client("gnutls", "3.7.9"), True),
    "nss-classic 3.87": (
        lambda: open_nss("classic"), lambda: lt.client("nss-classic", "3.87"), True,
    ),
    "nss-libpkix 3.87": (
        lambda: open_nss("pkix"), lambda: lt.client("nss-libpkix", "3.87"), True,
    ),
    "mbedtls 2.28.8": (
        lambda: open_mbedtls("mbedtls-2.28.8"), lambda: lt.client("mbedtls", "2.28.8"), True,
    ),
    "bearssl 0.6": (open_bearssl, lambda: lt.client("bearssl", "0.6"), True),
    "wolfssl-altchains 5.5.4": (
        lambda: open_wolfssl(SYSTEM_WOLFSSL),
        lambda: lt.client("wolfssl-altchains", "5.5.4", tls12=True), True,
    ),
    "go (Debian)": (
        lambda: open_go(SYSTEM_GO), lambda: lt.client("go", system_version()), True,
    ),
    "go 1.27.3": (lambda: open_go("go-1.27.3"), lambda: lt.client("go", "1.27.3"), True),
}  # fmt: skip


_NO_AIA = "authorityInfoAccess is not among the extensions whose form the model looks at"
_NO_SUBTREE = "not understood: ASN_NO_SIGNER_E"
#: Why a genuine client says something else than its model, by client and case.
EXPLAINED: dict[str, dict[str, str]] = {
    "nss-libpkix 3.87": {
        "pathological::nc-dos-1": "the genuine client runs out of memory",
        "pathological::nc-dos-3": "not understood: SEC_ERROR_EXTENSION_NOT_FOUND",
        "rfc5280::nc::nc-forbids-alternate-chain-ica": "not understood: it finds no issuer at all",
    },
    "wolfssl-altchains 5.5.4": {
        "rfc5280::nc::nc-permits-invalid-dns-san": "not understood: ASN_NAME_INVALID_E",
        "rfc5280::nc::nc-permits-invalid-ip-san": "not understood: MEMORY_E",
        "rfc5280::root-inconsistent-ca-extensions": "ASN_PARSE_E when the root is loaded; not looked into",
        "webpki::aki::root-with-aki-missing-keyidentifier": "ASN_PARSE_E when the root is loaded; not looked into",
        "webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-sequences": _NO_SUBTREE,
        "webpki::malformed-aia": _NO_AIA,
        "webpki::forbidden-dsa-root": "whether this build verifies DSA is unknown to the model",
        "webpki::forbidden-dsa-leaf": "whether this build verifies DSA is unknown to the model",
    },
    "go (Debian)": {"webpki::malformed-aia": _NO_AIA},
    "go 1.27.3": {"webpki::malformed-aia": _NO_AIA},
}  # fmt: skip


def ders(pems: tuple[str, ...]) -> list[bytes]:
    return [base64.b64decode(block) for text in pems for block in _BLOCK.findall(text)]


@pytest.fixture(scope="module")
def opened() -> Iterator[Callable[[str], Any]]:
    with ExitStack() as stack:

        def get(name: str) -> Any:
            try:
                return stack.enter_context(CLIENTS[name][0]())
            except DriverError as reason:
                pytest.skip(str(reason))

        yield get


def asked(case: Case, real: Any, model: lt.ClientModel, *, hosts: bool) -> tuple[str, str] | None:
    """What the genuine client and the model say; ``None`` where one of them cannot be asked.

    A genuine client can be asked for whole seconds only.  Where the model gives up, the genuine
    one may not end either: libpkix goes through every path and keeps them all in memory.
    """
    chain, store = case.chain, case.store
    if chain is None or store is None or case.at.microsecond:
        return None
    host = case.hostname if hosts else None
    outcome = Question.of(chain, case.at, host, pool=lt.CertificatePool()).ask(model, store)
    if any(finding.code is lt.Code.BUDGET_EXHAUSTED for finding in outcome.findings):
        return None
    verdict = real.verify(ders(case.served), ders(case.trusted), at=case.at, hostname=host)
    if not verdict.is_decided:
        return None
    return ("accepted" if verdict.accepted else "rejected"), outcome.verdict.value


@pytest.mark.slow
@pytest.mark.parametrize("name", CLIENTS)
def test_the_model_agrees_on_every_case(name: str, opened: Callable[[str], Any]) -> None:
    _, model, hosts = CLIENTS[name]
    real, different = opened(name), {}
    for case in cases():
        said = asked(case, real, model(), hosts=hosts)
        if said is not None and said[0] != said[1]:
            different[case.id] = said
    known = EXPLAINED.get(name, {})
    assert {id: said for id, said in different.items() if id not in known} == {}
    assert set(known) <= set(different), "an explanation that explains nothing"
