"""The assertions that other people's tests call."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import legacytrust as lt
from legacytrust.stores.snapshot import Completeness
from legacytrust.testing import assert_accepted, assert_rejected
from material import REPOSITORY, example, utc

GITHUB = REPOSITORY / "examples" / "github-2026-01" / "chain.pem"
AT = utc(2026, 1, 20)


def failure(assertion, *args, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        assertion(*args, **kwargs)
    return str(caught.value)


class TestPassing:
    def test_it_returns_the_report(self):
        report = assert_accepted(GITHUB, "android>=5.1", hostname="github.com", at=AT)
        assert isinstance(report, lt.Report)
        assert len(report.accepted) == len(report) == 22
        assert report.hostname == "github.com"

    @pytest.mark.parametrize(
        "chain", [example("github-2026-01"), GITHUB, str(GITHUB)], ids=["chain", "path", "text"]
    )
    def test_a_chain_or_a_path(self, chain):
        assert len(assert_rejected(chain, "android<=5.0", at=AT)) == 21

    def test_device_classes_instead_of_a_selector(self):
        devices = lt.load_catalog().select("android/9, android/10")
        assert len(assert_accepted(GITHUB, devices, at=AT)) == 2

    def test_a_catalogue_of_ones_own(self):
        packaged = lt.load_catalog()
        small = lt.Catalog(packaged.store_catalog, packaged.select("android/7.0"))
        assert len(assert_accepted(GITHUB, at=AT, catalog=small)) == 1


class TestFailing:
    def test_device_classes_of_one_reason_stand_together(self):
        text = failure(assert_accepted, GITHUB, "debian", hostname="github.com", at=AT)
        told = [line for line in text.splitlines() if line.startswith("  rejected: ")]
        assert len(told) == len(set(told)) == 1
        assert {"debian/5-openssl", "debian/7-curl", "debian/6-gnutls"} <= set(
            re.findall(r"debian/[\w.-]+", text)
        )

    def test_every_device_class_is_named_with_its_reason(self):
        text = failure(assert_accepted, GITHUB, "android", hostname="github.com", at=AT)
        named = re.findall(r"android/[\w.-]+", text)
        report = lt.evaluate(
            example("github-2026-01"), at=AT, hostname="github.com", devices="android"
        )
        assert named == [outcome.device.id for outcome in report.rejected if outcome.device]
        assert "rejected: “USERTrust ECC Certification Authority”, the issuer of" in text
        assert "22 accept, 21 refuse of 43" in text

    def test_the_whole_text(self):
        text = failure(assert_accepted, GITHUB, "android/5.0, android/5.1", at=AT)
        assert text == (
            "not accepted by all: github.com <- Sectigo Public Server Authentication CA DV E36 <- "
            "Sectigo Public Server Authentication Root E46 at 2026-01-20 00:00 UTC: "
            "1 accept, 1 refuse of 2 device classes\n"
            "  rejected: “USERTrust ECC Certification Authority”, the issuer of “Sectigo Public "
            "Server Authentication Root E46”, is neither served nor trusted\n"
            "    android/5.0"
        )

    def test_a_wrong_host_is_told_as_such(self):
        text = failure(assert_accepted, GITHUB, "android/9", hostname="example.com", at=AT)
        assert "is not for example.com but for github.com" in text

    def test_acceptance_fails_the_other_assertion(self):
        text = failure(assert_rejected, GITHUB, at=AT)
        assert "not rejected by all" in text
        assert "accepted: ends in “USERTrust ECC Certification Authority”" in text
        assert "android/5.0" not in text

    @pytest.mark.parametrize("assertion", [assert_accepted, assert_rejected])
    def test_unknown_is_neither(self, assertion):
        chain = example("github-2026-01")
        device = lt.load_catalog().device("android/5.0")
        store = lt.TrustStore(
            id="own/partial",
            fingerprints=device.store.fingerprints,
            library=device.store.library,
            completeness=Completeness.PARTIAL,
        )
        vague = lt.Device(id="own/vague", store=store, client=device.client)
        assert "  unknown: " in failure(assertion, chain, [vague], at=AT)

    def test_long_lists_are_wrapped_between_ids(self):
        text = failure(assert_accepted, GITHUB, "android", at=AT)
        lines = [line for line in text.splitlines() if line.startswith("    ")]
        assert len(lines) > 1
        assert all(len(line) <= 100 for line in lines)
        ids = [id.strip() for line in lines for id in line.split(",") if id.strip()]
        assert all(re.fullmatch(r"android/[\w.-]+", id) for id in ids)


class TestNotAsked:
    """A question that cannot be asked is no failed assertion."""

    def test_a_selector_that_selects_nothing(self):
        with pytest.raises(lt.LegacyTrustError):
            assert_accepted(GITHUB, "symbian", at=AT)

    def test_no_devices_prove_nothing(self):
        with pytest.raises(lt.LegacyTrustError, match="no device class"):
            assert_accepted(GITHUB, [], at=AT)

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(lt.LegacyTrustError, match=r"no\.pem"):
            assert_accepted(tmp_path / "no.pem", at=AT)


def test_the_traceback_ends_at_the_line_of_the_caller(tmp_path):
    case = tmp_path / "test_case.py"
    case.write_text(
        "from datetime import datetime, timezone\n"
        "from legacytrust.testing import assert_accepted\n"
        "def test_it():\n"
        f"    assert_accepted({str(GITHUB)!r}, 'android/5.0', "
        "at=datetime(2026, 1, 20, tzinfo=timezone.utc))\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(case)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 1, done.stderr
    assert "AssertionError: not accepted by all" in done.stdout
    assert "testing.py" not in done.stdout
