"""The incidents on the device classes of Linux, of small devices, of browsers and of Windows.

Each file in ``fared`` tells how one chain fared at one moment, as one line for a run of device
classes of one outcome: the verdict, and the root in which the path ends or the reason why it does
not.  Java and Apple have tables of their own beside this, and so has each client with stores that
hold one root only.

What a class could do is asked of it as it is, also where it is younger than the incident: what
counts is that it still holds the dead root, or no longer, or never did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import attrs
import pytest

import legacytrust as lt
from history.runs import told
from material import example, shared_chain, utc

FARED: Final = Path(__file__).parent / "fared"
LINUX: Final = "alpine, certifi, curl, debian, nodejs, openwrt, rhel, yocto"
SMALL: Final = (
    "adafruit-airlift, arduino-mbed, arduino-nina, arduino-uno-r4, circuitpython, consumer-iot, "
    "esp-idf, tizen"
)
BROWSERS: Final = "chrome, firefox, nintendo-switch"
JAVA: Final = "corretto, openjdk, oracle-java, temurin"
APPLE: Final = "ios, macos"
MOST: Final = f"{LINUX}, {SMALL}, {BROWSERS}, windows"


@attrs.frozen
class Case:
    """A chain at one moment, and whom it is sent to.

    :param chain: reads what the server sent.
    :param devices: a selector.
    """

    chain: Callable[[], lt.ServedChain]
    at: datetime
    devices: str
    hostname: str | None = None


def _short_chain() -> lt.ServedChain:
    chain = example("stackoverflow-2021-12")
    return chain.without(chain[2])


# An issuing CA stands in for the leaf of AddTrust's time, which browsers would refuse for that.
CASES: Final = {
    "addtrust-before": Case(
        lambda: example("comodo-rsa-dv-addtrust-issuers"),
        utc(2020, 5, 1),
        f"{LINUX}, {SMALL}, windows",
    ),
    "addtrust-expired": Case(
        lambda: example("comodo-rsa-dv-addtrust-issuers"),
        utc(2020, 6, 1),
        f"{LINUX}, {SMALL}, windows",
    ),
    "dst-root-x3-expired": Case(
        lambda: example("stackoverflow-2021-12"), utc(2022, 1, 1), MOST, "stackoverflow.com"
    ),
    "dst-root-x3-left-out": Case(_short_chain, utc(2022, 1, 1), MOST, "stackoverflow.com"),
    "r46-without-cross": Case(
        lambda: shared_chain("sectigo-sslmate.com-2025-12-short"),
        utc(2026, 1, 20),
        MOST,
        "sslmate.com",
    ),
    "r46-with-cross": Case(
        lambda: shared_chain("sectigo-sslmate.com-2025-12-cross-usertrust"),
        utc(2026, 1, 20),
        MOST,
        "sslmate.com",
    ),
    "gts-under-globalsign": Case(
        lambda: example("servo-2026-01"), utc(2026, 2, 1), MOST, "servo.org"
    ),
    "entrust-before-the-limits": Case(
        lambda: shared_chain("validev.entrust.net-2024-06-d4abe4"),
        utc(2025, 1, 20),
        f"{LINUX}, {JAVA}, {APPLE}, {BROWSERS}, windows",
        "validev.entrust.net",
    ),
    "symantec-2018-11": Case(
        lambda: shared_chain("valid-root12.geotrust.com-2017-05-2f0f06"),
        utc(2018, 11, 1),
        f"firefox, {APPLE}, {JAVA}, nodejs, windows",
        "valid-root12.geotrust.com",
    ),
}  # fmt: skip


def _brief(line: str) -> str:
    sectigo = line.replace("Sectigo Public Server Authentication Root ", "Sectigo ")
    return sectigo.replace(" Certification Authority", "")


@pytest.mark.parametrize("name", CASES)
def test_each_run_of_device_classes(name: str) -> None:
    case = CASES[name]
    report = lt.evaluate(
        case.chain(), hostname=case.hostname, at=case.at, devices=case.devices
    )  # fmt: skip
    assert [_brief(line) for line in told(report)] == (
        FARED / f"{name}.txt"
    ).read_text().splitlines()


def test_every_file_is_asked_for() -> None:
    assert {path.stem for path in FARED.glob("*.txt")} == set(CASES)


def _reached(name: str) -> set[str]:
    case = CASES[name]
    report = lt.evaluate(case.chain(), hostname=case.hostname, at=case.at, devices=case.devices)
    return {outcome.device.id for outcome in report.accepted if outcome.device}


def test_the_short_chain_of_lets_encrypt_was_a_trade() -> None:
    """It wins all that stumble over the dead root, and loses those that look at no date of a root."""
    long, short = _reached("dst-root-x3-expired"), _reached("dst-root-x3-left-out")
    families = {id.split("/")[0] for id in long - short - {"debian/8-java"}}
    assert families == {"adafruit-airlift", "arduino-mbed", "arduino-nina", "esp-idf"}
    assert short - long >= {"alpine/3.8-libressl", "debian/8.11-openssl", "rhel/7.9-openssl"}
    assert short - long >= {"openwrt/21.02.0", "nodejs/8.17.0", "debian/10-gnutls"}


def test_the_cross_certificate_of_r46_loses_nobody() -> None:
    assert _reached("r46-without-cross") < _reached("r46-with-cross")


@pytest.mark.parametrize("store", ["esp-idf/6.0-full", "esp-idf/6.0-common"])
def test_esp_idf_6_has_gts_root_r4_and_refuses_it_as_cloudflare_serves_it(store: str) -> None:
    case = CASES["gts-under-globalsign"]
    chain = case.chain()
    (refused,) = lt.evaluate(chain, hostname=case.hostname, at=case.at, devices=store)
    shorter = chain.without(chain[2])
    (taken,) = lt.evaluate(shorter, hostname=case.hostname, at=case.at, devices=store)
    assert (refused.verdict, taken.verdict) == ("rejected", "accepted")
