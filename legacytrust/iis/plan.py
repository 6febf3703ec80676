"""The remedy, step by step: what to do, why, with which commands, and what the model predicts.

Every step is one thing that a person does at the server.  It has its commands for PowerShell and
for cmd (certutil, netsh), which are text and are never run from here; how to undo it; and the chain
that the server sends after it, by the model.  The order matters: what is blocked before its
substitute is there would leave nothing to send.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.errors import IisError
from legacytrust.iis.crosses import Cross
from legacytrust.iis.events import Add, Event, Rebind, Reboot, Remove
from legacytrust.iis.quoting import cmd, powershell
from legacytrust.iis.stores import StoreName

__all__ = ["Commands", "RemediationPlan", "Site", "Step", "StepKind", "steps_for"]


class StepKind(enum.StrEnum):
    """What a step does."""

    BACK_UP = "back up"
    DOWNLOAD = "download the cross-certificate"
    IMPORT_CROSS = "import the cross-certificate"
    RESCUE_CROSS = "take the cross-certificate out of a store where it does harm"
    BLOCK_ROOT = "block the self-signed root"
    REMOVE_ROOT = "remove the self-signed root"
    REBIND = "acquire a new credential"
    RESTART = "restart"
    VERIFY = "verify"


@attrs.frozen
class Commands:
    """The same in two shells; run elevated.

    :param powershell: lines for PowerShell.
    :param cmd: lines for cmd, with certutil, netsh and iisreset.
    """

    powershell: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {"powershell": list(self.powershell), "cmd": list(self.cmd)}


@attrs.frozen
class Step:
    """One thing to do.

    :param kind: what it is.
    :param title: for a heading.
    :param reason: why it is needed.
    :param commands: how it is done.
    :param rollback: how it is undone.
    :param events: what happens to the machine, for the model.
    :param predicted: what the server sends after it; ``None`` where the bytes of the
        cross-certificate are needed to tell, and are not at hand.
    """

    kind: StepKind
    title: str
    reason: str
    commands: Commands = Commands()
    rollback: Commands = Commands()
    events: tuple[Event, ...] = ()
    predicted: ServedChain | None = None

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        sent = self.predicted
        return {
            "kind": self.kind.name.lower().replace("_", "-"),
            "title": self.title,
            "reason": self.reason,
            "commands": self.commands.to_dict(),
            "rollback": self.rollback.to_dict(),
            "predicted": [c.label for c in sent] if sent is not None else None,
        }


@attrs.frozen
class RemediationPlan:
    """How to make the server send the longer chain.

    :param root: the self-signed root that makes the chain short.
    :param cross: the cross-certificate that takes its place.
    :param steps: what to do, in this order.
    """

    root: Certificate
    cross: Cross
    steps: tuple[Step, ...] = attrs.field(repr=False)

    @property
    def files(self) -> tuple[tuple[str, Certificate], ...]:
        """The certificates that the commands import, by the names of their files in the folder.

        The cross-certificate is among them where its bytes are at hand.
        """
        own = ((_root_name(self.root), self.root),)
        cross = self.cross.certificate
        return own if cross is None else (*own, (_file_name(self.cross), cross))

    @property
    def predicted(self) -> ServedChain | None:
        """What the server sends when all of it is done; ``None`` where that cannot be told."""
        return self.steps[-1].predicted if self.steps else None

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; ``schema`` is the version of the form."""
        return {
            "schema": 1,
            "root": {"name": self.root.label, "sha256": self.root.sha256, "sha1": self.root.sha1},
            "cross": self.cross.to_dict(),
            "steps": [step.to_dict() for step in self.steps],
        }


_ENDING: Final = re.compile(r"\.(crt|cer|der|pem|p7b|p7c)\Z")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def _is_host(_site: object, _attribute: object, value: str) -> None:
    if _HOST.fullmatch(value) is None:
        raise IisError(f"{value!r} is no host name", hint="in its ASCII form, as www.example.com")


def _is_port(_site: object, _attribute: object, value: int) -> None:
    if not 0 < value < 65536:
        raise IisError(f"{value} is no port")


@attrs.frozen
class Site:
    """The names that the commands use.

    :param folder: where files are put; it has to exist.
    :param site: the name of the web site in IIS.
    :param port: the port of its https binding.
    :param host: the name by which it is verified.
    :param sni: whether the binding has this host name in it ("Require Server Name Indication").
    :param cross_file: the downloaded cross-certificate; in ``folder`` if empty.
    :raises IisError: when the host is no host name or the port no port.
    """

    folder: str = r"C:\chain-backup"
    site: str = "Default Web Site"
    port: int = attrs.field(default=443, validator=_is_port)
    host: str = attrs.field(default="www.example.com", validator=_is_host)
    cross_file: str = ""
    sni: bool = False

    @property
    def endpoint(self) -> str:
        """The binding as netsh names it."""
        if self.sni:
            return f"hostnameport={self.host}:{self.port:d}"
        return f"ipport=0.0.0.0:{self.port:d}"

    def path(self, name: str) -> str:
        """A file in the folder."""
        return f"{self.folder}\\{name}"


_SAVED: Final = "legacytrust iis plan --save writes it"
#: The application id under which IIS registers its bindings; any would do, this one is its own.
_IIS: str = "{4dc3e181-e14b-4a21-b022-59fc669b0914}"


def steps_for(
    root: Certificate,
    cross: Cross,
    leaf: Certificate,
    held: tuple[StoreName, ...],
    site: Site,
    *,
    misplaced: tuple[StoreName, ...] = (),
) -> Iterator[Step]:
    """The steps, without predictions.

    :param root: the self-signed root.
    :param cross: what takes its place.
    :param leaf: the server's certificate.
    :param held: the stores that hold the root now.
    :param site: the names that the commands use.
    :param misplaced: the stores where somebody has put the cross-certificate and where it does harm:
        Untrusted, or those of roots.
    """
    cross_file = site.cross_file or site.path(_file_name(cross))
    yield _back_up(root, held, site)
    yield _download(cross, cross_file)
    yield _import(cross, cross_file)
    for name in misplaced:
        yield _rescue(cross, name, cross_file)
    if StoreName.DISALLOWED not in held:
        yield _block(root, site)
    for name in (StoreName.ROOT, StoreName.THIRD_PARTY, StoreName.INTERMEDIATE):
        yield _remove(root, name, site, is_held=name in held)
    yield _rebind(leaf, site)
    yield _restart()
    yield _verify(cross, site)


def _file_name(cross: Cross) -> str:
    """Named after the certificate, with the ending that the download has."""
    ending = None if cross.certificate is not None else _ENDING.search(cross.address)
    return f"{cross.sha256[:12]}{ending[0] if ending else '.crt'}"


def _root_name(root: Certificate) -> str:
    return f"{root.sha256[:12]}.cer"


def _root_file(root: Certificate, site: Site) -> str:
    return site.path(_root_name(root))


def _back_up(root: Certificate, held: tuple[StoreName, ...], site: Site) -> Step:
    file, folder = _root_file(root, site), site.folder
    export_ps = [
        f"Export-Certificate -Cert {_item(name, root.sha1)} -FilePath {powershell(file)}"
        for name in held[:1]
    ]
    export_cmd = [f"certutil -store {name.value} {root.sha1} {cmd(file)}" for name in held[:1]]
    saved = [(name.value, site.path(name.value)) for name in StoreName]
    return Step(
        StepKind.BACK_UP,
        "Back up the stores and the self-signed root",
        "Every later step can be undone with these files. The root's own file is what the steps"
        " below import into Untrusted Certificates."
        + ("" if held else f" No store holds the root: put its file there as {file}; {_SAVED}."),
        Commands(
            (
                f"New-Item -ItemType Directory -Force -Path {powershell(folder)}",
                *export_ps,
                *(
                    f"Get-ChildItem {powershell(_drive(store))} | Export-Certificate"
                    f" -Type SST -FilePath {powershell(file + '.sst')}"
                    for store, file in saved
                ),
            ),
            (
                f"mkdir {cmd(folder)}",
                *export_cmd,
                *(f"certutil -store {store} > {cmd(file + '.txt')}" for store, file in saved),
            ),
        ),
    )


def _download(cross: Cross, file: str) -> Step:
    where = f" from {cross.address}" if cross.address else " from its authority"
    if cross.certificate is not None:
        where += f" ({_SAVED})"
    return Step(
        StepKind.DOWNLOAD,
        f"Download {cross}",
        f"Get it{where} and check the fingerprint: SHA-256 {cross.sha256.upper()}"
        + (f", thumbprint {cross.sha1.upper()}" if cross.sha1 else "")
        + f"; valid {cross.not_before} to {cross.not_after}. It is the certificate's fingerprint, not"
        " that of the file, which may be text or hold more than one. The self-signed certificate of"
        " the same name, issued by itself, is another one.",
        Commands(
            (
                (
                    "$found = New-Object"
                    " Security.Cryptography.X509Certificates.X509Certificate2Collection"
                ),
                f"$found.Import({powershell(file)})",
                "$found | Format-List Thumbprint, Subject, Issuer, NotAfter",
                "$sha256 = [Security.Cryptography.SHA256]::Create()",
                "$found | ForEach-Object { [BitConverter]::ToString($sha256.ComputeHash($_.RawData)) }",
            ),
            (f"certutil -dump {cmd(file)}",),
        ),
    )


def _rescue(cross: Cross, name: StoreName, file: str) -> Step:
    own = cross.certificate
    return Step(
        StepKind.RESCUE_CROSS,
        f"Take {cross} out of {name.console_name}",
        "Somebody has blocked the wrong one of the two: while it is there, no path can use it."
        if name is StoreName.DISALLOWED
        else "There it is trusted as a root, where a path may end and which may not be sent.",
        _removal(name, cross.sha1 or "THUMBPRINT"),
        _addition(name, file) if name is not StoreName.DISALLOWED else Commands(),
        events=(Remove(name, own),) if own is not None else (),
    )


def _import(cross: Cross, file: str) -> Step:
    target = StoreName.INTERMEDIATE
    own = (Add(target, cross.certificate),) if cross.certificate is not None else ()
    undo = cross.sha1 or "THUMBPRINT"
    return Step(
        StepKind.IMPORT_CROSS,
        f"Import it into {target.console_name}",
        "Without it there is no longer path to build. Of Local Machine, not of the current user"
        " (certlm.msc, not certmgr.msc); and not into a store of roots.",
        _addition(target, file),
        _removal(target, undo),
        own,
    )


def _block(root: Certificate, site: Site) -> Step:
    file, target = _root_file(root, site), StoreName.DISALLOWED
    return Step(
        StepKind.BLOCK_ROOT,
        f"Put the self-signed {root.label} into {target.console_name}",
        "Deleting it would not last: Windows fetches roots of Microsoft's programme again. Untrusted"
        " blocks this one certificate, not its key, so that the cross-certificate stays usable."
        " Look twice: issued to and issued by are the same name.",
        _addition(target, file),
        _removal(target, root.sha1),
        (Add(target, root),),
    )


def _remove(root: Certificate, name: StoreName, site: Site, *, is_held: bool) -> Step:
    """Undone only where it was: elsewhere that would add a root that nobody had there."""
    file = _root_file(root, site)
    return Step(
        StepKind.REMOVE_ROOT,
        f"Remove it from {name.console_name}, if it is there",
        "What is left there is found when a chain is built, and confuses whoever looks next.",
        _removal(name, root.sha1),
        _addition(name, file) if is_held else Commands(),
        (Remove(name, root),) if is_held else (),
    )


def _rebind(leaf: Certificate, site: Site) -> Step:
    endpoint = site.endpoint
    header = f" -HostHeader {powershell(site.host)}" if site.sni else ""
    return Step(
        StepKind.REBIND,
        "Save the https binding again",
        "The chain was built when the credential was acquired. Until there is a new one, the old"
        " chain is sent. (Exporting and importing the PFX file again works for the same reason and"
        " is not needed.) Repeat it for every binding of this certificate, as netsh http show sslcert names"
        " it: ipport=ADDRESS:PORT, or hostnameport=NAME:PORT for a binding with a host name. Note what"
        " it shows of the binding before deleting it: other settings are lost. A certificate in the"
        " store Web Hosting has WebHosting in place of My.",
        Commands(
            (
                (
                    f"$binding = Get-WebBinding -Name {powershell(site.site)} -Protocol https"
                    f" -Port {site.port:d}{header}"
                ),
                f"$binding.AddSslCertificate({powershell(leaf.sha1)}, 'My')",
            ),
            (
                "netsh http show sslcert",
                f"netsh http delete sslcert {endpoint}",
                (
                    f"netsh http add sslcert {endpoint} certhash={leaf.sha1}"
                    f" appid={_IIS} certstorename=MY"
                ),
            ),
        ),
        Commands(("iisreset",), ("iisreset",)),
        (Rebind(),),
    )


def _restart() -> Step:
    return Step(
        StepKind.RESTART,
        "Restart IIS; if the chain is still the old one, the machine",
        "Field reports disagree on what is enough; a reboot was always enough. Other services that"
        " use TLS on the machine keep their old chain until they are restarted.",
        Commands(("iisreset", "# Restart-Computer"), ("iisreset", "rem shutdown /r /t 0")),
        events=(Reboot(),),
    )


def _verify(cross: Cross, site: Site) -> Step:
    line = f"openssl s_client -connect {site.host}:{site.port:d} -servername {site.host} -showcerts"
    return Step(
        StepKind.VERIFY,
        "Verify what is sent, from another machine",
        f"The last issuer has to be {cross.issuer}. Repeat it after every Windows update, and after"
        " every renewal: importing a PFX file that carries the self-signed root puts it back.",
        Commands((line,), (line,)),
    )


def _addition(name: StoreName, file: str) -> Commands:
    target = powershell(_drive(name.value))
    return Commands(
        (f"Import-Certificate -FilePath {powershell(file)} -CertStoreLocation {target}",),
        (f"certutil -addstore -f {name.value} {cmd(file)}",),
    )


def _removal(name: StoreName, thumbprint: str) -> Commands:
    return Commands(
        (f"Remove-Item -Path {_path(name, thumbprint)} -ErrorAction SilentlyContinue",),
        (f"certutil -delstore {name.value} {thumbprint}",),
    )


def _drive(store: str) -> str:
    return f"Cert:\\LocalMachine\\{store}"


def _path(name: StoreName, thumbprint: str) -> str:
    return powershell(f"{_drive(name.value)}\\{thumbprint.upper()}")


def _item(name: StoreName, thumbprint: str) -> str:
    return f"(Get-Item -Path {_path(name, thumbprint)})"
