"""What a look at the chain may pull in: a verifier must start at once."""

import subprocess
import sys

import pytest

SLOW = ("web3", "eth_account", "eth_abi", "eth_utils", "eth_tester", "rlp")


@pytest.mark.parametrize(
    "module",
    [
        "registry.chain",
        "registry.chain.contracts",
        "registry.chain.deployments",
        "registry.chain.embedded",
        "registry.chain.enrol",
        "registry.chain.relay",
        "registry.chain.sender",
        "registry.chain.watcher",
    ],
)
def test_importing_the_room_pulls_in_no_ethereum_library(module: str) -> None:
    assert loaded(f"import {module}") == ""


def test_reading_an_anchor_pulls_in_none_either() -> None:
    code = """
from registry.chain.contracts import Logs
class Rpc:
    def call(self, method, *params):
        return "0x" + "01" * 32
assert Logs(Rpc(), bytes(20)).anchor_of(bytes(32), 5) == b"\\x01" * 32
"""
    assert loaded(code) == ""


def test_the_fast_keccak_is_chosen_before_any_of_them() -> None:
    code = "import registry.chain, os; print(os.environ['ETH_HASH_BACKEND'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "pysha3"


def loaded(code: str) -> str:
    """Which of the slow libraries are loaded after `code`."""
    ask = f"{code}\nimport sys; print(*sorted(set({SLOW!r}) & set(sys.modules)), end='')"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return done.stdout
