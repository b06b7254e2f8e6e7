"""The ledger of the demonstration: founded by both regions on a chain of its own.

Every step is one that real founders take with `comity chain` and `comity organisation`; only the
chain is a process on this machine, which anybody may give coins to.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.chain.anvil import Anvil, anvil_options
from registry.cli import files, keystore
from registry.cli.demonstration.places import Place
from registry.cli.organisations import governing
from registry.cli.running import enrolling, founding_paper
from registry.proofs import hexes
from registry.proofs.founding import Rules
from registry.proofs.keys import eth_address
from registry.proofs.record import OrganisationId
from registry.proofs.signature import key_of
from registry.proofs.submission import parse_submission

NAME = "Two shores 两岸共鉴 (demonstration)"
RULES = Rules(confirmations=1, anchor_delay_s=600, publication_delay_s=3600, clock_bound_s=120)
CHAIN_ID = 31_946
FOUNDED_AGO_S = 60
SECONDS_A_BLOCK = 1
WEALTH = hex(10**20)
SCOPES = ("agreements", "cases", "recognise", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the people of a region keep their keys: administration, and the daily one."""

    place: Place
    administration: Path
    daily: Path
    node_folder: Path


def start_chain(folder: Path) -> Anvil:
    """A chain that began a minute ago, so that founding it need not wait for its clock."""
    chain = Anvil.start(folder, anvil_options(CHAIN_ID, int(time.time()) - FOUNDED_AGO_S, None))
    chain.rpc.call("evm_setAutomine", True)
    return chain


def keep_pace(chain: Anvil) -> None:
    """From now on the chain's time is the time, and a block comes every second."""
    chain.rpc.call("evm_setNextBlockTimestamp", int(time.time()))
    chain.rpc.call("evm_mine")
    chain.rpc.call("evm_setIntervalMining", SECONDS_A_BLOCK)


def found(chain: Anvil, desks: Sequence[Desk], folder: Path) -> tuple[Path, list[bytes]]:
    """The ledger's deployment file, and the first profile of each founder as it is submitted."""
    paper = founding_paper.draft(NAME, [_founder(desk) for desk in desks], RULES)
    for desk in desks:
        paper, _ = founding_paper.sign(paper, keystore.unlock(desk.administration))
        _enrich(chain, desk.administration)
    deployment = folder / "deployment.json"
    written = founding_paper.deploy(paper, chain.rpc.url, desks[0].administration, deployment)
    for desk in desks:
        _enrol(chain, desk, deployment)
    return deployment, files.read(written.profiles).splitlines()


def organisation_of(profile: bytes) -> OrganisationId:
    """The organisation that a first profile founds."""
    return OrganisationId(parse_submission(profile).record.digest)


def _founder(desk: Desk) -> str:
    place = desk.place
    key = keystore.key_named_in(desk.administration)
    return f"{place.region}:{place.body_zh}@zh:{','.join(place.kinds)}:{key}"


def _enrol(chain: Anvil, desk: Desk, deployment: Path) -> None:
    """The node gets its place on the chain, and the daily key its scopes."""
    public = desk.administration.with_name(f"{desk.place.name}-node-keys.json")
    enrolling.export_node_keys(desk.node_folder, public)
    _enrich(chain, desk.node_folder / "keys" / "chain.key")
    url, key = chain.rpc.url, desk.administration
    list(enrolling.enrol(deployment, url, key, public, None, replace_log=False))
    daily = str(keystore.key_named_in(desk.daily))
    list(governing.add_key(deployment, url, key, daily, SCOPES, (0, 0), None))


def _enrich(chain: Anvil, key_file: Path) -> None:
    """Give a key coins of this chain, which are worth nothing."""
    if key_file.suffix == ".json":
        key = keystore.key_named_in(key_file)
    else:
        key = key_of(bytes.fromhex(key_file.read_text(encoding="ascii")))
    assert key is not None  # keys made here name themselves
    chain.rpc.call("anvil_setBalance", hexes.to_hex(eth_address(key) or b""), WEALTH)
