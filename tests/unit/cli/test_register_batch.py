"""`comity register-batch`: every row checked first, one signature, and nothing twice."""

import csv
import json
from pathlib import Path

import pytest

from registry.proofs.receipt import parse_receipt
from registry.proofs.signature import BatchSignature, Eip712Signature
from tests.unit.cli.conftest import Comity, Ran
from tests.unit.cli.fake_node import FakeNode

HEADER = "file,title,lang,category,authors,claimant,created_on,ai\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three works."""
    folder = tmp_path / "works"
    (folder / "more").mkdir(parents=True)
    for name in ("a.txt", "b.png", "more/c.flac"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "meta.csv"
    path.write_text(
        HEADER
        + "a.txt,夜航@zh;Night Flight,,music,林梅:C:60;Ana Ruiz:A:40,,2026-11-01,none\n"
        + "\n"
        + 'b.png,"Sea, by night",en,art,林梅,Lin Records,,assisted\n'
        + "more/c.flac,航,zh,music,林梅,,,\n",
        encoding="utf-8-sig",
    )
    return path


@pytest.fixture
def batch(comity: Comity, node: FakeNode, key_file: Path, folder: Path, table: Path) -> Comity:
    def run(*more: object) -> Ran:
        arguments = ("--csv", table, "--key", key_file, "--node", node.url)
        return comity("register-batch", folder, *arguments, *more)

    return run


def test_one_signature_registers_every_row(batch: Comity, node: FakeNode) -> None:
    ran = batch()
    assert ran.code == 0, ran.err
    assert "3 registered, 0 refused" in ran.err
    first, *others = node.world.entries
    assert first.record.type == "work.batch"
    assert first.record.body["count"] == 3
    assert [type(one) for one in first.signatures] == [Eip712Signature]
    assert [one.record.body["title"][0]["text"] for one in others] == [
        "夜航",
        "Sea, by night",
        "航",
    ]
    assert all(type(one.signatures[0]) is BatchSignature for one in others)
    assert others[0].record.body["authors"][1] == {
        "name": "Ana Ruiz",
        "role": "A",
        "share": "40.0000",
    }
    assert others[1].record.body["consent"] == ["林梅", "Lin Records"]
    assert others[2].record.body["content"]["media_type"] == "audio/flac"
    numbers = [receipt["number"] for receipt in node.receipts.values()][1:]
    for number, row in zip(numbers, ("2", "3", "4"), strict=True):
        assert any(number in line and row in line.split() for line in ran.out.splitlines())


def test_results_are_written_by_row(batch: Comity, node: FakeNode, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    ran = batch("--out", out)
    assert (ran.code, ran.out) == (0, "")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    receipts = [parse_receipt(receipt) for receipt in node.receipts.values()][1:]
    assert [row["number"] for row in rows] == [receipt.number for receipt in receipts]
    assert [(row["row"], row["file"], row["state"]) for row in rows] == [
        ("2", "a.txt", "received"),
        ("3", "b.png", "received"),
        ("4", "more/c.flac", "received"),
    ]


def test_json_is_a_receipt_a_line_the_batchs_own_first(batch: Comity, node: FakeNode) -> None:
    lines = [json.loads(line) for line in batch("--json").out.splitlines()]
    assert lines == list(node.receipts.values())


def test_every_fault_of_every_row_is_named_and_nothing_is_sent(
    batch: Comity, node: FakeNode, table: Path
) -> None:
    table.write_text(
        HEADER
        + "a.txt,Night,en,song,林梅,,,none\n"
        + "nothing.txt,航,chinese!,art,,,2026-13-01,\n"
        + "../key.json,Key,en,other,A,,,\n"
        + "b.png,Sea,en,art,A:x:60;B:y:60,,,\n"
        + "b.png,Sea,en,art,A,,,\n"
        + "b.png,Sea,en,art,A,,,\n"
        + "b.png,Sea,en,art,A,,,,surplus\n",
        encoding="utf-8",
    )
    ran = batch()
    assert ran.code == 2
    assert [path for _, path in node.requests] == ["/api/v1/ledger"]
    assert "TABLE_INVALID" in ran.err
    named = [line.split(":")[0].strip() for line in ran.err.splitlines() if "row " in line]
    assert named[:-2] == [
        "row 2, category",
        "row 3, authors",
        "row 3, lang",
        "row 3, created_on",
        "row 3, file",
        "row 4, file",
        "row 5, authors",
    ]
    assert "row 7, file: is the file of row 6 already" in ran.err
    assert "row 8, after the last column" in ran.err
    assert not table.with_name("meta.csv.comity-batch").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.encode(), "1 to 100000 rows"),
        (b"", "column file: is missing"),
        (b"file,title,category\na.txt,A,art\n", "column authors: is missing"),
        (b"file,title,category,authors,colour\n", "column 'colour': is not one of"),
        (b"file,title,category,authors,file\n", "column file: is there twice"),
        ("file,title,category,authors\na.txt,夜航员,art,A\n".encode("gb18030"), "CSV UTF-8"),
        (b'file,title,category,authors\na.txt,"A"x,art,A\n', "is not CSV"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    text: bytes, said: str, batch: Comity, table: Path
) -> None:
    table.write_bytes(text)
    ran = batch()
    assert ran.code == 2
    assert said in ran.err


def test_after_an_interruption_the_same_batch_goes_on(batch: Comity, node: FakeNode) -> None:
    node.busy = 10_000
    node.submit_batch = lambda body: []  # type: ignore[method-assign] # noqa: ARG005
    assert batch().code == 1
    assert len(node.world.entries) == 1
    del node.submit_batch
    node.busy = 0
    ran = batch("--json")
    assert ran.code == 0, ran.err
    assert "nothing is registered twice" in ran.err
    assert len(node.world.entries) == 4
    entries = list(node.world.entries)
    again = batch()
    assert again.code == 0
    assert "known already" in again.out
    assert node.world.entries == entries


def test_what_was_signed_is_kept_before_it_is_sent(
    batch: Comity, node: FakeNode, table: Path
) -> None:
    node.break_after = 100
    assert batch().code == 3
    kept = table.with_name("meta.csv.comity-batch")
    assert len(kept.read_bytes().splitlines()) == 4


def test_a_kept_batch_of_other_works_is_not_sent(
    batch: Comity, node: FakeNode, table: Path, folder: Path
) -> None:
    assert batch().code == 0
    text = table.read_text(encoding="utf-8-sig")
    (folder / "d.txt").write_text("d")
    for changed, said in (
        (text.replace("Lin Records", "Other Records"), "another work than row 3 (b.png)"),
        (text + "d.txt,D,en,art,D,,,\n", "holds 3 works, the table 4"),
    ):
        table.write_text(changed, encoding="utf-8")
        ran = batch()
        assert ran.code == 2
        assert "BATCH_KEPT_DIFFERS" in ran.err
        assert said in ran.err
    assert len(node.world.entries) == 4


def test_a_kept_batch_that_is_damaged_is_told(batch: Comity, node: FakeNode, table: Path) -> None:
    table.with_name("meta.csv.comity-batch").write_text("{}\n")
    ran = batch()
    assert ran.code == 1
    assert "BATCH_KEPT_DAMAGED" in ran.err
    assert node.world.entries == []


def test_lines_that_the_node_could_not_take_yet_are_sent_again(
    batch: Comity, node: FakeNode
) -> None:
    node.busy = 2
    ran = batch()
    assert ran.code == 0, ran.err
    assert len(node.world.entries) == 4
    assert node.requests.count(("POST", "/api/v1/records/batch")) == 2


def test_a_row_that_is_refused_does_not_stop_the_others(batch: Comity, node: FakeNode) -> None:
    node.refuse = {"Sea, by night"}
    ran = batch()
    assert ran.code == 2
    assert "2 registered, 1 refused" in ran.err
    assert "this node does not like the title (TITLE_REFUSED)" in ran.out


def test_a_false_receipt_of_a_row_is_no_success(batch: Comity, node: FakeNode) -> None:
    taken: list[object] = []

    def falsify(receipt: dict[str, object]) -> dict[str, object]:
        taken.append(receipt)
        return receipt if len(taken) < 4 else receipt | {"index": 77}

    node.falsify = falsify
    ran = batch()
    assert ran.code == 1
    assert "RECEIPT_FALSE" in ran.err
