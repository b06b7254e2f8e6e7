"""Use cases of published cases: find them, and show one with all that was said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from registry.errors import InvalidInput, NotFound
from registry.ledger.evidence import evidence_of
from registry.ledger.facts import Facts, Recording
from registry.ledger.reading import Reading
from registry.organisations.service import Organisations
from registry.proofs.hexes import from_hex
from registry.proofs.record import Digest, OrganisationId
from registry.recognition import repository
from registry.recognition.model.fold import fold
from registry.recognition.model.words import asked
from registry.recognition.standing import Standing
from registry.recognition.views import Views

MOST_EVIDENCE = 100
"""How many records an answer about one case proves; the rest are asked for by their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search asks for. `fields` by the names of the code lists, `after` a case's digest."""

    fields: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    organisation: OrganisationId | None = None
    words: str | None = None
    limit: int = 20
    after: Digest | None = None


class PublishedCases:
    """The published cases of all regions, as far as they are known here."""

    def __init__(
        self, recording: Recording, reading: Reading, organisations: Organisations
    ) -> None:
        """`reading` gives the proofs of what is shown."""
        self._recording = recording
        self._reading = reading
        self._organisations = organisations
        self._kept: tuple[object, Standing] | None = None

    def search(self, search: Search) -> dict[str, Any]:
        """The cases that match, the one recorded last first: `cases`, `total`, what it stands on.

        Raises InvalidInput PARAMETER_INVALID.
        """
        words = _words(search.words)
        with self._recording.now() as facts:
            standing = self._standing(facts)
            matching = repository.matching(
                facts,
                fields=search.fields,
                words=words,
                region=search.region,
                organisation=search.organisation,
            )
            found = [one for one in standing.newest_first if one.current.digest in matching]
            start = _start([one.digest for one in found], search.after)
            views = self._views(facts, standing)
            return {
                "cases": [
                    views.case(one, one.current) for one in found[start : start + search.limit]
                ],
                "total": len(found),
                "stands_on": facts.stand.to_json(),
            }

    def show(self, name: str) -> dict[str, Any]:
        """A case by its reference, a number or a digest, with all that was said of it and proofs.

        A case that is not final yet is shown as received. Raises as `Standing.find`.
        """
        with self._recording.now() as facts:
            try:
                return self._shown(facts, self._standing(facts), name)
            except NotFound as unknown:
                with self._recording.now(provisional=True) as newest:
                    standing = Standing(fold(repository.everything(newest)))
                    try:
                        return self._shown(newest, standing, name)
                    except NotFound:
                        raise unknown from None

    def _shown(self, facts: Facts, standing: Standing, name: str) -> dict[str, Any]:
        case, version = standing.find(name)
        views = self._views(facts, standing)
        statements = views.statements(case)
        proved = [version.digest, *(each for each in statements if each != version.digest)]
        return views.whole_case(case, version) | {
            "evidence": [evidence_of(self._reading, each) for each in proved[:MOST_EVIDENCE]],
            "evidence_left_out": max(0, len(proved) - MOST_EVIDENCE),
            "stands_on": facts.stand.to_json(),
        }

    def _views(self, facts: Facts, standing: Standing) -> Views:
        @cache
        def names_of(organisation: OrganisationId) -> Sequence[tuple[str, str]]:
            return self._organisations.names_of(facts, organisation)

        def body_of(digest: Digest) -> Mapping[str, Any]:
            found = facts.find(digest)
            return {} if found is None else found.record.body

        return Views(standing=standing, names_of=names_of, body_of=body_of)

    def _standing(self, facts: Facts) -> Standing:
        """All final cases; folded anew only when something came that may change them."""
        key = (facts.stand, repository.how_many(facts))
        if self._kept is None or self._kept[0] != key:
            self._kept = key, Standing(fold(repository.everything(facts)))
        return self._kept[1]


def _words(text: str | None) -> list[str]:
    if text is None:
        return []
    words = asked(text)
    if not words:
        raise InvalidInput("PARAMETER_INVALID", "words holds no letter, digit or character")
    return words


def _start(found: Sequence[Digest], after: Digest | None) -> int:
    """Where the page begins that follows the case `after`."""
    if after is None:
        return 0
    if after not in found:
        raise InvalidInput("PARAMETER_INVALID", "after names no case of this search")
    return found.index(after) + 1


def digest_of(text: str) -> Digest:
    """The digest that a parameter is. Raises as `from_hex`."""
    return Digest(from_hex(text, size=32))
