"""DST Root CA X3 expired on 2021-09-30 at 14:01:15 UTC.

Let's Encrypt went on serving ISRG Root X1 cross-signed by it, valid to 2024-09-30, because old
Android does not look at the dates of a root.  What saved the phones broke OpenSSL 1.0.2.
"""

import pytest

import legacytrust as lt
from material import example, root, store_of, utc

CHAIN = example("stackoverflow-2021-12")
NEW_YEAR = utc(2022, 1, 1)
X1, DST = root("96bcec062649"), root("0687260331a7")
BOTH, X1_ONLY, DST_ONLY = store_of(X1, DST), store_of(X1), store_of(DST)

FAIL, OK = lt.Verdict.REJECTED, lt.Verdict.ACCEPTED
#: client: store with both roots, with X1 only, with DST Root CA X3 only.
TABLE = {
    ("0.9.8zh",): (FAIL, FAIL, FAIL),
    ("1.0.0t",): (FAIL, FAIL, FAIL),
    ("1.0.1m",): (FAIL, FAIL, FAIL),
    ("1.0.2a",): (FAIL, FAIL, FAIL),
    ("1.0.1n",): (FAIL, OK, FAIL),
    ("1.0.1u",): (FAIL, OK, FAIL),
    ("1.0.2b",): (FAIL, OK, FAIL),
    ("1.0.2u",): (FAIL, OK, FAIL),
    ("1.0.2u", "trusted_first"): (OK, OK, FAIL),
    ("1.1.0",): (OK, OK, FAIL),
    ("1.1.1",): (OK, OK, FAIL),
    ("3.0.19",): (OK, OK, FAIL),
    ("3.5.8",): (OK, OK, FAIL),
}


def verdict(chain, client, store, at=NEW_YEAR):
    return lt.simulate(chain, client=client, store=store, at=at).verdict


@pytest.mark.parametrize(("row", "expected"), TABLE.items(), ids=lambda v: " ".join(map(str, v)))
def test_each_openssl_by_what_its_store_held(row, expected):
    version, *switches = row
    client = lt.client("openssl", version, **dict.fromkeys(switches, True))
    assert tuple(verdict(CHAIN, client, s) for s in (BOTH, X1_ONLY, DST_ONLY)) == expected


def test_an_intermediate_that_both_signed_is_not_needed_when_the_short_chain_is_served():
    short = CHAIN.without(CHAIN[2])
    for version in ("0.9.8zh", "1.0.1m", "1.0.2a", "1.0.2u"):
        assert verdict(short, lt.client("openssl", version), BOTH) is OK


def test_android_takes_the_long_chain_from_2_3_on_and_ignores_the_expired_root():
    report = lt.evaluate(CHAIN, hostname="stackoverflow.com", at=NEW_YEAR, devices="android")
    old = lt.load_catalog().select("android>=2.3 and android<=7.0")
    assert {outcome.device.version for outcome in report.rejected} == {
        "1.0", "1.5", "1.6", "2.0", "2.1", "2.2",
    }  # fmt: skip
    assert not report.unknown
    for device in old:
        outcome = report[device.id]
        assert outcome.anchor.certificate == DST
        (ignored,) = outcome.findings
        assert (ignored.code, ignored.effect) == (lt.Code.EXPIRED, lt.Effect.HARMLESS)
    assert report["android/7.1"].anchor.certificate == X1


def test_after_the_cross_certificate_ended_android_below_7_1_refuses():
    # The real leaf lived ninety days, so R3 stands in for it: the path above it is what counts.
    chain = lt.ServedChain.from_certificates(CHAIN[1:])
    before = lt.evaluate(chain, at=utc(2024, 9, 30), devices="android")
    after = lt.evaluate(chain, at=utc(2024, 10, 1), devices="android")
    lost = {o.device.id for o in before.accepted} - {o.device.id for o in after.accepted}
    assert lost == {d.id for d in lt.load_catalog().select("android>=2.3 and android<=7.0")}
    assert {o.device.id for o in after.accepted} == {
        d.id for d in lt.load_catalog().select("android>=7.1")
    }
    assert after["android/4.4"].reason.code is lt.Code.EXPIRED
    assert after["android/4.4"].reason.certificate == CHAIN[2]


def test_android_4_2_took_it_too_although_it_validates_what_it_did_not_need():
    assert verdict(CHAIN, lt.client("android", "4.2"), BOTH) is OK
    assert verdict(CHAIN, lt.client("android", "4.2"), DST_ONLY) is OK
