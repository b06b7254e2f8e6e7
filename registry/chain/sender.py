"""The sender: one nonce lane for the node's chain key; nothing is sent that is not stored first.

What is mined is decided by the chain alone: every stored transaction whose nonce is at or above the
chain's count of the key is not in the chain, and is sent again, the very bytes that were stored.
So a dropped transaction, a reorganisation, a killed node and a chain that was down all heal by the
same step, `resend`, which may run at any time. A transaction that waits too long is replaced by one
with the same nonce and a higher fee; both stay stored, either may be mined.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from registry.chain.contracts import Call
from registry.chain.refusals import ChainRefused, ChainUnreachable, FeeTooLow, NonceUsed
from registry.chain.rpc import Rpc, quantity
from registry.chain.transactions import (
    FeeRule,
    Receipt,
    Signed,
    address_of_key,
    estimate_gas,
    read_raw,
    receipt_of,
    send,
    sign,
    suggest_fees,
)
from registry.errors import RegistryError

PATIENCE = timedelta(seconds=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A stored transaction. `attempt` counts from 0 the replacements of one nonce and purpose.

    `purpose` is the sender's own name for what the transaction is to achieve; `created_at` is UTC.
    """

    nonce: int
    attempt: int
    hash: bytes
    raw: bytes
    purpose: str
    created_at: datetime


class Lane(Protocol):
    """Durable transactions of one key on one chain. Nothing in it is ever changed or removed."""

    def store(self, outgoing: Outgoing) -> None:
        """Keep it, durably before this returns. Storing the same again changes nothing."""
        ...

    def since(self, nonce: int) -> Sequence[Outgoing]:
        """Those with this nonce or a higher one, by nonce and attempt."""
        ...

    def of(self, purpose: str) -> Sequence[Outgoing]:
        """Those with this purpose, by nonce and attempt."""
        ...


class Standing(StrEnum):
    """Where a purpose stands."""

    UNSENT = "unsent"
    """Nothing is stored for it, or what is stored can no longer be mined."""
    WAITING = "waiting"
    """Stored, and perhaps with the node; not in the chain."""
    MINED = "mined"
    """In the chain, and it did what it should. A reorganisation may still take it out."""
    FAILED = "failed"
    """In the chain, where the contract refused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a purpose stands, and the receipt when it is in the chain."""

    standing: Standing
    receipt: Receipt | None = None


class Sender:
    """Sends for one key. Safe for several threads; only one process may use the key."""

    def __init__(
        self,
        rpc: Rpc,
        lane: Lane,
        key: bytes,
        chain: int,
        *,
        fees: FeeRule | None = None,
        patience: timedelta = PATIENCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`key` is the private key (32 bytes), `chain` the chain's id."""
        self._rpc = rpc
        self._lane = lane
        self._key = key
        self._chain = chain
        self._fees = fees or FeeRule()
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self.address = address_of_key(key)
        #: Why the node did not take what was last sent; None when it did.
        self.trouble: RegistryError | None = None

    def submit(self, purpose: str, call: Call) -> Outgoing:
        """Store and send a transaction for `purpose`, or find the one that is under way.

        Nothing is stored when the chain cannot be asked (ChainUnreachable), when the contract would
        refuse (ContractReverted) or when the chain is too dear (FeeTooLow). Once stored it will be
        sent until it is mined, whatever the node says now (see `trouble`).
        """
        with self._lock:
            known = self._lane.of(purpose)
            if self._status(known).standing in (Standing.WAITING, Standing.MINED):
                return known[-1]
            gas = estimate_gas(self._rpc, self.address, call)
            fees = suggest_fees(self._rpc, self._fees)
            signed = sign(self._key, self._chain, self._free_nonce(), call, gas, fees)
            return self._store_and_send(purpose, signed, attempt=0)

    def status(self, purpose: str) -> Status:
        """Where `purpose` stands now. Raises ChainUnreachable."""
        return self._status(self._lane.of(purpose))

    def resend(self) -> int:
        """Send again whatever is stored and not in the chain; returns how many that are.

        Raises ChainUnreachable; a refusal is kept in `trouble` instead.
        """
        with self._lock:
            mined = self._count("latest")
            waiting = [
                list(attempts)[-1]
                for _, attempts in groupby(self._lane.since(mined), lambda kept: kept.nonce)
            ]
            self.trouble = None
            for outgoing in waiting:
                if outgoing.nonce == mined and self._is_stuck(outgoing):
                    self._replace(outgoing)
                else:
                    self._send(outgoing)
            return len(waiting)

    def _status(self, known: Sequence[Outgoing]) -> Status:
        if not known:
            return Status(standing=Standing.UNSENT)
        # The count comes first: what is mined after it is found by its receipt.
        count = self._count("latest")
        receipts = (receipt_of(self._rpc, outgoing.hash) for outgoing in reversed(known))
        receipt = next((found for found in receipts if found is not None), None)
        if receipt is not None:
            standing = Standing.MINED if receipt.succeeded else Standing.FAILED
            return Status(standing=standing, receipt=receipt)
        # A nonce below the count without a receipt of ours went to another transaction.
        open_ = known[-1].nonce >= count
        return Status(standing=Standing.WAITING if open_ else Standing.UNSENT)

    def _count(self, block: str) -> int:
        address = "0x" + self.address.hex()
        return quantity(self._rpc.call("eth_getTransactionCount", address, block))

    def _free_nonce(self) -> int:
        """The first nonce that neither the chain, its pool nor the lane has used."""
        nonce = self._count("pending")
        taken = {outgoing.nonce for outgoing in self._lane.since(nonce)}
        while nonce in taken:
            nonce += 1
        return nonce

    def _store_and_send(self, purpose: str, signed: Signed, attempt: int) -> Outgoing:
        outgoing = Outgoing(
            nonce=signed.nonce,
            attempt=attempt,
            hash=signed.hash,
            raw=signed.raw,
            purpose=purpose,
            created_at=self._clock(),
        )
        self._lane.store(outgoing)
        self._send(outgoing)
        return outgoing

    def _send(self, outgoing: Outgoing) -> None:
        try:
            send(self._rpc, outgoing.raw)
        except NonceUsed:
            # Mined between two questions, or the nonce went to another transaction: the next
            # question for its status tells which.
            return
        except (ChainUnreachable, ChainRefused) as exc:
            self.trouble = exc
            log.warning("transaction %d stays stored: %s", outgoing.nonce, exc.code)

    def _is_stuck(self, outgoing: Outgoing) -> bool:
        return self._clock() - outgoing.created_at > self._patience

    def _replace(self, outgoing: Outgoing) -> None:
        """Offer more for the same nonce; at the cap, send what is stored."""
        old = read_raw(outgoing.raw)
        raised = old.fees.raised(self._fees)
        try:
            # What the chain asks now may be more than a mere raise.
            asked = suggest_fees(self._rpc, self._fees)
        except FeeTooLow as exc:
            self.trouble, asked = exc, raised
        if raised.max_fee <= old.fees.max_fee:
            self._send(outgoing)
            return
        fees = raised if raised.max_fee >= asked.max_fee else asked
        fees = type(fees)(max_fee=fees.max_fee, tip=max(fees.tip, raised.tip))
        signed = sign(self._key, self._chain, old.nonce, old.call, old.gas, fees)
        self._store_and_send(outgoing.purpose, signed, outgoing.attempt + 1)
