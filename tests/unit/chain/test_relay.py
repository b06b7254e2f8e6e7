"""The chain's JSON-RPC for others: the listed methods, and nothing else."""

from typing import Any

import pytest

from registry.chain.refusals import ChainUnreachable, NotOffered, refusal
from registry.chain.relay import READ_METHODS, answer
from registry.errors import RegistryError


class Answering:
    """An `Rpc` that answers with what it was asked, or raises what it is given."""

    def __init__(self, fault: RegistryError | None = None) -> None:
        self.fault = fault
        self.asked = list[tuple[str, tuple[Any, ...]]]()

    def call(self, method: str, *params: Any) -> Any:
        self.asked.append((method, params))
        if self.fault is not None:
            raise self.fault
        return "0x1"


def request(method: Any, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": [] if params is None else params}


@pytest.mark.parametrize("method", sorted(READ_METHODS - {"eth_getLogs"}))
def test_a_listed_method_is_passed_on(method: str) -> None:
    rpc = Answering()
    assert answer(rpc, request(method, ["a", 1])) == {"jsonrpc": "2.0", "id": 7, "result": "0x1"}
    assert rpc.asked == [(method, ("a", 1))]


@pytest.mark.parametrize(
    "method",
    ["eth_sendRawTransaction", "eth_newFilter", "evm_mine", "anvil_reset", "debug_traceBlock", ""],
)
def test_no_other_method_is(method: str) -> None:
    rpc = Answering()
    assert answer(rpc, request(method))["error"]["code"] == -32601
    assert rpc.asked == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        "eth_chainId",
        [request("eth_chainId")],
        {},
        {"jsonrpc": "1.0", "id": 1, "method": "eth_chainId"},
        request(5),
    ],
)
def test_what_is_no_request_is_refused(body: Any) -> None:
    assert answer(Answering(), body)["error"]["code"] == -32600


@pytest.mark.parametrize(
    "params",
    [
        [],
        [5],
        [{}],
        [{"fromBlock": "latest", "toBlock": "latest"}],
        [{"fromBlock": "0x0", "toBlock": "0x2710"}],
        [{"fromBlock": "0x5", "toBlock": "0x4"}],
        {"fromBlock": "0x0"},
    ],
)
def test_a_question_for_too_many_logs_is_refused(params: Any) -> None:
    rpc = Answering()
    assert answer(rpc, request("eth_getLogs", params))["error"]["code"] == -32602
    assert rpc.asked == []


@pytest.mark.parametrize(
    "question",
    [{"fromBlock": "0x0", "toBlock": "0x270f"}, {"blockHash": "0x" + "00" * 32}],
)
def test_a_narrow_question_for_logs_is_passed_on(question: dict[str, str]) -> None:
    assert answer(Answering(), request("eth_getLogs", [question]))["result"] == "0x1"


def test_a_revert_keeps_its_data() -> None:
    data = "0x08c379a0" + "00" * 96
    fault = refusal({"code": 3, "message": "execution reverted", "data": data})
    error = answer(Answering(fault), request("eth_call", [{}]))["error"]
    assert (error["code"], error["data"]) == (3, data)


def test_other_faults_are_errors_too() -> None:
    for fault in (ChainUnreachable("down"), NotOffered("CHAIN_METHOD_MISSING", "no")):
        assert answer(Answering(fault), request("eth_call", [{}]))["error"]["code"] == -32000
