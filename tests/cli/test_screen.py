"""How it looks: on terminals, in pipes, and where half of the characters are missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time

import pytest

from forge import HOSTNAME, pem, root
from legacytrust.cli import check as check_module
from legacytrust.cli.screen import Screen
from material import REPOSITORY

GITHUB = "examples/github-2026-01/chain.pem"
CHECK = (
    "check", GITHUB, "--hostname", "github.com", "--at", "2026-01-20", "--devices", "android",
)  # fmt: skip
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-9]|4[0-7]|9[0-7])(?:;\d+)*m")


def plain(shown: str) -> list[str]:
    return [line.rstrip() for line in ESCAPE.sub("", shown).splitlines()]


class TestTerminal:
    @pytest.mark.parametrize("columns", [40, 80, 120, 200])
    def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(self, terminal, columns):
        shown, code = terminal(*CHECK, columns=columns)
        lines = plain(shown)
        table = lines[: lines.index("every path that was tried:")]
        assert max(map(len, table)) <= columns
        text = "".join("".join(table).split())
        for name in ("“USERTrustECCCertificationAuthority”", "neitherservednortrusted"):
            assert name in text or columns < 60
        assert "…" not in text
        assert code == 1

    def test_80_columns(self, terminal):
        shown, _ = terminal(*CHECK, columns=80)
        lines = plain(shown)
        start = lines.index("device classes         verdict     why")
        assert lines[start + 1 : start + 9] == [
            "android 1.0 - 5.0      ✗ rejected  “USERTrust ECC Certification Authority”, the",
            "                                   issuer of “Sectigo Public Server",
            "                                   Authentication Root E46”, is neither served",
            "                                   nor trusted",
            "android 5.1 - 14-qpr2  ✓ accepted  ends in “USERTrust ECC Certification",
            "                                   Authority”",
            "android 15 - 17        ✓ accepted  ends in “Sectigo Public Server Authentication",
            "                                   Root E46”",
        ]

    @pytest.mark.parametrize("columns", [60, 80])
    def test_what_does_not_fit_beside_long_names_stands_below_them(self, terminal, columns):
        command = ("check", GITHUB, "--at", "2026-01-20", "--devices", "debian")
        lines = plain(terminal(*command, columns=columns)[0])
        start = next(n for n, line in enumerate(lines) if line.startswith("device classes"))
        assert lines[start].endswith("verdict")
        assert lines[start + 1] == "    why"
        assert lines[start + 2].startswith("debian 5-openssl - ")
        assert lines[start + 2].endswith(" ✗ rejected")
        assert lines[start + 3].startswith("    “USERTrust ECC Certification Authority”, the ")
        assert max(map(len, lines[start : lines.index("every path that was tried:")])) <= columns

    def test_an_empty_cell_takes_no_line_of_its_own(self, terminal):
        lines = plain(terminal("roots", "show", "ISRG Root X1", columns=90)[0])
        start = next(n for n, line in enumerate(lines) if line.startswith("family "))
        assert lines[start + 1].startswith("adafruit-airlift ")
        assert lines[start + 2] == "    to the newest known release"

    def test_the_advice_can_be_copied(self, terminal):
        shown, _ = terminal(*CHECK, columns=60)
        assert plain(shown)[-1] == (
            f"  legacytrust explain {GITHUB} android/5.0 --hostname github.com --at 2026-01-20"
        )

    def test_verdicts_are_coloured_blue_and_orange(self, terminal):
        shown, _ = terminal(*CHECK)
        assert "\x1b[38;5;33m✓ accepted\x1b[0m" in shown
        assert "\x1b[38;5;166m✗ rejected\x1b[0m" in shown

    def test_no_color(self, terminal):
        coloured, _ = terminal(*CHECK)
        shown, _ = terminal(*CHECK, NO_COLOR="1")
        assert not COLOUR.search(shown)
        assert plain(shown) == plain(coloured)

    def test_explain(self, terminal):
        shown, _ = terminal("explain", GITHUB, "android/5.0", "--at", "2026-01-20", columns=60)
        assert max(map(len, plain(shown))) <= 60
        assert COLOUR.search(shown)

    def test_a_table_of_roots_has_short_fingerprints(self, terminal):
        shown, _ = terminal("stores", "show", "android/17", columns=100)
        lines = plain(shown)
        assert max(map(len, lines)) <= 100
        assert any(re.match(r"1 +[0-9a-f]{12}  ", line) for line in lines)

    def test_text_for_programs_is_never_wrapped(self, terminal):
        shown, _ = terminal(*CHECK, "--format", "markdown", columns=40)
        assert "\x1b" not in shown
        assert any(len(line) > 100 for line in shown.splitlines())
        shown, _ = terminal("stores", "show", "android/17", "--format", "pem", columns=40)
        assert max(map(len, shown.splitlines())) >= 64

    def test_an_error(self, terminal):
        shown, code = terminal("check", "missing.pem", columns=30)
        assert shown.startswith("error: missing.pem: cannot be read: ")
        assert code == 2


class TestPipe:
    @pytest.mark.parametrize(
        "arguments",
        [
            CHECK,
            ("devices",),
            ("stores",),
            ("stores", "show", "android/4.4"),
            ("stores", "diff", "android/4.4", "android/5.0"),
            ("explain", GITHUB, "android/4.4", "--at", "2026-01-20"),
        ],
        ids=" ".join,
    )
    @pytest.mark.parametrize("columns", [pytest.param("20", marks=pytest.mark.slow), "80"])
    def test_no_escape_codes_and_no_wrapping(self, process, arguments, columns):
        wide = process(*arguments, COLUMNS="500", PYTHONIOENCODING="utf-8")
        done = process(*arguments, COLUMNS=columns, PYTHONIOENCODING="utf-8", TERM="xterm-256color")
        assert b"\x1b" not in done.stdout
        assert done.stdout == wide.stdout
        assert all(line == line.rstrip() for line in done.stdout.decode().splitlines())
        assert done.stderr == b""

    def test_colour_can_be_forced(self, process):
        done = process(*CHECK, FORCE_COLOR="1", TERM="xterm-256color", PYTHONIOENCODING="utf-8")
        assert COLOUR.search(done.stdout.decode())

    def test_a_reader_that_goes_away(self):
        command = [sys.executable, "-m", "legacytrust.cli", "stores", "show", "android/4.4"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.close()
            assert running.stderr.read() == b""


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "rejected", "quoted"),
        [
            ("utf-8", "✗ rejected", "“GTS Root R1”"),
            ("cp1252", "x rejected", "“GTS Root R1”"),
            pytest.param("cp437", "x rejected", '"GTS Root R1"', marks=pytest.mark.slow),
            ("ascii", "x rejected", '"GTS Root R1"'),
        ],
    )
    def test_marks_fall_back(self, process, encoding, rejected, quoted):
        done = process(
            "check", "examples/google-2026-01/chain.pem", "--at", "2026-02-15",
            PYTHONIOENCODING=encoding,
        )  # fmt: skip
        text = done.stdout.decode(encoding)
        assert rejected in text
        assert quoted in text
        assert done.returncode == 1
        assert done.stderr == b""

    def test_names_fall_back_to_numbers(self, process):
        done = process("stores", "show", "android/4.4.3", PYTHONIOENCODING="ascii")
        assert done.returncode == 0
        assert rb"T\xdcRKTRUST" in done.stdout

    def test_json_needs_no_encoding(self, process):
        done = process(
            "stores", "show", "android/4.4.3", "--format", "json", PYTHONIOENCODING="ascii"
        )
        names = [r["name"] for r in json.loads(done.stdout)["roots_listed"]]
        assert any(name.startswith("TÜRKTRUST") for name in names)

    def test_errors_too(self, process):
        done = process("check", "fehlt-ü.pem", PYTHONIOENCODING="ascii")
        assert done.returncode == 2
        assert done.stderr.startswith(rb"error: fehlt-\xfc.pem: ")


class TestHostileNames:
    """Names in certificates are other people's text."""

    NAME = "\x1b[2J\x1b]0;owned\x07\nandroid 1.0 - 17  accepted\u202egnp.exe[red]\x9b31m"

    @pytest.fixture
    def chain(self, tmp_path) -> str:
        ca = root(self.NAME)
        path = tmp_path / "chain.pem"
        path.write_text(pem(ca.leaf(HOSTNAME).der, ca.der))
        return str(path)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("check",),
            ("check", "--format", "markdown"),
            ("check", "--format", "json"),
            ("explain",),
            ("explain", "--format", "json"),
        ],
        ids=" ".join,
    )
    def test_they_cannot_steer_the_terminal(self, run, chain, arguments):
        command, *options = arguments
        device = ["android/9"] if command == "explain" else []
        result = run(command, chain, *device, *options, "--at", "2025-01-01")
        assert result.exit_code == 1
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout)
        assert "\nandroid 1.0 - 17  accepted" not in result.stdout

    def test_nor_on_a_terminal(self, terminal, chain):
        shown, _ = terminal("check", chain, "--at", "2025-01-01", columns=200)
        assert "\x1b[2J" not in shown
        assert "\x07" not in shown
        assert "[red]" in shown


class TestProgress:
    def test_it_shows_after_a_while(self, monkeypatch, capsys):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setattr("legacytrust.cli.screen._PATIENCE", 0.05)
        with Screen().progress("asking"):
            time.sleep(0.4)
        captured = capsys.readouterr()
        assert "asking" in captured.err
        assert captured.out == ""

    def test_it_is_silent_when_quick(self, monkeypatch, capsys):
        monkeypatch.setenv("FORCE_COLOR", "1")
        with Screen().progress("asking"):
            pass
        assert "asking" not in capsys.readouterr().err

    def test_it_is_silent_in_a_pipe(self, monkeypatch, capsys):
        monkeypatch.setattr("legacytrust.cli.screen._PATIENCE", 0.0)
        with Screen().progress("asking"):
            time.sleep(0.1)
        assert capsys.readouterr() == ("", "")


class TestDefects:
    def test_a_defect_is_no_verdict(self, run, monkeypatch):
        def broken(*_args, **_kwargs):
            raise RuntimeError("something unforeseen")

        monkeypatch.setattr(check_module, "evaluate", broken)
        result = run(*CHECK)
        assert result.exit_code == 2
        assert "RuntimeError: something unforeseen" in result.stderr
        assert result.stderr.splitlines()[-1].startswith("error: this is a defect")

    def test_an_interrupt_is_quiet(self, run, monkeypatch):
        def interrupted(*_args, **_kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(check_module, "evaluate", interrupted)
        result = run(*CHECK)
        assert result.exit_code == 130
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra_one_line_says_so(missing):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\nfrom legacytrust.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"error: the command line needs the package {missing} (pip install 'legacytrust[cli]')\n"
    )


def test_the_library_does_not_need_the_extra():
    code = "import sys, legacytrust.cli; assert not {'click', 'rich'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)
