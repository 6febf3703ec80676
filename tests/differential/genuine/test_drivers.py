"""The drivers tell what the genuine libraries say, and say so when they cannot."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from differential.genuine import fetch, system
from differential.genuine.model import (
    DriverError,
    GenuineVerdict,
    NotFetchedError,
    Question,
    UnsupportedOptionError,
)
from differential.genuine.node import NODE_IDS, GenuineNode, open_node
from differential.genuine.openssl import LIBRARY_IDS, SYSTEM, GenuineOpenSSL, open_library
from forge import AT, Entity, Pki, key, pkis, root

HOST = "www.example.test"
BEFORE_1_1 = [name for name in LIBRARY_IDS if name.startswith(("openssl-0.", "openssl-1.0"))]
SINCE_1_1 = [name for name in (*LIBRARY_IDS, SYSTEM) if name not in BEFORE_1_1]
SINCE_1_0_2 = [name for name in (*LIBRARY_IDS, SYSTEM) if "0.9.8" not in name]


def ders(*entities: Entity) -> tuple[bytes, ...]:
    return tuple(entity.der for entity in entities)


@pytest.fixture(scope="module")
def library() -> Iterator[Callable[[str], GenuineOpenSSL]]:
    """Opens libraries by name, each once, and skips the test when one was not fetched."""
    opened: dict[str, GenuineOpenSSL] = {}

    def get(name: str) -> GenuineOpenSSL:
        try:
            return opened.setdefault(name, opened.get(name) or open_library(name))
        except NotFetchedError as reason:
            pytest.skip(str(reason))

    yield get
    for one in opened.values():
        one.close()


@pytest.fixture(scope="module")
def node() -> Iterator[Callable[[str], GenuineNode]]:
    """The same for Node.js binaries."""
    opened: dict[str, GenuineNode] = {}

    def get(name: str) -> GenuineNode:
        try:
            return opened.setdefault(name, opened.get(name) or open_node(name))
        except NotFetchedError as reason:
            pytest.skip(str(reason))

    yield get
    for one in opened.values():
        one.close()


class World:
    """The certificates of a cross-sign story, with RSA keys, which every version understands."""

    def __init__(self, at: datetime = AT) -> None:
        dates = {"not_before": at - timedelta(days=900), "not_after": at + timedelta(days=900)}
        past = {"not_before": at - timedelta(days=900), "not_after": at - timedelta(days=9)}
        self.leaf_key = key("rsa2048", 0)
        self.n = root("N", key("rsa2048", 1), **dates)
        self.o_expired = root("O", key("rsa2048", 2), **past)
        self.x_expired = self.o_expired.cross_sign(self.n, **past)
        self.i = self.n.intermediate("I1", key("rsa2048", 3), **dates)
        self.leaf = self.i.leaf(HOST, self.leaf_key, **dates)
        self.leaf_expired = self.i.leaf(HOST, self.leaf_key, **past)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("name", [*LIBRARY_IDS, SYSTEM])
class TestEveryLibrary:
    def test_names_its_version(self, library: Callable[..., GenuineOpenSSL], name: str) -> None:
        expected = "OpenSSL" if name == SYSTEM else name.split("-")[1]
        assert expected in library(name).version

    def test_a_good_chain_is_accepted(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        served = ders(world.leaf, world.i)
        verdict = library(name).verify(served, ders(world.n), at=AT)
        assert (verdict.accepted, verdict.error) == (True, 0)
        assert verdict.chain == ders(world.leaf, world.i, world.n)

    def test_an_expired_leaf_is_error_10(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        verdict = library(name).verify(ders(world.leaf_expired, world.i), ders(world.n), at=AT)
        assert (verdict.accepted, verdict.error, verdict.depth) == (False, 10, 0)
        earlier = AT - timedelta(days=100)
        assert library(name).verify(ders(world.leaf_expired, world.i), ders(world.n), at=earlier)

    def test_an_empty_store_is_a_verdict(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        verdict = library(name).verify(ders(world.leaf, world.i), (), at=AT)
        assert (verdict.accepted, verdict.error) == (False, 20)

    def test_a_duplicate_in_the_store_does_not_matter(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        served = ders(world.leaf, world.i)
        assert library(name).verify(served, ders(world.n, world.n), at=AT).accepted

    @pytest.mark.parametrize("junk", [b"", b"0", b"\x30\x82\x01"])
    def test_what_cannot_be_parsed_is_named(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World, junk: bytes
    ) -> None:
        verdict = library(name).verify((world.leaf.der, junk), ders(world.n), at=AT)
        assert verdict.is_parse_failure
        assert "served[1]" in verdict.error_text
        trailing = library(name).verify((world.leaf.der + b"\0",), ders(world.n), at=AT)
        assert trailing.is_parse_failure

    def test_the_purpose_is_checked(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        mail = world.i.leaf(HOST, world.leaf_key, eku=("1.3.6.1.5.5.7.3.4",))
        served, store = ders(mail, world.i), ders(world.n)
        assert library(name).verify(served, store, at=AT).error == 26
        assert library(name).verify(served, store, at=AT, purpose="any").accepted

    def test_the_strict_flag_is_known(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        served = ders(world.leaf, world.i)
        assert library(name).verify(served, ders(world.n), at=AT, flags={"x509_strict"}).accepted

    def test_many_questions_are_answered_in_order(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        good = Question(ders(world.leaf, world.i), ders(world.n), at=AT)
        bad = Question(ders(world.leaf), ders(world.n), at=AT)
        verdicts = library(name).verify_many([good, bad, good])
        assert [verdict.accepted for verdict in verdicts] == [True, False, True]


class TestAddTrust:
    """Served: leaf, I1, N signed by O. Store: O and N. O and its signature have expired."""

    @staticmethod
    def ask(library: GenuineOpenSSL, world: World, *flags: str) -> GenuineVerdict:
        served = ders(world.leaf, world.i, world.x_expired)
        store = ders(world.n, world.o_expired)
        return library.verify(served, store, at=AT, flags=frozenset(flags))

    @pytest.mark.parametrize("name", BEFORE_1_1)
    def test_before_1_1_it_is_rejected(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        verdict = self.ask(library(name), world)
        assert (verdict.accepted, verdict.error) == (False, 10)

    @pytest.mark.parametrize("name", [name for name in BEFORE_1_1 if "1.0.2" in name])
    def test_trusted_first_repairs_1_0_2(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        assert self.ask(library(name), world, "trusted_first").accepted

    @pytest.mark.parametrize("name", SINCE_1_1)
    def test_since_1_1_it_is_accepted(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        verdict = self.ask(library(name), world)
        assert verdict.accepted
        assert verdict.chain == ders(world.leaf, world.i, world.n)

    @pytest.mark.usefixtures("installed")
    def test_the_command_line_accepts_it(self, world: World) -> None:
        served = ders(world.leaf, world.i, world.x_expired)
        verdict = system.verify(served, ders(world.n, world.o_expired), at=AT)
        assert verdict.accepted


class TestFlagsAndOptions:
    def test_without_alternative_chains_the_cross_sign_breaks_a_new_store(
        self, library: Callable[..., GenuineOpenSSL], world: World
    ) -> None:
        o = root("O", key("rsa2048", 2))
        served, store = ders(world.leaf, world.i, o.cross_sign(world.n)), ders(world.n)
        openssl = library("openssl-1.0.2k")
        assert openssl.verify(served, store, at=AT).accepted
        assert openssl.verify(served, store, at=AT, flags={"no_alt_chains"}).error == 20

    @pytest.mark.parametrize("name", SINCE_1_0_2)
    def test_partial_chain_trusts_an_intermediate(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        served, store = ders(world.leaf), ders(world.i)
        assert not library(name).verify(served, store, at=AT).accepted
        assert library(name).verify(served, store, at=AT, flags={"partial_chain"}).accepted

    @pytest.mark.parametrize("name", SINCE_1_0_2)
    def test_host_names_and_addresses_are_matched(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        leaf = world.i.leaf(HOST, world.leaf_key, san=(HOST, "192.0.2.1"))

        def error(host: str) -> int:
            served = ders(leaf, world.i)
            return library(name).verify(served, ders(world.n), at=AT, hostname=host).error

        assert [error(HOST), error("other.test"), error("192.0.2.1"), error("192.0.2.9")] == [
            0,
            62,
            0,
            64,
        ]

    @pytest.mark.parametrize(
        ("name", "level"),
        [("openssl-1.1.1g", 1), ("openssl-1.1.1k", 1), ("openssl-1.1.1w", 1), ("openssl-3.5.8", 2)],
    )
    def test_the_security_level_is_that_of_the_tls_layer(
        self, library: Callable[..., GenuineOpenSSL], name: str, level: int
    ) -> None:
        assert library(name).security_level == level

    @pytest.mark.parametrize("name", SINCE_1_1)
    def test_the_security_level_can_be_chosen(
        self, library: Callable[..., GenuineOpenSSL], name: str, world: World
    ) -> None:
        leaf = world.i.leaf(HOST, key("rsa1024", 0))

        def error(level: int) -> int:
            served = ders(leaf, world.i)
            return library(name).verify(served, ders(world.n), at=AT, security_level=level).error

        assert [error(0), error(1), error(2)] == [0, 0, 66]

    def test_0_9_8_has_sha_2_only_from_the_application(
        self, library: Callable[..., GenuineOpenSSL], world: World
    ) -> None:
        openssl = library("openssl-0.9.8e-rhel5")
        served, store = ders(world.leaf, world.i), ders(world.n)
        assert openssl.verify(served, store, at=AT).accepted
        assert openssl.verify(served, store, at=AT, register_all_digests=False).error == 7
        old = root("N", key("rsa2048", 1), digest="sha1")
        leaf = old.leaf(HOST, world.leaf_key, digest="sha1")
        assert openssl.verify(ders(leaf), ders(old), at=AT, register_all_digests=False).accepted

    def test_1_0_2_registers_sha_2_by_itself(
        self, library: Callable[..., GenuineOpenSSL], world: World
    ) -> None:
        served, store = ders(world.leaf, world.i), ders(world.n)
        openssl = library("openssl-1.0.2k")
        assert openssl.verify(served, store, at=AT, register_all_digests=False).accepted

    @pytest.mark.parametrize(
        "option",
        [{"flags": {"partial_chain"}}, {"hostname": HOST}, {"security_level": 1}],
        ids=str,
    )
    def test_what_0_9_8_does_not_know_is_refused(
        self, library: Callable[..., GenuineOpenSSL], world: World, option: dict[str, object]
    ) -> None:
        openssl = library("openssl-0.9.8e-rhel5")
        with pytest.raises(UnsupportedOptionError, match=r"0\.9\.8e"):
            openssl.ask(Question(ders(world.leaf), ders(world.n), at=AT, **option))  # type: ignore[arg-type]

    def test_a_dead_worker_is_a_verdict_and_is_replaced(
        self, library: Callable[..., GenuineOpenSSL], world: World
    ) -> None:
        openssl = library("openssl-1.0.2k")
        question = Question(ders(world.leaf, world.i), ders(world.n), at=AT)
        openssl._worker("all")._process.kill()
        verdict = openssl.ask(question)
        assert not verdict.is_decided
        assert openssl.ask(question).accepted

    def test_an_unknown_id_names_the_known_ones(self) -> None:
        with pytest.raises(DriverError, match=r"openssl-1\.0\.2k"):
            open_library("openssl-9")
        with pytest.raises(DriverError, match=r"node-0\.10\.38"):
            open_node("node-9")

    def test_a_library_that_is_not_fetched_says_how_to_get_it(self, tmp_path: Path) -> None:
        with pytest.raises(NotFetchedError, match=r"fetch\.py openssl-1\.0\.2k"):
            open_library("openssl-1.0.2k", cache=tmp_path)
        with pytest.raises(NotFetchedError, match=r"fetch\.py node-0\.10\.38"):
            open_node("node-0.10.38", cache=tmp_path)


class TestQuestion:
    def test_a_naive_time_is_refused(self, world: World) -> None:
        with pytest.raises(ValueError, match="time zone"):
            Question(ders(world.leaf), (), at=datetime(2025, 1, 1))  # noqa: DTZ001

    def test_an_unknown_flag_is_refused(self, world: World) -> None:
        with pytest.raises(ValueError, match="trusted_first"):
            Question(ders(world.leaf), (), at=AT, flags=frozenset({"magic"}))

    def test_a_served_list_is_never_empty(self) -> None:
        with pytest.raises(ValueError, match="served"):
            Question((), (), at=AT)


@pytest.fixture(scope="module")
def installed() -> None:
    """Skips the test where there is no openssl command."""
    try:
        system.command_version()
    except NotFetchedError as reason:
        pytest.skip(str(reason))


@pytest.mark.usefixtures("installed")
class TestCommandLine:
    def test_errors_come_with_number_and_depth(self, world: World) -> None:
        verdict = system.verify(ders(world.leaf_expired, world.i), ders(world.n), at=AT)
        assert (verdict.accepted, verdict.error, verdict.depth) == (False, 10, 0)
        assert verdict.error_text == "certificate has expired"

    def test_an_empty_store_is_a_verdict(self, world: World) -> None:
        assert system.verify(ders(world.leaf), (), at=AT).error == 20

    def test_what_cannot_be_parsed_is_named(self, world: World) -> None:
        assert system.verify((b"\x30\x03\x02\x01\x01",), ders(world.n), at=AT).is_parse_failure

    def test_options_are_passed_on(self, world: World) -> None:
        served = ders(world.leaf)
        verdict = system.verify(
            served, ders(world.i), at=AT, flags={"partial_chain"}, hostname="other.test"
        )
        assert verdict.error == 62

    def test_it_always_knows_all_digests(self, world: World) -> None:
        with pytest.raises(UnsupportedOptionError):
            system.ask(Question(ders(world.leaf), (), at=AT, register_all_digests=False))

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(pki=pkis())
    def test_it_agrees_with_the_machines_library(
        self, library: Callable[..., GenuineOpenSSL], pki: Pki
    ) -> None:
        question = Question(pki.served, pki.store, at=pki.at)
        asked, told = library(SYSTEM).ask(question), system.ask(question)
        assert (asked.accepted, asked.error) == (told.accepted, told.error)


@pytest.fixture(scope="module")
def now() -> World:
    """The same story with dates around the present."""
    return World(datetime.now(UTC).replace(microsecond=0))


def _openssl(name: str) -> tuple[int | str, ...]:
    """The OpenSSL inside a Node.js binary, as something that can be compared."""
    version = fetch.packages()[name].openssl
    number = version.rstrip("abcdefghijklmnopqrstuvwxyz")
    return (*map(int, number.split(".")), version[len(number) :])


@pytest.mark.parametrize("name", NODE_IDS)
class TestNode:
    """The same story by handshake."""

    @staticmethod
    def ask(node: GenuineNode, now: World, store: tuple[Entity, ...], *more: Entity) -> int:
        served = ders(*more)
        return node.verify(served, ders(*store), private_key=now.leaf_key.private_pem).error

    def test_good_and_expired(
        self, node: Callable[..., GenuineNode], name: str, now: World
    ) -> None:
        assert self.ask(node(name), now, (now.n,), now.leaf, now.i) == 0
        assert self.ask(node(name), now, (now.n,), now.leaf_expired, now.i) == 10

    def test_addtrust(self, node: Callable[..., GenuineNode], name: str, now: World) -> None:
        error = self.ask(node(name), now, (now.n, now.o_expired), now.leaf, now.i, now.x_expired)
        assert error == (0 if _openssl(name) >= (1, 1, 0) else 10)

    def test_the_cross_sign_with_a_new_store(
        self, node: Callable[..., GenuineNode], name: str, now: World
    ) -> None:
        live = {"not_before": now.n.spec.not_before, "not_after": now.n.spec.not_after}
        x = root("O", key("rsa2048", 2), **live).cross_sign(now.n, **live)
        error = self.ask(node(name), now, (now.n,), now.leaf, now.i, x)
        assert bool(error) == (_openssl(name) < (1, 0, 1, "n"))

    def test_names_its_version(self, node: Callable[..., GenuineNode], name: str) -> None:
        # Some builds are of a branch with QUIC, and say so behind the number.
        version = node(name).version.partition("+")[0]
        assert version == f"OpenSSL {fetch.packages()[name].openssl}"

    def test_another_time_is_refused(
        self, node: Callable[..., GenuineNode], name: str, now: World
    ) -> None:
        with pytest.raises(UnsupportedOptionError, match="present"):
            node(name).verify(
                ders(now.leaf), (), private_key=b"", at=datetime(2010, 1, 1, tzinfo=UTC)
            )


class TestFetch:
    def test_every_row_is_pinned(self) -> None:
        for name, package in fetch.packages().items():
            assert len(package.sha256) == 64, name
            assert package.release in package.file, name

    def test_another_file_than_the_pinned_one_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = fetch.packages()["openssl-1.0.2k"]

        def other_file(package: fetch.Package, folder: Path) -> Path:
            path = folder / package.file
            path.write_bytes(b"something else")
            return path

        monkeypatch.setattr(fetch, "_download", other_file)
        with pytest.raises(fetch.FetchError, match="SHA-256"):
            fetch.fetch(package, tmp_path)
        assert not package.is_fetched(tmp_path)

    def test_what_is_there_is_not_downloaded_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = fetch.packages()["openssl-1.0.2k"]
        package.folder_in(tmp_path).mkdir()
        monkeypatch.delattr(fetch, "_download")
        assert fetch.fetch(package, tmp_path) == package.folder_in(tmp_path)

    def test_an_unknown_id_names_the_known_ones(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert fetch.main(["openssl-9"]) == 1
        assert "openssl-1.0.2k" in capsys.readouterr().err

    def test_the_cache_can_be_elsewhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(fetch.CACHE_VARIABLE, str(tmp_path))
        assert fetch.default_cache() == tmp_path
