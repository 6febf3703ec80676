"""Imports go one way: what a folder or module is made of stands above it in this list."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from material import REPOSITORY

PACKAGE = REPOSITORY / "legacytrust"

ORDER = [
    "errors", "neighbours", "_der", "algorithms", "names", "extensions", "certificate", "signatures",
    "readers", "chain", "handshake", "stores", "paths", "clients",
    "handshake_findings", "clock", "device", "device_search", "selector", "outcome", "simulate", "report",
    "render", "reference", "catalog", "evaluate", "testing", "iis", "cli",
]  # fmt: skip
"""From what needs nothing to what needs everything.

What a function imports when it is called is left out: that is how a value shows itself, or how
something heavy is put off.
"""


def imports(part: str) -> Iterator[tuple[str, str]]:
    """The parts of the package that the modules of this part import as they are loaded."""
    folder = PACKAGE / part
    for file in folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]:
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("legacytrust"):
                parts = (node.module or "").split(".")[1:2] or [name.name for name in node.names]
                yield from ((file.name, other) for other in parts if other != part)


def test_every_part_has_its_place() -> None:
    there = {file.stem for file in PACKAGE.glob("*.py")}
    there |= {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    assert there - {"__init__"} == {*ORDER}


@pytest.mark.parametrize("part", ORDER)
def test_nothing_imports_upwards(part: str) -> None:
    below = ORDER[: ORDER.index(part)]
    assert [(file, other) for file, other in imports(part) if other not in below] == []
