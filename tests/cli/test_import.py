"""``legacytrust stores import`` and ``--stores``."""

from __future__ import annotations

import json
import re

import pytest

import legacytrust as lt
from material import REPOSITORY
from stores.test_own_fuzz import bouncy_keystore


@pytest.fixture
def roots(tmp_path):
    path = tmp_path / "roots.pem"
    store = lt.load_catalog().store("android/4.4")
    certificates = [a.certificate for a in store.anchors if hasattr(a.certificate, "to_pem")]
    path.write_text("".join(c.to_pem() for c in certificates[:5]))
    return path


def test_one_command_adds_a_store(run, roots, tmp_path):
    folder = tmp_path / "own"
    result = run("stores", "import", str(roots), "--id", "my/router", "--to", str(folder))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["store", "my/router"]
    assert lines[2].split() == ["roots", "5"]
    assert 'store = "my/router"' in result.stdout
    assert len(lt.load_catalog(folder).store("my/router")) == 5


def test_what_it_prints_is_a_device_file(run, roots, tmp_path):
    folder = tmp_path / "own"
    result = run("stores", "import", str(roots), "--id", "my/router", "--to", str(folder))
    lines = [line[2:] for line in result.stdout.splitlines() if line.startswith("  ")]
    (folder / "devices").mkdir()
    (folder / "devices" / "my.toml").write_text(
        "\n".join(lines[: lines.index("examples = []") + 1])
    )
    chain = next((REPOSITORY / "examples").glob("*/chain.pem"))
    checked = run("check", str(chain), "--at", "2020-01-01", "--stores", str(folder))
    assert checked.exit_code in (0, 1), checked.stderr
    assert "of 1 device class" in checked.stdout
    explained = run(
        "explain", str(chain), "my/router", "--at", "2020-01-01", "--stores", str(folder)
    )
    assert explained.exit_code in (0, 1), explained.stderr
    assert "my/router" in explained.stdout


def test_a_folder_without_device_classes(run, roots, tmp_path):
    folder = tmp_path / "own"
    run("stores", "import", str(roots), "--id", "my/router", "--to", str(folder))
    chain = next((REPOSITORY / "examples").glob("*/chain.pem"))
    result = run("check", str(chain), "--stores", str(folder))
    assert result.exit_code == 2
    assert "no device class" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("absent.pem", "--id", "my/router"), "cannot be read"),
        (("README.md", "--id", "my/router"), "no PEM block|no certificate in it"),
        (("README.md", "--id", "router"), "is no id of a store"),
        (("README.md",), "Missing option '--id'"),
    ],
)
def test_what_cannot_be_imported(run, tmp_path, arguments, message):
    result = run("stores", "import", *arguments, *(["--to", str(tmp_path / "own")]))
    assert result.exit_code == 2
    assert re.search(message, result.stderr)
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_that_is_not_there(run, tmp_path):
    chain = next((REPOSITORY / "examples").glob("*/chain.pem"))
    result = run("check", str(chain), "--stores", str(tmp_path / "absent"))
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


def test_one_command_makes_a_device_class_too(run, roots, tmp_path):
    folder = str(tmp_path / "own")
    words = ("--title", 'My "router"', "--released", "2014-05-01", "--client", "openssl 1.0.2k")
    result = run("stores", "import", str(roots), "--id", "my/router", "--to", folder, *words)
    assert result.exit_code == 0, result.stderr
    assert "[[device]]" not in result.stdout
    [device] = lt.load_catalog(folder).devices
    assert (device.id, device.title, device.store.id) == ("my/router", 'My "router"', "my/router")
    assert (device.client.name, device.client.version) == ("openssl", "1.0.2k")
    assert str(device.released) == "2014-05-01"
    chain = next((REPOSITORY / "examples").glob("*/chain.pem"))
    checked = run("check", str(chain), "--at", "2020-01-01", "--stores", folder, "-d", "my/*")
    assert checked.exit_code in (0, 1), checked.stderr
    listed = run("devices", "--stores", folder)
    assert listed.stdout.splitlines()[1].startswith("my/router")


@pytest.mark.parametrize("client", ["netscape 4", "openssl", "openssl 99", ""])
def test_a_client_that_is_not_modelled(run, roots, tmp_path, client):
    folder = tmp_path / "own"
    words = ("--id", "my/router", "--to", str(folder), "--client", client)
    result = run("stores", "import", str(roots), *words)
    assert result.exit_code == 2
    assert not folder.exists()


def test_the_stores_of_a_folder(run, roots, tmp_path):
    folder = str(tmp_path / "own")
    run("stores", "import", str(roots), "--id", "my/router", "--to", folder)
    listed = run("stores", "list", "--stores", folder).stdout.splitlines()
    assert listed[1].split()[0] == "my/router"
    shown = run("stores", "show", "my/router", "--stores", folder).stdout
    assert "imported, roots.pem" in shown
    assert "SHA-256 " in shown
    data = json.loads(
        run("stores", "show", "my/router", "--stores", folder, "--format", "json").stdout
    )
    assert data["provenance"]["kind"] == "import"
    changed = run("stores", "diff", "my/router", "android/4.4", "--stores", folder).stdout
    assert "0 removed, 5 in both" in changed.splitlines()[-1]


def test_a_password_is_never_shown(run, tmp_path):
    pytest.importorskip("jks", reason="the extra [keystores] is not installed")
    path = tmp_path / "store.bks"
    path.write_bytes(bouncy_keystore())
    words = ("--id", "my/router", "--to", str(tmp_path / "own"))
    for more in ((), ("--password", "hush hush")):
        result = run("stores", "import", str(path), *words, *more)
        assert result.exit_code == 2
        assert "give it with --password" in result.stderr
        assert "hush hush" not in result.output
    assert run("stores", "import", str(path), *words, env={"LEGACYTRUST_PASSWORD": "x"}).exit_code
