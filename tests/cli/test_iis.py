"""``legacytrust iis``: from a server's stores, and from the wire, with exit codes for cron."""

from __future__ import annotations

import json

import pytest

from forge import AT as FORGED
from forge import pem, root
from iis.sectigo import RSA, authority
from legacytrust import iis
from material import SHARED, shared_chain
from readers.test_reader_server import CA, LEAF, s_server

AT = ("--at", "2026-11-01")


def chain_file(name):
    shared_chain(name)
    return str(SHARED / "chains" / name / "chain.pem")


@pytest.fixture
def stores(tmp_path):
    """A server's stores as files, and its leaf."""
    contents = {
        "leaf": RSA.leaf.to_pem(),
        "ca": authority(RSA.issuing).to_pem(),
        "root": authority(RSA.old).to_pem() + authority(RSA.root).to_pem(),
        "cross": authority(RSA.cross).to_pem(),
    }
    for name, text in contents.items():
        (tmp_path / f"{name}.pem").write_text(text)
    path = {name: str(tmp_path / f"{name}.pem") for name in contents}
    server = ("--my", path["leaf"], "--ca", path["ca"], "--root", path["root"], "--no-root-update")
    return path["leaf"], server, path["cross"]


def test_diagnose_says_what_is_sent_and_who_is_lost(run, stores):
    leaf, server, cross = stores
    result = run("iis", "diagnose", leaf, *server, "--cross", cross, *AT)
    assert result.exit_code == 1, result.stderr
    assert "Sectigo Public Server Authentication CA DV R36" in result.stdout
    assert "device classes refuse what is sent; the plan recovers" in result.stdout
    assert "android: 5.1, 6.0" in result.stdout


def test_diagnose_without_the_bytes_says_what_to_pass(run, stores):
    leaf, server, _ = stores
    result = run("iis", "diagnose", leaf, *server, *AT)
    assert "To predict it, pass Sectigo Public Server Authentication Root R46 by" in result.stdout


def test_diagnose_as_json(run, stores):
    leaf, server, cross = stores
    result = run("iis", "diagnose", leaf, *server, "--cross", cross, *AT, "--format", "json")
    data = json.loads(result.stdout)
    assert data["selection"]["sent"][-1]["name"].endswith("R36")
    assert "android/5.1" in data["recovered"]


@pytest.mark.parametrize(("shell", "comment"), [("powershell", "# "), ("cmd", "rem ")])
def test_plan_is_a_script_of_comments_and_commands(shell, comment, run, stores):
    leaf, server, cross = stores
    result = run(
        "iis", "plan", leaf, *server, "--cross", cross, *AT, "--shell", shell, "-H", "sslmate.com"
    )
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if line]
    assert lines[0].startswith(comment)
    assert any("-connect sslmate.com:443" in line for line in lines)
    assert f"{comment}   then the server sends: " in result.stdout


def test_plan_for_a_binding_with_a_host_name(run, stores):
    leaf, server, cross = stores
    options = ("iis", "plan", leaf, *server, "--cross", cross, *AT, "--shell", "cmd", "--sni")
    assert "hostnameport=sslmate.com:443" in run(*options, "-H", "sslmate.com").stdout
    result = run(*options)
    assert result.exit_code == 2
    assert "--hostname" in result.stderr


@pytest.mark.parametrize("shell", ["powershell", "cmd"])
def test_a_name_never_becomes_a_command(shell, run, tmp_path):
    young, older = root("Young\ncalc.exe\r\n& calc"), root("Older\u2028calc")
    cross, ca = older.cross_sign(young), young.intermediate("CA")
    made = {"leaf": ca.leaf("www.example.com"), "ca": ca, "root": young, "cross": cross}
    for name, one in made.items():
        (tmp_path / name).write_text(pem(one.der))
    leaf, *others = (str(tmp_path / name) for name in made)
    flags = [
        part for pair in zip(("--ca", "--root", "--cross"), others, strict=True) for part in pair
    ]
    at = ("--at", f"{FORGED:%Y-%m-%d}", "--shell", shell, "--no-root-update")
    result = run("iis", "plan", leaf, "--my", leaf, *flags, *at)
    assert "Young" in result.stdout
    for line in result.stdout.splitlines():
        assert "calc" not in line or line.startswith(("#", "rem "))


def test_plan_writes_the_files_that_its_commands_import(run, stores, tmp_path):
    leaf, server, cross = stores
    folder = tmp_path / "files"
    folder.mkdir()
    options = ("--cross", cross, "--save", str(folder), "--shell", "cmd")
    text = run("iis", "plan", leaf, *server, *AT, *options).stdout
    written = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(written.values()) == {authority(RSA.root).der, authority(RSA.cross).der}
    for name in written:
        assert f'"C:\\chain-backup\\{name}"' in text
    assert f'-addstore -f CA "C:\\chain-backup\\{authority(RSA.cross).sha256[:12]}' in text


def test_plan_has_exit_codes(run, stores, tmp_path):
    """Nothing to do is 0; a missing intermediate is no plan and not nothing."""
    leaf, _, cross = stores
    (tmp_path / "repaired.pem").write_text(
        authority(RSA.issuing).to_pem() + authority(RSA.cross).to_pem()
    )
    (tmp_path / "old.pem").write_text(authority(RSA.old).to_pem())
    (tmp_path / "blocked.pem").write_text(authority(RSA.root).to_pem())
    paths = {name: str(tmp_path / f"{name}.pem") for name in ("repaired", "old", "blocked")}
    done = ("--my", leaf, "--ca", paths["repaired"], "--root", paths["old"], "--no-root-update")
    result = run(
        "iis", "plan", leaf, *done, "--disallowed", paths["blocked"], "--cross", cross, *AT
    )
    assert result.exit_code == 0, result.stderr
    assert "nothing to do" in result.stdout
    bare = run("iis", "plan", leaf, "--my", leaf, "--no-root-update", *AT)
    assert bare.exit_code == 1
    assert "No store holds an issuer of" in bare.stdout


def test_plan_refuses_what_cannot_be_quoted(run, stores):
    leaf, server, _ = stores
    result = run("iis", "plan", leaf, *server, *AT, "--folder", 'C:\\"x')
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("sectigo-sslmate.com-2025-12-short", 1, "not kept"),
        ("sectigo-sslmate.com-2025-12-cross-usertrust", 0, "kept"),
        ("sectigo-sslmate.com-2025-12-cross-usertrust-aaa", 0, "The rule is wrong here"),
    ],
)
def test_verify_has_exit_codes(name, code, says, run):
    result = run("iis", "verify", chain_file(name), *AT)
    assert result.exit_code == code
    assert says in result.stdout


def test_verify_says_what_has_changed(run):
    short = chain_file("sectigo-sslmate.com-2025-12-short")
    cross = chain_file("sectigo-sslmate.com-2025-12-cross-usertrust")
    result = run("iis", "verify", short, "--before", cross, *AT, "--format", "json")
    assert result.exit_code == 1
    assert "android/5.1" in json.loads(result.stdout)["drift"]["lost"]
    assert run("iis", "verify", cross, "--before", cross, *AT).exit_code == 0


def test_verify_by_devices(run):
    cross = chain_file("sectigo-sslmate.com-2025-12-cross-usertrust")
    assert run("iis", "verify", cross, *AT, "-d", "android>=5.1").exit_code == 0
    result = run("iis", "verify", cross, *AT, "-d", "android>=5.0")
    assert result.exit_code == 1
    assert "do not accept: android/5.0" in result.stdout


def test_verify_asks_for_one_thing(run):
    cross = chain_file("sectigo-sslmate.com-2025-12-cross-usertrust")
    result = run("iis", "verify", cross, *AT, "-d", "android>=5.1", "--expect", cross)
    assert result.exit_code == 2
    assert "do not go together" in result.stderr


def test_a_live_server_is_asked(run, tmp_path):
    with s_server(tmp_path, (LEAF, CA)) as port:
        address = f"127.0.0.1:{port}"
        verified = run("iis", "verify", "--connect", address, *AT)
        checked = run("check", "--connect", address, *AT, "--no-reference", "-d", "android")
    assert "Server CA" in verified.stdout
    assert checked.exit_code == 1
    assert f"chain  {address}" in " ".join(checked.stdout.split("\n")[0].split()).replace(
        "chain ", "chain  ", 1
    )


def test_a_chain_or_a_server_and_not_both(run):
    for arguments in ((), ("chain.pem", "--connect", "localhost")):
        result = run("check", *arguments)
        assert result.exit_code == 2
        assert "and not both" in result.stderr


def test_a_server_that_cannot_be_asked_is_one_line(run):
    result = run("check", "--connect", "127.0.0.1:1")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: 127.0.0.1:1: the connection was refused")


def test_every_command_is_documented(run):
    for command in ("diagnose", "plan", "verify"):
        assert run("iis", command, "--help").exit_code == 0
    assert iis.__doc__
