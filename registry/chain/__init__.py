"""The chain room: contracts, the sender's lane, the watcher, the embedded chain, deployments.

Importing it pulls in no Ethereum library. web3, eth-account and eth-abi take seconds to import, so
each function that needs one imports it when it runs; whichever comes first finds the fast Keccak
chosen here, before any of them is loaded.
"""

import os

os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
