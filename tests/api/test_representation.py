"""Agreements and the question over a real node: recorded, asked, refused."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from registry.bootstrap.founding import administration_key
from registry.proofs.canonical import encode
from registry.proofs.hexes import to_hex
from registry.proofs.record import Visibility
from tests.agreements import Party, Room, agreement, leg, signed_by, terms
from tests.serving import Answer, Served, copied

D = "2026-11-21"


class World:
    """A node with two societies, and one agreement between them."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.room = Room(served, administration_key(served.node.settings.data))
        self.mcsc = self.room.admit("中国音乐著作权协会", "zh", "CN", "119")
        self.sacem = self.room.admit("SACEM", "en", "FR", "058")
        self.number = self.room.conclude(
            terms(
                leg(self.sacem, self.mcsc),
                leg(self.mcsc, self.sacem, territory=["+2120", "-826"]),
                parties=(self.mcsc, self.sacem),
            ),
            self.mcsc,
            self.sacem,
        )
        served.settle()

    def ask(self, **question: str) -> Any:
        asked = {
            "society": "119",
            "repertoire": "058",
            "right": "CN.10.9",
            "territory": "CN",
            "on": D,
            **question,
        }
        answer = self.served.get(
            f"/api/v1/representation?{urlencode({k: v for k, v in asked.items() if v})}"
        )
        assert answer.status == 200, answer.body
        return answer.json()

    def submit(self, body: dict[str, Any], *signers: Party, **changes: Any) -> Answer:
        record = agreement(body, signers=signers, ledger=self.served.ledger, **changes)
        return self.served.submit(signed_by(record, *signers).to_bytes())


@pytest.fixture(scope="module")
def world(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = copied(founded, tmp_path_factory.mktemp("two societies") / "node")
    with Served(folder) as served:
        yield World(served)


def test_yes_with_its_evidence_and_its_hash(world: World) -> None:
    told = world.ask()
    print(json.dumps(told, ensure_ascii=False, indent=1))
    assert told["answer"] == "YES"
