"""The YAML files of the Trust Stores Observatory, which sslyze carries as well.

They list the roots of Apple, Google, Java, Microsoft and Mozilla by name and SHA-256 fingerprint,
and the certificates that the platform blocks.  The files are written by a program, in one plain
form; that form is read here and nothing else of YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from legacytrust.errors import StoreError
from legacytrust.stores.formats.entries import BlockedCertificate, Entry, ListedRoot, check_entries

__all__ = ["read", "recognise"]

_MARK: Final = re.compile(rb"^trusted_certificates(?:_count)?:", re.MULTILINE)
_KEY: Final = re.compile(r"([a-z_]+):(?: (.*))?")
_NAME: Final = re.compile(r"- subject_name: ?(.*)")
_FINGERPRINT: Final = re.compile(r" +fingerprint: ['\"]?([0-9a-fA-F]{64})['\"]?")
_FIRST: Final = re.compile(r"- fingerprint: ['\"]?([0-9a-fA-F]{64})['\"]?")
_LATER_NAME: Final = re.compile(r" +subject_name: ?(.*)")
_TRUSTED, _BLOCKED = "trusted_certificates", "blocked_certificates"


def recognise(data: bytes) -> bool:
    """Whether this is such a file."""
    return _MARK.search(data) is not None


def read(data: bytes, where: str = "") -> tuple[Entry, ...]:
    """The listed roots and the blocked certificates, in the order of the file.

    :raises StoreError: when the file has another form, or other numbers of entries than it says.
    """
    entries: list[Entry] = []
    told: dict[str, str] = {}
    section = ""
    for number, line, name, fingerprint in _items(data.decode("utf-8", "replace"), where):
        if fingerprint:
            _add(entries, section, name, fingerprint, f"{where}, line {number}".lstrip(", "))
            check_entries(len(entries), where)
        elif match := _KEY.fullmatch(line):
            section = match[1]
            told[match[1]] = (match[2] or "").strip()
    _count(entries, told, where)
    return tuple(entries)


def _items(text: str, where: str) -> Iterator[tuple[int, str, str, str]]:
    """Lines of keys, and items by number of their last line, name and fingerprint."""
    name: list[str] = []
    early = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _NAME.fullmatch(line):
            name = [match[1]]
        elif match := _FIRST.fullmatch(line):
            early = match[1]
        elif (match := _LATER_NAME.fullmatch(line)) and early:
            yield number, "", _text([match[1]]), early.lower()
            early = ""
        elif name and (match := _FINGERPRINT.fullmatch(line)):
            yield number, "", _text(name), match[1].lower()
            name = []
        elif name and line.startswith("   "):
            name.append(line)  # a long name goes on in the next line
        elif line.startswith(("- ", " ")) or name:
            raise StoreError(
                "an entry without a name and a fingerprint", where=f"{where}, line {number}"
            )
        else:
            yield number, line, "", ""
    if name:
        raise StoreError("the last entry is cut off", where=where)


def _text(lines: list[str]) -> str:
    """The name without the quotes that some need."""
    text = " ".join(line.strip() for line in lines)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _unescaped(text[1:-1])
    return text


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        return chr(int(match[1] or match[2] or match[3], 16)) if not match[4] else match[4]

    pattern = r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5})|\s*(.?))"
    return re.sub(pattern, character, text)


def _add(entries: list[Entry], section: str, name: str, fingerprint: str, where: str) -> None:
    if section == _TRUSTED:
        entries.append(ListedRoot(name, sha256=fingerprint))
    elif section == _BLOCKED:
        entries.append(BlockedCertificate(name, fingerprint))
    else:
        raise StoreError(f"an entry below {section or 'nothing'!r}", where=where)


def _count(entries: list[Entry], told: dict[str, str], where: str) -> None:
    for section, kind in ((_TRUSTED, ListedRoot), (_BLOCKED, BlockedCertificate)):
        found = sum(isinstance(entry, kind) for entry in entries)
        said = told.get(f"{section}_count", "")
        if said.isdecimal() and said != str(found):
            raise StoreError(
                f"it says {said} {section.replace('_', ' ')} and holds {found}",
                where=where,
                hint="it may be cut off",
            )
