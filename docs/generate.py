"""Writes the pages that are printed from the models, so that they cannot say anything else.

python docs/generate.py            writes docs/clients.md
python docs/generate.py --check    writes nothing, and fails if the page is out of date
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from legacytrust.clients import FAMILIES, Evidence
from legacytrust.clients.family import Family
from legacytrust.clients.model import Row
from legacytrust.extensions import Oid
from legacytrust.paths.findings import Code
from legacytrust.paths.rules import CheckRules, SearchRules

PAGE = Path(__file__).resolve().parent / "clients.md"
OIDS = {
    value: name.lower().replace("_", " ")
    for name, value in vars(Oid).items()
    if isinstance(value, str) and value[0].isdigit()
}

HEAD = """\
# The client models, trait by trait

This page is printed from the tables that the models are folded from (`python docs/generate.py`).
A row is one fact: a trait, its value, the versions for which it holds, how well it is known, and
where it was read. Traits that a family does not list keep their default, which for every check is
*unknown*: a verdict that depends on it is unknown too.

The words for evidence, from best to worst: {levels}. Roles: a path consists of the *leaf*, issuers
that the server sent (*served ca*), a served copy of the root itself (*served root*), issuers from
the store (*store ca*), and the *anchor*; a *store leaf* is a server certificate that the store
itself holds.
"""


def page() -> str:
    levels = ", ".join(level.label for level in Evidence)
    parts = [HEAD.format(levels=levels)]
    for family in FAMILIES.values():
        parts.extend(_family(family))
    parts.extend(_codes())
    return "\n".join(parts)


def _family(family: Family) -> Iterator[str]:
    yield f"## {family.title}\n"
    yield f"`lt.client({family.name!r}, VERSION)` for {family.coverage.text}.\n"
    if family.options:
        yield "Options:\n"
        yield from (f"* `{name}=`: {o.describe}" for name, o in family.options.items())
        yield ""
    for title, names in (("How it searches", SearchRules), ("What it checks", CheckRules)):
        yield f"### {title}\n"
        yield "| trait | value | versions | evidence | source |"
        yield "| --- | --- | --- | --- | --- |"
        order = [field.name for field in attrs.fields(names)]
        rows = [row for row in family.rows if row.trait in order]
        yield from map(_row, sorted(rows, key=lambda row: order.index(row.trait)))
        yield ""
    yield _tally(family)


def _tally(family: Family) -> str:
    counts = {level: sum(r.evidence is level for r in family.rows) for level in Evidence}
    told = ", ".join(f"{count} {level.label}" for level, count in counts.items() if count)
    return f"{len(family.rows)} facts: {told}.\n"


def _row(row: Row) -> str:
    cells = (
        f"`{row.trait}`", show(row.value), row.versions.text, row.evidence.label, row.source,
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def show(value: Any) -> str:
    """A trait's value in a few words."""
    match value:
        case bool():
            return "yes" if value else "no"
        case enum.Flag():
            return ", ".join(_words(part.name) for part in value) or "none"
        case enum.Enum():
            # A value that is a sentence explains itself; otherwise it is the name that is known.
            return value.value if " " in str(value.value) else str(value.value).upper()
        case frozenset():
            return _several(value)
        case tuple():
            return "; ".join(show(item) for item in value) or "none"
        case str():
            return OIDS.get(value, value)
        case _ if attrs.has(type(value)):
            return _record(value)
        case _:
            return str(value)


def _words(name: str | None) -> str:
    return (name or "").lower().replace("_", " ")


def _several(values: frozenset[Any]) -> str:
    if len(values) > 12:
        return f"{len(values)} values"
    return ", ".join(sorted(show(value) for value in values)) or "none"


def _record(value: Any) -> str:
    """The fields that differ from their defaults; of a value like its default, the first."""
    fields: Mapping[str, Any] = attrs.asdict(value, recurse=False)
    defaults = {field.name: field.default for field in attrs.fields(type(value))}
    told = {name: item for name, item in fields.items() if item != defaults[name]}
    if not told:
        return "nothing"
    return "; ".join(f"{_words(name)}: {show(item)}" for name, item in told.items())


def _codes() -> Iterator[str]:
    yield "## Reasons\n"
    yield "Every finding has one of these codes; programs can match on them.\n"
    yield "| code | decided by the trait |"
    yield "| --- | --- |"
    for code in Code:
        yield f"| `{code.value}` | `{code.rule}` |"
    yield ""


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
        print(f"{PAGE.name}: {'up to date' if same else 'out of date: run docs/generate.py'}")
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
