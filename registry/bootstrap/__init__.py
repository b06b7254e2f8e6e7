"""From settings to a wired node: the only room that knows every other.

`types.py` lists what every room adds to the one door, `adapters.py` opens what is outside of the
process, `founding.py` founds a ledger where there is none, `node.py` puts the parts together.
"""

from registry.bootstrap.node import Node as Node
from registry.bootstrap.node import open_node as open_node
from registry.bootstrap.types import RECORD_TYPES as RECORD_TYPES
