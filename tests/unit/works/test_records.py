"""The record types of works: the shape of a body, who may stand under it, what is projected."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.ledger.position import Position
from registry.proofs.record import Digest, LogId, Record, Visibility
from registry.proofs.trust import Scope
from registry.works import records, tables
from registry.works.model import Category
from tests.drafts import registration, registration_body

AUTHOR = registration_body()["authors"][0]
CONTENT = registration_body()["content"]


def refused(body: Mapping[str, Any] | Record) -> list[str]:
    """The fields that are named when it is refused; nothing where it is in order."""
    record = body if isinstance(body, Record) else registration(body)
    try:
        records.check_registration(record)
    except InvalidInput as fault:
        return [field.path for field in fault.fields]
    return []


def test_a_registration_in_order() -> None:
    assert refused(registration()) == []


@pytest.mark.parametrize("name", registration_body())
def test_every_field_is_wanted(name: str) -> None:
    body = registration_body()
    del body[name]
    assert refused(body) == [f"body.{name}"]


@pytest.mark.parametrize("name", registration_body())
def test_no_field_is_of_another_kind(name: str) -> None:
    assert refused(registration_body(**{name: 17}))[0].startswith(f"body.{name}")


@pytest.mark.parametrize("category", Category)
def test_every_category_is_taken_by_its_name(category: Category) -> None:
    assert refused(registration_body(category=category.value)) == []


GOOD = [
    {"authors": [{**AUTHOR, "share": None}]},
    {"authors": [{**AUTHOR, "share": "0.0000"}]},
    {"authors": [{**AUTHOR, "share": "100.0000"}]},
    {"authors": [{**AUTHOR, "role": "composer of the second movement"}]},
    {"content": {**CONTENT, "media_type": "image/svg+xml"}},
    {"content": {**CONTENT, "size": 0}},
    {"created_on": None, "first_published_on": "2026-11-02"},
    {"identifiers": [{"scheme": "ISWC", "value": "T-034.524.680-1"}]},
    {"title": [{"text": "夜航", "lang": "zh-Hans-CN"}, {"text": "x", "lang": "en"}]},
    {"declaration": {"statement": "第一行\n第二行", "ai": "generated"}},
]
BAD = [
    ({"authors": []}, "body.authors"),
    ({"authors": [{**AUTHOR, "share": "5.00"}]}, "body.authors[0].share"),
    ({"authors": [{**AUTHOR, "share": "1000.0000"}]}, "body.authors[0].share"),
    ({"authors": [{**AUTHOR, "share": "-1.0000"}]}, "body.authors[0].share"),
    ({"authors": [{**AUTHOR, "share": "٥٠.٠٠٠٠"}]}, "body.authors[0].share"),
    ({"authors": [{**AUTHOR, "share": "50.0000\n"}]}, "body.authors[0].share"),
    ({"authors": [{**AUTHOR, "name": ""}]}, "body.authors[0].name"),
    ({"authors": [{**AUTHOR, "name": " 林梅"}]}, "body.authors[0].name"),
    ({"authors": [{**AUTHOR, "name": "林\n梅"}]}, "body.authors[0].name"),
    ({"authors": [{**AUTHOR, "role": "作曲"}]}, "body.authors[0].role"),
    ({"content": {**CONTENT, "media_type": "image"}}, "body.content.media_type"),
    ({"content": {**CONTENT, "media_type": "Image/PNG"}}, "body.content.media_type"),
    ({"content": {**CONTENT, "media_type": "text/html; charset=utf-8"}}, "body.content.media_type"),
    ({"content": {**CONTENT, "sha256": CONTENT["sha256"].upper()}}, "body.content.sha256"),
    ({"content": {**CONTENT, "cid": "QmYwAPJzv5CZsnAzt8auVZRn1i"}}, "body.content.cid"),
    ({"content": {**CONTENT, "size": True}}, "body.content.size"),
    ({"created_on": "2026-11-1"}, "body.created_on"),
    ({"created_on": "20261101"}, "body.created_on"),
    ({"created_on": "2026-W45-7"}, "body.created_on"),
    ({"created_on": "2026-11-01T00:00"}, "body.created_on"),
    ({"identifiers": [{"scheme": "I S W C", "value": "1"}]}, "body.identifiers[0].scheme"),
    ({"title": [{"text": "x", "lang": "English"}]}, "body.title[0].lang"),
    ({"declaration": {"statement": "", "ai": "none"}}, "body.declaration.statement"),
    ({"declaration": {"statement": "x", "ai": "partly"}}, "body.declaration.ai"),
]


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_what_is_in_order_passes(changes: dict[str, Any]) -> None:
    assert refused(registration_body(**changes)) == []


@pytest.mark.parametrize(("changes", "path"), BAD, ids=str)
def test_what_is_not_is_named(changes: dict[str, Any], path: str) -> None:
    assert refused(registration_body(**changes)) == [path]


@pytest.mark.parametrize("name", ["subject", "previous", "terms"])
def test_a_registration_founds_its_work(name: str) -> None:
    changes: dict[str, Any] = {name: Digest(bytes(32))}
    assert refused(replace(registration(), **changes)) == [name]


def test_a_batch_is_public_and_founds_nothing() -> None:
    body = {"count": 1, "root": "0x" + "00" * 32}
    batch = replace(registration(), type="work.batch", body=body)
    records.check_batch(batch)
    for wrong in (
        replace(batch, visibility=Visibility.SEALED),
        replace(batch, subject=Digest(bytes(32))),
    ):
        with pytest.raises(InvalidInput) as told:
            records.check_batch(wrong)
        assert told.value.code == "BATCH_INVALID"


def test_both_types_need_the_scope_to_register() -> None:
    assert {kind.name: kind.scope for kind in records.RECORD_TYPES} == {
        "work.registration": Scope.REGISTRATIONS,
        "work.batch": Scope.REGISTRATIONS,
    }


def test_a_work_is_projected_by_its_content() -> None:
    record = registration()
    position = Position(log=LogId(b"\x01" * 32), index=7)
    (fact,) = records.project_registration(record, position)
    assert fact.table is tables.works
    assert fact.row == {
        "log": position.log,
        "position": 7,
        "content_sha256": bytes.fromhex(CONTENT["sha256"][2:]),
        "content_cid": None,
        "category": "music",
    }
    assert list(records.project_batch(record, position)) == []
