"""What three generations of `openssl s_client` print on a connection."""

from __future__ import annotations

from collections.abc import Callable

from forge import pem
from readers.samples import chain

LEAF, INNER, OUTER = chain().ders

Names = Callable[[str], str]

VALIDITY = "   v:NotBefore: Jan  1 00:00:00 2020 GMT; NotAfter: Jan  1 00:00:00 2030 GMT\n"

#: How the generations print a name, and what stands below it.
FORMS: dict[str, tuple[Names, str]] = {
    "1.0": (lambda cn: f"/CN={cn}", ""),
    "1.1": (lambda cn: f"CN = {cn}", ""),
    "3.0": (
        lambda cn: f"CN = {cn}",
        f"   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256\n{VALIDITY}",
    ),
    "3.2": (
        lambda cn: f"CN={cn}",
        f"   a:PKEY: EC, (prime256v1); sigalg: ecdsa-with-SHA256\n{VALIDITY}",
    ),
}
SENT = (
    (LEAF, "www.example.test", "Sample Inner CA"),
    (INNER, "Sample Inner CA", "Sample Outer CA"),
    (OUTER, "Sample Outer CA", "Sample Root"),
)


def listing(form: str, sent: tuple[tuple[bytes, str, str], ...], *, blocks: bool) -> str:
    name, details = FORMS[form]
    entries = (
        f" {n} s:{name(subject)}\n   i:{name(issuer)}\n{details}{pem(der) if blocks else ''}"
        for n, (der, subject, issuer) in enumerate(sent)
    )
    return "Certificate chain\n" + "".join(entries) + "---\n"


def output(
    form: str = "3.0", sent: tuple[tuple[bytes, str, str], ...] = SENT, *, blocks: bool = True
) -> str:
    """What `s_client` prints on a connection, with and without `-showcerts`."""
    name, _ = FORMS[form]
    der, subject, issuer = sent[0]
    return (
        f"CONNECTED(00000003)\ndepth=0 {name(subject)}\n"
        "verify error:num=20:unable to get local issuer certificate\nverify return:1\n---\n"
        + listing(form, sent, blocks=blocks)
        + f"Server certificate\n{'' if blocks else pem(der)}subject={name(subject)}\n\n"
        f"issuer={name(issuer)}\n\n---\nNo client certificate CA names sent\n---\n"
        "SSL handshake has read 3021 bytes and written 434 bytes\n---\nDONE\n"
    )
