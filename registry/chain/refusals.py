"""What a chain node's refusal means: its error text and its revert data, each read in one place.

Every client words its errors its own way (geth, Besu, Nethermind, Erigon, anvil, Hardhat), and
JSON-RPC numbers overlap, so the text decides, by one table. Custom errors of the contracts arrive
as ABI-encoded data somewhere inside `error.data`; they are decoded against the contracts' ABIs.
A node's own words are kept in `said`, for the operator's log, and never shown in `detail`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.errors import Conflict, Damaged, InvalidInput, RegistryError, Unavailable

SAID_LIMIT = 300
REVERT_WORDS = ("revert", "vm exception")
METHOD_NOT_FOUND = -32601


class ChainUnreachable(Unavailable):
    """The node does not answer, or answers something that is no JSON-RPC."""

    def __init__(self, detail: str) -> None:
        super().__init__("CHAIN_UNREACHABLE", detail, retry_after=5)


class ChainRefused(RegistryError):
    """The node answered with an error. `said` is the beginning of its own text."""

    said = ""


class AlreadyKnown(ChainRefused, Conflict):
    """The node has this very transaction: whoever sends treats it as a success."""


class NonceUsed(ChainRefused, Conflict):
    """A transaction with this nonce is mined already, perhaps this very one."""


class NonceGap(ChainRefused, Conflict):
    """An earlier transaction of the same key is missing."""


class FeeTooLow(ChainRefused, Unavailable):
    """The fee is below the block's base fee, the node's floor, or what a replacement needs."""


class FundsShort(ChainRefused, Unavailable):
    """The key that pays has too little."""


class PoolFull(ChainRefused, Unavailable):
    """The node holds as many transactions as it will take."""


class HistoryPruned(ChainRefused, Unavailable):
    """The node has dropped the state or the blocks asked for."""


class RangeTooWide(ChainRefused, InvalidInput):
    """Too many blocks or logs in one question: ask for fewer."""


class NotOffered(ChainRefused, Unavailable):
    """The node does not offer this method."""


class OtherRefusal(ChainRefused, Unavailable):
    """A refusal with no meaning of its own to us."""


class ContractReverted(ChainRefused, Conflict):
    """A contract refused: `name` is its custom error, `arguments` by parameter name.

    Bytes stay bytes, numbers are ints, addresses are 20 bytes, a struct's members are named like
    `head.size`. An unknown or missing custom
    error has the name "". `data` is the error as the contract encoded it.
    """

    def __init__(self, name: str, arguments: Mapping[str, Any], data: bytes) -> None:
        what = f"with {name}" if name else "without a reason that is known here"
        super().__init__("CHAIN_REVERTED", f"the contract refused the call {what}")
        self.name = name
        self.arguments = dict(arguments)
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One row of the table: any of `words` in the node's lower-cased text has this meaning."""

    kind: type[ChainRefused]
    code: str
    detail: str
    words: tuple[str, ...] = field(default=())


# The first row that matches decides, so the narrower words stand first.
MEANINGS = (
    Meaning(
        kind=AlreadyKnown,
        code="CHAIN_TRANSACTION_KNOWN",
        detail="the node has this transaction already",
        words=(
            "already known",
            "already imported",
            "known transaction",
            "alreadyknown",
            "already exists",
            "already in the pool",
            "transaction with the same hash",
        ),
    ),
    Meaning(
        kind=FeeTooLow,
        code="CHAIN_FEE_TOO_LOW",
        detail="the node wants a higher fee for this transaction",
        words=(
            "underpriced",
            "less than block base fee",
            "max fee per gas less",
            "feetoolow",
            "fee too low",
            "gas price too low",
            "gas price below",
            "gas price is below",
            "feecap below",
            "tip cap",
            "below configured minimum",
            "below pool minimum",
        ),
    ),
    Meaning(
        kind=NonceUsed,
        code="CHAIN_NONCE_USED",
        detail="a transaction with this number is mined already",
        words=("nonce too low", "nonce_too_low", "oldnonce", "nonce is too low", "below sender"),
    ),
    Meaning(
        kind=NonceGap,
        code="CHAIN_NONCE_GAP",
        detail="an earlier transaction of this key is missing",
        words=("nonce too high", "nonce too distant", "nonce is too distant", "noncegap"),
    ),
    Meaning(
        kind=FundsShort,
        code="CHAIN_FUNDS_SHORT",
        detail="the key that pays for the transaction has too little on the chain",
        words=(
            "insufficient funds",
            "insufficientfunds",
            "insufficient balance",
            "upfront cost exceeds",
        ),
    ),
    Meaning(
        kind=PoolFull,
        code="CHAIN_POOL_FULL",
        detail="the node's pool of waiting transactions is full",
        words=("txpool is full", "pool is full", "pool full", "transaction pool overflow"),
    ),
    Meaning(
        kind=HistoryPruned,
        code="CHAIN_HISTORY_PRUNED",
        detail="the node no longer has, or does not yet have, the block that was asked for",
        words=(
            "missing trie node",
            "pruned",
            "historical state",
            "state is not available",
            "state not available",
            "header not found",
            "blockoutofrange",
            "unknown block",
            "block not found",
            "world state unavailable",
        ),
    ),
    Meaning(
        kind=RangeTooWide,
        code="CHAIN_RANGE_TOO_WIDE",
        detail="the node answers for fewer blocks or events at a time",
        words=(
            "block range",
            "range is too large",
            "range too large",
            "range too wide",
            "exceeds maximum rpc range",
            "query returned more than",
            "too many results",
            "response size exceeded",
        ),
    ),
    Meaning(
        kind=NotOffered,
        code="CHAIN_METHOD_MISSING",
        detail="the node does not offer a method that Comity needs",
        words=("method not found", "does not exist/is not available", "unsupported method"),
    ),
)
UNKNOWN = Meaning(
    kind=OtherRefusal,
    code="CHAIN_REFUSED",
    detail="the chain's node refused the request",
)


def refusal(error: Any) -> ChainRefused:
    """The error of our family for the `error` object of a JSON-RPC answer."""
    fields = error if isinstance(error, Mapping) else {}
    said = str(fields.get("message", error))[:SAID_LIMIT]
    data = _revert_data(fields.get("data"))
    text = said.lower()
    found: ChainRefused
    if data is not None or any(word in text for word in REVERT_WORDS):
        found = ContractReverted(*_custom_error(data or b""), data or b"")
    else:
        meaning = _meaning(fields.get("code"), text)
        found = meaning.kind(meaning.code, meaning.detail)
    found.said = said
    return found


def chain_damaged(code: str, detail: str) -> Damaged:
    """An answer that no sound node gives."""
    return Damaged(code, detail)


def _meaning(number: Any, text: str) -> Meaning:
    for meaning in MEANINGS:
        if any(word in text for word in meaning.words):
            return meaning
    if number == METHOD_NOT_FOUND:
        return next(meaning for meaning in MEANINGS if meaning.kind is NotOffered)
    return UNKNOWN


def _revert_data(data: Any) -> bytes | None:
    """The ABI-encoded error in `error.data`, wherever the client put it; None where there is none.

    geth, Besu and anvil give the hex itself, Nethermind `Reverted 0x…`, Hardhat an object.
    """
    if isinstance(data, Mapping):
        inner = (_revert_data(value) for key, value in data.items() if key not in HASH_FIELDS)
        return next((found for found in inner if found is not None), None)
    if not isinstance(data, str):
        return None
    text = data.removeprefix("Reverted ")
    if not text.startswith("0x"):
        return None
    try:
        found = bytes.fromhex(text[2:])
    except ValueError:
        return None
    # An error is four bytes and whole words; anything else in this place is a hash or a note.
    return found if len(found) % 32 == 4 else None


HASH_FIELDS = frozenset({"txHash", "transactionHash", "hash", "stack"})


def _custom_error(data: bytes) -> tuple[str, dict[str, Any]]:
    from registry.chain.abi import errors_by_selector

    shape = errors_by_selector().get(data[:4])
    if shape is None:
        return "", {}
    try:
        return shape.name, shape.decode(data[4:])
    except RegistryError:
        return "", {}
