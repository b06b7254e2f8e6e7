"""Where the blocks of another log are asked for: by digest, of whoever may have them.

A block is named by its content, so any node may serve it: the own store first, then the nodes of
the log's organisation, then any other that the operator of this node named. A source that is away
is not asked again in the same round; one that gives other bytes is told, and counts as one that has
nothing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from threading import Event, Lock
from typing import Protocol, TypeVar

from registry.documents.port import Documents
from registry.errors import Damaged, InvalidInput, NotFound, RegistryError, Unavailable
from registry.proofs.cid import RAW, Cid
from registry.proofs.record import OrganisationId

logger = logging.getLogger(__name__)

AT_ONCE = 16
STOPPING = "NODE_STOPPING"

_T = TypeVar("_T")


class Blocks(Protocol):
    """A node that serves blocks."""

    def block(self, cid: Cid) -> bytes:
        """The bytes that `cid` names, hashed.

        Raises NotFound where the node does not have them, another RegistryError where it is away
        or gives other bytes.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


Endpoints = Callable[[OrganisationId], Sequence[str]]
"""The URLs of an organisation's node, as far as they are known here."""


class Exchange:
    """The own store and the nodes that are asked for blocks. Safe for several threads."""

    def __init__(
        self,
        documents: Documents,
        endpoints: Endpoints,
        others: Sequence[str],
        connect: Callable[[str], Blocks],
    ) -> None:
        """`connect` makes a source of a URL, which is used again; `others` may have any block."""
        self.documents = documents
        self._endpoints = endpoints
        self._others = others
        self._connect = connect
        self._connected: dict[str, Blocks] = {}
        self._connecting = Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetching")
        self._stopping = Event()
        self._remarked: set[tuple[str, str]] = set()

    def sources(self, organisation: OrganisationId) -> "Sources":
        """Where to ask, in one round, for blocks of an organisation's log."""
        return Sources(self, organisation)

    def close(self) -> None:
        """Ask nobody any more."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for source in self._connected.values():
            source.close()

    def of_organisation(self, organisation: OrganisationId) -> Sequence[str]:
        """The URLs of the organisation's own node."""
        return self._endpoints(organisation)

    def ask(self, url: str, cid: Cid) -> bytes:
        """What the node at a URL has of a block. Raises as `Blocks.block`."""
        if self._stopping.is_set():
            raise Unavailable(STOPPING, "the node is shutting down")
        with self._connecting:
            source = self._connected.get(url)
            if source is None:
                source = self._connected[url] = self._connect(url)
        return source.block(cid)

    def of_others(self) -> Sequence[str]:
        """The URLs of those who may have any block."""
        return self._others

    def remark(self, url: str, fault: RegistryError) -> None:
        """Tell the operator what is wrong with a source; once, not in every round."""
        if (url, fault.code) not in self._remarked:
            self._remarked.add((url, fault.code))
            logger.warning("%s: %s", fault.code, fault.detail)

    def each(self, fetch: Callable[[bytes], _T], digests: Sequence[bytes]) -> Iterator[_T]:
        """`fetch` of every digest, several at a time, in their order."""
        return self._pool.map(fetch, digests)


class Sources:
    """Who may have the blocks of one log. Made anew for every round."""

    def __init__(self, exchange: Exchange, organisation: OrganisationId) -> None:
        """`organisation` runs the log."""
        self._exchange = exchange
        self._organisation = organisation
        self._away: dict[str, RegistryError] = {}
        self._refused: set[str] = set()
        #: Who gave other bytes than were asked for, and what there is to say of it.
        self.lies: dict[str, RegistryError] = {}
        #: Nobody is waited for any more: who is away has nothing.
        self.resigned = False

    @cached_property
    def _own(self) -> Sequence[str]:
        return self._exchange.of_organisation(self._organisation)

    def block(self, digest: bytes) -> bytes:
        """The raw block of a digest.

        Raises NotFound BLOCK_MISSING where it is not to be had: the log's own node says so, or
        everybody does. Raises Unavailable PEER_UNREACHABLE where somebody who may have it is away.
        """
        cid = Cid(codec=RAW, digest=digest)
        documents = self._exchange.documents
        if documents.has(cid):
            with suppress(Damaged):  # spoilt here: fetched again, and stored again
                return documents.get_block(cid)
        lacking: set[str] = set()
        for url in dict.fromkeys([*self._own, *self._exchange.of_others()]):
            found = self._ask(url, cid, lacking)
            if found is not None:
                return found
        with suppress(NotFound, Damaged):  # a store that has peers of its own asks them
            return documents.get_block(cid)
        self._require_settled(lacking)
        raise NotFound("BLOCK_MISSING", f"no node that is asked here has the block {cid}")

    def blocks(self, digests: Sequence[bytes]) -> list[bytes | None]:
        """The blocks of digests, None for each that is not to be had. Raises Unavailable."""
        return list(self._exchange.each(self._block_or_none, digests))

    def all_of(self, digests: Sequence[bytes]) -> list[bytes]:
        """The blocks of digests. Raises as `block`."""
        return list(self._exchange.each(self.block, digests))

    def _block_or_none(self, digest: bytes) -> bytes | None:
        try:
            return self.block(digest)
        except NotFound:
            return None

    def _ask(self, url: str, cid: Cid, lacking: set[str]) -> bytes | None:
        if url in self._away or url in self._refused:
            return None
        try:
            return self._exchange.ask(url, cid)
        except NotFound:
            lacking.add(url)
        except Damaged as fault:
            self._exchange.remark(url, fault)
            self.lies[url] = fault
            lacking.add(url)
        except InvalidInput as fault:
            self._exchange.remark(url, fault)
            self._refused.add(url)
        except RegistryError as fault:
            if fault.code == STOPPING:
                raise
            self._away[url] = fault
        return None

    def _require_settled(self, lacking: set[str]) -> None:
        """Raise Unavailable where a block may yet be had of somebody who is away."""
        own = set(self._own) - self._refused
        if self.resigned or not self._away or (own and own <= lacking):
            return
        fault = next(iter(self._away.values()))
        raise Unavailable("PEER_UNREACHABLE", fault.detail) from fault
