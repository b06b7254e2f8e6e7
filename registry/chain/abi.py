"""The contracts' ABI: their artifacts, selectors, and the coding of calls, answers, events, errors.

Follows the Solidity contract ABI (https://docs.soliditylang.org/en/latest/abi-spec.html). What is
read often consists of whole words only and is coded here, in a few lines; whatever has a dynamic
part goes through eth-abi, which takes a second to import. Addresses are 20 bytes inside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from registry.errors import Damaged
from registry.proofs.keccak import keccak256

WORD = 32
CONTRACTS = ("Organisations", "Logs")
# Solidity's own errors: a `require` with a text, and a failed check with a number.
SOLIDITY_ERRORS = (
    {"name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"name": "Panic", "inputs": [{"name": "number", "type": "uint256"}]},
)
# How the contracts' names are written here.
FIELDS = {
    "from": "valid_from",
    "until": "valid_until",
    "admittedAt": "admitted_at",
    "castAt": "cast_at",
    "contestedSince": "contested_since",
    "openedAt": "opened_at",
    "reportedAt": "reported_at",
    "suspendedUntil": "suspended_until",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value: its name (a struct's member as `head.size`), its type, whether it is a topic."""

    name: str
    type: str
    indexed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A function, event or error: its signature's hash and its parameters, structs flattened."""

    name: str
    hash: bytes
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...] = ()

    @property
    def selector(self) -> bytes:
        """The first four bytes of the hash, which name a function or an error."""
        return self.hash[:4]

    def call(self, *values: Any) -> bytes:
        """The data of a call with these values, structs flattened."""
        return self.selector + encode(tuple(p.type for p in self.inputs), values)

    def decode(self, data: bytes) -> dict[str, Any]:
        """The values of `inputs` in `data`, by name."""
        return _named(self.inputs, data)

    def answer(self, data: bytes) -> tuple[Any, ...]:
        """The values of `outputs` in `data`, in order."""
        return decode(tuple(p.type for p in self.outputs), data)

    def named_answer(self, data: bytes) -> dict[str, Any]:
        """The values of `outputs` in `data`, by name; a struct's members by their own names."""
        names = (FIELDS.get(name, name) for name in (_last(p.name) for p in self.outputs))
        return dict(zip(names, self.answer(data), strict=True))

    def event(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """An event's values by name; the first topic is the event's hash."""
        indexed = tuple(p for p in self.inputs if p.indexed)
        if len(topics) != len(indexed) + 1:
            raise _malformed()
        values = _named(indexed, b"".join(topics[1:])) | _named(
            tuple(p for p in self.inputs if not p.indexed), data
        )
        return {FIELDS.get(name, name): value for name, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A compiled contract. `immutables` are the places in the code that the constructor fills."""

    abi: list[dict[str, Any]]
    creation_code: bytes
    runtime_code: bytes
    immutables: tuple[tuple[int, int], ...]

    def shapes(self, kind: str) -> dict[str, Shape]:
        """Its functions, events or errors by name."""
        return {e["name"]: _shape(e) for e in self.abi if e["type"] == kind}

    def deployed_code(self, immutable: bytes) -> bytes:
        """The code on the chain when the constructor stored the one immutable word given."""
        code = bytearray(self.runtime_code)
        for start, length in self.immutables:
            code[start : start + length] = immutable
        return bytes(code)


@cache
def artifact(contract: str) -> Artifact:
    """The artifact of `Organisations` or `Logs` that ships with this release."""
    text = files("registry.chain").joinpath(f"artifacts/{contract}.json").read_bytes()
    fields = orjson.loads(text)
    places = fields["immutableReferences"].values()
    return Artifact(
        abi=fields["abi"],
        creation_code=bytes.fromhex(fields["bytecode"].removeprefix("0x")),
        runtime_code=bytes.fromhex(fields["deployedBytecode"].removeprefix("0x")),
        immutables=tuple((at["start"], at["length"]) for place in places for at in place),
    )


@cache
def functions(contract: str) -> Mapping[str, Shape]:
    """A contract's functions by name."""
    return artifact(contract).shapes("function")


@cache
def events_by_hash(contract: str) -> Mapping[bytes, Shape]:
    """A contract's events by their first topic."""
    return {shape.hash: shape for shape in artifact(contract).shapes("event").values()}


@cache
def errors_by_selector() -> Mapping[bytes, Shape]:
    """Every error that our contracts, or Solidity itself, can answer with."""
    ours = [shape for name in CONTRACTS for shape in artifact(name).shapes("error").values()]
    return {shape.selector: shape for shape in [*ours, *map(_shape, SOLIDITY_ERRORS)]}


def encode(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """The ABI encoding of values, structs flattened."""
    if all(map(_is_word, types)):
        return b"".join(map(_to_word, types, values))
    from eth_abi.abi import encode as encode_any

    return encode_any(types, values)


def decode(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """The values in `data`. Raises Damaged CHAIN_ANSWER_MALFORMED when it is too short."""
    if all(map(_is_word, types)):
        if len(data) < WORD * len(types):
            raise _malformed()
        words = (data[at : at + WORD] for at in range(0, WORD * len(types), WORD))
        return tuple(map(_from_word, types, words))
    from eth_abi.abi import decode as decode_any
    from eth_abi.exceptions import DecodingError

    try:
        return tuple(decode_any(types, data))
    except DecodingError as exc:
        raise _malformed() from exc


def _named(parameters: Sequence[Parameter], data: bytes) -> dict[str, Any]:
    values = decode(tuple(p.type for p in parameters), data)
    return {p.name: value for p, value in zip(parameters, values, strict=True)}


def _shape(entry: Mapping[str, Any]) -> Shape:
    signature = f"{entry['name']}({','.join(map(_type, entry['inputs']))})"
    return Shape(
        name=entry["name"],
        hash=keccak256(signature.encode("ascii")),
        inputs=tuple(_flat(entry["inputs"])),
        outputs=tuple(_flat(entry.get("outputs", []))),
    )


def _type(parameter: Mapping[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(_type, parameter['components']))}){kind.removeprefix('tuple')}"


def _flat(parameters: Sequence[Mapping[str, Any]], prefix: str = "") -> list[Parameter]:
    flat = list[Parameter]()
    for parameter in parameters:
        name = prefix + parameter["name"]
        # A struct of whole words is coded as its members in a row.
        if parameter["type"] == "tuple":
            flat += _flat(parameter["components"], f"{name}." if name else "")
        else:
            indexed = parameter.get("indexed", False)
            flat.append(Parameter(name=name, type=_type(parameter), indexed=indexed))
    return flat


def _is_word(kind: str) -> bool:
    return not kind.endswith("]") and kind not in ("bytes", "string") and "(" not in kind


def _to_word(kind: str, value: Any) -> bytes:
    if kind.startswith("bytes"):
        data: bytes = value
        if len(data) > int(kind.removeprefix("bytes")):
            raise ValueError(f"{len(data)} bytes do not fit {kind}")
        return data.ljust(WORD, b"\0")
    if kind == "address":
        return bytes(value).rjust(WORD, b"\0")
    number = int(value)
    if kind != "bool" and number.bit_length() > int(kind.removeprefix("uint")):
        raise ValueError(f"{number} does not fit {kind}")
    return number.to_bytes(WORD, "big")


def _from_word(kind: str, word: bytes) -> Any:
    if kind.startswith("bytes"):
        return word[: int(kind.removeprefix("bytes"))]
    if kind == "address":
        return word[12:]
    number = int.from_bytes(word, "big")
    return number != 0 if kind == "bool" else number


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _malformed() -> Damaged:
    return Damaged("CHAIN_ANSWER_MALFORMED", "the chain's answer does not have the contract's form")
