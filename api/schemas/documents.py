"""Published files, as they go over the wire."""

from pydantic import Field

from api.schemas.records import Closed


class Stored(Closed):
    """A file that the node has and publishes; `size` in bytes."""

    cid: str
    size: int = Field(ge=0)
