"""The logs of the ledger over HTTP: how far each is known, and what does not verify."""

from typing import Any

from registry.proofs.hexes import to_hex
from tests.drafts import registration, signed
from tests.serving import Served, until
from tests.two_nodes import Side, TwoNodes


def logs_of(served: Served) -> dict[str, Any]:
    """What a node shows of each log, by its organisation."""
    answer = served.get("/api/v1/logs")
    assert answer.status == 200
    return {each["organisation"]: each for each in answer.json()["logs"]}


def shown(side: Side, of: Side) -> Any:
    return logs_of(side.served)[to_hex(of.member.id)]


def test_a_node_alone_knows_its_own_log_whole(served: Served) -> None:
    served.settle()
    (log,) = logs_of(served).values()
    assert log["own"]
    assert log["followed"] == log["anchored"] > 0
    assert (log["trouble"], log["faults"]) == (None, [])


def test_each_of_two_shows_both(two_nodes: TwoNodes) -> None:
    first, second = two_nodes.sides
    for side, other in ((first, second), (second, first)):
        mine, theirs = shown(side, side), shown(side, other)
        assert (mine["own"], theirs["own"]) == (True, False)
        assert theirs["followed"] == theirs["anchored"] == other.served.node.log.size
        assert theirs["origin"] == other.served.node.log.signer.key.name
        assert (theirs["trouble"], theirs["faults"]) == (None, [])


def test_a_node_that_is_away_is_told_and_caught_up_with(two_nodes: TwoNodes) -> None:
    first, second = two_nodes.sides
    second.stop()
    first.submit(signed(registration(ledger=first.member.ledger)))
    first.served.settle()
    first.stop()
    second.start()
    until(lambda: shown(second, first)["trouble"] is not None)
    log = shown(second, first)
    assert log["followed"] < log["anchored"]
    assert log["trouble"]["code"] == "PEER_UNREACHABLE"
    condition = second.served.get("/readyz").json()
    assert condition["ready"]
    assert condition["parts"]["following"]["code"] == "LOG_NOT_FOLLOWED"
    first.start()
    two_nodes.settle()
    assert shown(second, first)["trouble"] is None
