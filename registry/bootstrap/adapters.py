"""What lies outside of the process, opened: the folder, the database, the chain, the documents.

Adapters are imported when they are needed, so that the command line stays quick.
"""

import fcntl
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from registry.chain.rpc import HttpRpc, Rpc
from registry.chain.transactions import address_of_key, checksummed
from registry.config import Settings
from registry.documents.port import Documents
from registry.errors import Conflict
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database

ENDOWMENT = 10**24  # of the embedded chain's own coin, which is worth nothing


def lock(folder: Path, opening: ExitStack) -> None:
    """One process a data folder: two writers of one log would fork it."""
    folder.mkdir(parents=True, exist_ok=True)
    held = opening.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise Conflict(
            "DATA_FOLDER_IN_USE", f"another node runs in {folder}; stop it or use another folder"
        ) from exc


def open_database(settings: Settings, opening: ExitStack) -> Database:
    """The database of the settings, with the tables of this release."""
    database = Database(open_engine(settings.database()))
    opening.callback(database.close)
    upgrade(database.engine)
    return database


def open_chain(settings: Settings, payers: Sequence[bytes], opening: ExitStack) -> Rpc:
    """The outside chain, or the embedded one; there the keys of `payers` have what they need."""
    if settings.chain_url is not None:
        outside = HttpRpc(settings.chain_url)
        opening.callback(outside.close)
        return outside
    from registry.chain.embedded import EmbeddedChain

    chain = EmbeddedChain(settings.data / "chain")
    opening.callback(chain.close)
    for key in payers:
        chain.fund(checksummed(address_of_key(key)), ENDOWMENT)
    return chain


def open_documents(settings: Settings, opening: ExitStack) -> Documents:
    """Kubo at its address, or the embedded store."""
    documents: Documents
    if settings.kubo_address is not None:
        from registry.documents.kubo import KuboDocuments

        documents = KuboDocuments(settings.kubo_address)
    else:
        from registry.documents.embedded import EmbeddedDocuments

        documents = EmbeddedDocuments(settings.data / "documents")
    opening.callback(documents.close)
    return documents
