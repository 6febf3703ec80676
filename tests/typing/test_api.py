"""The public face keeps its types, and its names."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import legacytrust as lt

API = Path(__file__).with_name("api.py")
FIXED = (
    "ServedChain evaluate simulate client load_catalog TrustStore TrustAnchor Verdict Outcome "
    "Report Device Catalog Certificate Finding Code Effect Path Attempt ClientModel Evidence "
    "LegacyTrustError iis diff_stores StoreDifference RootHistory KeyAnchor RootFacts Constraints "
    "Completeness Clock CertificatePool HandshakeLimits ServerOffer TlsVersion __version__"
)


def checked(file: Path) -> str:
    """What mypy says of one file, by the strict settings of the project."""
    # Errors inside the package are the business of the project's own run.
    options = ["--strict", "--follow-imports=silent", "--no-error-summary", "--no-incremental"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(file)],
        cwd=API.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


needs_mypy = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is not installed (extra [dev])"
)


@needs_mypy
def test_the_public_face_is_used_with_the_right_types() -> None:
    assert checked(API) == ""


@needs_mypy
@pytest.mark.slow
def test_a_wrong_type_would_be_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import legacytrust as lt\n"
        "count: int = lt.client('openssl', '1.0.2k')\n"
        "lt.evaluate(lt.ServedChain.from_file('x'), when=None)\n",
        "utf-8",
    )
    said = checked(wrong)
    assert "wrong.py:2: error" in said
    assert "wrong.py:3: error" in said


@pytest.mark.parametrize("name", FIXED.split())
def test_the_public_names_are_there(name: str) -> None:
    assert name in lt.__all__
    assert getattr(lt, name)


def test_every_public_name_is_documented() -> None:
    assert {*FIXED.split()} == {*lt.__all__}
    for name in set(lt.__all__) - {"__version__"}:
        assert getattr(lt, name).__doc__, name
    assert lt.__all__ == sorted(lt.__all__)
