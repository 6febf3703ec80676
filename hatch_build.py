"""What a wheel needs beyond the code: the index that is derived from the text of the trust stores.

An editable installation has none: it reads the text beside it, and derives an index when it is
first used.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexBuildHook(BuildHookInterface[Any]):
    """Checks the catalogue as a whole, derives its index, and adds it to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is put together."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from legacytrust.catalog import load_catalog
            from legacytrust.stores.indexwriter import derive_index
            from legacytrust.stores.packaged import INDEX_NAME

            load_catalog(root / "trust_stores")
            data = derive_index(root / "trust_stores")
        finally:
            sys.path.remove(str(root))
        self._work = tempfile.TemporaryDirectory(prefix="legacytrust-")
        index = Path(self._work.name) / INDEX_NAME
        index.write_bytes(data)
        build_data["force_include"][str(index)] = f"legacytrust/{INDEX_NAME}"

    def finalize(self, version: str, *_: object) -> None:
        """Called when the wheel is there."""
        if version != "editable":
            self._work.cleanup()
