"""Cosignatures: a witness's word that a checkpoint continues what it saw (C2SP tlog-cosignature).

`cosignature/v1`, a line with the time, and the checkpoint's text, signed with Ed25519; the
signature carries the time in front, eight bytes big-endian.
"""

from datetime import UTC, datetime

from registry.errors import InvalidInput
from registry.proofs.note import COSIGNATURE, Note, NoteSignature, NoteSigner, VerifierKey
from registry.proofs.record import OrganisationId

LATEST = 253402300799
"""The last second of the year 9999: later times are taken for no time at all."""


def witness_name(organisation: OrganisationId) -> str:
    """The name under which an organisation's node cosigns."""
    return f"comity/{organisation.hex()}/witness"


def witness_signer(organisation: OrganisationId, private: bytes) -> NoteSigner:
    """The signer of an organisation's witness key, from its 32-byte seed."""
    return NoteSigner(witness_name(organisation), private, COSIGNATURE)


def cosign(body: str, witness: NoteSigner, time: datetime) -> NoteSignature:
    """Cosign a checkpoint's text at an aware `time`, of which the whole seconds count."""
    seconds = int(time.timestamp())
    if time.tzinfo is None or not 0 <= seconds <= LATEST:
        raise InvalidInput("TIME_INVALID", "a cosignature needs an aware time since 1970")
    value = seconds.to_bytes(8, "big") + witness.sign(_message(body, seconds))
    return NoteSignature(name=witness.key.name, key_id=witness.key.key_id, value=value)


def cosigned_at(note: Note, witness: VerifierKey) -> datetime | None:
    """When `witness` cosigned the note, the earliest of its valid cosignatures; None if never."""
    times = [time for line in note.by(witness) if (time := verify_line(note.text, witness, line))]
    return min(times, default=None)


def verify_line(body: str, witness: VerifierKey, line: NoteSignature) -> datetime | None:
    """The time of a cosignature over a checkpoint's text; None where it is not valid."""
    if witness.type != COSIGNATURE or len(line.value) != 72:
        return None
    seconds = int.from_bytes(line.value[:8], "big")
    if seconds > LATEST or not witness.holds(line.value[8:], _message(body, seconds)):
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _message(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()
