"""A data folder that is not as it was left: told by name, and never appended to by mistake."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.bootstrap import open_node
from registry.config import read_settings
from registry.errors import Conflict, Damaged, NotFound, RegistryError
from tests.drafts import submission
from tests.serving import Served, copied

DATABASE = "comity.sqlite3"


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    return copied(founded, tmp_path / "node")


def put_back(folder: Path, backup: Path) -> None:
    """Restore the database as it was, and nothing else."""
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    shutil.copy(backup / DATABASE, folder / DATABASE)


def lived(folder: Path, entries: int = 3) -> None:
    with Served(folder) as node:
        for _ in range(entries):
            assert node.submit(submission(ledger=node.ledger)).status == 201
        node.settle()


def test_an_old_database_is_served_and_not_appended_to(folder: Path, tmp_path: Path) -> None:
    """A backup was restored, and the chain knows more: a second history would be a fork."""
    backup = copied(folder, tmp_path / "backup")
    lived(folder)
    put_back(folder, backup)
    with Served(folder) as node:
        size = node.node.log.size
        answer = node.submit(submission(ledger=node.ledger))
        assert answer.json()["code"] == "LOG_BEHIND_CHAIN"
        assert node.node.log.size == size
        ready = node.get("/readyz")
        assert (ready.status, ready.json()["ready"]) == (503, False)
        assert node.get("/log/checkpoint").status == 200


def test_an_old_copy_of_everything_goes_on_where_it_stood(folder: Path, tmp_path: Path) -> None:
    """With its own chain restored too there is nobody who knows more."""
    lived(folder)
    backup = copied(folder, tmp_path / "backup")
    with Served(folder) as node:
        checkpoint = node.get("/log/checkpoint").body
    with Served(backup) as node:
        assert node.get("/log/checkpoint").body == checkpoint
        assert node.submit(submission(ledger=node.ledger)).status == 201


def test_a_lost_database_is_read_again_from_nothing_but_the_chain(
    folder: Path, tmp_path: Path
) -> None:
    """The organisations come back from the events; the log does not, and that is said."""
    lived(folder)
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    with Served(folder) as node:
        (organisation,) = node.get("/api/v1/trust").json()["organisations"]
        assert organisation["status"] == "active"
        answer = node.submit(submission(ledger=node.ledger))
        assert answer.json()["code"] == "LOG_BEHIND_CHAIN"
        assert node.get("/log/checkpoint").json()["code"] == "LOG_EMPTY"


def spoil_key(folder: Path) -> None:
    (folder / "keys/log.key").write_text("not a key")


def another_log_key(folder: Path) -> None:
    (folder / "keys/log.key").write_text("11" * 32)


def lose_the_chain(folder: Path) -> None:
    shutil.rmtree(folder / "chain")


def another_code(folder: Path) -> None:
    path = folder / "deployment.json"
    text = path.read_text()
    start = text.index('"code_hash": "0x') + len('"code_hash": "0x')
    path.write_text(text[:start] + "00" + text[start + 2 :])


def another_name(folder: Path) -> None:
    path = folder / "deployment.json"
    path.write_text(path.read_text().replace("Ledger of Embedded", "Ledger of Another"))


@pytest.mark.parametrize(
    ("spoil", "kind", "code"),
    [
        (spoil_key, Damaged, "KEY_FILE_DAMAGED"),
        (another_log_key, NotFound, "NODE_NOT_ENROLLED"),
        (lose_the_chain, Damaged, "CHAIN_CONTRACTS_MISSING"),
        (another_code, Damaged, "CHAIN_CODE_DIFFERS"),
        (another_name, RegistryError, "FIELD_INVALID"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_not_as_it_was_is_told_at_the_start(
    folder: Path, spoil: Callable[[Path], None], kind: type[RegistryError], code: str
) -> None:
    spoil(folder)
    with pytest.raises(kind) as refused:
        open_node(read_settings(data=folder)).close()
    assert refused.value.code == code


def test_a_start_that_failed_leaves_the_folder_to_the_next(folder: Path) -> None:
    key = (folder / "keys/log.key").read_text()
    spoil_key(folder)
    for _ in range(2):
        with pytest.raises(Damaged):
            open_node(read_settings(data=folder)).close()
    (folder / "keys/log.key").write_text(key)
    open_node(read_settings(data=folder)).close()


def test_two_nodes_do_not_share_a_folder(folder: Path) -> None:
    with Served(folder), pytest.raises(Conflict) as refused:
        open_node(read_settings(data=folder)).close()
    assert refused.value.code == "DATA_FOLDER_IN_USE"
