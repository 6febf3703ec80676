"""How long a full report takes, beside the obvious way of making one.

    python tests/benchmarks/report.py [ROUNDS]

Three things are measured in turn, round after round, in one process, so that a machine that gets
slower or faster meanwhile does so for all of them:

* ``report``: reading the github.com chain from its PEM text and evaluating it over all 43 Android
  device classes, nothing remembered from the round before;
* ``signatures``: checking just the signatures that such a report has to check, with the public
  keys, which is the part that no design can avoid;
* ``loop``: ``cryptography``'s own verifier once for each of the same 43 stores.

The catalogue and the 43 ``cryptography`` stores are loaded before the clock runs.  Medians and the
ratios of the medians are printed; nothing is asserted, because a time is a fact about a machine.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

import legacytrust as lt
from legacytrust.signatures import check_signature

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "github-2026-01" / "chain.pem"
HOSTNAME, AT = "github.com", datetime(2026, 1, 20, tzinfo=UTC)


def report(text: bytes) -> lt.Report:
    return lt.evaluate(lt.ServedChain.from_pem(text), hostname=HOSTNAME, at=AT, devices="android")


def links(result: lt.Report) -> list[tuple[lt.Certificate, lt.Certificate]]:
    """Every certificate and issuer on a path that was tried, each key once for a certificate."""
    pairs = {
        (below, above.public_key.spki): (below, above)
        for outcome in result
        for attempt in outcome.attempts
        if attempt.path.is_complete
        for below, above in zip(
            attempt.path.certificates, attempt.path.certificates[1:], strict=False
        )
    }
    return list(pairs.values())


def signatures(pairs: list[tuple[lt.Certificate, lt.Certificate]]) -> None:
    for below, above in pairs:
        check_signature(below, above.public_key)


def stores() -> list[Store]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            Store([x509.load_der_x509_certificate(c.der) for c in roots])
            for device in lt.load_catalog().select("android")
            if (roots := [a.certificate for a in device.store.anchors
                          if isinstance(a.certificate, lt.Certificate)])
        ]  # fmt: skip


def loop(text: bytes, all_stores: list[Store]) -> int:
    """How many of the stores the verifier accepts the chain with."""
    leaf, *rest = x509.load_pem_x509_certificates(text)
    accepted = 0
    for store in all_stores:
        verifier = PolicyBuilder().store(store).time(AT).build_server_verifier(
            x509.DNSName(HOSTNAME)
        )  # fmt: skip
        try:
            verifier.verify(leaf, rest)
            accepted += 1
        except VerificationError:
            pass
    return accepted


def measure(rounds: int) -> dict[str, float]:
    """Median milliseconds of each, taken in turn."""
    text, all_stores = EXAMPLE.read_bytes(), stores()
    pairs = links(report(text))
    work: dict[str, Callable[[], object]] = {
        "report": lambda: report(text),
        "signatures": lambda: signatures(pairs),
        "loop": lambda: loop(text, all_stores),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    found = measure(rounds)
    for name, value in found.items():
        print(f"{name:<11} {value:8.2f} ms (median of {rounds})")
    print(f"loop / report            {found['loop'] / found['report']:6.1f}")
    print(f"report beyond signatures {found['report'] - found['signatures']:6.2f} ms")


if __name__ == "__main__":
    main()
