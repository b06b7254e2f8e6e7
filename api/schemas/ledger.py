"""The ledger and the state of the node, as they go over the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.records import HEX32, Closed


class Chain(Closed):
    """Where the ledger is anchored: the chain's id, and contracts by name."""

    id: int
    contracts: dict[str, str]


class Log(Closed):
    """The node's log: its id, origin line and verifier key (C2SP signed-note)."""

    id: str = Field(pattern=HEX32)
    origin: str
    vkey: str


class Rules(Closed):
    """What the founders agreed: blocks to wait, delays and clock bound in seconds."""

    confirmations: int
    anchor_delay_s: int
    publication_delay_s: int
    clock_bound_s: int


class Ledger(Closed):
    """A ledger as one of its nodes describes it."""

    spec: Literal["comity/1"]
    ledger: str = Field(pattern=HEX32)
    name: str
    rules: Rules
    chain: Chain
    organisation: str = Field(pattern=HEX32)
    log: Log
    size: int = Field(ge=0)
    time: str


class Alive(Closed):
    """The process answers."""

    alive: bool


class Part(Closed):
    """One part of the node: whether it works, and the code that says why not."""

    ok: bool
    code: str | None = None
    detail: str | None = None


class Ready(Closed):
    """Whether the node takes records now, and how each of its parts is."""

    ready: bool
    parts: dict[str, Part]
