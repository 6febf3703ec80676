"""How long the packaged catalogue takes to load.

    python tests/benchmarks/catalogue.py [ROUNDS]

Measured, each from the file, with nothing remembered from the round before:

* ``index``: the catalogue's index: every device class, and what stores there are;
* ``store``: one store after that, the median and the worst of all of them;
* ``stores``: all stores after that;
* ``text``: the same catalogue read from the text, for comparison.

Nothing is asserted, because a time is a fact about a machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import legacytrust as lt
from legacytrust.catalog import indexed_catalog
from legacytrust.stores.index import FileSource, Index
from legacytrust.stores.indexwriter import derive_index

ROOT = Path(__file__).resolve().parents[2] / "trust_stores"


def milliseconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def one_round(file: Path) -> dict[str, float]:
    def load() -> lt.Catalog:
        return indexed_catalog(Index(FileSource(file), file.name))

    times = {"index": milliseconds(load)}
    catalog = load()
    times["stores"] = milliseconds(lambda: catalog.stores)
    singly = [(load().store, id) for id in catalog.store_catalog.ids[:: len(catalog.stores) // 20]]
    each = [milliseconds(lambda: read(id)) for read, id in singly]  # noqa: B023 - run at once
    times["store (median)"], times["store (worst)"] = statistics.median(each), max(each)
    return times


def measure(rounds: int) -> dict[str, float]:
    """Median milliseconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        file.write_bytes(derive_index(ROOT))
        found = [one_round(file) for _ in range(rounds)]
    medians = {name: statistics.median(times[name] for times in found) for name in found[0]}
    return {**medians, "text": milliseconds(lambda: lt.load_catalog(ROOT).stores)}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    catalog = lt.load_catalog()
    names = len(catalog.store_catalog.names)
    print(f"{len(catalog.stores)} stores, {names} roots, {len(catalog.devices)} device classes")
    found = measure(rounds)
    for name, value in found.items():
        print(f"{name:<15} {value:8.2f} ms (median of {rounds})")
    print(f"text / index    {found['text'] / (found['index'] + found['stores']):8.1f}")


if __name__ == "__main__":
    main()
