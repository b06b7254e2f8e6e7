"""The bodies about agreements and cases: as they were committed, and as the rooms take them."""

import pytest

from registry.bootstrap import RECORD_TYPES
from registry.proofs.conformance import load
from registry.proofs.record import Record
from tests.unit.vectors.make_bodies import FILE, text

RECORDS = load("bodies.json")["records"]


def test_the_committed_file_is_the_one_that_is_made() -> None:
    assert FILE.read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("item", RECORDS, ids=lambda item: item["name"])
def test_its_room_takes_each(item: dict[str, object]) -> None:
    record = Record.from_json(item["record"])
    RECORD_TYPES[record.type].check(record)


def test_every_type_of_the_rooms_is_there() -> None:
    rooms = ("agreement.", "case.", "citation.", "recognition.")
    wanted = {name for name in RECORD_TYPES if name.startswith(rooms)}
    assert {item["record"]["type"] for item in RECORDS} == wanted
