"""The benchmarks run and count what they say; how long they take is nobody's business here."""

import catalogue
import report


def test_both_ways_of_making_a_report_agree_on_who_accepts():
    text = report.EXAMPLE.read_bytes()
    accepted = {o.device.id for o in report.report(text).accepted}
    assert report.loop(text, report.stores()) == len(accepted) == 22


def test_the_signatures_are_those_of_the_three_served_certificates():
    found = report.report(report.EXAMPLE.read_bytes())
    assert {below for below, _ in report.links(found)} == set(found.chain)


def test_one_round_is_measured():
    assert set(report.measure(1)) == {"report", "signatures", "loop"}


def test_the_catalogue_is_measured():
    assert {"index", "stores", "text"} < set(catalogue.measure(1))
