"""The queries of this room."""

from registry.ledger.facts import Facts, Recorded
from registry.proofs.record import OrganisationId
from registry.representation.tables import agreement_legs


def granted_by(facts: Facts, grantor: OrganisationId) -> list[Recorded]:
    """The agreements with a leg that this organisation grants, in order."""
    return facts.where(agreement_legs, agreement_legs.c.grantor == grantor)


def of_party(facts: Facts, party: OrganisationId) -> list[Recorded]:
    """The agreements of an organisation, in order."""
    either = (agreement_legs.c.grantor == party) | (agreement_legs.c.grantee == party)
    return facts.where(agreement_legs, either)


def all_agreements(facts: Facts) -> list[Recorded]:
    """Every agreement, in order."""
    return facts.where(agreement_legs)
