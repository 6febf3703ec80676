"""What the README shows is what happens."""

import re
import shlex
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

import legacytrust as lt
import readme
from legacytrust import testing
from legacytrust.cli.app import application
from material import REPOSITORY


def test_the_first_command_prints_what_is_shown(monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    line = readme.blocks("See it work", "sh")[0]
    words = shlex.split(line.partition("&&")[2])
    assert words[0] == "legacytrust"
    result = CliRunner().invoke(application, words[1:])
    assert result.exit_code == 1, "some device classes refuse the chain"
    shown = readme.blocks("See it work", "text")[0]
    assert _without_versions(result.stdout) == _without_versions(shown)


def _without_versions(text):
    """The output less what changes with the packages and the data that are installed."""
    return re.sub(r"^(data|reference) .*$", r"\1", text.strip(), flags=re.MULTILINE)


def test_the_python_blocks_run(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(REPOSITORY)
    first, unit_test, own = readme.blocks("Use it from Python", "python")
    roots = tmp_path / "roots.pem"
    roots.write_text("".join(a.certificate.to_pem() for a in _some_roots()), encoding="ascii")
    names: dict[str, object] = {}
    exec(first, names)
    assert "android/5.0" in capsys.readouterr().out
    exec(unit_test, names)
    exec(own.replace("roots.pem", str(roots)), names)
    assert names["outcome"].verdict == "accepted"


def _some_roots():
    return lt.load_catalog().store("android/17").anchors


def test_the_shown_assertion_can_fail():
    chain = lt.ServedChain.from_file(REPOSITORY / "examples" / "github-2026-01" / "chain.pem")
    with pytest.raises(AssertionError, match=r"android.*5\.0"):
        testing.assert_accepted(
            chain, "android<=5.1", hostname="github.com", at=datetime(2026, 1, 20, tzinfo=UTC)
        )


def test_the_test_command_is_the_one_that_runs_this():
    (command_line,) = readme.blocks("Run the tests", "sh")
    assert "python -m pytest" in command_line
    assert sys.version_info >= (3, 11)


def test_every_link_leads_somewhere():
    text = readme.README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (REPOSITORY / target).exists(), target
