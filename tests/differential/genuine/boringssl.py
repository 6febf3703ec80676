"""Asks genuine BoringSSL: the library of Android 13 that Debian builds.

It is asked the way libssl asks it, through the same worker as OpenSSL: see `openssl.py`.
"""

from pathlib import Path

from differential.genuine.model import NotFetchedError
from differential.genuine.openssl import GenuineOpenSSL

ANDROID_13 = Path("/usr/lib/x86_64-linux-gnu/android/libcrypto.so.0")


def open_android() -> GenuineOpenSSL:
    """The library; raises NotFetchedError where it is not installed."""
    if not ANDROID_13.exists():
        raise NotFetchedError("install Debian's package android-libboringssl")
    return GenuineOpenSSL("boringssl-android-13", str(ANDROID_13))
