"""Who is let into a ledger, and out of it for a while: three regions, one node, what it shows."""

import io
import json
import time
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from registry.chain.anvil import Anvil, anvil_options
from registry.cli import keystore
from registry.cli.commands import run
from registry.cli.node import Node
from registry.cli.speaking import told_of
from registry.errors import NotAuthorised, NotFound
from registry.proofs.hexes import to_hex
from registry.proofs.keys import eth_address
from registry.proofs.signature import key_of
from tests.running import NodeProcess
from tests.serving import until

CHAIN_ID = 4244
DAY = 24 * 3600
WEALTH = hex(10**20)
PASSWORD = "a password for tests"
PEOPLE = ("hainan", "centre", "harbour", "mcsc", "clerk")
KEYS = {name: name.encode().ljust(32, b"!") for name in PEOPLE}
DEPLOYMENT = f"deployments/{CHAIN_ID}.json"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Anvil]:
    """A chain that began 45 days ago, so that a suspension can have lapsed by today."""
    options = anvil_options(CHAIN_ID, int(time.time()) - 45 * DAY, None)
    node = Anvil.start(tmp_path / "chain", options)
    node.rpc.call("evm_setAutomine", True)
    for key in KEYS.values():
        node.rpc.call("anvil_setBalance", to_hex(eth_address(key_of(key)) or b""), WEALTH)
    yield node
    node.stop()


class Desk:
    """A folder in which people of all organisations work, at the command line in this process."""

    def __init__(self, folder: Path, chain: Anvil) -> None:
        self.folder = folder
        self.chain = chain
        for name, key in KEYS.items():
            kept = keystore.encrypt(key, PASSWORD, n=1 << 4)
            (folder / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")

    def comity(self, *arguments: str) -> str:
        """What a command prints; it must succeed, or raises what it would tell."""
        printed = io.StringIO()
        with chdir(self.folder), redirect_stdout(printed):
            assert run(list(arguments)) == 0
        return printed.getvalue()

    def decides(self, who: str, *arguments: str) -> str:
        """A transaction of an organisation's administration."""
        reach = ("--deployment", DEPLOYMENT, "--rpc", self.chain.rpc.url, "--key", f"{who}.json")
        return self.comity("organisation", *arguments, *reach)

    def found(self) -> dict[str, str]:
        """Three regions found a ledger; their ids by region."""
        self.comity(
            *("chain", "draft", "--name", "Three shores", "--confirmations", "2"),
            *("--founder", f"CN-46:海南站@zh:mediation_body:{key_of(KEYS['hainan'])}"),
            *("--founder", f"SG:Centre B:society:{key_of(KEYS['centre'])}"),
            *("--founder", f"HK:Harbour Society:society:{key_of(KEYS['harbour'])}"),
            *("--out", "founding.json"),
        )
        for who in ("hainan", "centre", "harbour"):
            self.comity("chain", "sign", "founding.json", "--key", f"{who}.json")
        reach = ("--rpc", self.chain.rpc.url, "--key", "hainan.json")
        self.comity("chain", "deploy", "founding.json", *reach)
        deployed = json.loads((self.folder / DEPLOYMENT).read_text(encoding="utf-8"))
        return {one["region"]: one["id"] for one in deployed["organisations"]}

    def enrol(self) -> None:
        """The first founder's node gets its place on the chain."""
        self.comity("chain", "node-keys", "--data", "node", "--out", "node-keys.json")
        known = json.loads((self.folder / "node-keys.json").read_text(encoding="utf-8"))
        address = known["chain"].removeprefix("eth:")
        self.chain.rpc.call("anvil_setBalance", address, WEALTH)
        self.comity(
            *("chain", "enrol", "--deployment", DEPLOYMENT, "--rpc", self.chain.rpc.url),
            *("--key", "hainan.json", "--node-keys", "node-keys.json"),
        )

    def today(self) -> None:
        """The chain arrives at the present, and from now on keeps pace with it."""
        self.chain.rpc.call("evm_setNextBlockTimestamp", int(time.time()))
        self.chain.rpc.call("evm_mine")
        self.chain.rpc.call("evm_setIntervalMining", 1)


class Shown:
    """What the node of the first founder shows: printed where the print matters, else asked."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk = desk
        self.node = ("--node", url)
        self._asked = Node(url)

    def printed(self, *name: str) -> str:
        return self.desk.comity("organisation", "show", *name, *self.node)

    def of(self, name: str) -> Any:
        return told_of(self._asked, name)

    def unknown(self, name: str) -> bool:
        try:
            told_of(self._asked, name)
        except NotFound as fault:
            return fault.code == "ORGANISATION_UNKNOWN"
        return False


def test_three_regions_govern_and_a_node_shows_it(
    chain: Anvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keystore.PASSWORD_VARIABLE, PASSWORD)
    desk = Desk(tmp_path, chain)
    ids = desk.found()
    desk.decides("hainan", "suspend", ids["HK"])
    assert "suspended for 30 days" in desk.decides("centre", "suspend", ids["HK"])
    desk.today()
    desk.enrol()
    deployment = str(tmp_path / DEPLOYMENT)
    with NodeProcess(
        tmp_path / "node", chain_url=chain.rpc.url, deployment=deployment, anchor_entries="1"
    ) as node:
        shown = Shown(desk, node.url)
        until(lambda: len(shown.of(ids["CN-46"])["logs"]) == 1)
        names_come_with_profiles(desk, shown, node.url, ids)
        a_suspension_has_lapsed_and_is_imposed_again(desk, shown, ids)
        a_society_is_admitted_and_found_by_its_code(desk, shown, node.url)
        keys_change_over_time(desk, shown, ids)


def names_come_with_profiles(desk: Desk, shown: Shown, url: str, ids: dict[str, str]) -> None:
    assert "海南站" not in shown.printed()
    desk.comity("submit", f"deployments/{CHAIN_ID}.profiles.ndjson", "--node", url)
    lines = shown.printed().splitlines()
    assert lines[0].split() == ["region", "voice", "status", "kinds", "name", "id"]
    assert [line.split()[0] for line in lines[1:]] == ["CN-46", "SG", "HK"]
    assert lines[1].split()[1:] == ["yes", "active", "mediation_body", "海南站", ids["CN-46"]]


def a_suspension_has_lapsed_and_is_imposed_again(
    desk: Desk, shown: Shown, ids: dict[str, str]
) -> None:
    before = shown.of(ids["HK"])
    assert (before["status"], before["voice"], len(before["suspensions"])) == ("active", True, 1)
    desk.decides("hainan", "suspend", ids["HK"])
    desk.decides("centre", "suspend", ids["HK"])
    until(lambda: shown.of(ids["HK"])["status"] == "suspended")
    after = shown.of(ids["HK"])
    assert (after["voice"], len(after["suspensions"])) == (False, 2)
    assert after["names"] == before["names"], "it is still who it is"


def a_society_is_admitted_and_found_by_its_code(desk: Desk, shown: Shown, url: str) -> None:
    desk.comity(
        *("organisation", "profile", "draft", "--out", "mcsc.draft", "--node", url),
        *("--name", "中国音乐著作权协会@zh", "--region", "CN", "--kind", "society"),
        *("--identifier", "CISAC=119"),
    )
    desk.comity(
        *("organisation", "profile", "sign", "mcsc.draft", "--key", "mcsc.json"),
        *("--out", "mcsc.profile"),
    )
    submission = json.loads((desk.folder / "mcsc.profile").read_text(encoding="utf-8"))
    assert submission["record"]["subject"] is None
    with pytest.raises(NotAuthorised, match="ORGANISATION_UNKNOWN"):
        desk.comity("organisation", "profile", "submit", "mcsc.profile", "--node", url)

    desk.decides("hainan", "propose", "mcsc.profile")
    admitted = desk.decides("centre", "endorse", "mcsc.profile")
    assert "state: admitted" in admitted
    mcsc = admitted.split("candidate: ")[1].split()[0]
    until(lambda: not shown.unknown(mcsc))
    assert shown.of(mcsc)["names"] == []
    assert shown.unknown("CISAC:119")
    desk.comity("organisation", "profile", "submit", "mcsc.profile", "--node", url)
    told = json.loads(shown.printed("CISAC:119", "--json"))
    assert told == shown.of(mcsc)

    desk.comity(
        *("organisation", "profile", "draft", "--organisation", "CISAC:119", "--node", url),
        *("--endpoint", "https://mcsc.example/", "--out", "mcsc-2.draft"),
    )
    desk.comity(
        *("organisation", "profile", "sign", "mcsc-2.draft", "--key", "mcsc.json"),
        *("--out", "mcsc-2.profile"),
    )
    desk.comity("organisation", "profile", "submit", "mcsc-2.profile", "--node", url)
    later = shown.of("CISAC:119")
    assert (later["id"], later["endpoints"]) == (mcsc, ["https://mcsc.example/"])
    assert later["names"] == [{"text": "中国音乐著作权协会", "lang": "zh"}]


def keys_change_over_time(desk: Desk, shown: Shown, ids: dict[str, str]) -> None:
    clerk = key_of(KEYS["clerk"])
    desk.decides("centre", "add-key", clerk, "--scope", "agreements", "--scope", "cases")

    def held() -> list[Any]:
        return [each for each in shown.of(ids["SG"])["keys"] if each["key"] == clerk]

    until(lambda: bool(held()))
    assert held()[0]["scopes"] == ["agreements", "cases"]
    assert held()[0]["until"] is None
    desk.decides("centre", "retire-key", clerk)
    until(lambda: held()[0]["until"] is not None)
    told = shown.printed(ids["SG"])
    assert f"agreements, cases; from {held()[0]['from']} until {held()[0]['until']}" in told
