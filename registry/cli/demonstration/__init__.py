"""The demonstration: two regions on this machine, and a story that they live through.

`places.py` says who they are, `processes.py` runs one node, `playground.py` founds the ledger and
starts both, `acts/` holds the story, `telling.py` plays and tells it.
"""
