"""Results as plain data: dictionaries, lists, strings and numbers, ready for JSON.

The shape is described by ``legacytrust/schemas/report.schema.json``.  ``schema_version`` grows
when something is renamed or taken away; new keys may appear without it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from legacytrust.chain import ServedChain
from legacytrust.outcome import Outcome
from legacytrust.paths.findings import Finding
from legacytrust.paths.path import Attempt
from legacytrust.render.sentences import sentence
from legacytrust.report import Report
from legacytrust.stores.anchor import AnchorCertificate, KeyAnchor

__all__ = ["SCHEMA_VERSION", "outcome_to_dict", "report_to_dict"]

SCHEMA_VERSION: Final = 1


def report_to_dict(report: Report) -> dict[str, Any]:
    """A whole report."""
    from legacytrust import __version__

    return {
        "schema_version": SCHEMA_VERSION,
        "generator": {"name": "legacytrust", "version": __version__, "data": report.data_version},
        "at": _plain(report.at),
        "hostname": report.hostname,
        "chain": _chain(report.chain),
        "counts": {
            "accepted": len(report.accepted),
            "rejected": len(report.rejected),
            "unknown": len(report.unknown),
        },
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
        "reference": report.reference.to_dict() if report.reference is not None else None,
    }


def outcome_to_dict(outcome: Outcome) -> dict[str, Any]:
    """A single outcome, with the chain that it is about."""
    return {
        "schema_version": SCHEMA_VERSION,
        "at": _plain(outcome.at),
        "hostname": outcome.hostname,
        "chain": _chain(outcome.chain),
        **_outcome(outcome),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    device = outcome.device
    return {
        "device": None
        if device is None
        else {
            "id": device.id,
            "title": device.title,
            "family": device.family,
            "version": device.version,
            "released": _plain(device.released),
            "clock": device.clock.value,
        },
        "client": {
            "name": outcome.client.name,
            "version": outcome.client.version,
            "options": dict(outcome.client.options),
        },
        "store": {
            "id": outcome.store.id,
            "roots": len(outcome.store),
            "completeness": outcome.store.completeness.value,
        },
        "verdict": outcome.verdict.value,
        "evidence": outcome.evidence.label,
        "fails_cold": outcome.fails_cold,
        "anchor": _certificate(outcome.anchor.certificate) if outcome.anchor else None,
        "findings": [_finding(finding) for finding in outcome.findings],
        "handshake": [_finding(finding) for finding in outcome.handshake],
        "notes": [_finding(finding) for finding in outcome.notes],
        "attempts": [_attempt(attempt) for attempt in outcome.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "accepted": attempt.is_accepted,
        "complete": attempt.path.is_complete,
        "path": [
            {**_certificate(step.certificate), "role": _role(step.role.name)}
            for step in attempt.path.steps
        ],
        "findings": [_finding(finding) for finding in attempt.findings],
    }


def _role(name: str | None) -> str:
    return (name or "").lower().replace("_", "-")


def _finding(finding: Finding) -> dict[str, Any]:
    certificate = finding.certificate
    return {
        "code": finding.code.value,
        "effect": finding.effect.value,
        "certificate": certificate.sha256 if certificate is not None else None,
        "data": {name: _plain(value) for name, value in finding.data},
        "text": sentence(finding),
    }


def _chain(chain: ServedChain) -> list[dict[str, Any]]:
    return [_certificate(certificate) for certificate in chain]


def _certificate(certificate: AnchorCertificate) -> dict[str, Any]:
    bare = isinstance(certificate, KeyAnchor)
    return {
        "sha256": certificate.sha256,
        "name": certificate.label,
        "subject": str(certificate.subject),
        "issuer": str(certificate.issuer),
        "not_before": None if bare else _plain(certificate.not_before),
        "not_after": None if bare else _plain(certificate.not_after),
    }


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        # strftime would write the year 900 with three digits.
        return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
