"""The commands that vote and that change an organisation's keys: files and words to transactions.

A candidate is taken from its signed first profile wherever that is at hand, so that what is voted
for is what was read: its digest is the id, its signer the administration key.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from registry.chain.contracts import Candidate
from registry.chain.deployments import (
    KINDS,
    Deployment,
    FoundingOrganisation,
    kinds_of,
    read_deployment,
    region_text,
)
from registry.chain.govern import Motion, Tally
from registry.chain.rpc import HttpRpc
from registry.chain.transactions import Receipt, address_from
from registry.cli import files, keystore
from registry.errors import InvalidInput
from registry.proofs import hexes, shape
from registry.proofs.founding import parse_region
from registry.proofs.keys import eth_key, parse_key
from registry.proofs.record import OrganisationId
from registry.proofs.signature import verify_signatures
from registry.proofs.submission import parse_submission
from registry.proofs.trust import Scope

PROFILE = "organisation.profile"
SCOPES = {scope.name.lower(): scope for scope in Scope if scope.name}

Window = tuple[int, int]
"""First second and end of a key, in seconds since 1970; 0 for now, and for no end."""


def candidate(
    profile: Path | None,
    id: str | None,
    region: str | None,
    kinds: Sequence[str],
    admin: str | None,
) -> FoundingOrganisation:
    """Who is proposed: by its first profile, or by the four fields; not by both.

    Raises InvalidInput OPTIONS_DISAGREE, CANDIDATE_INCOMPLETE, and as `first_profile` and `shape`.
    """
    if profile is not None:
        if id or region or kinds or admin:
            raise InvalidInput(
                "OPTIONS_DISAGREE", "a profile states its region, kinds and key: name it alone"
            )
        return first_profile(files.read(profile))
    if not (id and region and kinds and admin):
        raise InvalidInput(
            "CANDIDATE_INCOMPLETE", "name the first profile, or --id, --region, --kind and --admin"
        )
    if any(kind not in KINDS for kind in kinds) or len(set(kinds)) < len(kinds):
        raise shape.invalid("--kind", f"must be of {', '.join(KINDS)}, each once")
    return FoundingOrganisation(
        id=OrganisationId(hexes.from_hex(id, size=32, path="--id")),
        region=parse_region(region, "--region"),
        kinds=tuple(kinds),
        key=parse_key(admin, "--admin"),
    )


def first_profile(data: bytes) -> FoundingOrganisation:
    """The organisation that a signed first profile founds; its signature and form are checked.

    Raises InvalidInput PROFILE_NOT_FIRST, as `check_profile`, and as `verify_signatures`.
    """
    from registry.organisations.founding import founding_organisation
    from registry.organisations.records import check_profile

    submission = parse_submission(data.strip())
    record = submission.record
    if record.type != PROFILE or record.subject is not None:
        raise InvalidInput("PROFILE_NOT_FIRST", "the file holds no first profile")
    check_profile(record)
    verify_signatures(record, submission.signatures)
    return founding_organisation(submission)


def propose(
    deployment: Path, rpc_url: str, key: Path, proposed: FoundingOrganisation, voice: str | None
) -> Iterator[str]:
    """Vote for a candidate, proposing it where nobody has; what happened, as lines."""
    from registry.chain import govern

    with _at_work(deployment, rpc_url, key) as (known, rpc, private_key):
        motion = govern.propose(
            rpc, known.organisations.address, private_key, proposed.candidate(), _id(voice)
        )
    yield from _candidate_lines(proposed.candidate())
    yield from _motion_lines(motion)
    yield from _admission_lines(motion.tally)


def endorse(
    deployment: Path, rpc_url: str, key: Path, named: str, voice: str | None
) -> Iterator[str]:
    """Vote for a proposal, named by the candidate's profile or by its hash."""
    from registry.chain import govern

    if named.startswith("0x"):
        proposal = hexes.from_hex(named, size=32, path="PROPOSAL")
    else:
        proposal = govern.proposal_id(first_profile(files.read(Path(named))).candidate())
    with _at_work(deployment, rpc_url, key) as (known, rpc, private_key):
        found, motion = govern.endorse(
            rpc, known.organisations.address, private_key, proposal, _id(voice)
        )
    yield from _candidate_lines(found)
    yield from _motion_lines(motion)
    yield from _admission_lines(motion.tally)


def suspend(
    deployment: Path, rpc_url: str, key: Path, target: str, voice: str | None
) -> Iterator[str]:
    """Vote for suspending the organisation of an id."""
    from registry.chain import govern

    organisation = hexes.from_hex(target, size=32, path="ORGANISATION")
    with _at_work(deployment, rpc_url, key) as (known, rpc, private_key):
        motion = govern.suspend(
            rpc, known.organisations.address, private_key, organisation, _id(voice)
        )
    yield f"organisation: {target}"
    yield from _motion_lines(motion)
    if motion.tally.carried:
        yield "state: suspended for 30 days"
    else:
        yield f"state: not suspended; {_votes(motion.tally)} of all regions"


def add_key(
    deployment: Path,
    rpc_url: str,
    key: Path,
    signer: str,
    scopes: Sequence[str],
    window: Window,
    organisation: str | None,
) -> Iterator[str]:
    """Give the organisation a further key."""
    from registry.chain import govern

    bits = scope_bits(scopes)
    address = address_from(parse_key(signer, "KEY"))
    with _at_work(deployment, rpc_url, key) as (known, rpc, private_key):
        ours, receipt = govern.add_key(
            rpc,
            known.organisations.address,
            private_key,
            address,
            bits,
            *window,
            organisation=_id(organisation),
        )
    yield f"organisation: {hexes.to_hex(ours)}"
    yield f"key: {signer}, for {', '.join(scopes)}"
    yield _transaction(receipt)


def retire_key(
    deployment: Path, rpc_url: str, key: Path, signer: str, organisation: str | None
) -> Iterator[str]:
    """End the window of one of the organisation's keys."""
    from registry.chain import govern

    address = address_from(parse_key(signer, "KEY"))
    with _at_work(deployment, rpc_url, key) as (known, rpc, private_key):
        ours, receipt = govern.retire_key(
            rpc, known.organisations.address, private_key, address, _id(organisation)
        )
    yield f"organisation: {hexes.to_hex(ours)}"
    yield f"key: {signer}, retired"
    yield _transaction(receipt)


def scope_bits(names: Sequence[str]) -> int:
    """The scopes of these names. Raises InvalidInput FIELD_INVALID naming --scope."""
    unknown = [name for name in names if name not in SCOPES]
    if unknown or not names:
        raise shape.invalid("--scope", f"must be of {', '.join(SCOPES)}")
    return sum({int(SCOPES[name]) for name in names})


def window(valid_from: str, until: str) -> Window:
    """The window of two times, `2026-11-22` or `2026-11-22T03:00:00Z`; empty for now, no end.

    Raises InvalidInput TIME_INVALID, FIELD_INVALID where the end is not after the start.
    """
    start, end = _seconds(valid_from, "--from"), _seconds(until, "--until")
    if start and end and end <= start:
        raise shape.invalid("--until", "must be later than --from")
    return start, end


def _seconds(text: str, path: str) -> int:
    if not text:
        return 0
    moment = shape.time(text if "T" in text else f"{text}T00:00:00Z", path)
    return int(moment.timestamp())


@contextmanager
def _at_work(
    deployment: Path, rpc_url: str, key: Path
) -> Iterator[tuple[Deployment, HttpRpc, bytes]]:
    from registry.chain.deployments import verify_deployment

    known = read_deployment(deployment)
    with closing(HttpRpc(rpc_url)) as rpc:
        verify_deployment(rpc, known)
        yield known, rpc, keystore.unlock(key)


def _id(organisation: str | None) -> bytes | None:
    if organisation is None:
        return None
    return hexes.from_hex(organisation, size=32, path="--organisation")


def _candidate_lines(proposed: Candidate) -> Iterator[str]:
    yield f"candidate: {hexes.to_hex(proposed.id)}"
    kinds = ", ".join(kinds_of(proposed.kinds))
    yield f"  {region_text(proposed.region)}, {kinds}, {eth_key(proposed.key)}"


def _motion_lines(motion: Motion) -> Iterator[str]:
    yield f"voice: {hexes.to_hex(motion.voice)}"
    yield f"motion: {hexes.to_hex(motion.tally.motion)}"
    yield _transaction(motion.receipt)


def _admission_lines(tally: Tally) -> Iterator[str]:
    if tally.carried:
        yield "state: admitted"
    else:
        yield f"state: open; {_votes(tally)} of the active regions"


def _votes(tally: Tally) -> str:
    return f"{', '.join(tally.voted) or 'nobody'} voted, {tally.needed} needed"


def _transaction(receipt: Receipt) -> str:
    return f"transaction: {hexes.to_hex(receipt.transaction)}, block {receipt.block_number}"
