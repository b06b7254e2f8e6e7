"""Which profile is in force: pure, over records in any order that logs may give them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.facts import Recorded
from registry.ledger.position import Position
from registry.organisations.founding import Applicant, first_profile
from registry.organisations.profiles import Identifier, in_force, read
from registry.proofs.number import number_of
from registry.proofs.record import Digest, LogId, OrganisationId, Record, Signer
from tests.drafts import CREATOR, LEDGER
from tests.unit.ledger.spine import ListedAuthority

APPLICANT = Applicant(name="海南站", lang="zh", region="CN-46", kinds=("society",))
FIRST = first_profile(LEDGER, APPLICANT, CREATOR, datetime(2026, 11, 22, tzinfo=UTC)).record
OWN = OrganisationId(FIRST.digest)
CHAIN = ListedAuthority(regions={OWN: "CN-46"}, kinds={OWN: ("society",)})


def later(previous: Record, contact: str, **changes: Any) -> Record:
    signer = Signer(key=FIRST.signers[0].key, organisation=OWN, capacity="organisation")
    body = {**FIRST.body, "contact": contact, **changes}
    return replace(
        previous, signers=(signer,), body=body, subject=Digest(OWN), previous=previous.digest
    )


def recorded(records: Sequence[Record]) -> list[Recorded]:
    return [
        Recorded(
            record=record,
            number=number_of(record.digest),
            position=Position(log=LogId(bytes(32)), index=index),
            recorded_at=index,
        )
        for index, record in enumerate(records)
    ]


def shown(records: Sequence[Record]) -> str | None:
    """The contact of the profile in force, "" for the first one."""
    found = in_force(CHAIN, OWN, recorded(records))
    return None if found is None else read(found).contact or ""


def test_nothing_is_shown_before_there_is_a_profile() -> None:
    assert shown([]) is None


def test_each_answers_the_one_before() -> None:
    second = later(FIRST, "second")
    third = later(second, "third")
    assert [shown([FIRST, second, third][:count]) for count in (1, 2, 3)] == ["", "second", "third"]


def test_of_two_answers_to_one_the_first_in_order_counts() -> None:
    second, rival = later(FIRST, "second"), later(FIRST, "rival")
    assert shown([FIRST, second, rival]) == "second"
    assert shown([FIRST, rival, second]) == "rival"
    assert shown([FIRST, second, rival, later(rival, "of the rival")]) == "second"


def test_a_first_profile_that_is_heard_of_last_takes_nothing_back() -> None:
    assert shown([later(FIRST, "second"), FIRST]) == "second"


@pytest.mark.parametrize("changes", [{"region": "SG"}, {"kinds": ["court"]}], ids=str)
def test_what_was_not_admitted_is_passed_over(changes: dict[str, Any]) -> None:
    boast = later(FIRST, "boast", **changes)
    assert shown([FIRST, boast]) == ""
    assert shown([FIRST, boast, later(FIRST, "second")]) == "second"
    assert shown([FIRST, boast, later(boast, "of the boast")]) == ""


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_whatever_was_added_the_chain_of_answers_is_unbroken(seed: int, count: int) -> None:
    chance = random.Random(seed)
    told = [FIRST]
    for place in range(count):
        told.append(later(chance.choice(told), str(place)))
    found = in_force(CHAIN, OWN, recorded(told))
    assert found is not None
    by_digest = {record.digest: record for record in told}
    step, answered = found.record, 0
    while step.previous is not None:
        step, answered = by_digest[step.previous], answered + 1
    assert OrganisationId(step.digest) == OWN
    # Nobody who answers the one in force was passed over.
    assert all(record.previous != found.record.digest for record in told)


@pytest.mark.parametrize(
    ("scheme", "value", "same"),
    [
        ("CISAC", "119", True),
        ("cisac", "119", True),
        ("CISAC", "0119", False),
        ("USCC", "119", False),
    ],
)
def test_an_identifier_is_a_scheme_and_a_value(scheme: str, value: str, same: bool) -> None:
    ours = Identifier(scheme="CISAC", value="119")
    assert ours.matches(Identifier(scheme=scheme, value=value)) is same
