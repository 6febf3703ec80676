"""One libcrypto in one process: reads questions from stdin, writes verdicts to stdout.

Started by `openssl.py` with the library's path, "all" or "tls" (which digests to register before
OpenSSL 1.1.0) and, for a library that should tell its TLS layer's security level, its libssl.
Two libcryptos in one process would share symbols, and a crash of a fifteen-year-old library must
not end the tests; hence a process for each. It uses nothing but the standard library, and of that
nothing that would load an OpenSSL of its own.

A message is four bytes of length (big-endian) and JSON; certificates are base64. The first
message, to the other side, says what the library is.
"""

import base64
import ctypes
import ipaddress
import json
import resource
import struct
import sys
from ctypes import byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_ulong, c_void_p
from typing import IO, Any

FLAGS = {
    "x509_strict": 0x20,
    "trusted_first": 0x8000,
    "partial_chain": 0x80000,
    "no_alt_chains": 0x100000,
}
PARAMETERS = {"sslserver": b"ssl_server", "sslclient": b"ssl_client", "any": b"default"}
MEMORY_LIMIT = 2 << 30

# Result and argument types of every function used. Pointers are all opaque here.
PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "d2i_X509": (c_void_p, (c_void_p, c_void_p, c_long)),
    "i2d_X509": (c_int, (c_void_p, c_void_p)),
    "X509_free": (None, (c_void_p,)),
    "X509_STORE_new": (c_void_p, ()),
    "X509_STORE_free": (None, (c_void_p,)),
    "X509_STORE_add_cert": (c_int, (c_void_p, c_void_p)),
    "X509_STORE_CTX_new": (c_void_p, ()),
    "X509_STORE_CTX_free": (None, (c_void_p,)),
    "X509_STORE_CTX_init": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p)),
    "X509_STORE_CTX_set_default": (c_int, (c_void_p, c_char_p)),
    "X509_STORE_CTX_set_time": (None, (c_void_p, c_ulong, c_long)),
    "X509_STORE_CTX_set_flags": (None, (c_void_p, c_ulong)),
    "X509_STORE_CTX_get_error": (c_int, (c_void_p,)),
    "X509_STORE_CTX_get_error_depth": (c_int, (c_void_p,)),
    "X509_STORE_CTX_get1_chain": (c_void_p, (c_void_p,)),
    "X509_verify_cert": (c_int, (c_void_p,)),
    "X509_verify_cert_error_string": (c_char_p, (c_long,)),
    "ERR_clear_error": (None, ()),
}
OPTIONAL: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "X509_STORE_CTX_get0_param": (c_void_p, (c_void_p,)),
    "X509_VERIFY_PARAM_set1_host": (c_int, (c_void_p, c_char_p, c_size_t)),
    "X509_VERIFY_PARAM_set1_ip_asc": (c_int, (c_void_p, c_char_p)),
    "X509_VERIFY_PARAM_set_auth_level": (None, (c_void_p, c_int)),
}
STACK: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "new_null": (c_void_p, ()),
    "push": (c_int, (c_void_p, c_void_p)),
    "num": (c_int, (c_void_p,)),
    "value": (c_void_p, (c_void_p, c_int)),
    "free": (None, (c_void_p,)),
}


class UnreadableError(Exception):
    """A certificate that the library does not parse."""


class Library:
    """The functions of one libcrypto, with the names they have in every version."""

    def __init__(self, path: str, digests: str) -> None:
        self.loaded = ctypes.CDLL(path)
        self.modern = hasattr(self.loaded, "OPENSSL_sk_num")
        self.boring = hasattr(self.loaded, "BORINGSSL_self_test")
        for name, (result, arguments) in PROTOTYPES.items():
            setattr(self, name, self._function(name, result, arguments))
        for name, (result, arguments) in OPTIONAL.items():
            if hasattr(self.loaded, name):
                setattr(self, name, self._function(name, result, arguments))
        prefix = "OPENSSL_sk_" if self.modern else "sk_"
        for name, (result, arguments) in STACK.items():
            setattr(self, f"sk_{name}", self._function(prefix + name, result, arguments))
        if not self.modern and not self.boring:
            self._register_digests(digests)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"this libcrypto has no {name}")

    def _function(self, name: str, result: Any, arguments: tuple[Any, ...]) -> Any:
        function = getattr(self.loaded, name)
        function.restype, function.argtypes = result, arguments
        return function

    @property
    def version(self) -> str:
        """How the library names itself."""
        if self.boring:
            return "BoringSSL"
        name = "OpenSSL_version" if self.modern else "SSLeay_version"
        return str(self._function(name, c_char_p, (c_int,))(0).decode())

    def has(self, name: str) -> bool:
        """Whether this version has the optional function."""
        return name in self.__dict__

    def _register_digests(self, digests: str) -> None:
        if digests == "all":
            self.loaded.OPENSSL_add_all_algorithms_noconf()
            return
        # What SSL_library_init registers; SHA-2 only from 1.0.0 (and 0.9.8o, not at hand).
        names = ["md5", "sha1", "dss1"]
        if self.has("X509_VERIFY_PARAM_set1_host"):
            names += ["sha224", "sha256", "sha384", "sha512"]
        add = self._function("EVP_add_digest", c_int, (c_void_p,))
        for name in names:
            add(self._function(f"EVP_{name}", c_void_p, ())())


class Verification:
    """Everything that one X509_verify_cert needs, and that must be released after it."""

    def __init__(self, library: Library, question: dict[str, Any]) -> None:
        self.library = library
        self.question = question
        self.certificates: list[int] = []
        self.stack = library.sk_new_null()
        self.store = library.X509_STORE_new()
        self.context = library.X509_STORE_CTX_new()

    def answer(self) -> dict[str, Any]:
        """The verdict, as the fields of the message."""
        try:
            leaf = self._load()
        except UnreadableError as problem:
            return {"accepted": False, "error": -1, "error_text": f"parse: {problem}"}
        library = self.library
        library.X509_STORE_CTX_init(self.context, self.store, leaf, self.stack)
        self._configure()
        accepted = library.X509_verify_cert(self.context) == 1
        error = library.X509_STORE_CTX_get_error(self.context)
        return {
            "accepted": accepted,
            "error": error,
            "error_text": library.X509_verify_cert_error_string(error).decode(),
            "depth": library.X509_STORE_CTX_get_error_depth(self.context),
            "chain": [base64.b64encode(der).decode() for der in self._chain()],
        }

    def close(self) -> None:
        """Releases what the library handed out."""
        self.library.X509_STORE_CTX_free(self.context)
        self.library.X509_STORE_free(self.store)
        self.library.sk_free(self.stack)
        for certificate in self.certificates:
            self.library.X509_free(certificate)
        self.library.ERR_clear_error()

    def _load(self) -> int:
        served = [
            self._read(text, f"served[{i}]") for i, text in enumerate(self.question["served"])
        ]
        for certificate in served:
            # All of them, the leaf included: so does the TLS layer.
            self.library.sk_push(self.stack, certificate)
        for i, text in enumerate(self.question["store"]):
            # Versions before 1.1.1 refuse a certificate that the store has already: no matter.
            self.library.X509_STORE_add_cert(self.store, self._read(text, f"store[{i}]"))
        return served[0]

    def _read(self, text: str, place: str) -> int:
        # Read anew each time: before 1.1.0 a certificate object remembers that its signature was
        # found good, under whichever key that was.
        der = base64.b64decode(text)
        buffer = (c_ubyte * max(len(der), 1)).from_buffer_copy(der or b"\0")
        start = ctypes.addressof(buffer)
        position = c_void_p(start)
        certificate = self.library.d2i_X509(None, byref(position), len(der))
        if not certificate:
            raise UnreadableError(place)
        self.certificates.append(certificate)
        if position.value != start + len(der):
            raise UnreadableError(f"{place}: bytes after the certificate")
        return int(certificate)

    def _configure(self) -> None:
        library, question = self.library, self.question
        library.X509_STORE_CTX_set_default(self.context, PARAMETERS[question["purpose"]])
        library.X509_STORE_CTX_set_time(self.context, 0, question["at"])
        flags = sum(FLAGS[name] for name in question["flags"])
        if flags:
            library.X509_STORE_CTX_set_flags(self.context, flags)
        if library.has("X509_STORE_CTX_get0_param"):
            self._set_parameters(library.X509_STORE_CTX_get0_param(self.context))

    def _set_parameters(self, parameters: int) -> None:
        library, host = self.library, self.question["hostname"]
        if library.has("X509_VERIFY_PARAM_set_auth_level"):
            library.X509_VERIFY_PARAM_set_auth_level(parameters, self.question["security_level"])
        if host is None:
            return
        if is_ip(host):
            library.X509_VERIFY_PARAM_set1_ip_asc(parameters, host.encode())
        else:
            library.X509_VERIFY_PARAM_set1_host(parameters, host.encode(), len(host.encode()))

    def _chain(self) -> list[bytes]:
        library = self.library
        stack = library.X509_STORE_CTX_get1_chain(self.context)
        if not stack:
            return []
        chain = [library.sk_value(stack, i) for i in range(library.sk_num(stack))]
        # get1 hands out a reference to each, so they are ours to release as well.
        self.certificates += chain
        library.sk_free(stack)
        return [self._write(certificate) for certificate in chain]

    def _write(self, certificate: int) -> bytes:
        size = self.library.i2d_X509(certificate, None)
        buffer = (c_ubyte * size)()
        self.library.i2d_X509(certificate, byref(c_void_p(ctypes.addressof(buffer))))
        return bytes(buffer)


def is_ip(host: str) -> bool:
    """Whether the host is an address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def default_security_level(libssl: str) -> int:
    """What the TLS layer asks of a new client."""
    loaded = ctypes.CDLL(libssl)
    loaded.TLS_client_method.restype = c_void_p
    loaded.SSL_CTX_new.restype, loaded.SSL_CTX_new.argtypes = c_void_p, (c_void_p,)
    loaded.SSL_CTX_get_security_level.argtypes = (c_void_p,)
    return int(loaded.SSL_CTX_get_security_level(loaded.SSL_CTX_new(loaded.TLS_client_method())))


def read_message(stream: IO[bytes]) -> Any:
    """The next message, or None at the end of the stream."""
    head = stream.read(4)
    return json.loads(stream.read(struct.unpack(">I", head)[0])) if len(head) == 4 else None


def write_message(stream: IO[bytes], message: Any) -> None:
    """Sends one message at once."""
    body = json.dumps(message).encode()
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def main() -> None:
    """Says hello, then answers questions until there are none left."""
    path, digests, libssl = sys.argv[1:4]
    # Some versions list issuers without end on hostile input; better one failed allocation here.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    library = Library(path, digests)
    hello = {
        "version": library.version,
        "checks_hosts": library.has("X509_VERIFY_PARAM_set1_host"),
        "has_levels": library.has("X509_VERIFY_PARAM_set_auth_level"),
        "security_level": default_security_level(libssl) if libssl else None,
    }
    write_message(sys.stdout.buffer, hello)
    while (question := read_message(sys.stdin.buffer)) is not None:
        verification = Verification(library, question)
        try:
            write_message(sys.stdout.buffer, verification.answer())
        finally:
            verification.close()


if __name__ == "__main__":
    main()
