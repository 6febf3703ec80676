"""How a client looks for a path, and what it refuses to read in the first place."""

from __future__ import annotations

import enum

import attrs

from legacytrust.names import NameForm
from legacytrust.paths.rules.bundle import CheckRules

__all__ = [
    "Admission",
    "Alternatives",
    "AnchorMatch",
    "CertSignDemand",
    "Completion",
    "Consequence",
    "Criterion",
    "IssuerTest",
    "KeyIdUse",
    "ListOrder",
    "Loop",
    "PathLengthCount",
    "Preference",
    "SearchRules",
    "SignerRules",
    "StoreOrder",
    "Strategy",
    "SubjectKeyId",
]


class Strategy(enum.Enum):
    """How candidates are tried: one generator in :mod:`legacytrust.paths.builders` each."""

    STRICT_ORDER = "the served list as it is, then one issuer from the store"
    LINEAR = "the served list as it is, up to the first certificate that the store issued"
    END_TO_END = "every served certificate in its order, then one issuer from the store"
    NAME_CHAIN = "the served certificates as their names chain, then one issuer from the store"
    SERVED_FIRST = "greedy over the served list, then over the store"
    STORE_FIRST = "greedy, store before served list at every level"
    REORDER = "greedy re-ordering by name, cut at the first certificate that is an anchor"
    BACKTRACK = "depth first over store and served list until a path passes"
    BEST_ISSUER = "one path: at every level the best of all known certificates of that name"
    TOP_DOWN = "the served list from its last to its first, each by a signer known by then"
    DEPTH_FIRST = "complete: every path over store, served list and elsewhere until one passes"
    CHECKED_CLIMB = "store before served list, dates and signatures checked at every step"
    LIKELIEST_FIRST = "the same over all that is known at once, the likeliest issuer first"
    RANKED = "every path is built, and the best one taken"
    FORWARD = "greedy, served list forwards only, store at every level or after its end"
    JUDGED = "the same, but judged link by link, and given up at a limit"
    CUT_LIST = "the whole list in some order, cut at a store certificate, then one from the store"
    VALIDATE_OR_BUILD = "the served list as far as it is in order, or else every path"


class Alternatives(enum.Enum):
    """When a greedy client shortens its path and asks the store again."""

    NEVER = "never"
    NOTHING_FROM_STORE = "only when no certificate of the store was reached at all"
    NOT_TRUSTED = "whenever the path does not end in something trusted"
    UNKNOWN_OR_WEAK = "when an issuer is not found or a hash or key too weak, where checks stopped"
    UNKNOWN_WEAK_OR_EXPIRED = "the same, or when something has expired there"


class Preference(enum.Enum):
    """Which of several possible issuers a greedy client takes."""

    FIRST = "the first, whatever its dates"
    VALID_ELSE_LAST = "the first that is within its dates, or else the last"
    VALID_ELSE_FIRST = "the first that is within its dates, or else the first"
    VALID_ELSE_LATEST = "the first that is within its dates, or else the one that ended last"
    LAST_VALID_ELSE_FIRST = "the last that is within its dates, or else the first"


class StoreOrder(enum.Enum):
    """In which order a greedy client meets store certificates of one name."""

    GIVEN = "as they are in the store"
    HEAP = "as a heap sort leaves them that is repeated before each one that is added"


class IssuerTest(enum.Flag):
    """What, beside the name, must fit before a certificate counts as a possible issuer."""

    KEY_ID = enum.auto()
    """The authority key identifier: key id, issuer and serial as far as both sides have them."""
    BARE_KEY_ID = enum.auto()
    """The key id of the authority key identifier alone, whatever issuer and serial it gives."""
    KEY_USAGE = enum.auto()
    """keyCertSign, where a key usage is present."""
    KEY_KIND = enum.auto()
    """The key is of the kind that the signature algorithm needs."""
    SIGNATURE = enum.auto()
    """The signature itself."""
    DATES = enum.auto()
    """The moment lies within its dates."""
    CA = enum.auto()
    """basicConstraints with cA."""
    CA_IF_V3 = enum.auto()
    """The same, but a certificate of version 1 or 2, which cannot have it, passes."""
    SIGNATURE_BUT_RSA = enum.auto()
    """The same, except that the first RSA key decides that is of the signature's size and, as a
    number, not below it, whether it made the signature or not."""
    PATH_LENGTH = enum.auto()
    """pathLenConstraint leaves room for what stands below (builders that count ask for it)."""


class Criterion(enum.Enum):
    """What makes one of several complete paths better than another."""

    SIGNED = "every signature is good"
    PERMITTED = "no certificate of it is in the Disallowed store"
    ANCHORED = "it ends in a root of the store"
    IN_DATES = "every certificate is within its dates, the root included"
    NEWER_ISSUER = "where two paths first part, the issuer that began later"
    SHORTER = "fewer certificates"


class Completion(enum.Flag):
    """Where certificates may come from that the server left out."""

    AIA = enum.auto()
    """Fetched from the address that a certificate gives for its issuer (RFC 5280, 4.2.2.1)."""
    KNOWN = enum.auto()
    """Known beforehand: preloaded, or remembered from earlier connections."""


class AnchorMatch(enum.Enum):
    """When a certificate that is no store certificate's child is taken for an anchor itself."""

    NEVER = "a path ends only above a certificate that a store certificate issued"
    CERTIFICATE = "it is in the store, byte for byte"
    NAME_AND_KEY = "a store certificate has its name and key"


class ListOrder(enum.Enum):
    """What becomes of the served list before a client that keeps to it looks for an anchor."""

    AS_SENT = "it stays as it was sent"
    UNBROKEN = "it ends before the first certificate that did not issue the one before it"
    SORTED = "each certificate's first issuer follows it; what is left over is dropped"
    SEGMENTS = "sorted, then what is left over sorted too, until the store has an issuer"
    DISTINCT_SEGMENTS = "the same, and what is left over no longer begins with a repetition"
    LINEAR_SEGMENTS = "the same, and a circle of issuers ends where it closes"
    ALL_SEGMENTS = "sorted, then what is left over sorted too, whatever the store has"


class Loop(enum.Enum):
    """What a search that goes back does not put into one path twice."""

    CERTIFICATE = "the same certificate"
    BELOW_ANCHOR = "the same certificate, but an anchor may stand above itself"
    NAME_AND_KEY = "the same name with the same key"
    NAME_KEY_AND_SAN = "the same name and key with the same alternative names"


class KeyIdUse(enum.Enum):
    """What a complete search makes of the key identifier that a certificate names."""

    IGNORED = "nothing"
    ORDERS = "issuers that have it come first, those that have another one last"
    CHOOSES = "where any certificate of the store, or served, has it, only those count"
    CHOOSES_ANY_NAME = "the same, and the names are not compared then"
    DEMANDS = "only issuers that have it count"


class Consequence(enum.Enum):
    """What becomes of a certificate that a client refuses to read or to load."""

    FATAL = "nothing is accepted any more"
    SKIPPED = "it is passed over, as if it were not there"


class SubjectKeyId(enum.Enum):
    """Of what a client makes a key identifier for an issuer that does not state one."""

    KEY_BITS = "the bits of the public key, as RFC 5280, 4.2.1.2 has it"
    EC_WHOLE = "the same, but of an elliptic curve key the whole SubjectPublicKeyInfo"


class PathLengthCount(enum.Enum):
    """How a client that keeps signers carries pathLenConstraint from one to the next."""

    NONE = "it does not"
    ISSUER = "only the issuer's own constraint counts, which the child's must be below"
    BELOW_SELF_ISSUED = "as RFC 5280 has it, but a self-issued certificate has none"
    CERTIFYING = "as RFC 5280 has it, for CAs whose keyUsage names keyCertSign"
    RFC5280 = "as RFC 5280 has it, for CAs whose keyUsage does not withhold keyCertSign"


class CertSignDemand(enum.Enum):
    """What keyUsage a served CA needs before a client keeps it as a signer."""

    NONE = "none"
    PRESENT = "keyCertSign must be there"
    PRESENT_UNLESS_SELF_ISSUED = "keyCertSign must be there, except in a self-issued one"
    NOT_WITHHELD_UNLESS_SELF_ISSUED = "the same, but a CA without keyUsage passes"


@attrs.frozen
class SignerRules:
    """How a client keeps and finds signers (``Strategy.TOP_DOWN`` reads this).

    Signers stand in a table with a fixed number of rows; the key identifier says in which, and
    the newest stands first.  A certificate whose key identifier is there already is not added.

    :param by_key_id: signers have key identifiers; if not, the name takes their place.
    :param own_key_id: the issuer is also looked for by the certificate's own key identifier.
    :param same_name: a signer found by key identifier must have the issuer's name.
    :param key_id_binds: if a key identifier is named, no signer is found by name alone.
    :param empty_binds: the same if the extension is there and names none.
    :param derived: what a missing key identifier is made of.
    :param path_length: how pathLenConstraint is carried.
    :param cert_sign: what keyUsage a served CA needs to be added.
    :param skips_unissued: a served CA whose issuer is unknown is passed over.
    :param max_bytes: the most octets that the list may have, three for each length included.
    """

    by_key_id: bool = True
    own_key_id: bool = True
    same_name: bool = True
    key_id_binds: bool = True
    empty_binds: bool = False
    derived: SubjectKeyId = SubjectKeyId.EC_WHOLE
    path_length: PathLengthCount = PathLengthCount.CERTIFYING
    cert_sign: CertSignDemand = CertSignDemand.PRESENT_UNLESS_SELF_ISSUED
    skips_unissued: bool = False
    max_bytes: int | None = None


@attrs.frozen
class Admission:
    """What a client demands of a certificate by itself, before any path is thought of.

    A parser that does not know a critical extension, or a store that loads no expired root.

    :param checks: the demands; only checks that look at one certificate alone are made, with the
        role ``LEAF`` or ``SERVED_CA`` for what was served and ``ANCHOR`` for the store.
    :param consequence: what becomes of a certificate that does not meet them.
    """

    checks: CheckRules
    consequence: Consequence


@attrs.frozen(cache_hash=True)
class SearchRules:
    """How a client looks for a path.

    :param strategy: which generator.
    :param served_names: how names of served certificates are compared.
    :param store_names: how the name of a store certificate is compared.
    :param served_tests: what else a served certificate must pass to count as an issuer.
    :param store_tests: the same for a store certificate.
    :param store_claims: what a store certificate must pass to bind a client that goes forwards
        to the store, although ``store_tests`` may then refuse it; nothing for ``store_tests``.
    :param trusted_first: the store is asked before the served list.
    :param alternatives: when a shorter path is tried.
    :param served_preference: which of several served issuers is taken.
    :param store_preference: which of several store issuers is taken.
    :param store_before_expired: a served issuer outside its dates is taken only where the store
        has none.
    :param one_from_store: of several store issuers only the preferred one is tried.
    :param overlooks_top: what stands directly below the anchor has its extensions never looked at.
    :param max_tries: how many issuers are tried in one search; ``None`` if unbounded.
    :param prefers_before_end: a preference for issuers within their dates leaves out the very second
        of notAfter, although that is still valid in the path.
    :param store_order: in which order store certificates of one name are met.
    :param partial_chain: any store certificate may end the path, not just a self-signed one.
    :param spares_self_issued: self-issued certificates that are not directly below the issuer do
        not count against its pathLenConstraint, for builders that count.
    :param served_root_stands: a served root stands for the store's copy, which is not looked at.
    :param whole_list: the search for an anchor runs over the whole served list, also over what
        the re-ordering left out (Android 4.2).
    :param skips_unusable: a served issuer that is out of its dates or too weak is passed over.
    :param ranks_trust: of two issuers that are equally fit and valid, the trusted one is better.
    :param unique_subjects: a store with two roots of one name cannot be used at all.
    :param direct_trust: a store certificate that is not marked as a CA issues nothing, but vouches
        for a leaf of its own name and key.
    :param repeats: a certificate that is served twice in a row is taken as once.
    :param self_issued_ends: a self-issued certificate can only be the last of the served ones.
    :param never_passes_non_ca: the search for a root in the store never gets past a certificate
        that is not marked as a CA: the client hangs.
    :param bare_anchors: an anchor is a name and a key to it, so a root without a certificate is one
        too; what other clients make of such a root nobody knows.
    :param first_root_counts: a store whose first certificate is out of its dates is not loaded.
    :param store_limit: how many certificates the store can hold; later ones are not loaded.
    :param max_certificates: the longest path, leaf and anchor included; ``None`` if unbounded.
    :param max_served: the longest list that is looked at at all; ``None`` if unbounded.
    :param max_served_octets: the same for the size of the message that brings it.
    :param max_sorted: the longest list that is put in order; ``None`` if unbounded.
    :param list_order: what becomes of the served list before an anchor is looked for.
    :param drops_expired_root: a self-issued certificate at the end of the list that it leaves is
        dropped when it has expired.
    :param finds_sorted_roots: a self-signed certificate of the list can have an issuer there too.
    :param anchors_by_name: an anchor is looked for only among store certificates of one name: the
        issuer's of the last certificate of the list, or at a second attempt its own.
    :param anchor_match: when a served certificate is taken for an anchor itself.
    :param loop: what is not put into one path twice.
    :param anchor_loops: that holds for the anchor too.
    :param key_id: what a complete search makes of key identifiers.
    :param built_checks: what a builder makes of name constraints while it climbs, those of the
        anchor included, beside what is checked on the complete path.
    :param prunes: names of rules (fields of ``CheckRules``) by which a complete search refuses
        a certificate as soon as it is put on the path, not only when the path is complete.
    :param candidate_limit: how many candidates a complete search looks at in all; one that ranks
        them counts how often it asks for a next one, also where there is none.
    :param counts_loops: candidates that are in the path already count too.
    :param climbs_once: what is above an intermediate is looked at on the first path to it only.
    :param signature_limit: how many signatures it checks on complete paths in all.
    :param finds_by_key_id: an issuer is also found by the key identifier alone, under any name.
    :param ranking: of a client that compares paths, what makes one better, most important first.
    :param root_update: roots of the platform's programme are installed when a path ends in one.
    :param completion: where certificates may come from that the server left out.
    :param signers: how signers are kept and found, for a client that does so.
    :param served_admission: what is demanded of each served certificate by itself.
    :param store_admission: what is demanded of each store certificate by itself.
    """

    strategy: Strategy
    served_names: NameForm = NameForm.CANONICAL
    store_names: NameForm = NameForm.CANONICAL
    served_tests: IssuerTest = IssuerTest(0)
    store_tests: IssuerTest = IssuerTest(0)
    store_claims: IssuerTest = IssuerTest(0)
    trusted_first: bool = False
    alternatives: Alternatives = Alternatives.NEVER
    served_preference: Preference = Preference.FIRST
    store_preference: Preference = Preference.FIRST
    store_before_expired: bool = False
    one_from_store: bool = False
    overlooks_top: bool = False
    max_tries: int | None = None
    prefers_before_end: bool = False
    store_order: StoreOrder = StoreOrder.GIVEN
    partial_chain: bool = False
    spares_self_issued: bool = False
    served_root_stands: bool = False
    whole_list: bool = False
    skips_unusable: bool = False
    ranks_trust: bool = True
    unique_subjects: bool = False
    direct_trust: bool = False
    repeats: bool = False
    self_issued_ends: bool = False
    never_passes_non_ca: bool = False
    bare_anchors: bool = False
    first_root_counts: bool = False
    store_limit: int | None = None
    max_certificates: int | None = None
    max_served: int | None = None
    max_served_octets: int | None = None
    max_sorted: int | None = None
    list_order: ListOrder = ListOrder.AS_SENT
    drops_expired_root: bool = False
    finds_sorted_roots: bool = False
    anchors_by_name: bool = False
    anchor_match: AnchorMatch = AnchorMatch.NEVER
    loop: Loop = Loop.CERTIFICATE
    anchor_loops: bool = True
    key_id: KeyIdUse = KeyIdUse.IGNORED
    built_checks: CheckRules | None = None
    prunes: frozenset[str] = frozenset()
    candidate_limit: int | None = None
    counts_loops: bool = False
    climbs_once: bool = False
    signature_limit: int | None = None
    finds_by_key_id: bool = False
    ranking: tuple[Criterion, ...] = ()
    root_update: bool = False
    completion: Completion = Completion(0)
    signers: SignerRules = SignerRules()
    served_admission: Admission | None = None
    store_admission: Admission | None = None

    @property
    def sees_whole_store(self) -> bool:
        """Whether store certificates matter that have nothing to do with what was served."""
        limited = self.store_limit is not None or self.never_passes_non_ca
        return limited or self.store_names.is_coarse
