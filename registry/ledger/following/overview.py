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
    told = []
    for each in facts.stand.logs:
        trouble = troubles.get(each.log)
        mine = each.log == own
        faulty = [] if mine else repository.faulty(facts.connection, each.log, MOST_FAULTS)
        told.append(
            {
                "log": to_hex(each.log),
                "origin": origin_of(each.log),
                "organisation": to_hex(each.organisation) if each.organisation else None,
                "own": mine,
                "anchored": each.anchored,
                "followed": each.followed,
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
