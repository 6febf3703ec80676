"""Device classes of embedded systems: how people find them, and what they make of real chains."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

import legacytrust as lt
from material import example, utc


def found(text: str) -> set[str]:
    """Device classes that mention a text, as the command line searches."""

    def mentions(device: lt.Device) -> bool:
        return any(
            text in place.casefold() for place in (device.id, device.title, *device.examples)
        )

    return {device.id for device in lt.load_catalog().devices if mentions(device)}


NAMED = [
    ("esp32", {"esp-idf/4.2-full", "esp-idf/6.0-common"}),
    ("switch", {"nintendo-switch/1.0.0", "nintendo-switch/16.0.0"}),
    ("nano 33 iot", {"arduino-nina/1.1.0", "arduino-nina/1.4.6"}),
    ("portenta", {"arduino-mbed/2023-08-09"}),
    ("uno r4", {"arduino-uno-r4/0.5.2"}),
    ("pyportal", {"adafruit-airlift/1.7.5"}),
    ("pico w", {"circuitpython/9.0.0-pico-w"}),
    ("roku", {"consumer-iot/roku-tv"}),
    ("lg tv", {"consumer-iot/lg-tv"}),
    ("echo", {"consumer-iot/amazon-echo-dot"}),
    ("tizen", {"tizen/2.4"}),
]


@pytest.mark.parametrize(("text", "among"), NAMED)
def test_a_person_finds_the_device(text: str, among: set[str]) -> None:
    assert among <= found(text)


def scopes(ids: Iterable[str]) -> set[tuple[bool, bool]]:
    """Of each class: whether a date can be the end, and whether nobody knows that."""
    clients = (lt.load_catalog().device(id).client for id in ids)
    return {(bool(c.checks.dates.fatal), bool(c.checks.dates.unknown)) for c in clients}


DATELESS = ("esp-idf", "arduino-nina", "adafruit-airlift", "circuitpython", "arduino-mbed",
            "arduino-uno-r4", "amazon-freertos")  # fmt: skip


@pytest.mark.parametrize("family", DATELESS)
def test_these_look_at_no_date(family: str) -> None:
    ids = [device.id for device in lt.load_catalog().devices if device.family == family]
    assert scopes(ids) == {(False, False)}


def test_whether_a_switch_looks_at_dates_is_up_to_the_program() -> None:
    ids = [d.id for d in lt.load_catalog().devices if d.family == "nintendo-switch"]
    assert scopes(ids) == {(False, True)}


# -- real chains ----------------------------------------------------------------------------------

STACKOVERFLOW, GOOGLE, RUST = "stackoverflow-2021-12", "google-2026-01", "rust-lang-2026-01"
WHEN = {STACKOVERFLOW: utc(2021, 12, 25), GOOGLE: utc(2026, 2, 1), RUST: utc(2026, 2, 13)}

CHAINS = [
    # ISRG Root X1 under the expired DST Root CA X3: the bundle's own X1 is not reached
    (STACKOVERFLOW, "esp-idf/5.4-full", "accepted"),
    (STACKOVERFLOW, "esp-idf/5.5-full", "rejected"),
    (STACKOVERFLOW, "esp-idf/6.0-common", "rejected"),
    (STACKOVERFLOW, "arduino-uno-r4/0.4.1", "rejected"),
    # who is given a store asks it first, and who looks at no date takes the expired root
    (STACKOVERFLOW, "arduino-nina/1.4.6", "accepted"),
    (STACKOVERFLOW, "arduino-nina/1.1.0", "accepted"),
    (STACKOVERFLOW, "tizen/2.4", "rejected"),
    (STACKOVERFLOW, "consumer-iot/lg-tv", "rejected"),
    (STACKOVERFLOW, "nintendo-switch/1.0.0", "rejected"),
    (STACKOVERFLOW, "nintendo-switch/6.0.0", "unknown"),
    (STACKOVERFLOW, "nintendo-switch/10.1.0", "accepted"),
    # GTS Root R1 under GlobalSign Root CA, which 6.0 dropped
    (GOOGLE, "esp-idf/5.5-full", "accepted"),
    (GOOGLE, "esp-idf/6.0-full", "rejected"),
    (GOOGLE, "consumer-iot/harman-invoke", "unknown"),
    # a chain that ends below ISRG Root X1
    (RUST, "arduino-nina/1.4.2", "rejected"),
    (RUST, "arduino-nina/1.4.5", "accepted"),
    (RUST, "adafruit-airlift/1.6.1", "rejected"),
    (RUST, "adafruit-airlift/1.7.5", "accepted"),
    (RUST, "arduino-mbed/2022-03-07", "rejected"),
    (RUST, "arduino-mbed/2023-08-09", "accepted"),
    (RUST, "esp-idf/5.0-common", "rejected"),
    (RUST, "esp-idf/5.0-full", "accepted"),
    (RUST, "nintendo-switch/10.0.3", "rejected"),
    (RUST, "nintendo-switch/10.1.0", "accepted"),
    (RUST, "tizen/3.0-platform", "rejected"),
]


@pytest.mark.parametrize(("name", "device", "verdict"), CHAINS)
def test_real_chains(name: str, device: str, verdict: str) -> None:
    (outcome,) = lt.evaluate(example(name), at=WHEN[name], devices=device)
    assert outcome.verdict == verdict, outcome.explain()


@pytest.mark.parametrize(
    ("name", "device"),
    [(STACKOVERFLOW, "esp-idf/5.5-full"), (GOOGLE, "esp-idf/6.0-full")],
)
def test_sending_one_certificate_fewer_helps(name: str, device: str) -> None:
    shorter = lt.ServedChain.from_certificates(example(name).certificates[:-1])
    (outcome,) = lt.evaluate(shorter, at=WHEN[name], devices=device)
    assert outcome.verdict is lt.Verdict.ACCEPTED
