"""Enrolment: what a node's machine shows of its keys, and the chain being told of them.

The node's secrets stay on its machine, the administration key on another: between them travels a
small file of public keys.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from registry.cli import files, keystore
from registry.errors import NotAuthorised
from registry.proofs import canonical, hexes, shape
from registry.proofs.checkpoint import origin_of
from registry.proofs.keys import eth_address, parse_key
from registry.proofs.record import LogId
from registry.proofs.signature import key_of

SPEC = "comity-node-keys/1"

_FIELDS = frozenset(("spec", "chain", "log", "witness"))


def export_node_keys(data: Path, out: Path) -> str:
    """Write the public half of the keys of the node in `data`; the text written.

    Raises Conflict FILE_EXISTS, and as `registry.ledger.keys.node_keys`.
    """
    from registry.ledger.keys import node_keys, public_key

    keys = node_keys(data / "keys")
    value = {
        "spec": SPEC,
        "chain": key_of(keys.chain),
        "log": hexes.to_hex(public_key(keys.log)),
        "witness": hexes.to_hex(public_key(keys.witness)),
    }
    text = json.dumps(value, indent=2)
    if not out.exists() or files.read(out) != text.encode() + b"\n":
        files.write_new(out, text.encode() + b"\n")
    return text


def enrol(
    deployment_file: Path,
    rpc_url: str,
    key_file: Path,
    node_keys_file: Path,
    organisation: str | None,
    replace_log: bool,
) -> Iterator[str]:
    """Enrol a node with its organisation's administration key; what was done, line by line.

    Raises NotAuthorised FOUNDER_UNKNOWN, InvalidInput as `shape`, and as `registry.chain.enrol`.
    """
    from registry.chain import enrol as chain_enrol
    from registry.chain.deployments import read_deployment
    from registry.chain.rpc import HttpRpc

    known = shape.exact(canonical.parse(files.read(node_keys_file)), _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    address = eth_address(parse_key(known["chain"], "chain"))
    if address is None:
        raise shape.invalid("chain", "must be an eth: key", code="KEY_INVALID")
    deployment = read_deployment(deployment_file)
    private_key = keystore.unlock(key_file)
    if organisation is not None:
        wanted = hexes.from_hex(organisation, size=32, path="--organisation")
    else:
        ours = [one.id for one in deployment.founders if one.key == key_of(private_key)]
        if not ours:
            raise NotAuthorised(
                "FOUNDER_UNKNOWN", "no founder has this key; name your --organisation"
            )
        wanted = ours[0]
    with closing(HttpRpc(rpc_url)) as rpc:
        done = chain_enrol.enrol(
            rpc,
            deployment,
            private_key,
            wanted,
            address,
            hexes.from_hex(known["log"], size=32, path="log"),
            hexes.from_hex(known["witness"], size=32, path="witness"),
            replace_log=replace_log,
        )
    yield f"organisation: {hexes.to_hex(wanted)}"
    yield f"log: {origin_of(LogId(done.log))}"
    for receipt in done.receipts:
        yield f"transaction: {hexes.to_hex(receipt.transaction)}, block {receipt.block_number}"
    if not done.receipts:
        yield "nothing to do: it was so already"
