"""Values in commands for a person to run, quoted so that no shell takes them for more.

PowerShell has five characters that end a single-quoted text, of which four look alike; cmd has
characters that no quotes take the meaning from, so that they are refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from legacytrust.errors import IisError

__all__ = ["cmd", "powershell"]

_SINGLE_QUOTES: Final = re.compile("(['\u2018\u2019\u201a\u201b])")
_MEANT_BY_CMD: Final = frozenset('"%!^')


def powershell(value: str) -> str:
    """The value as a single-quoted text of PowerShell.

    :raises IisError: when it has control characters.
    """
    _check(value)
    return "'" + _SINGLE_QUOTES.sub(r"\1\1", value) + "'"


def cmd(value: str) -> str:
    """The value in double quotes, as cmd and the programs that it starts read them.

    :raises IisError: when it has a character that cmd reads even there, or ends with a backslash.
    """
    _check(value)
    if bad := sorted(_MEANT_BY_CMD.intersection(value)):
        raise IisError(
            f"{value!r} has {' and '.join(bad)}, which cmd reads even between quotes",
            hint="choose another name",
        )
    if value.endswith("\\"):
        raise IisError(f"{value!r} ends with a backslash, which would quote the quotation mark")
    return f'"{value}"'


def _check(value: str) -> None:
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            raise IisError(f"{value!r} has a character that cannot be shown")
