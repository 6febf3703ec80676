"""``legacytrust check`` and ``legacytrust explain``."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

import legacytrust as lt
from forge import HOSTNAME, root
from legacytrust.cli import check as check_module
from legacytrust.cli.app import application
from material import REPOSITORY

GITHUB = "examples/github-2026-01/chain.pem"
DUCKDUCKGO = "examples/duckduckgo-2021-12/chain.pem"
DATED = ("--hostname", "github.com", "--at", "2026-01-20")
ANDROID = ("--devices", "android")

TABLE = """\
chain      examples/github-2026-01/chain.pem
           1  github.com, until 2026-04-05
           2  Sectigo Public Server Authentication CA DV E36, until 2036-03-21
           3  Sectigo Public Server Authentication Root E46, until 2038-01-18
host       github.com
date       2026-01-20 00:00 UTC
data       legacytrust {version}, store data {data}
reference  {validator} on android/17

device classes         verdict     why
android 1.0 - 5.0      ✗ rejected  “USERTrust ECC Certification Authority”, the issuer of \
“Sectigo Public Server Authentication Root E46”, is neither served nor trusted
android 5.1 - 14-qpr2  ✓ accepted  ends in “USERTrust ECC Certification Authority”
android 15 - 17        ✓ accepted  ends in “Sectigo Public Server Authentication Root E46”
RFC 5280 reference     ✓ accepted  ends in “Sectigo Public Server Authentication Root E46”

22 of 43 device classes accept the chain, 21 refuse it
"""


def test_the_text_for_people(process):
    done = process("check", GITHUB, *DATED, *ANDROID, PYTHONIOENCODING="utf-8")
    from legacytrust.reference.validator import VALIDATOR

    expected = TABLE.format(
        version=lt.__version__, data=lt.load_catalog().version, validator=VALIDATOR
    )
    assert done.stdout.decode().replace("\r\n", "\n") == expected
    assert done.stderr == b""
    assert done.returncode == 1


class TestHandshake:
    def reasons(self, run, *options, chain=GITHUB, at="2026-01-20"):
        words = ("--at", at, "--format", "json", "--devices", "android", *options)
        ended = run("check", chain, *words)
        entries = json.loads(ended.stdout)["outcomes"]
        before = {"no-common-protocol", "no-ecdsa-suites", "sni-absent"}
        codes = {one["device"]["id"]: {f["code"] for f in one["findings"]} for one in entries}
        return {device: found & before for device, found in codes.items()}

    def test_it_is_left_out_unless_the_server_is_described(self, run):
        assert not any(self.reasons(run).values())

    def test_a_protocol_version_that_old_devices_lack(self, run):
        found = self.reasons(run, "--tls", "TLSv1.3")
        assert found["android/4.4"] == {"no-common-protocol"}
        assert not found["android/10"]

    def test_a_server_that_needs_sni(self, run):
        options = ("--tls", "TLSv1.0", "--needs-sni")
        found = self.reasons(run, *options, chain=DUCKDUCKGO, at="2021-12-20")
        assert found["android/2.2"] == {"sni-absent"}, "whether it names the host is not known"
        assert not found["android/2.3"]


class TestExitCodes:
    @pytest.mark.parametrize(
        ("selector", "code"), [("android>=5.1", 0), ("android<=5.0", 1), ("android", 1)]
    )
    def test_they_tell_whether_all_accept(self, run, selector, code):
        assert run("check", GITHUB, *DATED, "--devices", selector).exit_code == code

    def test_unknown_is_not_accepted(self, run):
        result = run(
            "check", "examples/agilebits-2024-08-starfield/chain.pem", "--at", "2025-01-01",
            "--devices", "android<=2.2",
        )  # fmt: skip
        assert result.exit_code == 1
        assert "? unknown" in result.stdout
        assert "0 of 6 device classes accept the chain, 6 cannot be told" in result.stdout

    def test_the_reference_does_not_count(self, run):
        result = run("check", GITHUB, *DATED, "--devices", "android<=4.4")
        assert "RFC 5280 reference  ✗ rejected" in result.stdout
        result = run(
            "check", "examples/google-2026-01/chain.pem", "--at", "2026-02-15",
            "--devices", "android/2.3",
        )  # fmt: skip
        assert "RFC 5280 reference  ✓ accepted" in result.stdout
        assert result.exit_code == 1

    @pytest.mark.parametrize("form", ["json", "markdown"])
    def test_they_do_not_depend_on_the_form(self, run, form):
        assert run("check", GITHUB, *DATED, "--format", form).exit_code == 1


class TestForms:
    def test_json_is_the_report(self, process):
        done = process("check", GITHUB, *DATED, "--format", "json")
        data = json.loads(done.stdout)
        report = lt.evaluate(
            lt.ServedChain.from_file(GITHUB),
            hostname="github.com",
            at=datetime(2026, 1, 20, tzinfo=UTC),
            reference=True,
        )
        assert data == report.to_dict()
        assert data["at"] == "2026-01-20T00:00:00Z"
        assert done.stdout.isascii()
        assert done.stderr == b""

    def test_json_stays_pure_on_a_terminal(self, terminal):
        shown, _ = terminal("check", GITHUB, *DATED, *ANDROID, "--format", "json", columns=40)
        assert json.loads(shown)["counts"] == {"accepted": 22, "rejected": 21, "unknown": 0}

    def test_markdown(self, run):
        lines = run("check", GITHUB, *DATED, *ANDROID, "--format", "markdown").stdout.splitlines()
        assert lines[2:4] == ["| device classes | verdict | why |", "| --- | --- | --- |"]
        assert lines[5] == (
            "| android 5.1 - 14-qpr2 | accepted | ends in “USERTrust ECC Certification Authority” |"
        )

    def test_without_a_host_name_the_head_says_so(self, run):
        assert "\nhost       not checked" in run("check", GITHUB, "--at", "2026-01-20").stdout

    def test_a_long_chain_is_not_listed_to_its_end(self, run, tmp_path):
        chain = lt.ServedChain.from_file(GITHUB)
        path = tmp_path / "long.pem"
        path.write_text(chain.plus(*[chain[1]] * 20).to_pem())
        assert "and 11 more" in run("check", str(path), *DATED).stdout


class TestReference:
    def test_it_can_be_left_out(self, run):
        result = run("check", GITHUB, *DATED, "--no-reference")
        assert "reference" not in result.stdout
        data = run("check", GITHUB, *DATED, "--no-reference", "--format", "json").stdout
        assert json.loads(data)["reference"] is None

    def test_it_is_left_out_without_its_package(self, run, monkeypatch):
        monkeypatch.setattr(check_module, "_reference_is_installed", lambda: False)
        result = run("check", GITHUB, *DATED)
        assert result.exit_code == 1
        assert "reference" not in result.stdout
        assert result.stderr == ""


class TestMoment:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2026-01-20", "2026-01-20 00:00 UTC"),
            ("2026-01-20T12:00", "2026-01-20 12:00 UTC"),
            ("2026-01-20 12:00", "2026-01-20 12:00 UTC"),
            ("2026-01-20T12:00:30", "2026-01-20 12:00 UTC"),
            ("2026-01-20T12:00Z", "2026-01-20 12:00 UTC"),
            ("2026-01-20T12:00:00+01:00", "2026-01-20 11:00 UTC"),
            ("2026-01-20T00:30+14:00", "2026-01-19 10:30 UTC"),
        ],
    )
    def test_dates(self, run, text, shown):
        result = run("check", GITHUB, "--at", text, "--devices", "android/9")
        assert f"\ndate       {shown}\n" in result.stdout

    def test_the_default_is_now_and_is_told(self, run):
        before = datetime.now(UTC).replace(second=0, microsecond=0)
        result = run("check", GITHUB, "--devices", "android/9")
        [line] = [line for line in result.stdout.splitlines() if line.startswith("date ")]
        told = datetime.strptime(line, "date       %Y-%m-%d %H:%M UTC (now)").replace(tzinfo=UTC)
        assert before <= told <= before + timedelta(minutes=2)

    def test_now_is_not_before_a_certificate_that_was_made_just_now(self, run):
        made = datetime.now(UTC).replace(microsecond=0)
        result = run("check", GITHUB, "--devices", "android/9", "--format", "json")
        assert datetime.fromisoformat(json.loads(result.stdout)["at"]) >= made

    @pytest.mark.parametrize(
        "text",
        ["yesterday", "", "20.01.2026", "2026-13-01", "2026-02-30", "0001-01-01T00:00+14:00"],
    )
    def test_no_dates(self, run, text):
        result = run("check", GITHUB, "--at", text)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: Invalid value for '--at': ")
        assert "is no date: write 2026-01-20" in result.stderr
        assert result.stdout == ""


class TestInput:
    def test_standard_input(self, run):
        stdin = (REPOSITORY / GITHUB).read_bytes()
        result = run("check", "-", *DATED, "--devices", "android>=5.1", stdin=stdin)
        assert result.exit_code == 0
        assert result.stdout.startswith("chain      standard input\n")

    def test_standard_input_of_a_process(self, process):
        done = process("check", "-", *DATED, *ANDROID, stdin=(REPOSITORY / GITHUB).read_bytes())
        assert done.returncode == 1
        assert b"22 of 43" in done.stdout

    @pytest.fixture
    def bundle(self, tmp_path) -> str:
        ca = root("Root").intermediate("Issuing CA")
        leaf = ca.leaf(HOSTNAME)
        data = pkcs12.serialize_key_and_certificates(
            b"server",
            leaf.spec.key.private,
            x509.load_der_x509_certificate(leaf.der),
            [x509.load_der_x509_certificate(ca.der)],
            BestAvailableEncryption(b"secret"),
        )
        path = tmp_path / "server.p12"
        path.write_bytes(data)
        return str(path)

    def test_pkcs12(self, run, bundle):
        result = run("check", bundle, "--password", "secret", "--at", "2025-01-01")
        assert result.exit_code == 1
        assert f"1  {HOSTNAME}, until" in result.stdout
        assert "2  Issuing CA, until" in result.stdout

    def test_pkcs12_with_the_password_in_the_environment(self, run, bundle):
        result = run("check", bundle, "--at", "2025-01-01", env={"LEGACYTRUST_PASSWORD": "secret"})
        assert result.exit_code == 1

    def test_explain_takes_a_password_too(self, run, bundle):
        result = run("explain", bundle, "android/9", "--password", "secret", "--at", "2025-01-01")
        assert result.exit_code == 1
        assert "Issuing CA" in result.stdout

    @pytest.mark.parametrize("arguments", [(), ("--password", "wrong")])
    def test_pkcs12_without_its_password(self, run, bundle, arguments):
        result = run("check", bundle, *arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert "--password" in result.stderr

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(b"", "empty", id="empty"),
            pytest.param(b"<!DOCTYPE html><html></html>", "HTML", id="html"),
            pytest.param(b"\0" * 100, "no certificate", id="binary"),
            pytest.param(
                b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n",
                "private key",
                id="key",
            ),
            pytest.param(b"-----BEGIN CERTIFICATE-----\nMIIB", "cut off", id="cut off"),
            pytest.param(
                b"-----BEGIN CERTIFICATE-----\n"
                + base64.b64encode(b"\x30\x03\x02\x01\x05")
                + b"\n-----END CERTIFICATE-----\n",
                "certificate",
                id="other DER",
            ),
            pytest.param(b"x" * 9_000_000, "too many", id="too large"),
        ],
    )
    @pytest.mark.parametrize("way", ["file", "standard input"])
    def test_bad_input(self, run, tmp_path, content, problem, way):
        path = tmp_path / "input"
        path.write_bytes(content)
        result = run("check", "-", stdin=content) if way != "file" else run("check", str(path))
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith(f"error: {way if way != 'file' else path}: ")
        assert problem.lower() in result.stderr.lower()
        assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize("name", ["missing.pem", "."])
    def test_what_is_no_file(self, run, name):
        result = run("check", name)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: {name}: cannot be read: ")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("check",), "give a chain file or --connect HOST[:PORT]"),
            (("check", GITHUB, "--devices", "symbian"), "'symbian'"),
            (("check", GITHUB, "--devices", "android<="), "'android<='"),
            (("check", GITHUB, "--devices", ""), "a device class is missing"),
            (("check", GITHUB, "--hostname", "https://github.com/"), "is no host name"),
            (("check", GITHUB, "--format", "xml"), "'xml' is not one of"),
            (("check", GITHUB, "--colour"), "--colour"),
            (("check", GITHUB, GITHUB), "unexpected extra argument"),
            (("explain", GITHUB), "Missing argument 'DEVICE'"),
            (("explain", GITHUB, "android/4.5"), "did you mean android/4."),
            (("explain", GITHUB, "nokia"), "'legacytrust devices' lists all"),
            (("chekc",), "chekc"),
        ],
    )
    def test_each_is_one_line(self, run, arguments, message):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("error: ")
        assert message in result.stderr
        assert result.stderr.count("\n") == 1

    def test_a_process_shows_no_traceback(self, process):
        done = process("check", "missing.pem")
        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.startswith(b"error: missing.pem: cannot be read: ")


class TestExplain:
    def test_every_path_is_shown(self, run):
        result = run("explain", GITHUB, "android/5.0", *DATED)
        assert result.exit_code == 1
        assert result.stdout.startswith("android/5.0 (Android 5.0 (Lollipop)): rejected")
        assert "2026-01-20 00:00 UTC" in result.stdout
        assert "path 1 of 1: refused" in result.stdout
        assert "full name of the issuer: CN=USERTrust ECC Certification Authority, O=" in (
            result.stdout
        )

    def test_an_accepting_device(self, run):
        result = run("explain", GITHUB, "android/9", *DATED)
        assert result.exit_code == 0
        assert "accepted" in result.stdout

    def test_json(self, run):
        data = json.loads(run("explain", GITHUB, "android/9", *DATED, "--format", "json").stdout)
        assert data["verdict"] == "accepted"
        assert data["device"]["id"] == "android/9"
        assert data["at"] == "2026-01-20T00:00:00Z"


def commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield from commands(command) if isinstance(command, click.Group) else [command]


def test_json_is_the_short_word_of_every_command_that_has_formats():
    shown = [c for c in commands(application) if any(p.name == "form" for p in c.params)]
    assert {"check", "explain", "diff", "verify"} <= {command.name for command in shown}
    for command in shown:
        assert [o for p in command.params for o in p.opts if o == "--json"], command.name


def test_json_for_short(run):
    words = ("explain", GITHUB, "android/4.4", *DATED)
    assert run(*words, "--json").stdout == run(*words, "--format", "json").stdout
