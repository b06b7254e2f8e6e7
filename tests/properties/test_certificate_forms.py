"""Certificates: a changed bit, a cut, a part from elsewhere never passes for the same."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.proofs.certificate import parse_certificate
from registry.proofs.conformance import load
from registry.proofs.trust import parse_trust
from registry.proofs.verify import Outcome, Verdict, verify
from tests.properties.strategies import VALUES, cuts, flips
from tests.unit.proofs.world import ALICE, World, to_bytes

VECTORS = load("certificate.json")
TRUST = parse_trust(json.dumps(VECTORS["trust"]).encode())
FILE = json.dumps(VECTORS["certificate"], ensure_ascii=False, separators=(",", ":")).encode()

STEP = 17
"""Every 17th bit (prime to 8, so that every bit of a byte has its turn), for the sake of time: the
forms that a certificate is made of are tried bit by bit, and the seal covers all of it."""


def test_a_changed_bit_changes_the_verdict() -> None:
    assert verify(FILE, trust=TRUST).verdict is Verdict.PENDING
    for changed in flips(FILE, step=STEP):
        report = verify(changed, trust=TRUST)
        assert report.verdict in (Verdict.NOT_VALID, Verdict.COULD_NOT_CHECK)
        assert report.exit_code in (1, 3)


def test_every_cut_is_not_valid() -> None:
    for part in cuts(FILE):
        report = verify(part, trust=TRUST)
        assert report.verdict is Verdict.NOT_VALID
        assert report.checks[0].outcome is Outcome.FAILED


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside `value`."""
    if isinstance(value, dict):
        inner = [place for key in value for place in places(value[key], (*way, key))]
    elif isinstance(value, list):
        inner = [place for at, item in enumerate(value) for place in places(item, (*way, at))]
    else:
        inner = []
    return [way, *inner] if way else inner


@settings(max_examples=200)
@given(st.sampled_from(places(VECTORS["certificate"])), VALUES)
def test_another_value_anywhere_is_not_valid_and_never_raises(
    way: tuple[Any, ...], value: Any
) -> None:
    certificate = json.loads(FILE)
    *steps, last = way
    place = certificate
    for step in steps:
        place = place[step]
    if place[last] == value and type(place[last]) is type(value):
        return
    place[last] = value
    report = verify(json.dumps(certificate).encode(), trust=TRUST)
    assert report.verdict in (Verdict.NOT_VALID, Verdict.COULD_NOT_CHECK)
    json.dumps(report.to_json())


@settings(max_examples=200)
@given(st.sampled_from(places(VECTORS["certificate"])))
def test_a_part_that_is_missing_is_not_valid(way: tuple[Any, ...]) -> None:
    certificate = json.loads(FILE)
    *steps, last = way
    place = certificate
    for step in steps:
        place = place[step]
    del place[last]
    report = verify(json.dumps(certificate).encode(), trust=TRUST)
    assert report.verdict is Verdict.NOT_VALID


@given(st.binary(max_size=100) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_file_holds_there_is_a_report(data: bytes) -> None:
    report = verify(data, trust=TRUST)
    assert report.verdict is Verdict.NOT_VALID
    assert len(report.checks) == 9


@settings(max_examples=20)
@given(st.integers(1, 40), st.data())
def test_any_entry_of_any_log_is_certified(size: int, data: st.DataObject) -> None:
    world = World()
    records = [
        world.append(world.registration(file=bytes((place,))), ALICE) for place in range(size)
    ]
    record = data.draw(st.sampled_from(records))
    certificate = world.certificate(record)
    written = to_bytes(certificate)
    assert parse_certificate(written) == certificate
    assert verify(written, trust=world.trust).verdict is Verdict.PENDING
