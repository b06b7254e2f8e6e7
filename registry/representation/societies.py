"""Finding a society: by CISAC code, by another identifier, or by the id of its organisation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from registry.errors import InvalidInput, NotFound
from registry.ledger.facts import Facts
from registry.organisations import societies as cisac
from registry.organisations.model import Organisation
from registry.organisations.profiles import Profile
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.record import OrganisationId
from registry.representation.model.question import Society

_CODE = re.compile(r"[0-9]{1,3}")
_LAST_SECOND = time(23, 59, 59, tzinfo=UTC)


class Organisations(Protocol):
    """What this room asks of the room of organisations."""

    @property
    def register(self) -> Mapping[OrganisationId, Organisation]:
        """The organisations as the chain has them."""
        ...

    def profile_of(self, facts: Facts, organisation: OrganisationId) -> Profile | None:
        """The profile in force, by the facts given."""
        ...

    def names_of(self, facts: Facts, organisation: OrganisationId) -> tuple[tuple[str, str], ...]:
        """Its names, as (text, language)."""
        ...

    def bearing(self, facts: Facts, scheme: str, value: str) -> list[OrganisationId]:
        """Every organisation whose profile claims an identifier."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Finds societies in one view of the facts, as of a civil day."""

    organisations: Organisations
    facts: Facts
    on: date

    def society(self, text: str, path: str) -> Society:
        """The society that a person named: `119`, `CISAC:119`, `LEI:…` or `0x…`.

        Raises NotFound SOCIETY_UNKNOWN, InvalidInput SOCIETY_NAME_INVALID and as `from_hex`.
        """
        if text.startswith("0x"):
            return self._by_id(OrganisationId(from_hex(text, size=32, path=path)))
        if _CODE.fullmatch(text):
            return self._by_code(text.zfill(3))
        scheme, colon, value = text.partition(":")
        if not (scheme and colon and value):
            raise InvalidInput(
                "SOCIETY_NAME_INVALID",
                f"{path}: name a society by its CISAC code, as 119, by an identifier, as "
                "LEI:549300…, or by the id of its organisation",
            )
        if scheme.upper() == cisac.SCHEME and _CODE.fullmatch(value):
            return self._by_code(value.zfill(3))
        return self._by_identifier(scheme, value)

    def _by_id(self, organisation: OrganisationId) -> Society:
        if organisation not in self.organisations.register:
            raise NotFound("SOCIETY_UNKNOWN", f"no organisation here is {to_hex(organisation)}")
        profile = self.organisations.profile_of(self.facts, organisation)
        claimed = [] if profile is None else profile.identifiers
        codes = [each.value for each in claimed if each.scheme.upper() == cisac.SCHEME]
        return self._found(organisation, codes[0] if codes else None)

    def _by_code(self, code: str) -> Society:
        bearing = self.organisations.bearing(self.facts, cisac.SCHEME, code)
        listed = cisac.societies().get(code)
        if not bearing and listed is None:
            raise NotFound(
                "SOCIETY_UNKNOWN",
                f"neither an organisation here nor CISAC's list of {cisac.LISTED_ON:%Y-%m} has the "
                f"code {code}",
            )
        if len(bearing) == 1:
            return self._found(bearing[0], code)
        name = code if listed is None else listed.name
        return Society(
            organisation=None,
            code=code,
            en=name,
            zh=name,
            member=self._member(code),
            claimants=tuple(bearing),
        )

    def _by_identifier(self, scheme: str, value: str) -> Society:
        bearing = self.organisations.bearing(self.facts, scheme, value)
        name = f"{scheme}:{value}"
        if not bearing:
            raise NotFound("SOCIETY_UNKNOWN", f"no organisation here has the identifier {name}")
        if len(bearing) == 1:
            return self._by_id(bearing[0])
        return Society(organisation=None, code=None, en=name, zh=name, claimants=tuple(bearing))

    def _found(self, organisation: OrganisationId, code: str | None) -> Society:
        names = self.organisations.names_of(self.facts, organisation)
        listed = cisac.societies().get(code or "")
        otherwise = listed.name if listed else to_hex(organisation)
        return Society(
            organisation=organisation,
            code=code,
            en=in_language(names, "en", otherwise),
            zh=in_language(names, "zh", otherwise),
            suspended=self._suspended(organisation),
            member=self._member(code),
        )

    def _suspended(self, organisation: OrganisationId) -> bool:
        """Whether the day ended under a suspension that was known by then."""
        end = int(datetime.combine(self.on, _LAST_SECOND).timestamp())
        known_at = self.facts.stand.known_at
        return any(
            start <= known_at and start <= end < until
            for start, until in self.organisations.register[organisation].suspensions
        )

    def _member(self, code: str | None) -> bool | None:
        listed = cisac.societies().get(code or "")
        return None if listed is None else cisac.member_on(listed, self.on)


def in_language(names: tuple[tuple[str, str], ...], wanted: str, otherwise: str) -> str:
    """The first name in a language, else the first name at all."""
    said = [text for text, lang in names if lang.split("-")[0] == wanted]
    return next(iter([*said, *(text for text, _ in names)]), otherwise)
