"""The queries of this room."""

from registry.ledger.facts import Facts, Recorded
from registry.works.tables import works


def of_content(facts: Facts, sha256: bytes) -> list[Recorded]:
    """The public registrations of a file, in order."""
    return facts.where(works, works.c.content_sha256 == sha256)


def naming_document(facts: Facts, cid: str) -> list[bytes]:
    """The content hash of each registration that publishes its file under `cid`."""
    found = facts.where(works, works.c.content_cid == cid)
    return [bytes.fromhex(each.record.body["content"]["sha256"][2:]) for each in found]
