"""Writes the pages that are printed from the models, so that they cannot say anything else.

python docs/generate.py            writes clients.md, clients/*.md and windows-server.md
python docs/generate.py --check    writes nothing, and fails if a page is out of date

How often each model was compared with its genuine client stands in docs/agreement.json, which
tests/differential/agreement.py makes of a run of the differential tests.
"""

from __future__ import annotations

import enum
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import server_page

from legacytrust.clients import FAMILIES, Evidence
from legacytrust.clients.family import Family
from legacytrust.clients.model import Row
from legacytrust.extensions import Oid
from legacytrust.paths.findings import Code
from legacytrust.paths.rules import CheckRules, SearchRules, Strategy

HERE = Path(__file__).resolve().parent
AGREEMENT = HERE / "agreement.json"
OIDS = {
    value: name.lower().replace("_", " ")
    for name, value in vars(Oid).items()
    if isinstance(value, str) and value[0].isdigit()
}

HEAD = """\
# The client models

This page and those below `clients/` are printed from the tables that the models are folded from
(`python docs/generate.py`). On the page of a family a row is one fact: a trait, its value, the
versions for which it holds, how well it is known, and where it was read. Traits that a family does
not list keep their default, which for every check is *unknown*: a verdict that depends on it is
unknown too.

The words for evidence, from best to worst: {levels}. Roles: a path consists of the *leaf*, issuers
that the server sent (*served ca*), a served copy of the root itself (*served root*), issuers from
the store (*store ca*) or from elsewhere (*fetched ca*), and the *anchor*; a *store leaf* is a server
certificate that the store itself holds.
"""

COMPARED = """\
## Compared with the genuine clients

Each row is one genuine client and the model that stands for it, over generated PKIs. *Unknown* are
verdicts that the model could not give; *explained* are differences that a test names, by kind. A
difference that nobody explains fails the test, so there are none.

```sh
python tests/differential/genuine/fetch.py --node --more
GENUINE_SCALE=1 GENUINE_TALLY=tally.jsonl python -m pytest tests/differential
python tests/differential/agreement.py tally.jsonl
```

| genuine client | cases | agree | unknown | explained |
| --- | --- | --- | --- | --- |"""


def pages() -> dict[str, str]:
    """Every page by its path below docs/."""
    index = "\n".join(_index())
    return {"clients.md": index, "windows-server.md": server_page.page()} | {
        f"clients/{family.name}.md": "\n".join(_family(family)) for family in FAMILIES.values()
    }


def _index() -> Iterator[str]:
    yield HEAD.format(levels=", ".join(level.label for level in Evidence))
    yield "| `lt.client(...)` | what it is | versions | facts |"
    yield "| --- | --- | --- | --- |"
    for family in FAMILIES.values():
        link = f"[`{family.name}`](clients/{family.name}.md)"
        yield f"| {link} | {family.title} | {family.coverage.text} | {_counted(family)} |"
    yield ""
    yield from _strategies()
    yield COMPARED
    for row in json.loads(AGREEMENT.read_text(encoding="utf-8")):
        explained = "; ".join(f"{kind}: {count}" for kind, count in row["explained"].items())
        cells = (row["client"], *(str(row[key]) for key in ("cases", "agree", "unknown")))
        yield "| " + " | ".join((*cells, explained or "0")) + " |"
    yield ""
    yield from _codes()


def _strategies() -> Iterator[str]:
    yield "## Ways of searching\n"
    yield "There is one path builder for each; a client may have changed its way over time.\n"
    yield "| way | families |"
    yield "| --- | --- |"
    for strategy in Strategy:
        users = ", ".join(f"`{f.name}`" for f in FAMILIES.values() if strategy in _ways(f))
        yield f"| {strategy.value} | {users} |"
    yield ""


def _ways(family: Family) -> set[Strategy]:
    """The ways of its own rows, or else those of what it is built on."""
    own = {row.value for row in family.rows if row.trait == "strategy"}
    return own or (_ways(family.foundation.family) if family.foundation else set())


def _family(family: Family) -> Iterator[str]:
    yield f"# {family.title}\n"
    yield f"`lt.client({family.name!r}, VERSION)` for {family.coverage.text}.\n"
    if family.hint:
        yield f"{family.hint}\n"
    if family.options:
        yield "Options:\n"
        yield from (f"* `{name}=`: {o.describe}" for name, o in family.options.items())
        yield ""
    for title, names in (("How it searches", SearchRules), ("What it checks", CheckRules)):
        yield f"## {title}\n"
        yield "| trait | value | versions | evidence | source |"
        yield "| --- | --- | --- | --- | --- |"
        order = [field.name for field in attrs.fields(names)]
        rows = [row for row in family.rows if row.trait in order]
        yield from map(_row, sorted(rows, key=lambda row: order.index(row.trait)))
        yield ""
    yield from _foundation(family)
    if family.gaps:
        yield "## Unknown\n"
        yield from (f"* `{trait}`: {reason}" for trait, reason in family.gaps.items())
        yield ""
    yield f"{_counted(family)}.\n"


def _counted(family: Family) -> str:
    counts = {level: sum(r.evidence is level for r in family.rows) for level in Evidence}
    told = ", ".join(f"{count} {level.label}" for level, count in counts.items() if count)
    return f"{len(family.rows)} facts: {told}"


def _foundation(family: Family) -> Iterator[str]:
    """What a program is built on, whose facts hold where it has none of its own."""
    if family.foundation is None:
        return
    base = family.foundation.family
    yield "## What it is built on\n"
    yield f"Everything else is as [{base.title}]({base.name}.md) has it.\n"
    yield f"| versions | {base.name} | evidence | source |"
    yield "| --- | --- | --- | --- |"
    for release in family.foundation.releases:
        cells = (release.versions.text, release.version, release.evidence.label, release.source)
        yield "| " + " | ".join(cells) + " |"
    yield ""


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
    stale = 0
    for name, text in pages().items():
        page = HERE / name
        same = page.is_file() and page.read_text(encoding="utf-8") == text
        if "--check" in sys.argv[1:]:
            stale += not same
            print(f"{name}: {'up to date' if same else 'out of date: run docs/generate.py'}")
        elif not same:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
