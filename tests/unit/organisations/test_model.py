"""The register, folded from events: who may act, when, with which key."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.organisations.model import Organisation, Register, fold, refusal, voices
from registry.proofs.hexes import to_hex
from registry.proofs.keys import SignerKey, eth_key
from registry.proofs.record import LogId, OrganisationId
from registry.proofs.trust import KINDS, Scope

FIRST, SECOND = OrganisationId(b"\x01" * 32), OrganisationId(b"\x02" * 32)
A, B = b"\x0a" * 20, b"\x0b" * 20
ADMINISTRATION = 128
WRITING = [Scope(bit) for bit in (2, 4, 8, 16, 32, 64)]
SCOPES = [Scope(1 << bit) for bit in range(8)]
TIMES = st.integers(0, 2**40 - 1)

Said = tuple[str, dict[str, Any]]


def admitted(organisation: OrganisationId = FIRST, region: str = "CN-46", kinds: int = 4) -> Said:
    return "Admitted", {
        "organisation": to_hex(organisation),
        "region": to_hex(region.encode().ljust(8, b"\0")),
        "proposal": to_hex(bytes(32)),
        "kinds": kinds,
        "admitted_at": 100,
    }


def added(
    key: bytes = A,
    scopes: int = 64,
    start: int = 100,
    end: int = 0,
    organisation: OrganisationId = FIRST,
) -> Said:
    return "KeyAdded", {
        "organisation": to_hex(organisation),
        "key": to_hex(key),
        "scopes": scopes,
        "valid_from": start,
        "valid_until": end,
    }


def of(name: str, organisation: OrganisationId = FIRST, **arguments: Any) -> Said:
    values = {k: to_hex(v) if isinstance(v, bytes) else v for k, v in arguments.items()}
    return name, {"organisation": to_hex(organisation), **values}


def code(
    register: Register,
    *,
    organisation: OrganisationId = FIRST,
    key: bytes = A,
    scope: Scope = Scope.REGISTRATIONS,
    time: int = 100,
) -> str | None:
    found = refusal(register, organisation, eth_key(key), scope, time)
    return None if found is None else found.code


def the_first(events: Iterable[Said]) -> Organisation:
    return fold(events)[FIRST]


# ---- the fold ------------------------------------------------------------------------------------


def test_nothing_said_is_nobody_known() -> None:
    assert fold([]) == {}
    assert code(fold([])) == "ORGANISATION_UNKNOWN"


def test_organisations_stand_in_the_order_of_their_admission() -> None:
    register = fold([admitted(SECOND, "SG"), added(organisation=SECOND), admitted(FIRST)])
    assert list(register) == [SECOND, FIRST]
    assert register[SECOND].region == "SG"


@given(bits=st.integers(1, 63))
def test_kinds_are_bits_in_the_order_of_the_protocol(bits: int) -> None:
    known = the_first([admitted(kinds=bits)])
    assert known.kinds == tuple(kind for at, kind in enumerate(KINDS) if bits & 1 << at)


def test_until_one_is_named_the_profile_is_the_first() -> None:
    assert bytes(the_first([admitted()]).profile) == FIRST
    named = the_first([admitted(), of("ProfileSet", digest=b"\x07" * 32)])
    assert named.profile == b"\x07" * 32


def test_the_last_witness_and_the_last_log_count() -> None:
    events = [
        admitted(),
        of("WitnessSet", key=b"\x07" * 32),
        of("WitnessSet", key=b"\x08" * 32),
        of("LogOpened", log=b"\x11" * 32, number=0, opened_at=1, key=b"\x12" * 32),
        of("LogOpened", log=b"\x13" * 32, number=1, opened_at=2, key=b"\x14" * 32),
    ]
    known = the_first(events)
    assert known.witness == b"\x08" * 32
    assert [opened.log for opened in known.logs] == [LogId(b"\x11" * 32), LogId(b"\x13" * 32)]
    assert known.logs[-1].key == b"\x14" * 32


@pytest.mark.parametrize("name", ["Proposed", "Voted", "Advanced", "SomethingNewer"])
def test_what_changes_no_organisation_is_passed_over(name: str) -> None:
    before = [admitted(), added()]
    assert fold([*before, (name, {"anything": 1})]) == fold(before)


def test_one_organisation_s_events_leave_the_others_alone() -> None:
    both = [admitted(FIRST), admitted(SECOND, "SG"), added()]
    after = fold([*both, added(B, organisation=SECOND), of("WitnessSet", SECOND, key=bytes(32))])
    assert after[FIRST] == fold(both)[FIRST]


# ---- windows -------------------------------------------------------------------------------------


@given(start=TIMES, length=st.integers(1, 2**39), time=TIMES)
def test_a_window_begins_with_its_start_and_ends_before_its_end(
    start: int, length: int, time: int
) -> None:
    register = fold([admitted(), added(start=start, end=start + length)])
    inside = start <= time < start + length
    assert code(register, time=time) == (None if inside else "KEY_OUTSIDE_WINDOW")


@given(start=TIMES, time=TIMES)
def test_a_window_without_an_end_has_none(start: int, time: int) -> None:
    register = fold([admitted(), added(start=start)])
    assert (code(register, time=time) is None) is (time >= start)


@given(retired=st.integers(100, 2**39), time=TIMES)
def test_a_retired_key_counts_until_then_and_never_after(retired: int, time: int) -> None:
    events = [admitted(), added(), added(B), of("KeyRetired", key=A, valid_until=retired)]
    register = fold(events)
    assert (code(register, time=time) is None) is (100 <= time < retired)
    assert (code(register, key=B, time=time) is None) is (time >= 100), "the other key goes on"


def test_a_reported_key_is_contested_from_then_on() -> None:
    report = of("KeyReported", key=A, since=500, reported_at=900, reason=bytes(32))
    known = the_first([admitted(), added(), added(B), report])
    assert known.keys[eth_key(A)].contested_since == 500
    assert known.keys[eth_key(B)].contested_since is None
    assert known.keys[eth_key(A)].end is None, "a report is no retirement"


# ---- scopes and suspension -----------------------------------------------------------------------


@given(scopes=st.integers(1, 255), asked=st.sampled_from(SCOPES))
def test_a_key_has_the_scopes_it_was_given(scopes: int, asked: Scope) -> None:
    register = fold([admitted(), added(scopes=scopes)])
    assert (code(register, scope=asked) is None) is bool(scopes & asked)
    if not scopes & asked:
        assert code(register, scope=asked) == "KEY_OUTSIDE_SCOPE"


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("time", "stopped"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_a_suspension_stops_new_writing_and_nothing_else(
    scope: Scope, time: int, stopped: bool
) -> None:
    suspended = of("Suspended", valid_from=200, valid_until=300)
    register = fold([admitted(), added(scopes=255), suspended])
    wanted = "ORGANISATION_SUSPENDED" if stopped and scope in WRITING else None
    assert code(register, scope=scope, time=time) == wanted


def test_every_suspension_counts() -> None:
    events = [
        admitted(),
        added(),
        of("Suspended", valid_from=200, valid_until=300),
        of("Suspended", valid_from=400, valid_until=500),
    ]
    stopped = [time for time in range(150, 600, 50) if code(fold(events), time=time) is not None]
    assert stopped == [200, 250, 400, 450]


def test_the_first_thing_that_is_wrong_is_told() -> None:
    register = fold([admitted(), added(scopes=1, start=200)])
    assert code(register, organisation=SECOND) == "ORGANISATION_UNKNOWN"
    assert code(register, key=B) == "KEY_NOT_OF_ORGANISATION"
    assert code(register, time=100) == "KEY_OUTSIDE_WINDOW"
    assert code(register, time=200) == "KEY_OUTSIDE_SCOPE"
    assert code(register, time=200, scope=Scope.ANCHOR) is None


def test_a_key_is_known_by_its_exact_name() -> None:
    register = fold([admitted(), added()])
    assert refusal(register, FIRST, SignerKey(eth_key(A).lower()), Scope.REGISTRATIONS, 100)


# ---- voices --------------------------------------------------------------------------------------


def test_the_first_active_organisation_of_a_region_speaks_for_it() -> None:
    third = OrganisationId(b"\x03" * 32)
    register = fold([admitted(FIRST), admitted(SECOND), admitted(third, "SG")])
    assert voices(register, 100) == {"CN-46": FIRST, "SG": third}


def test_while_it_is_suspended_the_next_one_speaks_and_nobody_for_a_region_without_one() -> None:
    third = OrganisationId(b"\x03" * 32)
    events = [
        *(admitted(FIRST), admitted(SECOND), admitted(third, "SG")),
        of("Suspended", FIRST, valid_from=200, valid_until=300),
        of("Suspended", third, valid_from=200, valid_until=300),
    ]
    register = fold(events)
    assert voices(register, 199) == voices(register, 300) == {"CN-46": FIRST, "SG": third}
    assert voices(register, 250) == {"CN-46": SECOND}
