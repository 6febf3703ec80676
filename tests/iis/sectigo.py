"""The case of the vendor guide on the real certificates, for RSA and for ECC."""

from __future__ import annotations

import functools

import attrs
import pytest

import legacytrust as lt
from legacytrust import iis
from material import SHARED, shared_chain, utc

AT = utc(2026, 11, 1)


@functools.cache
def authority(short: str) -> lt.Certificate:
    """A real CA certificate by the beginning of its fingerprint; read in place."""
    for folder in ("pool", "intermediates"):
        for file in (SHARED / folder).glob(f"{short}*.pem"):
            return lt.Certificate.from_pem(file.read_bytes())
    pytest.skip(f"the certificate {short} is not beside this checkout")


@attrs.frozen
class Case:
    """One of the two hierarchies.

    :param chain: the name of a chain whose leaf is used.
    """

    chain: str
    issuing: str
    root: str
    cross: str
    old: str
    old_name: str

    @property
    def leaf(self) -> lt.Certificate:
        return shared_chain(self.chain).leaf

    def machine(self, **fields: object) -> iis.LocalMachine:
        """A server as it comes: the issuing CA from the PFX file, both roots from Windows."""
        as_it_comes = {
            "personal": [self.leaf],
            "intermediate": [authority(self.issuing)],
            "root": [authority(self.old)],
            "authroot": [authority(self.root)],
            "auto_root_update": False,
        }
        return iis.LocalMachine(**{**as_it_comes, **fields})


RSA = Case(
    "sectigo-sslmate.com-2025-12-short", "8c54c334b66b", "7bb647a62aee", "92f351bf3d54",
    "e793c9b02fd8", "USERTrust RSA Certification Authority",
)  # fmt: skip
ECC = Case(
    "sectigo-github.com-2026-10-without-cross", "873f0ba80e3a", "c90f26f0fb1b", "ea6b89ed6907",
    "4ff460d54b9c", "USERTrust ECC Certification Authority",
)  # fmt: skip
