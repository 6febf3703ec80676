"""The one module that touches ``pyhanko-certvalidator``.

It turns our certificates into those of the package, asks for one path after the other, and turns
what comes back into sentences that name certificates.  The package raises whatever its own
dependencies raise, and says so in its log; neither gets out of here.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
import pyhanko_certvalidator
from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms
from pyhanko_certvalidator.registry import CertificateRegistry
from pyhanko_certvalidator.validate import async_validate_path

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["VALIDATOR", "Answer", "validate"]

VALIDATOR: Final = f"pyhanko-certvalidator {pyhanko_certvalidator.__version__}"

#: How often the search may ask for issuers, and how many paths it may check: far more than any
#: real chain needs, and little enough to end at once when the served certificates form a maze.
_LOOKUPS: Final = 2_000
_PATHS: Final = 100


@attrs.frozen
class Answer:
    """What the package found.

    :param anchor: the root of the first valid path, or ``None``.
    :param refusal: without one, why the first path failed, or why there was none.
    :param doubt: without one, what the package could not read or compute, if anything.
    """

    anchor: TrustAnchor | None = None
    refusal: str = ""
    doubt: str | None = None


class _BudgetError(Exception):
    """The search asked too many questions."""


class _Registry(CertificateRegistry):
    """The package's registry of certificates, with a limit to how often it is asked."""

    questions: int = 0

    def find_potential_issuers(self, cert: x509.Certificate, trust_manager: Any) -> Iterator[Any]:
        self.questions += 1
        if self.questions > _LOOKUPS:
            raise _BudgetError
        return super().find_potential_issuers(cert, trust_manager)


def validate(chain: ServedChain, anchors: Iterable[TrustAnchor], at: datetime) -> Answer:
    """Look for a path from the leaf to one of the anchors that is valid by RFC 5280.

    :param anchors: the roots; those of which only facts are known are left out.
    :param at: the moment, UTC.
    """
    # A thread of its own: the caller may be in an event loop (a notebook is), and asyncio.run
    # would take away the loop that the calling thread has set.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(_quietly, chain, tuple(anchors), at).result()


def _quietly(chain: ServedChain, anchors: tuple[TrustAnchor, ...], at: datetime) -> Answer:
    with warnings.catch_warnings(), _silent_log():
        warnings.simplefilter("ignore")
        return asyncio.run(_Question(chain, anchors).answer(at))


@contextmanager
def _silent_log() -> Iterator[None]:
    """Keep the log of the package off standard error where nobody has set up logging."""
    logger, handler = logging.getLogger("pyhanko_certvalidator"), logging.NullHandler()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _Question:
    """A chain and its possible roots, as the package wants them."""

    def __init__(self, chain: ServedChain, anchors: tuple[TrustAnchor, ...]) -> None:
        self._chain = chain
        self._anchors = {anchor.sha256: anchor for anchor in anchors}
        self._labels = {c.sha256: c.label for c in chain}
        self._labels.update((anchor.sha256, anchor.label) for anchor in anchors)
        self._doubts: list[str] = []
        self._refusals: list[str] = []

    async def answer(self, at: datetime) -> Answer:
        """The first valid path, or what stood in the way of all of them."""
        roots = [r for a in self._anchors.values() if (r := self._read(a.certificate)) is not None]
        leaf, *others = (self._read(certificate) for certificate in self._chain)
        if leaf is None:
            return Answer(doubt=self._doubts[-1])
        anchor = await self._search(_context(roots, others, at), leaf)
        if anchor is not None:
            return Answer(anchor)
        return Answer(None, self._refusal(), self._doubts[0] if self._doubts else None)

    def _read(self, certificate: object) -> x509.Certificate | None:
        """The package's view of a certificate; ``None`` if it has none."""
        if not isinstance(certificate, Certificate):
            return None
        try:
            read = x509.Certificate.load(certificate.der, strict=True)
            # asn1crypto reads when asked; these are what the search will ask for.
            _ = read.subject.hashable, read.issuer.hashable, read.issuer_serial
            _ = read.key_identifier, read.authority_key_identifier, read.authority_issuer_serial
        except Exception as error:  # noqa: BLE001 - asn1crypto raises of every kind
            what = f"the validator cannot read “{certificate.label}”: {_one_line(error)}"
            self._doubts.append(what)
            return None
        return read

    async def _search(
        self, context: ValidationContext, leaf: x509.Certificate
    ) -> TrustAnchor | None:
        try:
            return await self._first_valid(context, leaf)
        except PathBuildingError as error:
            self._refusals.append(self._no_path(str(error)))
        except (_BudgetError, RecursionError):
            self._doubts.append("the search was given up: too many possible paths")
        except Exception as error:  # noqa: BLE001 - whatever the package meets, it is its verdict
            self._doubts.append(f"the validator cannot build a path: {_one_line(error)}")
        return None

    async def _first_valid(
        self, context: ValidationContext, leaf: x509.Certificate
    ) -> TrustAnchor | None:
        paths: Any = context.path_builder.async_build_paths_lazy(leaf)
        tried = 0
        try:
            async for path in paths:
                tried += 1
                if tried > _PATHS:
                    raise _BudgetError
                if await self._is_valid(context, path):
                    return self._anchors[path.first.sha256.hex()]
        finally:
            await paths.cancel()
        return None

    async def _is_valid(self, context: ValidationContext, path: ValidationPath) -> bool:
        try:
            await async_validate_path(context, path)
        except ValidationError as error:
            self._refusals.append(self._named(str(error), path))
        except Exception as error:  # noqa: BLE001 - an unsupported algorithm comes in many forms
            self._doubts.append(f"the validator cannot check the path: {_one_line(error)}")
        else:
            return True
        return False

    def _refusal(self) -> str:
        """The first objection that is not merely a root of the same name with another key."""
        telling = (text for text in self._refusals if "could not be verified" not in text)
        return next(telling, self._refusals[0] if self._refusals else "there is no path")

    def _no_path(self, message: str) -> str:
        # The package writes the whole name out; the certificate that bears it tells which it is.
        for certificate in self._chain:
            friendly = x509.Name.load(certificate.issuer.der).human_friendly
            if message.endswith(f'no issuer matching "{friendly}" was found'):
                return (
                    f"“{certificate.issuer.label}”, the issuer of “{certificate.label}”, "
                    "is neither served nor trusted"
                )
        return "no path leads to a root of the store"

    def _named(self, message: str, path: ValidationPath) -> str:
        """The package's sentence with certificates by name instead of by number."""
        text = message.removeprefix("The path could not be validated because ").rstrip(". ")
        text = _INTERMEDIATE.sub(lambda m: self._label(path[int(m[1])]), text)
        text = text.replace("the end-entity certificate", self._label(path.leaf))
        for pattern, replacement in _WORDING.items():
            text = pattern.sub(replacement, text)
        return text[:1].lower() + text[1:]

    def _label(self, certificate: Any) -> str:
        return f"“{self._labels[certificate.sha256.hex()]}”"


def _context(
    roots: Iterable[x509.Certificate], others: Iterable[x509.Certificate | None], at: datetime
) -> ValidationContext:
    """The package's settings; the head of the folder says why they are these."""
    return ValidationContext(
        trust_roots=list(roots),
        moment=at,
        allow_fetching=False,
        # Softly, and with nothing to look at: no revocation.
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
        certificate_registry=_Registry.build([c for c in others if c is not None]),
        algorithm_usage_policy=AcceptAllAlgorithms(),
    )


_INTERMEDIATE: Final = re.compile(r"(?:the )?intermediate certificate (\d+)")
_MOMENT: Final = r"(\d{4}-\d\d-\d\d \d\d:\d\d):\d\dZ"
#: The package's turns of phrase, and those that the rest of a report uses.
_WORDING: Final[Mapping[re.Pattern[str], str]] = {
    re.compile(rf" expired {_MOMENT}"): r" expired on \1 UTC",
    re.compile(rf" is not valid until {_MOMENT}"): r" is valid only from \1 UTC",
}


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:120] if text else type(error).__name__
