"""Statements in logs: what the door looks at suffices; whoever heard in another order agrees."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from registry.bootstrap import RECORD_TYPES
from registry.errors import RegistryError
from registry.ledger.facts import Facts
from registry.proofs.checkpoint import log_id
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, OrganisationId, Record
from registry.proofs.signature import sign_eip712
from registry.proofs.submission import Submission, new_submission
from registry.proofs.trust import Scope
from registry.recognition import bodies, repository
from registry.recognition.model.cases import Case, Cases, Said
from registry.recognition.model.fold import fault_of, fold
from registry.recognition.standing import Standing
from registry.recognition.views import Views
from tests.drafts import LEDGER
from tests.unit.ledger.recorded import anchored, placed
from tests.unit.ledger.spine import Spine
from tests.unit.recognition.stating import (
    GUANGDONG,
    HAINAN,
    SINGAPORE,
    TURNED_AWAY,
    Speaking,
    case_id,
    citation_body,
    drafted,
    publication_body,
    recognition_body,
    recognition_id,
    status_body,
)

NEIGHBOUR = Speaking(region="CN-46", station="QHCM2")
BODIES = (HAINAN, GUANGDONG, SINGAPORE, NEIGHBOUR)
LOGS = [log_id(OrganisationId(sha256(name).digest())) for name in (b"one", b"two")]
NOW = 100_000


def knowing(spine: Spine) -> Spine:
    """The bodies with their keys, and two logs."""
    for body in BODIES:
        key = body.signer.key
        spine.authority.allowed |= {(body.id, key, Scope.CASES), (body.id, key, Scope.RECOGNISE)}
        spine.authority.regions[body.id] = body.region
    spine.authority.opened = {log: OrganisationId(sha256(log).digest()) for log in LOGS}
    return spine


@contextmanager
def view(spine: Spine) -> Iterator[Facts]:
    with spine.database.read() as connection:
        yield Facts(connection, RECORD_TYPES, spine.authority, now=NOW)


T = TypeVar("T")


class Chaos:
    """Statements at random about a few cases: mostly what fits, now and then something else."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._heard: list[Said] = []
        self._digests: list[Digest] = [Digest(bytes(32))]

    def next(self) -> Submission:
        """A statement that its own check passes, about whatever was told before."""
        while True:
            cases = fold(self._heard)
            type, body, speaking, subject, previous = self._any(cases)
            record = drafted(
                type,
                body,
                speaking,
                subject=subject,
                previous=previous,
                ledger=LEDGER,
                salt=self._random.randbytes(32),
            )
            try:
                RECORD_TYPES[type].check(record)
            except RegistryError:
                continue
            self._heard.append(bodies.said(record, speaking.region, len(self._heard)))
            self._digests.append(record.digest)
            return new_submission(record, [sign_eip712(speaking.key, record)])

    def _any(self, cases: Cases) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        known = list(cases.cases.values())
        if not known or self._random.random() < 0.2:
            return self._first()
        kind = self._random.choice((self._version, self._status, self._cite, self._recognise))
        return kind(self._random.choice(known), cases)

    def _first(self) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        station = self._random.choice(BODIES[:3])
        body = publication_body(id=case_id(self._random.choice((1, 2, 3)), 1, station))
        return "case.publication", body, self._or_other(station), None, None

    def _version(
        self, case: Case, _cases: Cases
    ) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        number = self._or(case.current.summary.version.number + 1, 2)
        body = publication_body(id=f"{case.reference}@{number}")
        previous = self._or(case.current.digest, case.digest)
        return "case.publication", body, self._of(case), case.digest, previous

    def _status(
        self, case: Case, _cases: Cases
    ) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        body = status_body(self._random.choice(("withdrawn", "active", "active", "sealed")))
        previous = self._or(case.latest_change, case.digest)
        return "case.status", body, self._of(case), case.digest, previous

    def _cite(
        self, case: Case, cases: Cases
    ) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        own = self._random.choice(list(cases.cases.values()))
        citing = self._or(None, to_hex(own.current.digest))
        read = self._or(case.current.digest, case.digest)
        cited = self._or(case.digest, self._random.choice(self._digests))
        more: dict[str, Any] = self._random.choice(({}, TURNED_AWAY))
        body = citation_body(cited, read, citing=citing, **more)
        return "citation.statement", body, self._of(own), None, None

    def _recognise(
        self, case: Case, cases: Cases
    ) -> tuple[str, Any, Speaking, Digest | None, Digest | None]:
        known = [one for one in cases.recognitions.values() if one.case == case.digest]
        if known and self._random.random() < 0.6:
            one = known[0]
            speaking = self._or_other(next(each for each in BODIES if each.id == one.organisation))
            body = recognition_body(case.current.digest, id=str(one.current.reference))
            previous = self._or(one.latest.digest, one.digest)
            return "recognition.statement", body, speaking, one.digest, previous
        speaking = self._random.choice(BODIES)
        recognised = self._or(case.current.digest, case.digest)
        reference = recognition_id(self._random.choice((1, 2, 3)), speaking)
        body = recognition_body(recognised, id=reference)
        return "recognition.statement", body, speaking, None, None

    def _of(self, case: Case) -> Speaking:
        return self._or_other(next(each for each in BODIES if each.id == case.organisation))

    def _or_other(self, speaking: Speaking) -> Speaking:
        return self._or(speaking, self._random.choice(BODIES))

    def _or(self, fits: T, other: T) -> T:
        return fits if self._random.random() < 0.75 else other


@pytest.mark.parametrize("seed", range(3))
def test_what_the_door_looks_at_decides_as_everything_would(spine: Spine, seed: int) -> None:
    """Also after what another node should have refused is in its log."""
    knowing(spine)
    chaos, sizes = Chaos(seed), [0, 0]
    codes: set[str | None] = set()
    for step in range(50):
        submission = chaos.next()
        record = submission.record
        with view(spine) as facts:
            region = spine.authority.region_of(bodies.speaker(record))
            arriving = bodies.said(record, region, None)
            wanted = fault_of(repository.everything(facts), arriving)
            assert at_the_door(facts, record) == (None if wanted is None else wanted.code)
            codes.add(None if wanted is None else wanted.code)
        which = step % 2
        placed(spine, LOGS[which], sizes[which], submission)
        sizes[which] += 1
        anchored(spine, LOGS[which], sizes[which], 1000 + step)
    assert len(codes) >= 8  # the statements were of many kinds


def at_the_door(facts: Facts, record: Record) -> str | None:
    try:
        RECORD_TYPES[record.type].admit(facts, record)
    except RegistryError as refused:
        return refused.code
    return None


def test_who_is_not_on_the_chain_is_refused(spine: Spine) -> None:
    record = drafted("case.publication", publication_body(), HAINAN)
    with view(spine) as facts:
        assert at_the_door(facts, record) == "ORGANISATION_UNKNOWN"


def answers(spine: Spine) -> Any:
    """All that a node says of all cases."""
    with view(spine) as facts:
        standing = Standing(fold(repository.everything(facts)))
        views = Views(
            standing=standing,
            names_of=lambda _organisation: (),
            body_of=lambda digest: facts.resolve(to_hex(digest)).record.body,
        )
        told = [views.whole_case(case, case.current) for case in standing.newest_first]
        found = repository.matching(
            facts, fields={"use": "karaoke"}, words=["放映"], region=None, organisation=None
        )
        return told, found, sorted(standing.cases.refused)


@pytest.mark.parametrize("seed", range(2))
def test_nodes_that_heard_in_another_order_agree(tmp_path: Path, seed: int) -> None:
    """The logs entry by entry, or one after the other, or with anchors first: one answer."""
    chaos = Chaos(seed)
    told = [(step % 2, step // 2, chaos.next()) for step in range(60)]
    anchors = [(log, index + 1, 1000 + index) for log, index, _ in told]
    shuffled = Random(seed).sample(anchors, len(anchors))
    orders = (
        (told, anchors),
        (sorted(told, key=lambda each: each[:2]), anchors[::-1]),
        (sorted(told, key=lambda each: (-each[0], each[1])), shuffled),
    )
    heard = []
    for place_of_node, (entries, heads) in enumerate(orders):
        folder = tmp_path / str(place_of_node)
        folder.mkdir()
        node = knowing(Spine(folder))
        for log, index, submission in entries:
            placed(node, LOGS[log], index, submission)
        for log, size, time in heads:
            anchored(node, LOGS[log], size, time)
        heard.append(answers(node))
        node.database.close()
    assert heard[0] == heard[1] == heard[2]
    assert heard[0][0]
    assert heard[0][2]
