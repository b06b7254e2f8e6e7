"""What is particular to the embedded store: its layout, its durability, its disk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.documents.block import Block
from registry.documents.embedded import EmbeddedDocuments
from registry.errors import Damaged, NotFound, Unavailable

BLOCK = Block.of(b"hello")
# Where Kubo 0.43 puts the block "hello".
KUBO_PATH = "QJ/CIQCZ4SNXJP3BIYOE3UDWKWFXHRJ4GYWDZOB7J2CLZZQIM3CSOFZQJA.data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_block_lies_where_kubo_looks_for_it(folder: Path) -> None:
    EmbeddedDocuments(folder).put_block(BLOCK.data)
    assert files(folder / "blocks") == [KUBO_PATH, "SHARDING"]
    sharding = (folder / "blocks" / "SHARDING").read_text(encoding="ascii")
    assert sharding == "/repo/flatfs/shard/v1/next-to-last/2\n"


def test_another_process_finds_what_was_put(folder: Path) -> None:
    cid = EmbeddedDocuments(folder).put_block(b"kept")
    assert EmbeddedDocuments(folder).get_block(cid) == b"kept"


@pytest.mark.parametrize("spoilt", [b"", b"hell", b"hellO", b"hello "])
def test_a_file_that_a_disk_has_spoilt_is_caught_and_mended_by_a_put(
    folder: Path, spoilt: bytes
) -> None:
    store = EmbeddedDocuments(folder)
    store.put_block(BLOCK.data)
    (folder / "blocks" / KUBO_PATH).write_bytes(spoilt)
    with pytest.raises(Damaged) as fault:
        store.get_block(BLOCK.cid)
    assert fault.value.code == "BLOCK_WRONG"
    store.put_block(BLOCK.data)
    assert store.get_block(BLOCK.cid) == b"hello"


def test_a_folder_that_has_gone_is_not_a_missing_block(folder: Path) -> None:
    store = EmbeddedDocuments(folder)
    store.put_block(BLOCK.data)
    folder.rename(folder.with_name("elsewhere"))
    for act in (lambda: store.get_block(BLOCK.cid), store.health, lambda: store.put_block(b"x")):
        with pytest.raises(Unavailable) as fault:
            act()
        assert fault.value.code == "DOCUMENTS_UNAVAILABLE"


def test_a_folder_of_another_layout_is_refused(folder: Path) -> None:
    EmbeddedDocuments(folder)
    (folder / "blocks" / "SHARDING").write_text("/repo/flatfs/shard/v1/prefix/5\n")
    with pytest.raises(Unavailable, match="another layout"):
        EmbeddedDocuments(folder)


def test_a_path_that_is_no_folder_is_refused(folder: Path) -> None:
    folder.write_text("a file is in the way")
    with pytest.raises(Unavailable):
        EmbeddedDocuments(folder)


def test_what_fails_leaves_no_temporary_files(folder: Path) -> None:
    def blocks() -> Iterator[Block]:
        yield BLOCK
        raise NotFound("BLOCK_MISSING", "the source has no more")

    store = EmbeddedDocuments(folder)
    with pytest.raises(NotFound):
        store.put_blocks(blocks())
    assert files(folder / "blocks") == ["SHARDING"]


def test_old_temporary_files_are_swept_and_young_ones_left(folder: Path) -> None:
    EmbeddedDocuments(folder)
    old, young = (folder / "blocks" / ".temp" / name for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half a block")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    EmbeddedDocuments(folder)
    assert [old.exists(), young.exists()] == [False, True]


def test_a_full_disk_is_said_to_be_full(folder: Path) -> None:
    store = EmbeddedDocuments(folder)
    # A file that may not grow stands for a disk that is full: the write itself fails.
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from registry.documents.embedded import EmbeddedDocuments\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "EmbeddedDocuments(Path(sys.argv[1])).put_block(bytes(5000))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(folder)], check=False, capture_output=True, text=True
    )
    assert "DOCUMENTS_UNAVAILABLE" in ended.stderr
    assert files(folder / "blocks") == ["SHARDING"]
    assert not store.has(Block.of(bytes(5000)).cid)


def test_a_kill_leaves_every_block_whole_or_absent(folder: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from registry.documents.block import Block\n"
        "from registry.documents.embedded import EmbeddedDocuments\n"
        "store = EmbeddedDocuments(Path(sys.argv[1]))\n"
        "for turn in range(10_000):\n"
        "    store.put_blocks(Block.of(b'%d %d ' % (turn, n) * 500) for n in range(40))\n"
        "    print(turn, flush=True)\n"
    )
    acknowledged = -1
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        with writer.stdout as lines:
            for _, line in zip(range(4), lines, strict=False):
                acknowledged = max(acknowledged, int(line))
            writer.send_signal(signal.SIGKILL)
            for line in lines:
                acknowledged = max(acknowledged, int(line))
        writer.wait()
        store = EmbeddedDocuments(folder)
        for turn in range(acknowledged + 2):
            for number in range(40):
                block = Block.of(b"%d %d " % (turn, number) * 500)
                if turn <= acknowledged or store.has(block.cid):
                    assert store.get_block(block.cid) == block.data
