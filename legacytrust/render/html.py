"""Reports as a piece of HTML, for notebooks.

Verdicts are told apart by word and mark as well as by colour, and the colours (blue, orange, grey)
are told apart by everybody.  Everything that comes from a certificate is escaped.
"""

from __future__ import annotations

from html import escape

from legacytrust.outcome import Verdict
from legacytrust.render.text import because, headline
from legacytrust.report import Report

__all__ = ["report_to_html"]

_LOOKS = {
    Verdict.ACCEPTED: ("✓", "#0072b2"),
    Verdict.REJECTED: ("✗", "#b34700"),
    Verdict.UNKNOWN: ("?", "#595959"),
}
_CELL = "text-align:left;padding:0.15em 0.9em 0.15em 0;vertical-align:top"


def report_to_html(report: Report) -> str:
    """The summary as a table."""
    rows = [(run.title, run.verdict, because(run.first)) for run in report.runs]
    if report.reference is not None:
        row = report.reference
        rows.append(("RFC 5280 reference", row.verdict, row.reason))
    body = "".join(_row(*row) for row in rows)
    names = ("device classes", "verdict", "why")
    head = "".join(f'<th style="{_CELL}">{name}</th>' for name in names)
    return (
        f"<div><p>{escape(headline(report))}</p>"
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(title: str, verdict: Verdict, why: str) -> str:
    mark, colour = _LOOKS[verdict]
    shown = f'<span style="color:{colour};white-space:nowrap">{mark} {verdict.value}</span>'
    cells = (escape(title), shown, escape(why))
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"
