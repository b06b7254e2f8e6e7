"""Finding a society: by which names, who is suspended when, and what is known of whom."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.errors import InvalidInput, NotFound
from registry.ledger.facts import Facts
from registry.organisations.model import Organisation
from registry.organisations.profiles import Identifier, Profile
from registry.proofs.record import Digest, OrganisationId
from registry.representation.societies import Finder, in_language
from tests.agreements import MCSC, SACEM, THIRD, Party
from tests.unit.ledger.spine import Spine

D = date(2026, 11, 21)


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@dataclass
class Listed:
    """Organisations on a list: their identifiers and suspensions."""

    identifiers: Mapping[Party, tuple[tuple[str, str], ...]]
    suspensions: Mapping[Party, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @property
    def register(self) -> Mapping[OrganisationId, Organisation]:
        return {
            known.id: Organisation(
                id=known.id,
                region="CN",
                kinds=("society",),
                profile=Digest(known.id),
                keys={},
                suspensions=self.suspensions.get(known, ()),
            )
            for known in self.identifiers
        }

    def profile_of(self, _facts: Facts, organisation: OrganisationId) -> Profile | None:
        for known, said in self.identifiers.items():
            if known.id == organisation and said:
                return Profile(
                    digest=Digest(known.id),
                    number="",
                    names=(("音著协", "zh"), ("A society", "en-GB")),
                    identifiers=tuple(Identifier(scheme=s, value=v) for s, v in said),
                    contact=None,
                    endpoints=(),
                )
        return None

    def names_of(self, facts: Facts, organisation: OrganisationId) -> tuple[tuple[str, str], ...]:
        profile = self.profile_of(facts, organisation)
        return () if profile is None else profile.names

    def bearing(self, _facts: Facts, scheme: str, value: str) -> list[OrganisationId]:
        wanted = Identifier(scheme=scheme, value=value)
        return [
            known.id
            for known, said in self.identifiers.items()
            if any(wanted.matches(Identifier(scheme=s, value=v)) for s, v in said)
        ]


@contextmanager
def finding(
    folder: Path, listed: Listed, on: date = D, known_at: str = "2026-11-22T00:00:00"
) -> Iterator[Finder]:
    spine = Spine(folder)
    try:
        with spine.recording.at(second(known_at)) as facts:
            yield Finder(organisations=listed, facts=facts, on=on)
    finally:
        spine.database.close()


LISTED = Listed({MCSC: (("CISAC", "119"), ("LEI", "5493")), SACEM: (("CISAC", "058"),)})


@pytest.mark.parametrize(
    "text", ["119", "CISAC:119", "cisac:119", "LEI:5493", "lei:5493", MCSC.hex]
)
def test_one_society_by_all_its_names(tmp_path: Path, text: str) -> None:
    with finding(tmp_path, LISTED) as finder:
        found = finder.society(text, "society")
    assert (found.organisation, found.code) == (MCSC.id, "119")
    assert (found.en, found.zh, found.member) == ("A society", "音著协", True)


def test_a_short_code_is_filled_up(tmp_path: Path) -> None:
    with finding(tmp_path, LISTED) as finder:
        assert finder.society("58", "society").organisation == SACEM.id


def test_a_society_of_the_list_alone(tmp_path: Path) -> None:
    with finding(tmp_path, LISTED) as finder:
        found = finder.society("080", "society")
    assert (found.organisation, found.code, found.en) == (None, "080", found.zh)


def test_who_claims_the_same_identifier_is_named(tmp_path: Path) -> None:
    both = Listed({MCSC: (("CISAC", "119"), ("LEI", "1")), THIRD: (("CISAC", "119"), ("LEI", "1"))})
    with finding(tmp_path, both) as finder:
        for text in ("119", "LEI:1"):
            found = finder.society(text, "society")
            assert (found.organisation, found.claimants) == (None, (MCSC.id, THIRD.id))
        assert finder.society(THIRD.hex, "society").organisation == THIRD.id


def test_an_organisation_without_a_profile_is_shown_by_its_id(tmp_path: Path) -> None:
    with finding(tmp_path, Listed({THIRD: ()})) as finder:
        found = finder.society(THIRD.hex, "society")
    assert (found.en, found.zh, found.code, found.member) == (THIRD.hex, THIRD.hex, None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("100", "SOCIETY_UNKNOWN"),
        ("LEI:9", "SOCIETY_UNKNOWN"),
        ("CISAC:1190", "SOCIETY_UNKNOWN"),
        (THIRD.hex, "SOCIETY_UNKNOWN"),
        ("0x12", "HEX_INVALID"),
        ("SACEM", "SOCIETY_NAME_INVALID"),
        ("1190", "SOCIETY_NAME_INVALID"),
        (":119", "SOCIETY_NAME_INVALID"),
        ("", "SOCIETY_NAME_INVALID"),
    ],
)
def test_whom_nobody_knows(tmp_path: Path, text: str, code: str) -> None:
    with (
        finding(tmp_path, LISTED) as finder,
        pytest.raises((NotFound, InvalidInput)) as refused,
    ):
        finder.society(text, "society")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("on", "known_at", "suspended"),
    [
        (date(2026, 10, 31), "2026-11-22T00:00:00", False),
        (date(2026, 11, 1), "2026-11-22T00:00:00", True),
        (date(2026, 11, 30), "2026-11-22T00:00:00", True),
        (date(2026, 12, 1), "2026-11-22T00:00:00", False),
        (date(2026, 11, 1), "2026-11-01T11:59:59", False),
    ],
)
def test_a_suspension_counts_at_the_end_of_the_day_once_it_is_known(
    tmp_path: Path, on: date, known_at: str, suspended: bool
) -> None:
    span = (second("2026-11-01T12:00:00"), second("2026-12-01T12:00:00"))
    listed = Listed({MCSC: (("CISAC", "119"),)}, {MCSC: (span,)})
    with finding(tmp_path, listed, on, known_at) as finder:
        assert finder.society("119", "society").suspended is suspended


def test_a_name_in_the_language_asked_for_else_the_first() -> None:
    names = (("音著协", "zh-Hans"), ("Society", "en"))
    assert in_language(names, "en", "x") == "Society"
    assert in_language(names, "zh", "x") == "音著协"
    assert in_language(names, "fr", "x") == "音著协"
    assert in_language((), "fr", "x") == "x"
