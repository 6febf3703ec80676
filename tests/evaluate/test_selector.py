"""Choosing device classes in a few words: every form, and every way to get it wrong."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from legacytrust.errors import SelectorError
from support import NEW, device

OPENSSL = ("0.9.8zh", "1.0.2k", "1.1.1", "3.0.0")
OWN = [device(f"openssl/{version}", f"openssl {version}", NEW) for version in OPENSSL]
PACKAGED = lt.load_catalog()
CATALOG = attrs.evolve(PACKAGED, devices=PACKAGED.select("android")).with_devices(OWN)
ANDROID = [one.version for one in CATALOG.devices if one.family == "android"]


def chosen(selector: str) -> list[str]:
    return [one.id for one in CATALOG.select(selector)]


def android(first: str, last: str) -> list[str]:
    return [f"android/{v}" for v in ANDROID[ANDROID.index(first) : ANDROID.index(last) + 1]]


def openssl(*versions: str) -> list[str]:
    return [f"openssl/{version}" for version in versions]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("android", android("1.0", "17")),
        ("android/*", android("1.0", "17")),
        ("android/4.4", ["android/4.4"]),
        ("android/4.4*", ["android/4.4", "android/4.4.3"]),
        ("android/4.?", [f"android/4.{n}" for n in "01234"]),
        ("android/1[01]", ["android/10", "android/11"]),
        ("android/1[!0]", [f"android/1{n}" for n in "1234567"]),
        ("*/1.1.1", openssl("1.1.1")),
        ("*/*", android("1.0", "17") + openssl(*OPENSSL)),
        ("a*/9", ["android/9"]),
        ("android<=7.0", android("1.0", "7.0")),
        ("android<7.0", android("1.0", "6.0")),
        ("android>=15", android("15", "17")),
        ("android>16", android("16-qpr2", "17")),
        ("android=4.4", ["android/4.4"]),
        ("android==4.4", ["android/4.4"]),
        ("android!=1.0", android("1.5", "17")),
        ("android>=11 and android<12", android("11", "11-sec-2023-11")),
        ("android>=4.4 and android<9", android("4.4", "8.1")),
        ("android<7", android("1.0", "6.0")),
        ("android>=4.4.4 and android<5.1", ["android/5.0"]),
        ("android<1.5", ["android/1.0"]),
        ("openssl<=1.0.2k", openssl("0.9.8zh", "1.0.2k")),
        ("openssl>1.0.2k", openssl("1.1.1", "3.0.0")),
        ("android<1.5, openssl", ["android/1.0", *openssl(*OPENSSL)]),
        ("openssl, android<1.5", ["android/1.0", *openssl(*OPENSSL)]),
        ("android/*, openssl/*", android("1.0", "17") + openssl(*OPENSSL)),
        ("android and not android>=1.5", ["android/1.0"]),
        ("not android", openssl(*OPENSSL)),
        ("not not openssl/3.*", openssl("3.0.0")),
        ("not (android, openssl<3.0.0)", openssl("3.0.0")),
        ("(android<5, android/9) and not android<4.4.3", ["android/4.4.3", "android/9"]),
        ("android<1.5, android/17 and openssl", ["android/1.0"]),
        ("  android/9  ,android/9,android/10 ", ["android/9", "android/10"]),
        ("((android/9))", ["android/9"]),
        ("android>=13 and android/13*", android("13", "13-sec-2023-11")),
    ],
)
def test_forms(selector: str, expected: list[str]) -> None:
    assert chosen(selector) == expected


@pytest.mark.parametrize(
    ("selector", "problem"),
    [
        ("", "a device class is missing"),
        ("   ", "a device class is missing"),
        (",", "a device class is missing"),
        ("android,", "a device class is missing"),
        ("and android", "a device class is missing"),
        ("android and", "a device class is missing"),
        ("not", "a device class is missing"),
        ("android <=", "a release is missing after <="),
        ("android < and", "a release is missing after <"),
        ("(android", "a bracket is not closed"),
        ("android)", r"'\)' was not expected here"),
        ("android openssl", "'openssl' was not expected here"),
        ("android/4.4 < 5", "there is no family 'android/4.4'"),
        ("androit", "no device class is called 'androit'"),
        ("Android", "no device class is called 'Android'"),
        ("android/99", "no device class is called 'android/99'"),
        ("windows<=10", "there is no family 'windows'"),
        ("android<=froyo", "android has no release 'froyo'"),
        ("android & openssl", "'& openssl' cannot be read"),
        ("android/[", r"'\[' cannot be read"),
        ("android/1[!]", r"'\[!\]' cannot be read"),
        ("android; rm", "'; rm' cannot be read"),
        ("android<1.0", "no device class fits"),
        ("android and openssl", "no device class fits"),
        ("android and not android", "no device class fits"),
        ("(" * 30 + "android" + ")" * 30, "too many brackets"),
        ("android," * 400, "too long"),
    ],
)
def test_mistakes(selector: str, problem: str) -> None:
    with pytest.raises(SelectorError, match=problem) as raised:
        CATALOG.select(selector)
    if len(selector) < 2000:
        assert "families: android, openssl" in str(raised.value)
        assert repr(selector) in str(raised.value)


def test_the_order_is_that_of_the_catalogue_whatever_the_order_of_the_words() -> None:
    assert chosen("android/9, android/4.4, android/10") == [
        "android/4.4",
        "android/9",
        "android/10",
    ]


def test_a_family_without_numbers_has_no_release_between() -> None:
    named = [device(f"toy/{name}", "android 9", NEW) for name in ("old", "new")]
    catalog = lt.load_catalog().with_devices(named)
    assert [one.id for one in catalog.select("toy<new")] == ["toy/old"]
    with pytest.raises(SelectorError, match="toy has no release '3'"):
        catalog.select("toy<3")


@pytest.mark.parametrize(
    ("selector", "there", "not_there"),
    [
        ("windows>=7", {"7", "7-disconnected", "10-1507", "11"}, {"xp-sp2-disconnected", "vista"}),
        ("windows<=7", {"xp-sp3", "7", "7-disconnected", "vista-2017-04"}, {"8", "8-disconnected"}),
        ("windows=7", {"7"}, {"7-disconnected", "2008-r2"}),
        ("windows!=7", {"7-disconnected", "2008-r2"}, {"7"}),
        ("debian>=9-openssl", {"9-openssl", "9-curl", "12-gnutls"}, {"7-curl", "8-gnutls"}),
        ("debian<9-openssl", {"5-openssl", "8-gnutls", "8-openssl-no-clock"}, {"9-curl"}),
        ("debian<=9", {"9-openssl", "9-curl", "7-gnutls"}, {"10-openssl", "11-openssl-no-clock"}),
        ("openjdk>=11.0.20", {"11.0.20", "17", "26.0.2.1"}, {"11.0.5-zulu", "8u402"}),
        ("openjdk<11", {"10", "8u402"}, {"11.0.5-zulu", "11.0.27"}),
        ("oracle-java<8u60", {"7u80", "8u51"}, {"8u66", "8u101"}),
        ("oracle-java>=8u60", {"8u66", "8u291", "11.0.2"}, {"8u51"}),
        ("arduino-mbed<2022-06-01", {"2022-03-07"}, {"2023-08-09"}),
        ("arduino-mbed>=2022-06-01", {"2023-08-09"}, {"2022-03-07"}),
        ("chrome>=120", {"120", "156-updated", "120-updated"}, {"108-updated", "119-android"}),
    ],
)
def test_releases_compare_across_the_lines_of_a_family(
    selector: str, there: set[str], not_there: set[str]
) -> None:
    family = re.match(r"[a-z-]+", selector)[0]
    found = {one.version for one in PACKAGED.select(selector) if one.family == family}
    every = {one.version for one in PACKAGED.devices if one.family == family}
    assert there <= found
    assert not_there <= every - found


@pytest.mark.parametrize("selector", ["android<4.4x", "android<=14-qpr9", "debian>=9-apache"])
def test_a_release_that_is_only_half_a_number_is_not_guessed_at(selector: str) -> None:
    with pytest.raises(SelectorError, match="has no release"):
        PACKAGED.select(selector)


_WORDS = st.sampled_from(
    ["android", "openssl/*", "android/9", "and", "not", "(", ")", ",", "<=", "7.0", "<", "*", "?"]
)


@given(st.one_of(st.lists(_WORDS, max_size=12).map(" ".join), st.text(max_size=40)))
def test_any_text_is_a_selection_or_a_clear_error(text: str) -> None:
    """Law: no text gets anything but device classes in their order, or a SelectorError."""
    try:
        found = CATALOG.select(text)
    except SelectorError:
        return
    assert found
    positions = [CATALOG.devices.index(one) for one in found]
    assert positions == sorted(set(positions))


_TERMS = st.sampled_from(["android<=7.0", "android>=4.4", "android/1*", "openssl", "openssl<3.0.0"])


@given(_TERMS, _TERMS)
def test_comma_and_and_not_are_union_intersection_and_complement(a: str, b: str) -> None:
    """Law: the three words mean what they mean for sets."""
    first, second, every = set(chosen(a)), set(chosen(b)), set(chosen("*/*"))
    assert set(chosen(f"{a}, {b}")) == first | second
    assert set(chosen(f"not {a}")) == every - first
    if first & second:
        assert set(chosen(f"{a} and {b}")) == first & second
    assert set(chosen(f"not ({a} and {b})")) == every - (first & second)
    assert set(chosen(f"not {a}, not {b}")) == every - (first & second)
