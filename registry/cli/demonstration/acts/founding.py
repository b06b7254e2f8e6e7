"""Two regions found a ledger, start a node each, and read one another's records."""

from functools import partial

from registry.cli.demonstration.playground import Region
from registry.cli.demonstration.stage import Stage, Told, asked


def play(stage: Stage, told: Told) -> None:
    """Open the playground; each node must know both bodies and follow the other's record."""
    for region in stage.ground.regions:
        place, address = region.place, region.url
        told.said.append(f"{place.body_en} {place.body_zh} ({place.region}) answers at {address}")
        told.digests[place.name] = region.id
    for reader in stage.ground.regions:
        for other in stage.ground.regions:
            stage.wait_for(
                partial(_reachable, reader, other),
                f"{reader.place.en} knows where {other.place.en} answers",
            )
    told.verdicts["following"] = "each reads the other"
    told.said += [
        "Each has its own computer, its own keys and its own books 各有其机、其钥、其账, and has "
        "read everything that the other has written so far.",
        "Nobody had to trust a third party: both signed the founding paper 创立文件, and nobody "
        "owns what they founded.",
    ]


def _reachable(reader: Region, other: Region) -> bool:
    told = asked(reader, f"/api/v1/organisations/{other.id}")
    endpoints: list[str] = told["endpoints"]
    return endpoints == [other.url]
