"""What an error about an id that is not there says of those that are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

__all__ = ["neighbours"]

_FEW: Final = 12


def neighbours(wanted: str, known: Iterable[str]) -> str:
    """The ids of the same family, or the most alike if they are many; else the families.

    :param wanted: the id that is not there, as ``family/release``.
    :param known: all ids that there are.
    """
    ids = tuple(dict.fromkeys(known))
    family = f"{wanted.partition('/')[0]}/"
    near = [id for id in ids if id.startswith(family)]
    if len(near) > _FEW:
        alike = difflib.get_close_matches(wanted, near, n=3, cutoff=0)
        return f"did you mean {' or '.join(alike)}?"
    if not near:
        near = (
            list(dict.fromkeys(id.partition("/")[0] for id in ids)) if len(ids) > _FEW else [*ids]
        )
    return f"known: {', '.join(near)}"
