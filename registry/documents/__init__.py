"""Content-addressed store of bytes that may travel: published records, tiles, documents.

Adapters behind one port (`port.py`): `embedded.py` keeps blocks as files in Kubo's own layout,
`kubo.py` speaks to an IPFS daemon. `unixfs.py` cuts files into the same blocks that Kubo cuts.
"""
