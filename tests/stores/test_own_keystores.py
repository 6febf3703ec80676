"""Folders of certificates, and keystores as keytool writes them."""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path

import pytest

import legacytrust as lt
from legacytrust.errors import MissingExtraError, PasswordError, StoreError
from legacytrust.stores.formats.recognise import read_store
from stores import real_files as real
from stores.own_samples import real_root, three


def fingerprints(store: lt.TrustStore) -> list[str]:
    return list(store.fingerprints)


class TestFolders:
    def test_android_with_text_before_and_after(self, tmp_path, pem_files):
        folder = tmp_path / "cacerts"
        folder.mkdir()
        for number, certificate in enumerate(three()):
            text = f"Certificate:\n    Data: {number}\n{certificate.to_pem()}SHA1 Fingerprint=00\n"
            (folder / f"{number:08x}.{number % 2}").write_text(text)
        (folder / "README").write_text("not a certificate")
        (folder / "extra.pem").write_text(real_root().to_pem())
        store = lt.TrustStore.from_directory(folder)
        assert sorted(store.fingerprints) == sorted(c.sha256 for c in three())
        assert lt.TrustStore.from_file(folder) == store
        assert store.id == "own/cacerts"

    def test_what_openssl_rehash_makes(self, tmp_path, pem_files):
        real.run(real.tool("openssl", "openssl"), "rehash", tmp_path)
        assert any(re.fullmatch(r"[0-9a-f]{8}\.0", file.name) for file in tmp_path.iterdir())
        assert len(lt.TrustStore.from_directory(tmp_path)) == 3

    def test_any_folder(self, tmp_path, pem_files):
        (tmp_path / "notes.txt").write_text("nothing")
        store = lt.TrustStore.from_directory(tmp_path)
        assert fingerprints(store) == [c.sha256 for c in three()]

    @pytest.mark.parametrize(
        ("name", "content", "what"),
        [
            ("00000000.0", b"hello", "no certificate in it"),
            ("readme", b"hello", "no file of a certificate"),
        ],
    )
    def test_what_is_no_store(self, tmp_path, name, content, what):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(lt.LegacyTrustError, match=what):
            lt.TrustStore.from_directory(tmp_path)

    def test_what_is_no_folder(self, pem_files):
        for path in (pem_files[0], pem_files[0].with_name("absent")):
            with pytest.raises(StoreError, match="cannot be read"):
                lt.TrustStore.from_directory(path)


class TestKeystores:
    @pytest.fixture(autouse=True)
    def needs_pyjks(self):
        pytest.importorskip("jks", reason="the extra [keystores] is not installed")

    @pytest.mark.slow
    @pytest.mark.parametrize("path", real.jdk_stores(), ids=lambda path: path.parents[4].name[:12])
    @pytest.mark.parametrize("password", [None, "changeit"])
    def test_the_cacerts_of_every_jdk_here(self, path, password):
        keytool = path.parents[2] / "bin" / "keytool"
        if not keytool.is_file():
            pytest.skip("this runtime has no keytool")
        listed = real.run(keytool, "-list", "-keystore", path, "-storepass", "changeit")
        wanted = re.findall(r"\(SHA-256\): ([0-9A-F:]+)", listed)
        store = lt.TrustStore.from_keystore(path, password=password)
        assert sorted(store.fingerprints) == sorted(w.replace(":", "").lower() for w in wanted)

    @pytest.mark.parametrize("kind", ["JKS", "JCEKS", "PKCS12"])
    def test_what_keytool_writes(self, tmp_path, pem_files, kind):
        path = keystore(tmp_path, pem_files, "-storetype", kind)
        for read in (lt.TrustStore.from_keystore, lt.TrustStore.from_jks, lt.TrustStore.from_file):
            assert set(read(path, password="own secret").fingerprints) == {
                c.sha256 for c in three()
            }
        with pytest.raises(PasswordError) as refusal:
            lt.TrustStore.from_keystore(path, password="another secret")
        assert "another secret" not in str(refusal.value)
        assert str(path) in str(refusal.value)

    @pytest.mark.slow
    @pytest.mark.parametrize("kind", ["BKS", "BKS-V1", "UBER"])
    def test_what_bouncy_castle_writes(self, tmp_path, pem_files, kind):
        jar = str(real.bouncy_castle(tmp_path))
        provider = ("-providerclass", "org.bouncycastle.jce.provider.BouncyCastleProvider")
        old = "-J-Dorg.bouncycastle.bks.enable_v1=true"
        more = ("-storetype", kind, *provider, "-providerpath", jar, old)
        path = keystore(tmp_path, pem_files, *more)
        store = lt.TrustStore.from_keystore(path, password="own secret")
        assert set(store.fingerprints) == {c.sha256 for c in three()}
        for password, problem in ((None, "is needed"), ("another secret", "is wrong")):
            with pytest.raises(PasswordError, match=problem):
                lt.TrustStore.from_keystore(path, password=password)

    def test_keys_are_ignored(self, tmp_path, pem_files):
        path = keystore(tmp_path, pem_files, "-storetype", "JKS")
        keytool = real.tool("keytool", "openjdk-17-jre-headless")
        new = ("-alias", "own", "-dname", "CN=Own Key", "-keyalg", "EC", "-keypass", "key secret")
        secret = ("-storepass", "own secret")
        real.run(keytool, "-genkeypair", "-keystore", path, *secret, *new)
        store = lt.TrustStore.from_keystore(path, password="own secret")
        assert set(store.fingerprints) == {c.sha256 for c in three()}

    def test_an_empty_store(self, tmp_path, pem_files):
        path = keystore(tmp_path, pem_files[:1], "-storetype", "JKS")
        keytool = real.tool("keytool", "openjdk-17-jre-headless")
        secret = ("-storepass", "own secret")
        real.run(keytool, "-delete", "-alias", "0", "-keystore", path, *secret)
        with pytest.raises(StoreError, match="at least one root"):
            lt.TrustStore.from_keystore(path)

    def test_without_the_extra(self, tmp_path, monkeypatch):
        path = tmp_path / "store.jks"
        path.write_bytes(b"\xfe\xed\xfe\xed" + bytes(40))
        monkeypatch.setitem(sys.modules, "jks", None)
        with pytest.raises(MissingExtraError, match=r"pip install 'legacytrust\[keystores\]'"):
            lt.TrustStore.from_file(path)

    def test_what_is_no_keystore(self, pem_files):
        with pytest.raises(StoreError, match="no keystore: this is some text"):
            lt.TrustStore.from_keystore(pem_files[0])

    def test_rounds_without_end(self):
        head = struct.pack(">II", 2, 20) + bytes(20) + struct.pack(">I", 1 << 31)
        with pytest.raises(lt.LegacyTrustError, match="rounds of key derivation"):
            read_store(head + bytes(100), password="x")


def keystore(folder: Path, files: list[Path], *options: str) -> Path:
    keytool = real.tool("keytool", "openjdk-17-jre-headless")
    path = folder / "store"
    for file in files:
        named = ("-alias", file.stem, "-file", file, "-keystore", path)
        secret = ("-storepass", "own secret")
        real.run(keytool, "-importcert", "-noprompt", *named, *secret, *options)
    return path
