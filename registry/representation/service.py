"""Use cases of representation: agreements as recorded, territories, and the question."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from registry.errors import Field, InvalidInput, NotFound
from registry.ledger.clock import Clock
from registry.ledger.evidence import evidence_of
from registry.ledger.facts import Facts, Recorded, Recording
from registry.ledger.reading import Reading
from registry.proofs.record import OrganisationId
from registry.representation import repository
from registry.representation.model import agreement as model
from registry.representation.model.answer import answer
from registry.representation.model.question import Query
from registry.representation.records import agreement_of
from registry.representation.rights import RightCode, Use, required_for, right
from registry.representation.societies import Finder, Organisations
from registry.representation.terms import TERMS, terms_of
from registry.representation.territories import read_expression, resolver
from registry.representation.views import Names, agreement_view, result_view
from registry.representation.words import Action, ObjectClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as somebody asked it; at least one of right and use is said.

    `known_at` in seconds since 1970, None for what is known now.
    """

    society: str
    repertoire: str
    territory: str
    on: date
    right: str | None = None
    use: Use | None = None
    object_class: ObjectClass | None = None
    action: Action = Action.LICENSE
    known_at: int | None = None


class Representation:
    """Agreements, and who may license what by them."""

    def __init__(
        self, recording: Recording, reading: Reading, organisations: Organisations, clock: Clock
    ) -> None:
        """`recording` gives the facts, `reading` their proofs."""
        self._clock = clock
        self._recording = recording
        self._reading = reading
        self._organisations = organisations

    def agreement(self, reference: str) -> dict[str, Any]:
        """An agreement by number or digest, with its evidence.

        Raises NotFound AGREEMENT_UNKNOWN, and as `Facts.resolve`.
        """
        with self._recording.now(provisional=True) as facts:
            recorded = facts.resolve(reference)
            if recorded.record.type != TERMS:
                raise NotFound("AGREEMENT_UNKNOWN", f"{reference} is a {recorded.record.type}")
            shown = agreement_view(recorded, self._names(facts, recorded))
        return {**shown, "evidence": evidence_of(self._reading, recorded.record.digest)}

    def agreements(self, party: str | None) -> list[dict[str, Any]]:
        """The agreements of a party (code, identifier or id), or all, in order.

        Raises as `Finder.society`, and NotFound SOCIETY_UNKNOWN where no organisation is it.
        """
        with self._recording.now(provisional=True) as facts:
            found = (
                repository.all_agreements(facts)
                if party is None
                else repository.of_party(facts, self._party(facts, party))
            )
            return [agreement_view(each, self._names(facts, each)) for each in found]

    def ask(self, question: Question) -> dict[str, Any]:
        """The result: answer, reasons, nearest miss, evidence, what it stands on, and its hash.

        Raises InvalidInput where the question cannot be read, NotFound SOCIETY_UNKNOWN.
        """
        if question.known_at is not None and question.known_at > self._clock.now().timestamp():
            reason = "what will be known later cannot be told now"
            raise InvalidInput("KNOWN_AT_IN_FUTURE", reason, fields=[Field("known_at", reason)])
        with self._recording.at(question.known_at) as facts:
            query = self._resolved(facts, question)
            grantor = query.repertoire.organisation
            recorded = [] if grantor is None else repository.granted_by(facts, grantor)
            stand = facts.stand
        answered = answer(
            query,
            model.fold(map(agreement_of, recorded)),
            resolver(),
            complete=stand.complete,
        )
        return result_view(
            query,
            answered,
            resolver(),
            evidence=[evidence_of(self._reading, digest) for digest in answered.evidence],
            stands_on=stand.to_json(),
        )

    def _resolved(self, facts: Facts, question: Question) -> Query:
        finder = Finder(organisations=self._organisations, facts=facts, on=question.on)
        asked = read_expression(question.territory, question.on)
        scope = resolver().scope(asked.items, question.on)
        cautions = (*asked.cautions, *scope.cautions)
        return Query(
            society=finder.society(question.society, "society"),
            repertoire=finder.society(question.repertoire, "repertoire"),
            right=None if question.right is None else right(question.right).code,
            use=question.use,
            object_class=question.object_class,
            rights=rights_asked(question),
            action=question.action,
            territory=replace(asked, cautions=cautions),
            mask=scope.mask,
            on=question.on,
            known_at=datetime.fromtimestamp(facts.stand.known_at, UTC),
            data_version=resolver().tis.version,
        )

    def _party(self, facts: Facts, text: str) -> OrganisationId:
        on = datetime.fromtimestamp(facts.stand.known_at, UTC).date()
        found = Finder(organisations=self._organisations, facts=facts, on=on).society(text, "party")
        if found.organisation is None:
            raise NotFound("SOCIETY_UNKNOWN", f"no one organisation of this ledger is {text}")
        return found.organisation

    def _names(self, facts: Facts, recorded: Recorded) -> Names:
        return {
            party: self._organisations.names_of(facts, party)
            for party in terms_of(recorded.record).parties
        }


def rights_asked(question: Question) -> tuple[RightCode, ...]:
    """The rights to look for: the one asked for, else those that the use needs.

    Raises InvalidInput QUESTION_INCOMPLETE, RIGHT_UNKNOWN.
    """
    if question.right is not None:
        return (right(question.right).code,)
    if question.use is None:
        raise _incomplete("right", "say a right, a use, or both")
    if question.object_class is None:
        raise _incomplete(
            "object_class", "which right a use needs depends on the kind of work: say it"
        )
    return required_for(question.use, question.object_class)


def _incomplete(path: str, reason: str) -> InvalidInput:
    return InvalidInput("QUESTION_INCOMPLETE", reason, fields=[Field(path, reason)])
