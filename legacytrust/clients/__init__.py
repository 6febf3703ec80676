"""Client models: how TLS implementations build and check a path, by version."""

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.model import ClientModel
from legacytrust.clients.registry import FAMILIES, client

__all__ = ["FAMILIES", "ClientModel", "Evidence", "client"]
