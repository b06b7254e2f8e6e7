"""Two organisations' logs with everything in them that nodes could disagree about.

Two profiles that answer one, one of them in the other's log; an agreement that both recorded; two
cases of one reference; recognitions and statuses that answer one statement; a key that was retired
before what it signed was anchored; anchors that come late. `Answers` is a node that follows the
logs and is asked; `told` is all that it answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from registry.bootstrap import RECORD_TYPES
from registry.errors import NotFound
from registry.ledger.authority import ChainNews
from registry.ledger.checkpoints import Mined
from registry.ledger.facts import Facts, Recording
from registry.ledger.reading import Reading
from registry.organisations.service import Organisations
from registry.proofs.hexes import to_hex
from registry.proofs.keys import eth_address
from registry.proofs.record import Digest, Record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission, parse_submission
from registry.recognition.service import PublishedCases, Search
from registry.representation.service import Question, Representation
from registry.storage.engine import metadata
from registry.works.service import described
from tests.agreements import Party, agreement, leg, signed_by, terms
from tests.drafts import batch, registration, signed
from tests.operators import Chain, Follow, Operator
from tests.unit.recognition.stating import (
    HAINAN,
    SINGAPORE,
    Speaking,
    case_id,
    citation_body,
    drafted,
    publication_body,
    recognition_body,
    recognition_id,
    status_body,
)

ALL_SCOPES = 2 | 4 | 8 | 64 | 128
RETIRED = sha256(b"a key that is retired early").digest()

News = Mined | ChainNews


def told_of(chain: Chain, name: str, **arguments: Any) -> ChainNews:
    """A final event of the chain, in a block of its own."""
    number, time = chain.block()
    return ChainNews(block=number, place=0, time=time, name=name, arguments=arguments)


@dataclass(repr=False)
class World:
    """The logs, and what the chain said, in its order; first who is admitted."""

    chain: Chain = field(default_factory=Chain)
    news: list[News] = field(default_factory=list)
    hainan: Operator = field(init=False)
    singapore: Operator = field(init=False)
    cases: list[Digest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hainan = Operator("Hainan", self.chain, HAINAN.id)
        self.singapore = Operator("Singapore", self.chain, SINGAPORE.id)
        for body in (HAINAN, SINGAPORE):
            organisation = to_hex(body.id)
            region = to_hex(body.region.encode().ljust(8, b"\0"))
            self.say("Admitted", organisation=organisation, region=region, kinds=1 | 2)
            self.give_key(body, body.key, ALL_SCOPES)
        for body, operator in ((HAINAN, self.hainan), (SINGAPORE, self.singapore)):
            organisation = to_hex(body.id)
            self.say(
                "LogOpened",
                organisation=organisation,
                log=to_hex(operator.log),
                key=to_hex(operator.key.public),
            )

    @property
    def operators(self) -> tuple[Operator, Operator]:
        return self.hainan, self.singapore

    def say(self, name: str, **arguments: Any) -> None:
        self.news.append(told_of(self.chain, name, **arguments))

    def give_key(self, body: Speaking, key: bytes, scopes: int) -> None:
        self.say(
            "KeyAdded",
            organisation=to_hex(body.id),
            key=to_hex(eth_address(key_of(key)) or b""),
            scopes=scopes,
            valid_from=0,
            valid_until=0,
        )

    def retire_key(self, body: Speaking, key: bytes) -> None:
        address = to_hex(eth_address(key_of(key)) or b"")
        time = self.news[-1].time + 10
        self.say("KeyRetired", organisation=to_hex(body.id), key=address, valid_until=time)

    def anchor(self, operator: Operator, size: int | None = None) -> None:
        self.news.append(operator.anchor(size=size))


def by(record: Record, key: bytes) -> Submission:
    return new_submission(record, [sign_eip712(key, record)])


def profile(body: Speaking, name: str, previous: bytes) -> Submission:
    """A profile of an organisation, by the administration key, that answers `previous`."""
    record = drafted(
        "organisation.profile",
        {
            "names": [{"text": name, "lang": "en"}],
            "kinds": ["society", "mediation_body"],
            "region": body.region,
            "identifiers": [],
            "contact": None,
            "endpoints": [],
        },
        body,
        subject=Digest(body.id),
        previous=Digest(previous),
    )
    return by(record, body.key)


def two_logs() -> World:
    """The world; each part is told apart by a name, so that it reads like what happened."""
    world = World()
    _profiles(world)
    _works(world)
    _agreements(world)
    _cases(world)
    return world


def _profiles(world: World) -> None:
    hainan, singapore = world.operators
    first = profile(HAINAN, "Hainan Centre", HAINAN.id)
    hainan.add(first, profile(HAINAN, "Hainan, answered here", first.record.digest))
    # Elsewhere, and anchored first: this one counts, the one at home does not.
    singapore.add(first, profile(HAINAN, "Hainan, answered there", first.record.digest))
    singapore.add(profile(SINGAPORE, "Singapore Centre", SINGAPORE.id))
    world.anchor(singapore)
    world.anchor(hainan)


def _works(world: World) -> None:
    hainan, singapore = world.operators
    twice = signed(registration())
    hainan.add(*map(parse_submission, batch(3)), twice)
    singapore.add(twice, signed(registration()))
    world.anchor(hainan)


def _agreements(world: World) -> None:
    hainan, singapore = world.operators
    ours = Party(id=HAINAN.id, key=HAINAN.key)
    theirs = Party(id=SINGAPORE.id, key=SINGAPORE.key)
    granted = terms(leg(theirs, ours), leg(ours, theirs), parties=(ours, theirs))
    both = signed_by(agreement(granted, signers=(ours, theirs)), ours, theirs)
    narrower = terms(leg(theirs, ours, exclusivity="EXCLUSIVE"), parties=(ours, theirs))
    rival = signed_by(agreement(narrower, signers=(ours, theirs)), ours, theirs)
    early = Party(id=HAINAN.id, key=RETIRED)
    late = signed_by(agreement(granted, signers=(early, theirs)), early, theirs)
    world.give_key(HAINAN, RETIRED, 2)
    hainan.add(both, late)
    singapore.add(rival, both)
    world.retire_key(HAINAN, RETIRED)
    world.anchor(singapore, singapore.tree.size - 1)
    world.anchor(hainan)
    world.anchor(singapore)


def _cases(world: World) -> None:
    hainan, singapore = world.operators

    def published(body: Speaking, serial: int) -> Submission:
        told = publication_body(id=case_id(serial, body=body))
        return by(drafted("case.publication", told, body), body.key)

    def said(type: str, told: Mapping[str, Any], body: Speaking, **at: Any) -> Submission:
        return by(drafted(type, told, body, **at), body.key)

    one, rival = published(HAINAN, 17), published(HAINAN, 17)
    other = published(SINGAPORE, 3)
    case = one.record.digest
    hainan.add(one)
    singapore.add(rival, other)
    world.anchor(hainan)
    withdrawn, again = (
        said("case.status", status_body(status), HAINAN, subject=case, previous=case)
        for status in ("withdrawn", "corrected")
    )
    hainan.add(withdrawn)
    singapore.add(again)
    for recognition in (recognition_id(1), recognition_id(1), recognition_id(2)):
        told = recognition_body(case, id=recognition)
        singapore.add(said("recognition.statement", told, SINGAPORE))
    cited = said("citation.statement", citation_body(case), SINGAPORE)
    singapore.add(cited)
    hainan.add(cited, said("citation.statement", citation_body(other.record.digest), HAINAN))
    world.anchor(singapore)
    world.anchor(hainan)
    world.cases = [case, rival.record.digest, other.record.digest]


# ---- a node that is asked ------------------------------------------------------------------------


class Answers(Follow):
    """A node that follows the logs of a world, with the rooms that answer."""

    def __init__(self, folder: Path, world: World) -> None:
        super().__init__(folder, world.operators)
        self.world = world
        self.known = 0
        self.clock.time = datetime.fromtimestamp(world.news[-1].time, UTC)
        self.organisations = Organisations(self.database)
        self.organisations.refresh()
        now = int(self.clock.time.timestamp())
        self.recording = Recording(self.database, RECORD_TYPES, self.organisations, lambda: now)
        self.reading = Reading(self.database, self.logs, lambda _note: False)
        self.representation = Representation(
            self.recording, self.reading, self.organisations, self.clock
        )
        self.published = PublishedCases(self.recording, self.reading, self.organisations)

    def hear(self, count: int) -> None:
        """Take the next news of the chain, in its order, as the watcher does."""
        news = self.world.news[self.known : self.known + count]
        self.known += len(news)
        with self.database.write() as connection:
            self.organisations.learn(
                connection, [one for one in news if isinstance(one, ChainNews)]
            )
        self.organisations.refresh()
        self.learn([one for one in news if isinstance(one, Mined)])

    def catch_up(self) -> None:
        """All of the chain, everybody there, until nothing changes any more."""
        for operator in self.operators:
            operator.away = False
            for digest in list(operator.lost):
                operator.find(digest)
        self.hear(len(self.world.news))
        for _ in range(3):
            self.step()

    def stands_whole(self, known_at: int) -> bool:
        """Whether all are admitted, and every log is here as far as it was anchored then."""
        if len(self.organisations.register) < len(self.operators):
            return False
        with self.recording.at(known_at) as facts:
            return facts.stand.complete

    def told(self, known_at: int | None = None) -> dict[str, Any]:
        """Everything that it answers as of a recorded time."""
        with self.recording.at(known_at) as facts:
            told = {
                "stand": facts.stand.to_json(),
                "facts": {table: _recorded(facts, table) for table in _PROJECTIONS},
                "names": [
                    self.organisations.names_of(facts, each.organisation) for each in self.operators
                ],
            }
        return told | {"agreement": [self._asked(each, known_at) for each in QUESTIONS]}

    def shown(self) -> dict[str, Any]:
        """What is shown of now alone: cases, agreements, and each record that is recorded."""
        return {
            "search": self.published.search(Search()),
            "cases": [self._case(each) for each in self.world.cases],
            "agreements": self.representation.agreements(None),
            "records": [
                described(self.reading.find_one(to_hex(digest)))
                for digest in sorted({entry[64:96] for o in self.operators for entry in o.entries})
            ],
        }

    def _case(self, digest: Digest) -> Any:
        try:
            return self.published.show(to_hex(digest))
        except NotFound as exc:
            return exc.detail

    def _asked(self, question: tuple[Speaking, Speaking, str], known_at: int | None) -> Any:
        society, repertoire, territory = question
        asked = Question(
            society=to_hex(society.id),
            repertoire=to_hex(repertoire.id),
            territory=territory,
            on=date(2026, 11, 21),
            right="CN.10.9",
            known_at=known_at,
        )
        return self.representation.ask(asked)


QUESTIONS = (
    (HAINAN, SINGAPORE, "CN"),
    (SINGAPORE, HAINAN, "CN"),
    (HAINAN, SINGAPORE, "FR"),
)
_PROJECTIONS = sorted(
    name
    for name, table in metadata.tables.items()
    if any(key.target_fullname == "records.position" for key in table.foreign_keys)
    and len(table.primary_key) == len(("log", "position"))
)


def _recorded(facts: Facts, table: str) -> list[tuple[str, str, int, int | None]]:
    return [
        (to_hex(one.record.digest), to_hex(one.position.log), one.position.index, one.recorded_at)
        for one in facts.where(metadata.tables[table])
    ]
