"""Importing the package costs little: no data, no optional package, no network."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from material import REPOSITORY

_PROGRAM = """
import json, sys, time
import attrs, cryptography.x509
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
connected = []
sys.addaudithook(lambda event, args: connected.append(event) if "socket." in event else None)
before, started = set(sys.modules), time.perf_counter()
import legacytrust
spent = time.perf_counter() - started
json.dump(
    {
        "opened": opened,
        "connected": connected,
        "loaded": sorted(set(sys.modules) - before),
        "milliseconds": round(spent * 1000),
    },
    sys.stdout,
)
"""


@pytest.fixture(scope="module")
def imported() -> Any:
    """What importing does in a fresh interpreter, beyond `cryptography` and `attrs`."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_no_store_is_read(imported: Any) -> None:
    assert [name for name in imported["opened"] if "trust_stores" in name] == []
    assert [name for name in imported["opened"] if name.endswith((".toml", ".pem"))] == []


NOT_NEEDED = (
    "pandas numpy click rich pyhanko_certvalidator aiohttp requests "
    "socket ssl http urllib.request asyncio "
    "legacytrust.cli legacytrust.reference legacytrust.testing legacytrust.stores.build "
    "tomllib tempfile csv legacytrust.stores.files legacytrust.stores.index legacytrust.stores.own "
    "legacytrust.clients.openssl legacytrust.clients.java legacytrust.iis"
)


@pytest.mark.parametrize("package", NOT_NEEDED.split())
def test_nothing_that_is_not_needed_is_loaded(imported: Any, package: str) -> None:
    assert package not in imported["loaded"]


def test_nobody_is_called(imported: Any) -> None:
    assert imported["connected"] == []


def test_time(imported: Any, record_property: Any) -> None:
    """Told, not judged: a busy machine proves nothing."""
    record_property("milliseconds", imported["milliseconds"])
    assert imported["milliseconds"] >= 0
