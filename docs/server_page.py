"""The page for administrators of Windows servers: every table in it is printed by the library.

The example is a real one whose certificates are all packaged: github.com's leaf of January 2026, as
a Windows server would send it.  For the RSA hierarchy the facts are packaged and the bytes of the
cross-certificate are not, so its commands are printed and its chains are not predicted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import legacytrust as lt
from legacytrust import iis
from legacytrust.iis import StoreName

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "github-2026-01" / "chain.pem"
AT = datetime(2026, 1, 20, tzinfo=UTC)
LIST = date(2026, 1, 1)
E46, R46 = "c90f26f0fb1b", "7bb647a62aee"
USERTRUST_ECC, USERTRUST_RSA = "4ff460d54b9c", "e793c9b02fd8"

INTRO = """\
# A Windows server that old devices refuse

This page is printed from the model (`python docs/generate.py`); what it says of chains, devices and
commands is what `lt.iis` answers for the example.

## The symptom

The site works in every present-day browser. Old Android, old Java, old Windows and things on the
network refuse it. The certificate is in order, and a test with a new machine shows nothing.

Look at what the server sends, from any machine with OpenSSL:

```sh
openssl s_client -connect www.example.com:443 -servername www.example.com -showcerts </dev/null > seen.txt
legacytrust iis verify seen.txt
```

or let the library ask: `legacytrust iis verify --connect www.example.com`. The exit code is 0 when
all is as it should be and 1 when not, so that both work in a scheduled task.

{rules}

## Why it happens

IIS does not choose a chain: Schannel has CryptoAPI build a path for the leaf from the stores of the
*machine*, and sends that path without its root. Sectigo's young roots R46 and E46 exist twice:
self-signed, and cross-signed by the older USERTrust roots. Both forms began in the same second, so
that none is newer; then the shorter path wins, the one that only new devices can follow.

The example: the leaf of github.com of January 2026, its issuing CA in the Intermediate store, E46
and USERTrust ECC among the roots, and the cross-certificate in the Intermediate store as well. These
are the paths that the machine can build:

{candidates}

Say it with your own stores. Save each of them, either as it is printed or as an export, and ask:

```bat
certutil -store My > my.txt
certutil -store CA > ca.txt
certutil -store Root > root.txt
certutil -store AuthRoot > authroot.txt
certutil -store Disallowed > disallowed.txt
```

```sh
legacytrust iis diagnose leaf.cer --my my.txt --ca ca.txt --root root.txt \\
    --authroot authroot.txt --disallowed disallowed.txt
```

## Who is lost

{lost}

## What helps, and what does not

The chain is built when the credential is acquired, and kept. So importing the cross-certificate
changes nothing by itself, blocking the root changes nothing on the wire until there is a new
credential, and deleting the root does not last:

{steps}

## The steps

For an **ECC** certificate under E46. {held} `legacytrust iis plan` prints the same with your
names, for PowerShell or (`--shell cmd`) for certutil and netsh; nothing is run. Run the lines in an
elevated shell, one step at a time.

{plan}

For an **RSA** certificate under R46 the steps are the same with these certificates. The bytes of
this cross-certificate are in no package that the project could take them from, so download it, check
the fingerprint, and pass the file with `--cross` to have the outcome predicted.

{rsa}

Both hierarchies are repaired independently: a server with both kinds of certificates needs both.

## What else changes

Untrusted Certificates counts for everything on the machine: the server is a client too, of peers that
may need the blocked root. As a server it recovers {recovered} device classes and loses {newly_lost}. The
peers that were asked about are the packaged authorities, each by its issuing certificates.

{effects}

## Afterwards

Repeat `legacytrust iis verify` after every Windows update and every renewal. With
`--before seen.txt` it says what has changed since then. A PFX file that was exported with "all
certificates in the path" before the repair carries the self-signed root; importing it again puts the
root back among the trusted ones, though Untrusted Certificates still blocks it.

## What is not certain

Windows is closed. That equal paths go by length is documented; that a newer issuer wins before that
was observed in public reports and is not documented; which event refreshes the credential differs
between reports. What is not proven carries its level of evidence above, and `selection.notices` in
Python. Claims of guides that do not hold: the USERTrust roots were not embedded "since 2000" (the
self-signed ones began in 2010, and are in Android since 5.1); and IIS does not always take the
shortest chain.
"""


def page() -> str:
    """The page as Markdown."""
    served = lt.ServedChain.from_file(EXAMPLE)
    found = iis.diagnose(
        _machine(served), served.leaf, at=AT, hostname="github.com", cross=served[2]
    )
    return INTRO.format(
        rules=_table(_rules(served)),
        candidates=_table(_candidates(served)),
        lost=_table(_lost(found)),
        steps=_table(_steps(served)),
        held=f"The cross-certificate is {found.plan.cross}" + _facts(found.plan.cross) + ".",
        plan="\n".join(_plan(found.plan)),
        rsa=_table(_rsa()),
        recovered=len(found.recovered),
        newly_lost=len(found.newly_lost) or "none",
        effects=_table(_effects(found)),
    )


def _root(short: str) -> lt.Certificate:
    store = lt.load_catalog().store("windows/authroot-2023-04-10")
    anchor = next(a for a in store.anchors if a.sha256.startswith(short))
    assert isinstance(anchor.certificate, lt.Certificate)
    return anchor.certificate


def _machine(served: lt.ServedChain) -> iis.LocalMachine:
    """A server as it comes: the issuing CA from the PFX file, the roots from Windows."""
    return iis.LocalMachine(
        personal=[served.leaf],
        intermediate=[served[1]],
        root=[_root(USERTRUST_ECC)],
        authroot=[_root(E46)],
        ctl_date=LIST,
    )


def _rules(served: lt.ServedChain) -> Iterator[tuple[str, ...]]:
    yield "the server sends", "last issuer", "verdict", "device classes that accept"
    chains = {
        "leaf only": lt.ServedChain((served.leaf,)),
        "leaf and issuing CA": lt.ServedChain(served.certificates[:2]),
        "with the cross-certificate": served,
        "with the self-signed root": lt.ServedChain((*served.certificates[:2], _root(E46))),
    }
    for title, chain in chains.items():
        seen = iis.verify_served(chain, at=AT, hostname="github.com")
        verdict = "as it should be" if seen.is_fixed else "not as it should be"
        counts = f"{len(seen.report.accepted)} of {len(seen.report)}"
        yield title, seen.rule.found, verdict, counts


def _candidates(served: lt.ServedChain) -> Iterator[tuple[str, ...]]:
    machine = _machine(served).apply(iis.Add(StoreName.INTERMEDIATE, served[2]))
    selection = machine.apply(iis.Reboot()).select(served.leaf, at=AT)
    yield "rank", "path", "why it is not higher", "evidence"
    for rank, one in enumerate(selection.candidates, 1):
        why = (one.why, one.evidence.label) if one.why else ("it is sent", "")
        yield (str(rank), str(one), *why)


def _lost(found: iis.Diagnosis) -> Iterator[tuple[str, ...]]:
    yield "family", "device classes that refuse", "the repair recovers", "it leaves", "for example"
    families: dict[str, list[lt.Device]] = {}
    for outcome in found.lost:
        assert outcome.device is not None
        families.setdefault(outcome.device.family, []).append(outcome.device)
    for family, devices in families.items():
        fates = {d.id: found.predicted[d.id].verdict for d in devices}
        won = [d for d in devices if fates[d.id] is lt.Verdict.ACCEPTED]
        example = (won or devices)[-1]
        yield (
            family,
            str(len(devices)),
            str(len(won)),
            str(len(devices) - len(won)),
            example.title or example.id,
        )


def _steps(served: lt.ServedChain) -> Iterator[tuple[str, ...]]:
    root, cross = _root(E46), served[2]
    start = _machine(served)
    imported = start.apply(iis.Add(StoreName.INTERMEDIATE, cross))
    blocked = imported.apply(iis.Move(StoreName.DISALLOWED, root))
    deleted = imported.apply(iis.Remove(StoreName.THIRD_PARTY, root))
    update = iis.WindowsUpdate(LIST)
    told = {
        "before": start,
        "cross-certificate imported, IIS restarted": imported.apply(iis.IisReset()),
        "and the root moved to Untrusted": blocked,
        "and the binding saved again": blocked.apply(iis.Rebind()),
        "and after Windows Update": blocked.apply(iis.Rebind()).apply(update),
        "the root only deleted, binding saved again": deleted.apply(iis.Rebind()),
        "the same after Windows Update": deleted.apply(iis.Rebind()).apply(update),
    }
    yield "what was done", "what the server sends"
    for title, machine in told.items():
        yield title, str(machine.select(served.leaf, at=AT).sent)


def _plan(plan: iis.RemediationPlan) -> Iterator[str]:
    for number, step in enumerate(plan.steps, 1):
        yield f"### {number}. {step.title}\n"
        yield f"{step.reason}\n"
        yield "```powershell"
        yield from step.commands.powershell
        yield "```\n"
        yield "```bat"
        yield from step.commands.cmd
        yield "```\n"
        if step.rollback.cmd:
            yield f"To undo it: `{'; '.join(step.rollback.cmd)}`\n"
        if step.predicted is not None:
            yield f"Then the server sends: {step.predicted}.\n"


def _rsa() -> Iterator[tuple[str, ...]]:
    root = _root(R46)
    yield "", "self-signed root, to be blocked", "cross-certificate, to be imported"
    (cross,) = iis.crosses_of(root)
    yield "issued to", root.label, cross.subject
    yield "issued by", root.label, cross.issuer
    yield "SHA-256", root.sha256.upper(), cross.sha256.upper()
    yield "thumbprint", root.sha1.upper(), cross.sha1.upper()
    yield "valid to", f"{root.not_after:%Y-%m-%d}", f"{cross.not_after}"
    yield "from", "the server's own stores", cross.address


def _effects(found: iis.Diagnosis) -> Iterator[tuple[str, ...]]:
    """Both directions; the device classes of a family together."""
    rows: dict[tuple[str, str, str, str], int] = {}
    for one in found.consequences:
        inbound = one.direction is iis.Direction.INBOUND
        who = one.who.partition("/")[0] if inbound else one.who
        key = (one.direction.value, who, one.before.value, one.after.value)
        rows[key] = rows.get(key, 0) + 1
    yield "connections", "who", "before", "after", "device classes"
    for (direction, who, before, after), count in rows.items():
        yield direction, who, before, after, str(count)
    if not found.effects:
        yield "from the server", "none of the packaged authorities changes", "", "", ""


def _facts(cross: iis.Cross) -> str:
    return f", SHA-256 `{cross.sha256.upper()}`, thumbprint `{cross.sha1.upper()}`"


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    return "\n".join(lines)
