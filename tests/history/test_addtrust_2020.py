"""AddTrust External CA Root and what it had cross-signed expired on 2020-05-30 at 10:48:38 UTC.

Servers went on sending COMODO RSA (or USERTrust RSA) cross-signed by AddTrust, although the same
CA had a root of its own in every updated store.  Whether a client failed was decided by how it
built paths, and by whether the dead root was still in its store.

The certificates are the real ones.  The leaf is the issuing CA's own certificate, served as if it
were a server's: no leaf of the time is in a public package, and none of the clients minds.
"""

import pytest

import legacytrust as lt
from material import example, root, shared_chain, store_of, utc

AFTER, BEFORE = utc(2020, 6, 1), utc(2020, 5, 1)
ADDTRUST = root("687fa4513822")
COMODO_RSA = root("52f0e1c4e58e")
USERTRUST_RSA = root("e793c9b02fd8")

FAIL, OK = lt.Verdict.REJECTED, lt.Verdict.ACCEPTED
#: client: store with both roots, with the new one only, with AddTrust only.
TABLE = {
    ("0.9.8e", "sha2"): (FAIL, FAIL, FAIL),
    ("0.9.8zh",): (FAIL, FAIL, FAIL),
    ("1.0.0t",): (FAIL, FAIL, FAIL),
    ("1.0.1m",): (FAIL, FAIL, FAIL),
    ("1.0.2",): (FAIL, FAIL, FAIL),
    ("1.0.2a",): (FAIL, FAIL, FAIL),
    ("1.0.1n",): (FAIL, OK, FAIL),
    ("1.0.1t",): (FAIL, OK, FAIL),
    ("1.0.1u",): (FAIL, OK, FAIL),
    ("1.0.2b",): (FAIL, OK, FAIL),
    ("1.0.2k",): (FAIL, OK, FAIL),
    ("1.0.2u",): (FAIL, OK, FAIL),
    ("1.0.2k", "trusted_first"): (OK, OK, FAIL),
    ("1.0.2u", "trusted_first"): (OK, OK, FAIL),
    ("1.0.2u", "no_alt_chains"): (FAIL, FAIL, FAIL),
    ("1.1.0",): (OK, OK, FAIL),
    ("1.1.1",): (OK, OK, FAIL),
    ("1.1.1w",): (OK, OK, FAIL),
    ("3.0.19",): (OK, OK, FAIL),
    ("3.2.0",): (OK, OK, FAIL),
    ("3.5.8",): (OK, OK, FAIL),
}


def model(row):
    version, *switches = row
    return lt.client("openssl", version, **dict.fromkeys(switches, True))


@pytest.mark.parametrize(("row", "expected"), TABLE.items(), ids=lambda v: " ".join(map(str, v)))
@pytest.mark.parametrize(
    ("read", "name", "new_root"),
    [
        (example, "comodo-rsa-dv-addtrust-issuers", COMODO_RSA),
        (shared_chain, "template-sectigo-rsa-dv-usertrust-addtrust", USERTRUST_RSA),
    ],
    ids=["comodo", "sectigo"],
)
def test_each_openssl_by_what_its_store_held(read, name, new_root, row, expected):
    chain, client = read(name), model(row)
    stores = (store_of(new_root, ADDTRUST), store_of(new_root), store_of(ADDTRUST))
    found = (lt.simulate(chain, client=client, store=s, at=AFTER).verdict for s in stores)
    assert tuple(found) == expected


@pytest.mark.parametrize("row", TABLE, ids=" ".join)
def test_the_month_before_every_client_that_held_addtrust_was_content(row):
    chain = example("comodo-rsa-dv-addtrust-issuers")
    outcome = lt.simulate(chain, client=model(row), store=store_of(ADDTRUST), at=BEFORE)
    assert outcome.verdict is OK


def test_the_reason_is_the_expired_root_and_says_when_it_expired():
    chain = example("comodo-rsa-dv-addtrust-issuers")
    both = store_of(COMODO_RSA, ADDTRUST)
    outcome = lt.simulate(chain, client=lt.client("openssl", "1.0.2k"), store=both, at=AFTER)
    codes = {(f.code, f.certificate) for f in outcome.findings}
    assert (lt.Code.EXPIRED, ADDTRUST) in codes
    assert f"{outcome.findings[0]['not_after']:%Y-%m-%d %H:%M:%S}" == "2020-05-30 10:48:38"


def test_removing_the_dead_root_repaired_openssl_1_0_2_and_sending_less_repaired_1_0_1m():
    chain = example("comodo-rsa-dv-addtrust-issuers")
    short = chain.without(chain[1])
    both, new = store_of(COMODO_RSA, ADDTRUST), store_of(COMODO_RSA)
    k, m = lt.client("openssl", "1.0.2k"), lt.client("openssl", "1.0.1m")
    assert lt.simulate(chain, client=k, store=both, at=AFTER).verdict is FAIL
    assert lt.simulate(chain, client=k, store=new, at=AFTER).verdict is OK
    assert lt.simulate(chain, client=m, store=both, at=AFTER).verdict is FAIL
    assert lt.simulate(short, client=m, store=both, at=AFTER).verdict is OK


def test_android_ignored_it_wherever_the_new_root_was_known():
    report = lt.evaluate(example("comodo-rsa-dv-addtrust-issuers"), at=AFTER, devices="android")
    known = {device.id for device in lt.load_catalog().select("android>=5.1")}
    assert {outcome.device.id for outcome in report.accepted} == known
