"""How far every log is followed, and what of it does not verify, by name."""

from collections.abc import Mapping
from typing import Any

from registry.errors import RegistryError, catalogue
from registry.ledger import repository
from registry.ledger.facts import Facts
from registry.ledger.repository import Entered
from registry.proofs.checkpoint import origin_of
from registry.proofs.hexes import to_hex
from registry.proofs.record import LogId

MOST_FAULTS = 100


def overview(
    facts: Facts, own: LogId, troubles: Mapping[LogId, RegistryError]
) -> list[dict[str, Any]]:
    """Every log that the chain knows: sizes as anchored and as here, trouble, entries at fault.

    Of the entries at fault the first hundred of each log.
    """
    stands = {each.log: each for each in facts.stand.logs}
    told = []
    for log, organisation in sorted(facts.authority.logs().items()):
        stand, trouble = stands.get(log), troubles.get(log)
        faulty = [] if log == own else repository.faulty(facts.connection, log, MOST_FAULTS)
        told.append(
            {
                "log": to_hex(log),
                "origin": origin_of(log),
                "organisation": to_hex(organisation),
                "own": log == own,
                "anchored": stand.anchored if stand else 0,
                "followed": stand.followed if stand else 0,
                "trouble": trouble and {"code": trouble.code, "detail": trouble.detail},
                "faults": [_fault(one) for one in faulty],
            }
        )
    return told


def _fault(one: Entered) -> dict[str, Any]:
    code = one.fault or ""
    return {
        "index": one.index,
        "digest": to_hex(one.digest),
        "code": code,
        "detail": catalogue()[code].en,
    }
