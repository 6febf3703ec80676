"""Certificates of any shape, made while the tests run.

`keys` hands out key pairs, `certificates` writes and signs single certificates (also those that
no decent CA would issue), `authority` builds trees of them, and `strategies` draws whole PKIs for
hypothesis. Nothing here knows the library under test.
"""

from forge.authority import Entity, pem, root
from forge.certificates import (
    CertificateSpec,
    ForgeError,
    IssuerSerial,
    Name,
    Oid,
    embedded_timestamps,
    forge,
)
from forge.faults import FAULTS, HOSTNAME, Fault
from forge.keys import Key, key
from forge.strategies import AT, Pki, pkis, topologies

__all__ = [
    "AT",
    "FAULTS",
    "HOSTNAME",
    "CertificateSpec",
    "Entity",
    "Fault",
    "ForgeError",
    "IssuerSerial",
    "Key",
    "Name",
    "Oid",
    "Pki",
    "embedded_timestamps",
    "forge",
    "key",
    "pem",
    "pkis",
    "root",
    "topologies",
]
