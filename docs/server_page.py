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
from legacytrust.iis.plan import steps_for

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "github-2026-01" / "chain.pem"
AT = datetime(2026, 1, 20, tzinfo=UTC)
LIST = date(2026, 1, 1)
E46, R46 = "c90f26f0fb1b", "7bb647a62aee"
USERTRUST_ECC, USERTRUST_RSA = "4ff460d54b9c", "e793c9b02fd8"

INTRO = """\
# A Windows server that old devices refuse

From the symptom to the verified repair, for whoever runs the server. This page is printed from the
model (`python docs/generate.py`); what it says of chains, devices and commands is what `lt.iis`
answers for the example.

1. [The symptom](#the-symptom), and how to see it
2. [Why it happens](#why-it-happens)
3. [Who is lost](#who-is-lost)
4. [What helps, and what does not](#what-helps-and-what-does-not)
5. [The repair](#the-repair), step by step: [for RSA](#for-an-rsa-certificate), [for ECC](#for-an-ecc-certificate)
6. [If it is still the old chain](#if-it-is-still-the-old-chain)
7. [What else changes](#what-else-changes) on the machine
8. [Afterwards](#afterwards)
9. [What is not certain](#what-is-not-certain)

## The symptom

The site works in every present-day browser. Old Android, old Java, old Windows and things on the
network refuse it. The certificate is in order, and a test with a new machine shows nothing.

Ask the server what it sends, from any machine with Python (`pip install '.[cli]'` in a checkout):

```sh
legacytrust iis verify --connect www.example.com
```

or save what OpenSSL prints, and read that. In PowerShell, and in a shell of Linux or macOS:

```powershell
"" | openssl s_client -connect www.example.com:443 -servername www.example.com -showcerts > seen.txt
legacytrust iis verify seen.txt
```

```sh
openssl s_client -connect www.example.com:443 -servername www.example.com -showcerts </dev/null > seen.txt
legacytrust iis verify seen.txt
```

The exit code is 0 when all is as it should be and 1 when not, so that it works in a scheduled task.
This is what it says of the example, an ECC certificate; for RSA the names are R36, R46 and USERTrust
RSA:

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

See it on your own server. Export each store in an elevated PowerShell (an empty store gives no file,
and is left out of the next command), and save the server's certificate as `leaf.cer`:

```powershell
foreach ($name in 'My', 'CA', 'Root', 'AuthRoot', 'Disallowed') {{
    Get-ChildItem "Cert:\\LocalMachine\\$name" | Export-Certificate -Type SST -FilePath "$name.sst"
}}
```

```sh
legacytrust iis diagnose leaf.cer --my My.sst --ca CA.sst --root Root.sst --authroot AuthRoot.sst --disallowed Disallowed.sst
```

Instead of an export, what `certutil -store CA > ca.txt` prints will do. A printed store names certificates
by their thumbprints and does not hold them: what is named and not known here is said, and its file is
passed with `--known`.

If the issuing CA itself is missing, the server may fetch it from the address in the certificate, and
sends the leaf alone while it cannot. Put it into Intermediate Certification Authorities first; the rest
of this page is about what comes above it.

## Who is lost

{lost}

## What helps, and what does not

The chain is built when the credential is acquired, and kept. So importing the cross-certificate
changes nothing by itself, blocking the root changes nothing on the wire until there is a new
credential, and deleting the root does not last:

{steps}

## The repair

Before you begin:

- Which kind is it? Open the certificate and look at *issued by*. A name that ends in R36 belongs to
  root R46 and is RSA; E36 belongs to root E46 and is ECC. A server with both kinds needs both repairs;
  they do not touch each other.
- Work in the stores of the machine: `certlm.msc`, never `certmgr.msc`, which shows the stores of the user
  and has no effect. Use an elevated shell (Windows PowerShell, in which the module of IIS is at home, or
  cmd), and one step at a time.
- It concerns every TLS service on the machine, and its outgoing connections too; see
  [below](#what-else-changes). The private key is not touched.

With your own names in it, for PowerShell or (`--shell cmd`) for certutil and netsh, the plan is
printed by

```sh
legacytrust iis plan leaf.cer --my My.sst --ca CA.sst --root Root.sst --authroot AuthRoot.sst --disallowed Disallowed.sst --cross downloaded.crt -H www.example.com --site "Default Web Site"
```

with `--sni` if the binding has the host name in it. Nothing is run; `--save FOLDER` writes the
certificates that the commands import, as far as the project has them. The commands below are those of
a server that holds the root among the third-party roots, has one binding on port 443, and is called
www.example.com.

With the mouse it is the same: in `certlm.msc`, import the cross-certificate under *Intermediate
Certification Authorities*; find the self-signed root (issued to and issued by are the same) under
*Trusted Root*, *Third-Party Root* and *Intermediate Certification Authorities*, and cut and paste it to
*Untrusted Certificates*; then in IIS Manager, *Bindings*, edit the https binding and save it.

### For an RSA certificate

{rsa}

The bytes of this cross-certificate are in no package that the project could take them from; with the
downloaded file, `legacytrust iis plan --cross` also predicts what the server sends after each step.

{rsa_plan}

### For an ECC certificate

{ecc}

The steps and their reasons are the same, with these names. In PowerShell:

```powershell
{ecc_powershell}
```

In cmd:

```bat
{ecc_cmd}
```

## If it is still the old chain

`legacytrust iis diagnose` looks for these, in the order of what is usual; each line is one of its
notices, with how well it is known:

{notices}

If none of them applies, something else may answer on the address: a proxy, a load balancer, or
another binding (`netsh http show sslcert` lists them all).

## What else changes

Untrusted Certificates counts for everything on the machine: the server is a client too, of peers that
may need the blocked root. As a server, the example recovers {recovered} device classes and loses {newly_lost}. The
peers that were asked about are the packaged authorities, each by its issuing certificates. *Unknown*
means that the outcome hangs on something that is not known, such as what a device has fetched before.

{effects}

## Afterwards

Run this after every Windows update and every renewal, or every night as a scheduled task; `seen.txt`
is what was saved when all was well, and the exit code is 1 when the chain has changed since:

```sh
legacytrust iis verify --connect www.example.com --before seen.txt
```

A PFX file that was exported with "all certificates in the path" before the repair carries the
self-signed root; importing it again puts the root back among the trusted ones, though Untrusted
Certificates still blocks it. The cross-certificates end on {ends}; by then the repair has to be undone.

## What is not certain

Windows is closed. That equal paths go by length is documented; that a newer issuer wins before that
was observed in public reports and is not documented; which event refreshes the credential differs
between reports. What is not proven carries its level of evidence above, and `selection.notices` in
Python. Claims of guides that do not hold: the USERTrust roots were not embedded "since 2000" (the
self-signed ones began in 2010, and are in Android since 5.1); IIS does not always take the shortest
chain; and a chain that goes on from USERTrust to AAA Certificate Services is not wrong, it reaches more.
"""

#: What stands in the printed commands for the thumbprint of the example's leaf.
YOURS = "THUMBPRINT-OF-YOUR-CERTIFICATE"
#: What may be behind a chain that does not change, the usual first.
SUSPECTS = (
    iis.NoticeCode.STALE_CREDENTIAL,
    iis.NoticeCode.DELETION_DOES_NOT_LAST,
    iis.NoticeCode.PFX_BRINGS_BACK,
    iis.NoticeCode.USER_STORES,
    iis.NoticeCode.CROSS_DISALLOWED,
    iis.NoticeCode.CROSS_AS_ROOT,
    iis.NoticeCode.NO_ISSUER,
    iis.NoticeCode.UNTRUSTED_ROOT,
    iis.NoticeCode.EQUAL_CANDIDATES,
)


def page() -> str:
    """The page as Markdown."""
    served = lt.ServedChain.from_file(EXAMPLE)
    found = iis.diagnose(
        _machine(served), served.leaf, at=AT, hostname="github.com", cross=served[2]
    )
    assert found.plan is not None
    rsa = _rsa_steps(served.leaf)
    text = INTRO.format(
        rules=_table(_rules(served)),
        candidates=_table(_candidates(served)),
        lost=_table(_lost(found)),
        steps=_table(_steps(served)),
        rsa=_table(_facts(R46)),
        rsa_plan="\n".join(_plan(rsa)),
        ecc=_table(_facts(E46)),
        ecc_powershell="\n".join(_script(found.plan.steps, "powershell", "#")),
        ecc_cmd="\n".join(_script(found.plan.steps, "cmd", "rem")),
        notices=_table(_notices()),
        recovered=len(found.recovered),
        newly_lost=len(found.newly_lost) or "none",
        effects=_table(_effects(found)),
        ends=found.plan.cross.not_after,
    )
    return text.replace(served.leaf.sha1, YOURS)


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


def _rsa_steps(leaf: lt.Certificate) -> tuple[iis.Step, ...]:
    root = _root(R46)
    (cross,) = iis.crosses_of(root)
    return tuple(steps_for(root, cross, leaf, (StoreName.THIRD_PARTY,), iis.Site()))


def _plan(steps: tuple[iis.Step, ...]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"#### {number}. {step.title}\n"
        yield f"{step.reason}\n"
        yield "```powershell"
        yield from step.commands.powershell
        yield "```\n"
        if step.commands.cmd != step.commands.powershell:
            yield "```bat"
            yield from step.commands.cmd
            yield "```\n"
        if step.rollback.cmd:
            yield f"To undo it: `{'; '.join(step.rollback.cmd)}`\n"


def _script(steps: tuple[iis.Step, ...], shell: str, comment: str) -> Iterator[str]:
    """All steps in one block, with the chain that is predicted after each."""
    for number, step in enumerate(steps, 1):
        yield f"{comment} {number}. {step.title}"
        yield from getattr(step.commands, shell)
        if step.events:
            yield f"{comment}    then the server sends: {step.predicted}"


def _facts(short: str) -> Iterator[tuple[str, ...]]:
    root = _root(short)
    (cross,) = iis.crosses_of(root)
    yield "", "self-signed root, to be blocked", "cross-certificate, to be imported"
    yield "issued to", root.label, cross.subject
    yield "issued by", root.label, cross.issuer
    yield "SHA-256", root.sha256.upper(), cross.sha256.upper()
    yield "thumbprint", root.sha1.upper(), cross.sha1.upper()
    yield "valid to", f"{root.not_after:%Y-%m-%d}", f"{cross.not_after}"
    yield "from", "the server's own stores", cross.address or "`legacytrust iis plan --save`"


def _notices() -> Iterator[tuple[str, ...]]:
    yield "notice", "what it says", "evidence"
    names = {
        iis.NoticeCode.STALE_CREDENTIAL: "the old chain",
        iis.NoticeCode.DELETION_DOES_NOT_LAST: "The self-signed root",
        iis.NoticeCode.PFX_BRINGS_BACK: "the self-signed root",
        iis.NoticeCode.USER_STORES: "a certificate",
        iis.NoticeCode.NO_ISSUER: "the certificate at the top",
        iis.NoticeCode.UNTRUSTED_ROOT: "The root",
        iis.NoticeCode.EQUAL_CANDIDATES: "Two paths",
    }
    for code in SUSPECTS:
        notice = iis.Notice(code, names.get(code, "A certificate"))
        yield notice.code.value, " ".join(notice.text.split()), notice.evidence.label


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


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    return "\n".join(lines)
