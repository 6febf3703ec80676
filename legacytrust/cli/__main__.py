"""``python -m legacytrust.cli``: the same as the command ``legacytrust``."""

from legacytrust.cli import main

main()
