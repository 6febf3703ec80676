"""Path builders: the order in which each kind of client makes its attempts.

Theory of operation
===================

A builder is a generator.  It yields a :class:`~legacytrust.paths.path.Path`, complete or not, and
is sent back the :class:`~legacytrust.paths.path.Attempt` that became of it: the path with
everything the client's checks had to say.  Then it decides for itself whether to go on.  That
decision is what told the devices apart in the incidents of 2020 and 2021, and in this form it is
visible in a few lines of each builder and nowhere else:

* one that returns after its first complete path never tries again, whatever was wrong with it
  (OpenSSL, Android before 7);
* one that goes on while paths only fail to reach an anchor prunes (OpenSSL 1.0.1n to 1.0.2u);
* one that goes on until an attempt is accepted back-tracks (Android 7 and later).

A builder asks its :class:`~legacytrust.paths.search.Search` everything it wants to know and keeps
no state outside itself.  It does not judge: dates, purposes and signatures are the business of
the checks, except where the client itself looks at them while it builds.

Paths that end nowhere are yielded too, with the reason in ``Path.end``.  They are what a person
wants to see when a device refuses a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from legacytrust.paths.builders.backtrack import backtrack
from legacytrust.paths.builders.best_issuer import best_issuer
from legacytrust.paths.builders.checked_climb import checked_climb
from legacytrust.paths.builders.cut_list import cut_list
from legacytrust.paths.builders.depth_first import depth_first
from legacytrust.paths.builders.end_to_end import end_to_end, name_chain
from legacytrust.paths.builders.forward import forward
from legacytrust.paths.builders.judged import judged
from legacytrust.paths.builders.likeliest_first import likeliest_first
from legacytrust.paths.builders.linear import linear
from legacytrust.paths.builders.ordered import reorder, strict_order
from legacytrust.paths.builders.ranked import ranked
from legacytrust.paths.builders.served_first import served_first
from legacytrust.paths.builders.store_first import store_first
from legacytrust.paths.builders.top_down import top_down
from legacytrust.paths.builders.validate_or_build import validate_or_build
from legacytrust.paths.path import Attempt, Path
from legacytrust.paths.rules import Strategy
from legacytrust.paths.search import Search

__all__ = ["BUILDERS", "Builder"]

Builder: TypeAlias = Callable[[Search], Generator[Path, Attempt, None]]

BUILDERS: Final[Mapping[Strategy, Builder]] = MappingProxyType(
    {
        Strategy.STRICT_ORDER: strict_order,
        Strategy.LINEAR: linear,
        Strategy.END_TO_END: end_to_end,
        Strategy.NAME_CHAIN: name_chain,
        Strategy.SERVED_FIRST: served_first,
        Strategy.STORE_FIRST: store_first,
        Strategy.REORDER: reorder,
        Strategy.TOP_DOWN: top_down,
        Strategy.BACKTRACK: backtrack,
        Strategy.BEST_ISSUER: best_issuer,
        Strategy.DEPTH_FIRST: depth_first,
        Strategy.LIKELIEST_FIRST: likeliest_first,
        Strategy.RANKED: ranked,
        Strategy.CHECKED_CLIMB: checked_climb,
        Strategy.FORWARD: forward,
        Strategy.JUDGED: judged,
        Strategy.CUT_LIST: cut_list,
        Strategy.VALIDATE_OR_BUILD: validate_or_build,
    }
)
