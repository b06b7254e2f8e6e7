"""How a route gets at the node that serves it."""

from typing import Annotated

from fastapi import Depends, Request

from registry.bootstrap import Node


async def node_of(request: Request) -> Node:
    """The node behind this app. A coroutine: a plain function would cost a thread a request."""
    node: Node = request.app.state.node
    return node


TheNode = Annotated[Node, Depends(node_of)]
