"""Results as plain text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Role
from legacytrust.render.sentences import day, sentence
from legacytrust.report import Report, Run
from legacytrust.stores.anchor import KeyAnchor

__all__ = ["because", "explain", "headline", "markdown", "summary"]

_ROLES = {
    Role.LEAF: "served, leaf",
    Role.SERVED_CA: "served",
    Role.SERVED_ROOT: "served",
    Role.STORE_CA: "from the store",
    Role.FETCHED_CA: "neither served nor in the store: fetched or known beforehand",
    Role.ANCHOR: "trusted root",
    Role.STORE_LEAF: "served, and itself in the store",
    Role.VOUCHED_LEAF: "served, and itself in the store",
    Role.OVERLOOKED: "served, extensions not looked at",
}
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\|`[]"} | {"<": "&lt;", "&": "&amp;"})
_MARKS = {Effect.FATAL: "✗", Effect.UNKNOWN: "?", Effect.HARMLESS: "·"}


def _missing(outcome: Outcome) -> str:
    """What a device fresh out of the box, or behind a wall, does not have."""
    if outcome.path is not None and outcome.path.is_completed_from_outside:
        return "an issuer that was not served has to be fetched or known"
    return "the root has to be fetched"


def because(outcome: Outcome) -> str:
    """The verdict's first reason in one sentence; of an accepted chain, the root it ends in."""
    if outcome.reason is not None:
        return f"{sentence(outcome.reason)}{_open_question(outcome.reason)}"
    anchor = outcome.anchor
    label = f"ends in “{anchor.label}”" if anchor is not None else ""
    if outcome.notes:
        return "; but ".join((label, *map(sentence, outcome.notes)))
    if outcome.fails_cold:
        return f"{label}; fails cold: {_missing(outcome)}"
    oddities = [f for f in outcome.findings if f.effect is Effect.HARMLESS]
    if not oddities:
        return label
    first = oddities[0]
    if (
        anchor is not None
        and first.code is Code.EXPIRED
        and first.certificate == anchor.certificate
    ):
        return f"{label}; that it expired on {day(first['not_after'])} is ignored"
    if first.code in _NOTES:
        return f"{label}; {sentence(first)}"
    return f"{label}; {sentence(first)}, which is ignored"


#: Findings whose sentence itself says what is not known.
_SAY_IT_THEMSELVES = {
    Code.ANCHOR_BYTES_MISSING,
    Code.ANCHOR_IS_BARE,
    Code.ISSUER_NOT_HELD,
    Code.ROOT_NOT_LISTED,
    Code.TIMESTAMPS_AWAITED,
    Code.BUDGET_EXHAUSTED,
    Code.RANKING_UNPROVEN,
    Code.CHOICE_UNKNOWN,
    Code.SIGNATURE_UNCHECKED,
    Code.HOSTNAME_LEFT_TO_APPLICATION,
}


#: Findings that are no objection, so that nobody has to ignore them.
_NOTES = {Code.TIMESTAMPS_UNVERIFIED}


def _open_question(finding: Finding) -> str:
    """What is not known, where the sentence states a fact that others would refuse."""
    if finding.effect is not Effect.UNKNOWN or finding.code in _SAY_IT_THEMSELVES:
        return ""
    if finding.code in (Code.CERTIFICATE_UNREADABLE, Code.LIMIT_REACHED):
        return "; whether it really does is not known"
    if finding.code.rule == "handshake":
        return "; whether it does is not known"
    if finding.code.rule == "search":
        return "; but the list of roots is known only in part"
    return "; whether the client minds is not known"


def headline(report: Report) -> str:
    """How many accept, refuse, and cannot be told."""
    counts = (
        (len(report.accepted), "accept"),
        (len(report.rejected), "refuse"),
        (len(report.unknown), "unknown"),
    )
    told = ", ".join(f"{count} {word}" for count, word in counts if count or word != "unknown")
    host = f" for {report.hostname}" if report.hostname else ""
    return f"{report.chain}{host} at {day(report.at)}: {told} of {len(report)} device classes"


def summary(report: Report) -> str:
    """The headline, then one line for each run of releases that fare alike."""
    rows = [(run.title, run.verdict.value, because(run.first)) for run in report.runs]
    if report.reference is not None:
        row = report.reference
        rows.append(("RFC 5280 reference", row.verdict.value, row.reason))
    widths = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    lines = (_flat(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c}".rstrip()) for a, b, c in rows)
    return "\n".join((_flat(headline(report)), "", *lines, ""))


def _flat(text: str) -> str:
    """One line of printable text.

    A name in a certificate can hold anything, also what a terminal would obey: line breaks become
    spaces, and whatever else is not printable is spelt out.
    """
    line = " ".join(text.splitlines())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def markdown(report: Report) -> str:
    """The same as a Markdown table."""
    rows = [_markdown_row(run) for run in report.runs]
    if report.reference is not None:
        row = report.reference
        rows.append(f"| RFC 5280 reference | {row.verdict.value} | {_cell(row.reason)} |")
    head = ("| device classes | verdict | why |", "| --- | --- | --- |")
    return "\n".join((_cell(headline(report)), "", *head, *rows, ""))


def _markdown_row(run: Run) -> str:
    return f"| {_cell(run.title)} | {run.verdict.value} | {_cell(because(run.first))} |"


def _cell(text: str) -> str:
    """Text that Markdown, and HTML behind it, show as it is."""
    return _flat(text).translate(_MARKDOWN)


def explain(outcome: Outcome) -> str:
    """Every path that the client tried, in its order, and what it met on each."""
    return "\n".join(map(_flat, _explanation(outcome))) + "\n"


def _explanation(outcome: Outcome) -> Iterator[str]:
    device = outcome.device
    title = f"{device.id} ({device.title})" if device is not None else outcome.client.id
    host = f" for {outcome.hostname}" if outcome.hostname else ""
    yield f"{title}: {outcome.verdict.value}{host} at {day(outcome.at)}"
    yield f"  client: {outcome.client.id}, {outcome.client.search.strategy.value}"
    yield (
        f"  store:  {outcome.store.id}, {len(outcome.store)} roots, "
        f"{outcome.store.completeness.value}"
    )
    yield f"  evidence: {outcome.evidence.label} or better"
    if outcome.verdict is not Verdict.ACCEPTED:
        yield f"  because {because(outcome)}"
    for finding in outcome.notes:
        yield f"  but {sentence(finding)}"
    for finding in outcome.handshake:
        yield f"  before the chain is read: {_MARKS[finding.effect]} {sentence(finding)}"
    for number, attempt in enumerate(outcome.attempts, 1):
        yield ""
        yield from _attempt(outcome, number, attempt)


def _attempt(outcome: Outcome, number: int, attempt: Attempt) -> Iterator[str]:
    result = {Effect.FATAL: "refused", Effect.UNKNOWN: "cannot be told"}.get(
        attempt.effect, "accepted"
    )
    yield f"  path {number} of {len(outcome.attempts)}: {result}"
    for step in attempt.path.steps:
        certificate = step.certificate
        bare = isinstance(certificate, KeyAnchor)
        until = "name and key only" if bare else f"until {certificate.not_after:%Y-%m-%d}"
        yield f"    {certificate.label}  [{_ROLES[step.role]}; {until}; {certificate.sha256[:12]}]"
    for finding in attempt.findings:
        yield f"    {_MARKS[finding.effect]} {sentence(finding)}{_source(outcome, finding)}"
        if issuer := dict(finding.data).get("issuer"):
            yield f"      full name of the issuer: {issuer}"


def _source(outcome: Outcome, finding: Finding) -> str:
    source = outcome.client.source_of(finding.code.rule)
    if finding.code in _NOTES:
        return ""
    if finding.effect is Effect.HARMLESS:
        return " (ignored by this client)"
    return f"  [{source}]" if source else ""
