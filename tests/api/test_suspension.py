"""A body that the other regions suspended: what it says is refused, and what it may do is told."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.chain import govern
from registry.proofs.number import number_of
from tests.agreements import agreement, leg, signed_by, terms
from tests.api.test_problems import problem_of
from tests.serving import Served, copied, until
from tests.societies import World


@pytest.fixture
def world(founded: Path, tmp_path: Path) -> Iterator[World]:
    """Three regions of which two have just suspended the French society."""
    with Served(copied(founded, tmp_path / "node")) as served:
        known = World(served)
        agreed = time.time()
        until(lambda: time.time() >= agreed + 1)  # a suspension counts from the second it begins
        address = served.node.deployment.organisations.address
        for voice in known.voices[:2]:
            govern.suspend(served.node.chain, address, voice, known.sacem.id, None)
        until(lambda: bool(served.node.organisations.register[known.sacem.id].suspensions))
        yield known


def test_a_suspended_body_is_refused_and_what_it_agreed_before_stays(world: World) -> None:
    body = terms(leg(world.sacem, world.mcsc), parties=(world.mcsc, world.sacem))
    record = agreement(body, signers=(world.mcsc, world.sacem), ledger=world.served.ledger)
    before = world.served.node.log.size
    answer = world.served.submit(signed_by(record, world.mcsc, world.sacem).to_bytes())
    assert answer.status == 403
    assert problem_of(answer)["code"] == "ORGANISATION_SUSPENDED"
    assert world.served.node.log.size == before
    assert number_of(record.digest) not in str(world.served.get("/api/v1/agreements").json())
    told = world.ask(on="2026-11-21")
    assert told["answer"] == "YES", "the grant was recorded before, and nobody ended it"


def test_on_the_day_of_its_suspension_it_may_do_nothing(world: World) -> None:
    begun = world.served.node.organisations.register[world.sacem.id].suspensions[0][0]
    told = world.ask(
        society="058",
        repertoire="119",
        territory="FR",
        on=datetime.fromtimestamp(begun, UTC).date().isoformat(),
    )
    assert told["answer"] == "NO"
    assert [reason["code"] for reason in told["reasons"]] == ["SUSPENDED"]
