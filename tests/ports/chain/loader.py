"""A process that puts load on an embedded chain until it is killed; run by `test_embedded.py`.

Its arguments: the chain's folder, a file with a funded key's raw transactions (one a line, in the
order of their nonces, from 0), the key's address. It prints each transaction's hash once the chain
has acknowledged it.
"""

import sys
from pathlib import Path

from registry.chain.embedded import EmbeddedChain
from registry.chain.rpc import quantity


def main() -> None:
    folder, transactions, address = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    raws = [bytes.fromhex(line) for line in transactions.read_text().splitlines()]
    with EmbeddedChain(folder, snapshot_blocks=40) as chain:
        chain.fund(address, 10**20)
        nonce = quantity(chain.call("eth_getTransactionCount", address, "latest"))
        print("ready", flush=True)
        while nonce < len(raws):
            # Groups of one to three, so that blocks differ.
            group = raws[nonce : nonce + 1 + nonce % 3]
            for acknowledged in chain.submit(group):
                print(acknowledged.hex(), flush=True)
            nonce += len(group)


if __name__ == "__main__":
    main()
