"""Makes docs/agreement.json of the tallies of one or more runs of the differential tests.

GENUINE_TALLY=tally.jsonl python -m pytest tests/differential
python tests/differential/agreement.py tally.jsonl
"""

import json
import sys
from collections import Counter
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement.json"
_COUNTED = ("agrees", "unknown", "differs")


def table(lines: list[str]) -> list[dict[str, object]]:
    """One row for each genuine client, in the order of their names."""
    kinds: dict[str, Counter[str]] = {}
    for line in lines:
        told = json.loads(line)
        kinds.setdefault(told["client"], Counter()).update(told["kinds"])
    return [_row(client, kinds[client]) for client in sorted(kinds)]


def _row(client: str, kinds: Counter[str]) -> dict[str, object]:
    if kinds["differs"]:
        raise SystemExit(f"{client}: {kinds['differs']} differences that nobody explains")
    explained = {kind: count for kind, count in sorted(kinds.items()) if kind not in _COUNTED}
    return {
        "client": client,
        "cases": kinds.total(),
        "agree": kinds["agrees"],
        "unknown": kinds["unknown"],
        "explained": explained,
    }


def main(arguments: list[str]) -> None:
    """Reads the tallies and writes the page's data."""
    lines = [line for name in arguments for line in Path(name).read_text("utf-8").splitlines()]
    PAGE.write_text(json.dumps(table(lines), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {PAGE.name}: {len(lines)} comparisons")


if __name__ == "__main__":
    main(sys.argv[1:])
