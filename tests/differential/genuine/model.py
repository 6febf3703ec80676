"""What one asks a genuine library, and what it answers: the same for every driver."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

PARSE = "parse"
"""How `error_text` begins when the library could not read a certificate."""
CRASH = "crash"
"""How `error_text` begins when the library ended or blocked its process."""
HANDSHAKE = "handshake"
"""How `error_text` begins when the connection failed before the chain was judged."""
NO_ERROR_CODE = -1
"""`error` of a verdict that did not come from the library's own list of errors."""

FLAGS = frozenset({"trusted_first", "partial_chain", "no_alt_chains", "x509_strict"})


class DriverError(Exception):
    """A driver could not ask its question; the message says what to do about it."""


class NotFetchedError(DriverError):
    """The library is not in the cache yet."""


class UnsupportedOptionError(DriverError):
    """This version does not know what was asked of it; answering anyway would mislead."""


def _aware(_: object, attribute: "attrs.Attribute[datetime]", value: datetime) -> None:
    if value.tzinfo is None:
        raise ValueError(f"{attribute.name} must say its time zone, got {value}")


def _known_flags(_: object, __: object, value: frozenset[str]) -> None:
    if unknown := value - FLAGS:
        raise ValueError(f"unknown flags {sorted(unknown)}; there are {sorted(FLAGS)}")


def _flag_set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


def _ders(values: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(values)


@attrs.frozen
class Question:
    """Would a TLS client that trusts `store` accept `served` (leaf first) at that moment?

    `flags` are of `FLAGS`. `security_level=None` means the level that the library's own TLS
    layer sets by default. `register_all_digests` matters before OpenSSL 1.1.0 only: False leaves
    the client with the digests that the TLS layer registers by itself.
    """

    served: tuple[bytes, ...] = attrs.field(converter=_ders, validator=attrs.validators.min_len(1))
    store: tuple[bytes, ...] = attrs.field(converter=_ders)
    at: datetime = attrs.field(kw_only=True, validator=_aware)
    purpose: str = attrs.field(
        default="sslserver",
        kw_only=True,
        validator=attrs.validators.in_(("sslserver", "sslclient", "any")),
    )
    flags: frozenset[str] = attrs.field(
        default=frozenset(), kw_only=True, converter=_flag_set, validator=_known_flags
    )
    hostname: str | None = attrs.field(default=None, kw_only=True)
    security_level: int | None = attrs.field(default=None, kw_only=True)
    register_all_digests: bool = attrs.field(default=True, kw_only=True)


@attrs.frozen
class GenuineVerdict:
    """What the library said.

    `error` is its X509_V_ERR number (0 when fine, `NO_ERROR_CODE` when the library never got to
    say one), `depth` the place in `chain` it is about, `chain` what it had built, leaf first.
    A driver that cannot see depth or chain leaves them at -1 and empty.
    """

    accepted: bool
    error: int
    error_text: str
    depth: int = -1
    chain: tuple[bytes, ...] = ()

    @property
    def is_parse_failure(self) -> bool:
        """Whether a certificate could not be read, so that nothing was verified."""
        return self.error_text.startswith(PARSE)

    @property
    def is_decided(self) -> bool:
        """Whether this is the library's opinion: it neither crashed nor failed to connect."""
        return not self.error_text.startswith((CRASH, HANDSHAKE))
