"""web3 over any `Rpc`: its contract objects where comfort counts more than speed."""

from typing import TYPE_CHECKING, Any

from registry.chain.rpc import Rpc

if TYPE_CHECKING:
    from web3 import Web3


def web3_over(rpc: Rpc) -> "Web3":
    """A Web3 whose requests go through `rpc`; refusals stay errors of our family."""
    from web3 import Web3
    from web3.middleware import ExtraDataToPOAMiddleware
    from web3.providers.base import JSONBaseProvider
    from web3.types import RPCEndpoint, RPCResponse

    class Provider(JSONBaseProvider):
        def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
            return {"jsonrpc": "2.0", "id": 1, "result": rpc.call(method, *params)}

    web3 = Web3(Provider())
    # Chains run by a few known nodes put their seals where web3 expects 32 bytes.
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    return web3
