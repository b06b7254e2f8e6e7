"""Transactions: what they cost, how they are signed, sent and found again (EIP-1559).

The contracts need a chain with Cancun's rules, so every chain here has a base fee and takes type-2
transactions. Keys are 32 bytes; amounts are in wei.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.chain.contracts import Call
from registry.chain.refusals import AlreadyKnown, FeeTooLow, NotOffered, chain_damaged
from registry.chain.rpc import Rpc, chain_id, head, octets, quantity
from registry.errors import Conflict, Damaged, Unavailable
from registry.proofs.keccak import keccak256
from registry.proofs.keys import SignerKey, eth_address, eth_key
from registry.proofs.signature import key_of

GWEI = 10**9
# The estimate is for the newest state; by the time of mining a slot more may be cold.
GAS_MARGIN = (5, 4)
# A node replaces a transaction only for a tenth more.
RAISE = (9, 8)
RECEIPT_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """How much a transaction may cost: the most for one unit of gas, and for its miner."""

    cap: int = 200 * GWEI
    tip_cap: int = 5 * GWEI


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """What one unit of gas may cost, and how much of that is the miner's."""

    max_fee: int
    tip: int

    def raised(self, rule: FeeRule) -> "Fees":
        """Enough more to replace a transaction that had these fees, up to the cap."""
        numerator, denominator = RAISE
        max_fee = min(self.max_fee * numerator // denominator + 1, rule.cap)
        return Fees(max_fee=max_fee, tip=min(self.tip * numerator // denominator + 1, max_fee))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed transaction, its hash, and the parts that its replacement keeps."""

    raw: bytes
    hash: bytes
    nonce: int
    call: Call
    gas: int
    fees: Fees


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A transaction in a block, and whether it did what it should."""

    transaction: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    contract: bytes | None


def address_of_key(key: bytes) -> bytes:
    """The 20-byte address of a private key."""
    address = eth_address(key_of(key))
    assert address is not None
    return address


def checksummed(address: bytes) -> str:
    """An address as EIP-55 writes it."""
    return eth_key(address).removeprefix("eth:")


def address_from(key: SignerKey) -> bytes:
    """The address of an `eth:` key. Raises Conflict CHAIN_KEY_KIND for other keys."""
    address = eth_address(key)
    if address is None:
        raise Conflict("CHAIN_KEY_KIND", "only an eth: key can act on the chain")
    return address


def suggest_fees(rpc: Rpc, rule: FeeRule) -> Fees:
    """Fees that get a transaction into one of the next blocks.

    Raises FeeTooLow CHAIN_FEE_ABOVE_CAP while the chain is dearer than the rule allows.
    """
    base = head(rpc).base_fee
    if base is None:
        raise chain_damaged("CHAIN_TOO_OLD", "the chain must follow the Cancun rules or later ones")
    if base > rule.cap:
        raise FeeTooLow("CHAIN_FEE_ABOVE_CAP", "the chain is dearer than the fee cap allows")
    try:
        tip = min(quantity(rpc.call("eth_maxPriorityFeePerGas")), rule.tip_cap)
    except NotOffered:
        tip = min(GWEI, rule.tip_cap)
    # The base fee rises by an eighth a block at most: twice it outlasts six full blocks.
    max_fee = min(2 * base + tip, rule.cap)
    return Fees(max_fee=max_fee, tip=min(tip, max_fee))


def estimate_gas(rpc: Rpc, sender: bytes, call: Call) -> int:
    """The gas that `call` will need, with a margin. Raises ContractReverted when it would fail."""
    question = {
        "from": "0x" + sender.hex(),
        "to": "0x" + call.to.hex(),
        "data": "0x" + call.data.hex(),
    }
    estimate = quantity(rpc.call("eth_estimateGas", question))
    numerator, denominator = GAS_MARGIN
    return min(estimate * numerator // denominator, head(rpc).gas_limit)


def sign(key: bytes, chain: int, nonce: int, call: Call, gas: int, fees: Fees) -> Signed:
    """A signed type-2 transaction."""
    from eth_account import Account

    signed = Account.sign_transaction(
        {
            "type": 2,
            "chainId": chain,
            "nonce": nonce,
            "to": call.to,
            "data": call.data,
            "value": 0,
            "gas": gas,
            "maxFeePerGas": fees.max_fee,
            "maxPriorityFeePerGas": fees.tip,
        },
        key,
    )
    return Signed(
        raw=bytes(signed.raw_transaction),
        hash=bytes(signed.hash),
        nonce=nonce,
        call=call,
        gas=gas,
        fees=fees,
    )


def read_raw(raw: bytes) -> Signed:
    """What a raw type-2 transaction says. Raises Damaged CHAIN_TRANSACTION_DAMAGED."""
    from eth_account.typed_transactions.typed_transaction import TypedTransaction
    from hexbytes import HexBytes

    try:
        fields: Mapping[str, Any] = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        return Signed(
            raw=raw,
            hash=keccak256(raw),
            nonce=int(fields["nonce"]),
            call=Call(to=bytes(fields["to"]), data=bytes(fields["data"])),
            gas=int(fields["gas"]),
            fees=Fees(max_fee=int(fields["maxFeePerGas"]), tip=int(fields["maxPriorityFeePerGas"])),
        )
    except Exception as exc:  # the library raises whatever its parts raise
        raise Damaged(
            "CHAIN_TRANSACTION_DAMAGED", "a stored transaction cannot be read; restore a backup"
        ) from exc


def send(rpc: Rpc, raw: bytes) -> None:
    """Give a raw transaction to the node; one that the node has already is a success."""
    try:
        rpc.call("eth_sendRawTransaction", "0x" + raw.hex())
    except AlreadyKnown:
        return


def receipt_of(rpc: Rpc, transaction: bytes) -> Receipt | None:
    """The receipt of a transaction that is in the chain as it stands, else None."""
    fields = rpc.call("eth_getTransactionReceipt", "0x" + transaction.hex())
    if fields is None or fields.get("blockHash") is None:
        return None
    contract = fields.get("contractAddress")
    return Receipt(
        transaction=transaction,
        block_number=quantity(fields.get("blockNumber")),
        block_hash=octets(fields.get("blockHash"), 32),
        succeeded=quantity(fields.get("status")) == 1,
        gas_used=quantity(fields.get("gasUsed")),
        contract=None if contract is None else octets(contract, 20),
    )


def wait_for(rpc: Rpc, transaction: bytes, timeout_s: float) -> Receipt:
    """The receipt, once there is one. Raises Unavailable CHAIN_NOT_MINED, Conflict as reverted."""
    deadline = time.monotonic() + timeout_s
    while (receipt := receipt_of(rpc, transaction)) is None:
        if time.monotonic() > deadline:
            raise Unavailable(
                "CHAIN_NOT_MINED",
                "the chain has not taken the transaction yet; look again before repeating",
            )
        time.sleep(RECEIPT_PAUSE_S)
    if not receipt.succeeded:
        raise Conflict("CHAIN_TRANSACTION_FAILED", "the transaction was mined, and failed")
    return receipt


def transact(
    rpc: Rpc, key: bytes, call: Call, *, fees: FeeRule | None = None, timeout_s: float = 120
) -> Receipt:
    """Send one transaction of a key that nobody else uses meanwhile, and wait until it is mined.

    For founding and administration; a node's own key goes through `sender.py`.
    """
    sender = address_of_key(key)
    gas = estimate_gas(rpc, sender, call)
    nonce = quantity(rpc.call("eth_getTransactionCount", "0x" + sender.hex(), "pending"))
    signed = sign(key, chain_id(rpc), nonce, call, gas, suggest_fees(rpc, fees or FeeRule()))
    send(rpc, signed.raw)
    return wait_for(rpc, signed.hash, timeout_s)
