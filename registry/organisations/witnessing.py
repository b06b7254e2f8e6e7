"""Who witnesses whom: each organisation the open logs of all, and all the others its own.

Follows protocol section 5. A log that was closed is not witnessed any more: its key may be in the
wrong hands, and nothing is appended to it.
"""

from collections.abc import Sequence

from registry.errors import NotFound
from registry.organisations.model import Register
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_name
from registry.proofs.note import COSIGNATURE, ED25519, VerifierKey
from registry.proofs.record import LogId, OrganisationId


def log_keys(register: Register, origin: str) -> Sequence[VerifierKey] | None:
    """The keys that sign for the open log of an origin line; None where there is no such log."""
    for organisation in register.values():
        for opened in organisation.logs[-1:]:
            if origin_of(opened.log) == origin:
                return [VerifierKey(name=origin, type=ED25519, public=opened.key)]
    return None


def log_key(register: Register, log: LogId) -> VerifierKey:
    """The key that signs for a log, open or closed. Raises NotFound LOG_UNKNOWN."""
    for organisation in register.values():
        for opened in organisation.logs:
            if opened.log == log:
                return VerifierKey(name=origin_of(log), type=ED25519, public=opened.key)
    raise NotFound("LOG_UNKNOWN", f"the chain knows no log {log.hex()}")


def other_witnesses(
    register: Register, own: OrganisationId
) -> Sequence[tuple[OrganisationId, VerifierKey]]:
    """The witnesses of the organisations other than `own`, in order of admission."""
    return [
        (
            each.id,
            VerifierKey(name=witness_name(each.id), type=COSIGNATURE, public=each.witness),
        )
        for each in register.values()
        if each.witness is not None and each.id != own
    ]
