"""The write-ahead log: what was synced is read back, a torn end is cut, damage is never."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.chain.blocklog import BlockLog, Header, Mined, Planned, read_log
from registry.durable import write_durably
from registry.errors import Damaged, Unavailable

HEADER = Header(chain_id=31337, genesis_time=1, base=0, base_hash=None, state=None)
planned = st.builds(
    Planned,
    number=st.integers(1, 2**40),
    time=st.integers(0, 2**40),
    credits=st.dictionaries(
        st.binary(min_size=20, max_size=20).map(lambda address: "0x" + address.hex()),
        st.integers(0, 2**128),
        max_size=2,
    ),
    transactions=st.lists(st.binary(max_size=60), max_size=3).map(tuple),
)
mined = st.builds(Mined, number=st.integers(1, 2**40), hash=st.binary(min_size=32, max_size=32))
items = st.lists(st.one_of(planned, mined), max_size=5)


def written(folder: Path, listed: list[Planned | Mined]) -> tuple[Path, list[int]]:
    """A log with these items, and where each of its frames ends, the header's first."""
    path = folder / "blocks-0.wal"
    log = BlockLog.create(path, HEADER)
    ends = [path.stat().st_size]
    for item in listed:
        log.append(item)
        ends.append(path.stat().st_size)
    log.close()
    return path, ends


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log")


@settings(deadline=None)
@given(listed=items)
def test_what_was_appended_is_read_back(folder: Path, listed: list[Planned | Mined]) -> None:
    path, ends = written(folder, listed)
    contents = read_log(path)
    assert contents.header == HEADER
    assert list(contents.items) == listed
    assert (contents.end, contents.torn) == (ends[-1], 0)


@settings(deadline=None)
@given(listed=items, data=st.data())
def test_a_write_torn_anywhere_leaves_what_was_before(
    folder: Path, listed: list[Planned | Mined], data: st.DataObject
) -> None:
    path, ends = written(folder, listed)
    cut = data.draw(st.integers(ends[0], ends[-1]))
    with path.open("r+b") as file:
        file.truncate(cut)
    contents = read_log(path)
    whole = sum(end <= cut for end in ends) - 1
    assert list(contents.items) == listed[:whole]
    assert contents.end + contents.torn == cut


@settings(deadline=None)
@given(listed=items, garbage=st.binary(min_size=1, max_size=200))
def test_garbage_at_the_end_is_cut(
    folder: Path, listed: list[Planned | Mined], garbage: bytes
) -> None:
    path, _ = written(folder, listed)
    with path.open("ab") as file:
        file.write(garbage)
    contents = read_log(path)
    assert list(contents.items) == listed
    log = BlockLog(path, contents.end)
    log.append(Mined(number=1, hash=bytes(32)))
    log.close()
    assert read_log(path).torn == 0
    assert list(read_log(path).items) == [*listed, Mined(number=1, hash=bytes(32))]


@settings(deadline=None)
@given(listed=st.lists(st.one_of(planned, mined), min_size=2, max_size=5), data=st.data())
def test_a_changed_bit_before_the_last_item_is_damage(
    folder: Path, listed: list[Planned | Mined], data: st.DataObject
) -> None:
    path, ends = written(folder, listed)
    at = data.draw(st.integers(0, ends[-2] - 1))
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(Damaged) as caught:
        read_log(path)
    assert caught.value.code == "CHAIN_LOG_DAMAGED"


def test_an_empty_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "blocks-0.wal"
    path.write_bytes(b"")
    with pytest.raises(Damaged):
        read_log(path)


def test_a_full_disk_is_said_and_changes_nothing(tmp_path: Path) -> None:
    path, ends = written(tmp_path, [Mined(number=1, hash=bytes(32))])
    log = BlockLog(path, ends[-1])
    full = os.open("/dev/full", os.O_RDWR)
    log._file, kept = full, log._file
    with pytest.raises(Unavailable) as caught:
        log.append(Planned(number=2, time=5))
    assert caught.value.code == "CHAIN_LOG_UNWRITABLE"
    log._file = kept
    os.close(full)
    log.append(Planned(number=2, time=5))
    log.close()
    assert len(read_log(path).items) == 2


def test_a_closed_log_is_not_written_to(tmp_path: Path) -> None:
    path, ends = written(tmp_path, [])
    log = BlockLog(path, ends[-1])
    log.close()
    log.close()
    with pytest.raises(Unavailable):
        log.append(Planned(number=1, time=1))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"first")
    write_durably(path, b"second")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
