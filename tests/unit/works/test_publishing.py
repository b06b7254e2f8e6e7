"""A file on its way into the document store: compared whole before a block of it is stored."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry.documents.embedded import EmbeddedDocuments
from registry.documents.port import read_file
from registry.documents.unixfs import file_blocks
from registry.errors import InvalidInput, Unavailable
from registry.proofs.cid import parse_cid
from registry.works.publishing import Upload

SIZES = [0, 1, 1 << 20, (1 << 20) + 1, 3 * (1 << 20)]


@pytest.fixture
def documents(tmp_path: Path) -> EmbeddedDocuments:
    return EmbeddedDocuments(tmp_path / "documents")


@pytest.fixture
def incoming(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "incoming"
    yield folder
    assert list(folder.iterdir()) == [], "nothing stays"


def cid_of(data: bytes) -> str:
    from io import BytesIO

    return str([block.cid for block in file_blocks(BytesIO(data))][-1])


def upload(data: bytes, folder: Path, *, expected: bytes | None = None) -> Upload:
    begun = Upload({expected or sha256(data).digest()}, folder)
    for start in range(0, len(data), 100_000):
        begun.write(data[start : start + 100_000])
    return begun


def blocks(documents: EmbeddedDocuments, folder: Path) -> int:
    assert documents
    return len(list((folder / "documents/blocks").glob("*/*.data")))


@pytest.mark.parametrize("size", SIZES)
def test_what_arrives_whole_is_stored_and_read_again(
    documents: EmbeddedDocuments, incoming: Path, size: int
) -> None:
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    with upload(data, incoming) as begun:
        assert begun.store(documents, cid_of(data)) == size
    assert b"".join(read_file(documents, parse_cid(cid_of(data)))) == data


def test_a_file_of_another_hash_is_not_stored(
    documents: EmbeddedDocuments, incoming: Path, tmp_path: Path
) -> None:
    other = sha256(b"the registered file").digest()
    with upload(b"an edited file", incoming, expected=other) as begun:
        with pytest.raises(InvalidInput) as refused:
            begun.store(documents, cid_of(b"an edited file"))
        assert refused.value.code == "DOCUMENT_DIFFERS"
    assert blocks(documents, tmp_path) == 0


def test_a_cid_of_another_file_is_not_stored_under(
    documents: EmbeddedDocuments, incoming: Path, tmp_path: Path
) -> None:
    data = bytes(2 << 20)
    with upload(data, incoming) as begun, pytest.raises(InvalidInput) as refused:
        begun.store(documents, cid_of(b"another"))
    assert refused.value.code == "DOCUMENT_DIFFERS"
    assert blocks(documents, tmp_path) == 0


def test_without_a_place_for_it_the_file_is_not_taken_now(tmp_path: Path) -> None:
    (tmp_path / "incoming").write_text("this is no folder")
    with pytest.raises(Unavailable) as refused:
        Upload(set(), tmp_path / "incoming")
    assert refused.value.code == "DOCUMENTS_UNAVAILABLE"
