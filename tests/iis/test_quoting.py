"""Names in the commands of a plan: quoted so that no shell takes them for more, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iis.sectigo import AT, RSA, authority
from legacytrust import iis
from legacytrust.errors import IisError
from legacytrust.iis import Site
from legacytrust.iis.quoting import cmd, powershell


def planned(site):
    return iis.diagnose(RSA.machine(), RSA.leaf, at=AT, cross=authority(RSA.cross), site=site).plan


@given(st.text(min_size=1))
def test_a_quoted_value_ends_where_it_should(value):
    try:
        quoted = powershell(value)
    except IisError:
        return
    marks = "'\u2018\u2019\u201a\u201b"
    inner = quoted[1:-1]
    for mark in marks:
        inner = inner.replace(mark * 2, "")
    assert not set(marks) & set(inner)
    assert quoted[0] == quoted[-1] == "'"


@given(st.text(min_size=1))
def test_what_cmd_would_read_is_refused(value):
    try:
        quoted = cmd(value)
    except IisError:
        return
    assert not set('"%!^\r\n') & set(quoted[1:-1])
    assert not quoted[:-1].endswith("\\")


@pytest.mark.parametrize(
    "site",
    [
        {"host": "a b"}, {"host": "x;calc"}, {"host": "-oProxy"}, {"port": 0}, {"port": 70000},
        {"host": ""},
    ],
)  # fmt: skip
def test_a_host_or_port_that_is_none_is_refused(site):
    with pytest.raises(IisError):
        Site(**site)


@pytest.mark.parametrize("folder", ['C:\\a" & calc "', "C:\\%TEMP%", "C:\\a\nb", "C:\\x!y!"])
def test_a_folder_that_cannot_be_quoted_is_refused(folder):
    with pytest.raises(IisError):
        planned(Site(folder=folder))


def test_names_reach_the_commands_quoted():
    site = Site(folder="C:\\it's", site="O'Brien", port=8443, host="shop.example.com")
    steps = planned(site).steps
    lines = [line for step in steps for line in step.commands.powershell]
    assert any("'O''Brien'" in line and "8443" in line for line in lines)
    assert any("'C:\\it''s" in line for line in lines)
    assert any(
        "-connect shop.example.com:8443 -servername shop.example.com" in line for line in lines
    )
