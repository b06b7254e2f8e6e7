"""What the machine can do at best: the things that nothing here can be faster than."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median

from coincurve import PrivateKey, PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.load import bare_exchange
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, duration, rate

ROW = bytes(1024)
GROUP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times a second, but for `start`: seconds that an empty Python process takes."""

    fsyncs: float
    commits: float
    rows: float
    recoveries: float
    signs: float
    verifies: float
    hashes: float
    exchanges: float
    start: float

    def group(self) -> Group:
        """The limits as a table of their own."""
        listed = (
            ("fsync after an append of 128 bytes", self.fsyncs, "/s"),
            ("SQLite commits of one 1 kB row, WAL, synchronous=FULL", self.commits, "/s"),
            (f"the same, rows in groups of {GROUP}", self.rows, "/s"),
            ("secp256k1 recoveries, one core (coincurve)", self.recoveries, "/s"),
            ("Ed25519 signatures, one core (cryptography)", self.signs, "/s"),
            ("Ed25519 verifications, one core", self.verifies, "/s"),
            ("SHA-256 of 64 bytes, one core (hashlib)", self.hashes, "/s"),
            ("HTTP exchanges with an idle server, 50 connections", self.exchanges, "/s"),
            ("start and end of an empty Python process", self.start * 1000, "ms"),
        )
        return Group(
            title="Limits of this machine",
            figures=[Figure(what=what, value=value, unit=unit) for what, value, unit in listed],
        )


def measure_limits(folder: Path, scale: Scale) -> Limits:
    """Measure them all; `folder` lies on the disk that is meant."""
    seconds = scale.seconds
    signer = Ed25519PrivateKey.generate()
    public = signer.public_key()
    message = bytes(200)
    signature = signer.sign(message)
    block = bytes(64)
    return Limits(
        fsyncs=_fsyncs(folder, seconds),
        commits=_rows(folder, 1, seconds),
        rows=_rows(folder, GROUP, seconds),
        recoveries=rate(_recovery(), seconds=seconds),
        signs=rate(lambda: signer.sign(message), seconds=seconds),
        verifies=rate(lambda: public.verify(signature, message), seconds=seconds),
        hashes=rate(
            lambda: [sha256(block).digest() for _ in range(1000)], per=1000, seconds=seconds
        ),
        exchanges=bare_exchange(folder, connections=50, exchanges=scale.reads * 2),
        start=median(duration(_empty_process) for _ in range(scale.starts)),
    )


def _fsyncs(folder: Path, seconds: float) -> float:
    handle = os.open(folder / "appended", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    entry = bytes(128)

    def append() -> None:
        os.write(handle, entry)
        os.fsync(handle)

    try:
        return rate(append, seconds=seconds)
    finally:
        os.close(handle)


def _rows(folder: Path, group: int, seconds: float) -> float:
    """Durable rows a second, `group` of them a commit."""
    path = folder / f"rows-{group}.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, row BLOB)")

        def commit() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO kept (row) VALUES (?)", [(ROW,)] * group)
            connection.execute("COMMIT")

        return rate(commit, per=group, seconds=seconds)


def _recovery() -> Callable[[], object]:
    digest = sha256(b"a statement").digest()
    signature = PrivateKey().sign_recoverable(digest, hasher=None)
    return lambda: PublicKey.from_signature_and_message(signature, digest, hasher=None)


def _empty_process() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)
