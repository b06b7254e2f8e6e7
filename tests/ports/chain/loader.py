"""A process that puts load on an embedded chain until it is killed; run by `test_embedded.py`.

Its arguments: the chain's folder, a file for what was acknowledged, a private key in hex. Each
transaction's hash is written to the file, synced, once the chain has acknowledged it.
"""

import os
import sys
from pathlib import Path

from registry.chain.contracts import Call
from registry.chain.embedded import EmbeddedChain
from registry.chain.rpc import chain_id, quantity
from registry.chain.transactions import Fees, address_of_key, sign

NOBODY = b"\x0f" * 20


def main() -> None:
    folder, acknowledged, key = Path(sys.argv[1]), Path(sys.argv[2]), bytes.fromhex(sys.argv[3])
    address = "0x" + address_of_key(key).hex()
    with (
        EmbeddedChain(folder, snapshot_blocks=40) as chain,
        acknowledged.open("ab", buffering=0) as file,
    ):
        chain.fund(address, 10**20)
        nonce = quantity(chain.call("eth_getTransactionCount", address, "latest"))
        number = chain_id(chain)
        print("ready", flush=True)
        while True:
            # Groups of one to three, so that blocks differ.
            group = [
                sign(key, number, nonce + at, Call(to=NOBODY, data=b"\x01"), 30_000, FEES)
                for at in range(1 + nonce % 3)
            ]
            chain.submit([signed.raw for signed in group])
            for signed in group:
                file.write(signed.hash)
            os.fsync(file.fileno())
            nonce += len(group)


FEES = Fees(max_fee=10**10, tip=10**9)

if __name__ == "__main__":
    main()
