"""JSON-RPC for others to read the chain with: a written list of methods, one request at a time.

So a verifier needs nothing but a JSON-RPC URL, also where the chain is embedded in a node. Answers
follow the JSON-RPC 2.0 specification; nothing that writes, subscribes or costs much is offered.
"""

from typing import Any

from registry.chain.refusals import ChainRefused, ContractReverted
from registry.chain.rpc import Rpc, quantity
from registry.errors import RegistryError

READ_METHODS = frozenset(
    {
        "eth_blockNumber",
        "eth_call",
        "eth_chainId",
        "eth_getBlockByHash",
        "eth_getBlockByNumber",
        "eth_getCode",
        "eth_getLogs",
        "eth_getTransactionByHash",
        "eth_getTransactionReceipt",
        "net_version",
        "web3_clientVersion",
    }
)
LOG_RANGE = 10_000

INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
SERVER_ERROR = -32000
REVERTED = 3


def answer(rpc: Rpc, request: Any) -> dict[str, Any]:
    """The JSON-RPC response to one parsed request; never raises for what the request says."""
    if not isinstance(request, dict):
        return _error(None, INVALID_REQUEST, "one request object is expected")
    number = request.get("id")
    method, params = request.get("method"), request.get("params", [])
    if request.get("jsonrpc") != "2.0" or not isinstance(method, str):
        return _error(number, INVALID_REQUEST, "not a JSON-RPC 2.0 request")
    if method not in READ_METHODS:
        return _error(number, METHOD_NOT_FOUND, f"offered are {', '.join(sorted(READ_METHODS))}")
    if not isinstance(params, list):
        return _error(number, INVALID_PARAMS, "params must be an array")
    if method == "eth_getLogs" and not _narrow(params):
        return _error(number, INVALID_PARAMS, f"at most {LOG_RANGE} blocks, by number")
    try:
        return {"jsonrpc": "2.0", "id": number, "result": rpc.call(method, *params)}
    except ContractReverted as exc:
        return _error(number, REVERTED, "execution reverted", "0x" + exc.data.hex())
    except ChainRefused as exc:
        return _error(number, SERVER_ERROR, exc.said or exc.detail)
    except RegistryError as exc:
        return _error(number, SERVER_ERROR, exc.detail)


def _narrow(params: list[Any]) -> bool:
    """Whether a question for logs names its blocks, and not too many."""
    if len(params) != 1 or not isinstance(params[0], dict):
        return False
    question = params[0]
    if "blockHash" in question:
        return True
    try:
        first, last = quantity(question.get("fromBlock")), quantity(question.get("toBlock"))
    except RegistryError:
        return False
    return 0 <= last - first < LOG_RANGE


def _error(number: Any, code: int, message: str, data: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": number, "error": error}
