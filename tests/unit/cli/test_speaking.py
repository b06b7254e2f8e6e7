"""Speaking as an organisation: whose key it is, what is signed in its name, what is kept of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from registry.cli import keystore, speaking
from registry.cli.node import Node
from registry.cli.organisations import organisation_view
from registry.errors import Conflict, Damaged, NotAuthorised, NotFound, RegistryError, Unavailable
from registry.proofs import hexes
from registry.proofs.record import Digest, OrganisationId
from registry.proofs.signature import key_of, verify_signatures
from registry.proofs.submission import parse_submission
from tests.unit.cli.conftest import PASSWORD
from tests.unit.cli.fake_node import FakeNode
from tests.unit.proofs.world import ALICE, BOB

BODY = {
    "names": [{"text": "海南站", "lang": "zh"}],
    "kinds": ["mediation_body"],
    "region": "CN-46",
    "identifiers": [],
    "contact": None,
    "endpoints": [],
}
PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def told(mark: int, *keys: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An organisation as a node tells of it."""
    return {
        "id": hexes.to_hex(bytes([mark]) * 32),
        "region": "CN-46",
        "kinds": ["mediation_body"],
        "status": "active",
        "voice": True,
        "names": [{"text": f"Station {mark}", "lang": "en"}],
        "identifiers": [],
        "contact": None,
        "endpoints": [],
        "profile": None,
        "keys": list(keys),
        "logs": [],
        "witness": None,
        "suspensions": [],
        **changes,
    }


def key(private: bytes, *scopes: str, **changes: Any) -> dict[str, Any]:
    window = {"from": PAST, "until": None, "contested_since": None, **changes}
    return {"key": key_of(private), "scopes": list(scopes), **window}


FIRST = told(1, key(ALICE, "administration"), key(BOB, "agreements", until=PAST))
SECOND = told(
    2,
    key(BOB, "cases", "agreements", until=FUTURE),
    identifiers=[{"scheme": "CISAC", "value": "119"}],
    profile={"digest": "0x" + "22" * 32, "number": "x"},
)


@pytest.fixture
def town(node: FakeNode) -> Node:
    node.organisations = [FIRST, SECOND]
    return Node(node.url)


@pytest.fixture
def key_of_bob(tmp_path: Path) -> Path:
    path = tmp_path / "bob.json"
    path.write_text(json.dumps(keystore.encrypt(BOB, PASSWORD, n=1 << 4)))
    return path


def code(call: Callable[[], object]) -> str:
    with pytest.raises(RegistryError) as caught:
        call()
    return caught.value.code


def said(town: Node, key_file: Path, organisation: str | None = None) -> Any:
    """A later profile of the first organisation, which a fake node takes from anybody."""
    return speaking.signed_by(
        town,
        speaking.speaker(town, key_file, organisation),
        type="organisation.profile",
        body=BODY,
        subject=Digest(b"\x01" * 32),
        previous=Digest(b"\x01" * 32),
        capacity="organisation",
    )


def test_a_key_speaks_for_whose_key_it_is_now(town: Node, key_file: Path, key_of_bob: Path) -> None:
    assert speaking.speaker(town, key_file, None).organisation.name == "Station 1"
    # Bob's key was of the first one once: that window is over.
    assert speaking.speaker(town, key_of_bob, None).organisation.name == "Station 2"
    assert code(lambda: speaking.speaker(town, key_of_bob, FIRST["id"])) == (
        "KEY_NOT_OF_ORGANISATION"
    )


def test_an_organisation_is_named_by_its_id_or_its_identifier(town: Node, key_of_bob: Path) -> None:
    for name in (SECOND["id"], "CISAC:119"):
        assert speaking.speaker(town, key_of_bob, name).organisation.region == "CN-46"
    with pytest.raises(NotFound):
        speaking.speaker(town, key_of_bob, "CISAC:058")


def test_a_key_of_nobody_speaks_for_nobody(town: Node, node: FakeNode, key_file: Path) -> None:
    node.organisations = [SECOND]
    with pytest.raises(NotAuthorised) as caught:
        speaking.speaker(town, key_file, None)
    assert caught.value.code == "KEY_NOT_OF_ORGANISATION"


def test_a_key_of_two_asks_which(town: Node, node: FakeNode, key_file: Path) -> None:
    node.organisations = [FIRST, told(3, key(ALICE, "cases"))]
    with pytest.raises(Conflict) as caught:
        speaking.speaker(town, key_file, None)
    assert caught.value.code == "ORGANISATION_AMBIGUOUS"
    assert "Station 1" in caught.value.detail
    assert "Station 3" in caught.value.detail
    assert speaking.speaker(town, key_file, FIRST["id"]).organisation.name == "Station 1"


def test_the_key_for_a_scope_is_one_that_is_not_over(town: Node) -> None:
    first, second = speaking.organisations(town)
    now = datetime.now(UTC)
    assert first.keys_with("agreements", now) == []
    assert second.keys_with("agreements", now) == [key_of(BOB)]
    assert second.profile == b"\x22" * 32


def test_what_is_signed_names_the_ledger_the_key_and_the_organisation(
    town: Node, node: FakeNode, key_file: Path
) -> None:
    submission = said(town, key_file)
    record = submission.record
    verify_signatures(record, submission.signatures)
    (signer,) = record.signers
    assert (record.ledger, signer.key) == (node.world.ledger, key_of(ALICE))
    assert signer.organisation == OrganisationId(b"\x01" * 32)


def test_what_was_signed_is_kept_before_it_is_sent(
    town: Node, node: FakeNode, key_file: Path, tmp_path: Path
) -> None:
    submission = said(town, key_file)
    kept = tmp_path / "kept.json"
    node.falsify = lambda receipt: {**receipt, "digest": "0x" + "00" * 32}
    with pytest.raises(Damaged) as caught:
        speaking.submitted(town, submission, kept)
    assert str(kept) in "".join(caught.value.__notes__)
    assert parse_submission(kept.read_bytes().strip()).record == submission.record


def test_it_is_kept_as_well_where_the_node_went_away(
    town: Node, key_file: Path, tmp_path: Path
) -> None:
    submission = said(town, key_file)
    with pytest.raises(Unavailable) as caught:
        speaking.submitted(Node("http://127.0.0.1:9"), submission, None)
    assert "comity submit" in "".join(caught.value.__notes__)
    (kept,) = tmp_path.glob("????-????-????-????.json")
    assert parse_submission(kept.read_bytes().strip()).record == submission.record


@pytest.mark.parametrize("field", ["id", "keys", "names", "profile"])
def test_a_node_that_tells_half_is_not_believed(
    town: Node, node: FakeNode, key_file: Path, field: str
) -> None:
    node.organisations = [{name: value for name, value in FIRST.items() if name != field}]
    assert code(lambda: speaking.speaker(town, key_file, None)) == "NODE_ANSWER_MALFORMED"


# ---- how organisations are shown -----------------------------------------------------------------


def test_a_table_keeps_its_columns_with_chinese_names() -> None:
    chinese = told(4, names=[{"text": "海南站", "lang": "zh"}])
    lines = organisation_view.table({"organisations": [FIRST, chinese]})
    ids = [line.index("0x") for line in lines[1:]]
    # Three characters of two columns each stand where six of one column would.
    assert ids[0] - ids[1] == 3


def test_a_stranger_s_text_does_not_command_the_terminal() -> None:
    rogue = told(5, names=[{"text": "x\x1b[2J", "lang": "en"}], contact="a\nb")
    text = "\n".join(
        [*organisation_view.table({"organisations": [rogue]}), *organisation_view.lines(rogue)]
    )
    assert "\x1b" not in text
    assert "contact:  a<U+000A>b" in text


def test_every_part_of_an_organisation_is_shown() -> None:
    whole = told(
        6,
        key(ALICE, "cases", until=FUTURE, contested_since=PAST),
        identifiers=[{"scheme": "CISAC", "value": "119"}],
        endpoints=["https://node.example/"],
        logs=[{"log": "0x", "origin": "comity/ab", "vkey": "v", "open": False}],
        witness="w",
        suspensions=[{"from": PAST, "until": FUTURE}],
    )
    text = "\n".join(organisation_view.lines(whole))
    for part in (
        "and speaks for it",
        "CISAC 119",
        "https://node.example/",
        f"cases; from {PAST} until {FUTURE}",
        f"contested since {PAST}",
        "comity/ab (closed)",
        f"from {PAST} until {FUTURE}",
        "none is known here",
    ):
        assert part in text
