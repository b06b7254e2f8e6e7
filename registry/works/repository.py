"""The queries of this room."""

from sqlalchemy import Connection, select

from registry.proofs.record import Digest
from registry.works.tables import works


def of_content(connection: Connection, sha256: bytes) -> list[Digest]:
    """The public registrations of a file, in log order."""
    query = (
        select(works.c.digest).where(works.c.content_sha256 == sha256).order_by(works.c.position)
    )
    return [Digest(digest) for digest in connection.scalars(query)]


def naming_document(connection: Connection, cid: str) -> list[tuple[bytes, Digest]]:
    """The registrations that publish their file under `cid`: content hash and digest."""
    query = select(works.c.content_sha256, works.c.digest).where(works.c.content_cid == cid)
    return [(sha256, Digest(digest)) for sha256, digest in connection.execute(query)]
