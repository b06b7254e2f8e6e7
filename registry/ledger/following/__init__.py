"""Following other nodes' logs: from an anchor on the chain to records in the own tables.

`sources.py` says where blocks are asked for, `head.py` proves what an anchor adds to a log,
`contents.py` fetches and examines the records, `follower.py` does this for every log, `overview.py`
tells how far it came.
"""
