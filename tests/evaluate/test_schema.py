"""The plain data of reports and outcomes is what the JSON Schema says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import given

import legacytrust as lt
from forge import Pki, pkis
from legacytrust.clients import Evidence
from legacytrust.paths.path import Role
from legacytrust.reference import ReferenceOutcome
from legacytrust.stores.snapshot import Completeness
from legacytrust.stores.sources import read_examples
from material import REPOSITORY, example, few_at_first
from support import CA, LEAF, NEW, Scene, as_chain, device, every_model

SCHEMA = json.loads((files("legacytrust") / "schemas" / "report.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DEFINED = SCHEMA["$defs"]


def errors(data: object) -> list[str]:
    # What travels is JSON, so that is what is looked at.
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(data)))]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def _objects(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for inner in part.values():
            yield from _objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _objects(inner)


def test_every_object_is_closed_and_every_key_is_described_and_required() -> None:
    for part in _objects(SCHEMA):
        assert part["description"]
        assert "additionalProperties" in part
        properties = part.get("properties", {})
        assert part.get("required", []) == list(properties)
        for name, value in properties.items():
            described = value if "description" in value else DEFINED[value["$ref"][8:]]
            assert described["description"], name


@pytest.mark.parametrize(
    ("values", "closed"),
    [
        ([code.value for code in lt.Code], DEFINED["finding"]["properties"]["code"]),
        ([effect.value for effect in lt.Effect], DEFINED["finding"]["properties"]["effect"]),
        ([verdict.value for verdict in lt.Verdict], DEFINED["verdict"]),
        ([level.label for level in Evidence], DEFINED["outcome"]["properties"]["evidence"]),
        ([one.value for one in Completeness], DEFINED["store"]["properties"]["completeness"]),
        (
            [(role.name or "").lower().replace("_", "-") for role in Role],
            DEFINED["step"]["properties"]["role"],
        ),
    ],
)
def test_closed_vocabularies_are_those_of_the_code(values: list[str], closed: dict) -> None:
    assert sorted(closed["enum"]) == sorted(values)


@pytest.mark.parametrize(
    "about", few_at_first(read_examples(REPOSITORY / "examples")), ids=lambda a: a.folder
)
def test_reports_of_real_chains(about: Any) -> None:
    report = lt.evaluate(example(about.folder), at=about.at, hostname=about.hostname)
    data = report.to_dict()
    assert errors(data) == []
    assert [outcome["verdict"] for outcome in data["outcomes"]] == [o.verdict for o in report]
    assert sum(data["counts"].values()) == len(report)
    assert [one["sha256"] for one in data["chain"]] == [one.sha256 for one in report.chain]


@given(pkis())
def test_any_outcome_fits(pki: Pki) -> None:
    """Law: whatever the chain, the data of every client's outcome fits the schema."""
    scene = Scene.of(pki)
    models = every_model()
    for model in (models[0], models[len(models) // 2], models[-1]):
        assert errors(scene.outcome(model, pki.hostname).to_dict()) == []


def test_a_single_outcome_with_options() -> None:
    model = lt.client("openssl", "1.1.1", security_level=2, partial_chain=True)
    data = Scene((LEAF, CA), (NEW,)).outcome(model, "www.example.test").to_dict()
    assert errors(data) == []
    assert data["client"]["options"] == {"security_level": 2, "partial_chain": True}
    assert data["device"] is None
    assert data["anchor"]["name"] == "N"


def test_a_report_with_a_second_opinion() -> None:
    one = device("toy/1", "android 9", NEW)
    report = lt.evaluate(as_chain((LEAF, CA)), at=Scene((LEAF,)).at, devices=[one])
    second = ReferenceOutcome(lt.Verdict.ACCEPTED, "a path to N", one.store, "validator 1.0")
    data = attrs.evolve(report, reference=second).to_dict()
    assert errors(data) == []
    assert data["reference"]["verdict"] == "accepted"


def test_a_year_of_three_digits_is_written_with_four() -> None:
    early = Scene((LEAF, CA), (NEW,), at=datetime(900, 1, 2, tzinfo=UTC)).outcome("android 9")
    assert early.to_dict()["at"] == "0900-01-02T00:00:00Z"
    assert errors(early.to_dict()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.update(surprise=1),
        lambda data: data.pop("counts"),
        lambda data: data.update(schema_version=2),
        lambda data: data.update(at="2025-01-01"),
        lambda data: data["chain"].clear(),
        lambda data: data["outcomes"][0].update(verdict="maybe"),
        lambda data: data["outcomes"][0]["attempts"][0].update(note="x"),
        lambda data: data["chain"][0].update(sha256="AA"),
    ],
)
def test_the_schema_notices(spoil: Any) -> None:
    one = device("toy/1", "android 9", NEW)
    report = lt.evaluate(as_chain((LEAF, CA)), at=Scene((LEAF,)).at, devices=[one])
    data = json.loads(json.dumps(report.to_dict()))
    assert errors(data) == []
    spoil(data)
    assert errors(data)
