"""Every record type that this release knows, room by room. A new subject adds its line here."""

from registry.ledger.types import RecordType
from registry.organisations import records as organisations
from registry.recognition import records as recognition
from registry.representation import records as representation
from registry.works import records as works

ROOMS = (organisations, works, representation, recognition)
RECORD_TYPES: dict[str, RecordType] = {
    kind.name: kind for room in ROOMS for kind in room.RECORD_TYPES
}
