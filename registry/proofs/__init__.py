"""Comity's byte formats, usable by a stranger without the rest of the house.

Records, statements, signatures, entries, the tree and its tiles, notes, checkpoints, receipts,
manifests, certificates and their verification, as `docs/protocol/` states them. Nothing here
reads a file, a clock or a network. Import what you need from the module that carries its name.
"""
