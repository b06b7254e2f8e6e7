"""The browser's SHA-256 is SHA-256, however a file is cut. Run by Node, without a browser."""

import json
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT

MODULE = (ROOT / "api/pages/static/sha256.js").as_uri()
NODE = str(Path(sys.executable).with_name("node"))

DIGESTS = """
import { Sha256 } from "%s";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ hex, cuts }) => {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  const hash = new Sha256();
  let at = 0;
  for (const cut of [...cuts, bytes.length]) { hash.update(bytes.subarray(at, cut)); at = cut; }
  return hash.hex();
})));
"""
ENDINGS = """
import { ending } from "%s";
import { readFileSync } from "node:fs";
const lengths = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(lengths.map((each) => Buffer.from(ending(each)).toString("hex"))));
"""
#: FIPS 180-4, as its examples are published.
PUBLISHED = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    b"a" * 1_000_000: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
}


def told(program: str, question: Any) -> Any:
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", program % MODULE],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_published_examples() -> None:
    cases = [{"hex": each.hex(), "cuts": []} for each in PUBLISHED]
    assert told(DIGESTS, cases) == list(PUBLISHED.values())


def test_every_length_around_the_blocks_in_pieces_of_every_kind() -> None:
    chance = random.Random(20261122)
    contents = [chance.randbytes(length) for length in [*range(270), 4096, 65_537, 300_001]]
    cases = [
        {"hex": each.hex(), "cuts": sorted(chance.randrange(len(each) + 1) for _ in range(count))}
        for each in contents
        for count in (0, 1, 7)
    ]
    assert told(DIGESTS, cases) == [sha256(each).hexdigest() for each in contents for _ in range(3)]


@pytest.mark.parametrize("power", [29, 32, 35, 40, 50])
def test_the_ending_tells_the_length_of_files_that_no_test_can_hold(power: int) -> None:
    lengths = [2**power + more for more in (-1, 0, 1, 55, 56, 63, 64)]
    expected = []
    for length in lengths:
        zeros = -(length + 9) % 64
        expected.append((b"\x80" + bytes(zeros) + (8 * length).to_bytes(8, "big")).hex())
    assert told(ENDINGS, lengths) == expected
