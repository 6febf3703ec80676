"""The commands and code blocks of the README, so that what runs is what is written.

python tests/readme.py "Run the tests"      prints the shell block below that heading
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(heading: str, language: str) -> list[str]:
    """The code blocks of one language in the section with this heading."""
    sections = re.split(r"^## (.*)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2], strict=True))[heading]
    return [body for kind, body in _BLOCK.findall(text) if kind == language]


if __name__ == "__main__":
    print(blocks(sys.argv[1], "sh")[0], end="")
