"""How a route gets at the node that serves it."""

from typing import Annotated

from fastapi import Depends, Request

from registry.bootstrap import Node


def node_of(request: Request) -> Node:
    """The node behind this app."""
    node: Node = request.app.state.node
    return node


TheNode = Annotated[Node, Depends(node_of)]
