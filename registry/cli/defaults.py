"""Where a node is when nobody says otherwise."""

NODE = "http://localhost:8000"
NODE_VARIABLE = "COMITY_NODE"
