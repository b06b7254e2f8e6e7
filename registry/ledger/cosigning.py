"""Asking the other organisations' witnesses to cosign a checkpoint of the own log.

Follows C2SP tlog-witness from the log's side. All are asked at once and for a bounded time: one
that is away, slow or wrong is told in `troubles` and keeps nobody waiting. Where a witness was seen
last is remembered only to save a question: its answer says where it really stands, and a
cosignature counts only when it holds.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from registry.errors import Conflict, Damaged, InvalidInput, RegistryError, Unavailable, unforeseen
from registry.proofs.cosignature import cosigned_at, verify_line
from registry.proofs.note import (
    Note,
    NoteSignature,
    VerifierKey,
    parse_signature_lines,
    with_signatures,
)
from registry.proofs.witness_request import LONGEST, PATH, SIZE_TYPE, AddCheckpoint, parse_size

logger = logging.getLogger(__name__)

# Where the witness stands may have to be learnt, and a second to be waited for, before it signs.
ROUNDS = 4
PAUSE_S = 1.0
AT_ONCE = 32


class Transport(Protocol):
    """A way to a peer's node."""

    def post(self, path: str, body: bytes, limit: int) -> tuple[int, str, bytes]:
        """Status, media type and body of the answer. Raises a RegistryError where there is none."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Growing(Protocol):
    """The tree of the own log."""

    @property
    def size(self) -> int:
        """How many leaves it has."""
        ...

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the first `old` leaves are a prefix of the first `new`."""
        ...


Peers = Sequence[tuple[VerifierKey, Sequence[str]]]
"""The other organisations' witnesses, each with the URLs of its node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A checkpoint to be cosigned, and the moment (monotonic) until which that is of use."""

    note: Note
    size: int
    deadline: float

    def left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


class Cosigners:
    """Gathers cosignatures of own checkpoints. Safe for several threads.

    A witness is asked one question at a time: a second one waits for the first, within its bound.
    """

    def __init__(
        self,
        tree: Growing,
        peers: Callable[[], Peers],
        connect: Callable[[str], Transport],
        *,
        wait_s: float,
    ) -> None:
        """`connect` makes a transport of a URL, used again as long as the URL is listed; `wait_s`
        bounds one `ask`, in seconds.
        """
        self._tree = tree
        self._peers = peers
        self._connect = connect
        self._wait_s = wait_s
        self._transports: dict[str, Transport] = {}
        self._seen: dict[str, int] = {}
        self._asked: dict[VerifierKey, Future[NoteSignature]] = {}
        self._troubles: dict[str, RegistryError] = {}
        self._lock = threading.Lock()  # over what is remembered, never while somebody is asked
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cosigning")

    @property
    def troubles(self) -> Mapping[str, RegistryError]:
        """Why which witness (by its name) did not cosign when it was asked last."""
        with self._lock:
            return dict(self._troubles)

    def ask(self, note: Note, size: int, enough: Callable[[Note], bool] | None = None) -> Note:
        """The checkpoint of `size` entries with the cosignatures that could be had.

        Whoever cosigned it before is not asked again. Returns as soon as `enough` says so, when
        all have answered, or when the time is over. Never raises for what a witness does.
        """
        satisfied = enough is not None and enough(note)
        if satisfied:
            return note
        question = _Question(note=note, size=size, deadline=time.monotonic() + self._wait_s)
        listed = self._peers()
        waiting = self._start(listed, question)
        troubles: dict[str, RegistryError] = {}
        while waiting and not satisfied:
            done, _ = wait(waiting, question.left(), return_when=FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                name = waiting.pop(future).name
                try:
                    note = with_signatures(note, [future.result()])
                except Exception as exc:
                    troubles[name] = _trouble(exc)
            satisfied = enough is not None and enough(note)
        for key in waiting.values():
            if not satisfied:
                troubles[key.name] = _late(key)
        self._remember(note, [key for key, _ in listed], troubles)
        return note

    def close(self) -> None:
        """Ask nobody any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._forget(set(self._transports))

    def _start(
        self, listed: Peers, question: _Question
    ) -> dict[Future[NoteSignature], VerifierKey]:
        """Put the question to every witness whose name is missing."""
        waiting: dict[Future[NoteSignature], VerifierKey] = {}
        with self._lock:
            self._forget(set(self._transports) - {url for _, urls in listed for url in urls})
            for key, urls in listed:
                if cosigned_at(question.note, key) is None:
                    before = self._asked.get(key)
                    asked = self._pool.submit(self._cosignature, key, urls, question, before)
                    self._asked[key] = asked
                    waiting[asked] = key
        return waiting

    def _forget(self, urls: set[str]) -> None:
        for url in urls:
            self._transports.pop(url).close()

    def _remember(
        self, note: Note, keys: Sequence[VerifierKey], troubles: Mapping[str, RegistryError]
    ) -> None:
        """Keep the troubles of those who were asked, and drop those that are over."""
        kept = {key.name for key in keys if cosigned_at(note, key) is None}
        with self._lock:
            for name, trouble in troubles.items():
                before = self._troubles.get(name)
                if before is None or before.code != trouble.code:
                    logger.warning("%s does not cosign: %s: %s", name, trouble.code, trouble.detail)
            now = self._troubles | dict(troubles)
            self._troubles = {name: trouble for name, trouble in now.items() if name in kept}

    # ---- one witness, in a thread of its own --------------------------------------------------

    def _cosignature(
        self,
        key: VerifierKey,
        urls: Sequence[str],
        question: _Question,
        before: Future[NoteSignature] | None,
    ) -> NoteSignature:
        """What the first of a witness's URLs gives that gives something."""
        if before is not None and wait([before], question.left()).not_done:
            raise _late(key)
        fault: RegistryError = Unavailable("PEER_UNREACHABLE", f"{key.name} names no endpoint")
        for url in urls:
            try:
                return self._asked_at(url, key, question)
            except RegistryError as exc:
                fault = exc
        raise fault

    def _asked_at(self, url: str, key: VerifierKey, question: _Question) -> NoteSignature:
        old = min(self._seen.get(url, 0), question.size)
        for _ in range(ROUNDS):
            if question.left() == 0:
                raise _late(key)
            proof = self._tree.consistency_proof(old, question.size)
            request = AddCheckpoint(old=old, proof=proof, note=question.note)
            status, kind, body = self._transport(url).post(PATH, request.encode(), LONGEST)
            if status == 200:
                self._seen[url] = question.size
                return _held(question.note, key, body)
            if status == 409:
                stands = parse_size(body) if kind == SIZE_TYPE else None
                old = self._seen[url] = self._moved(url, old, stands, question.size)
            elif status == 429:
                time.sleep(min(PAUSE_S, question.left()))
            else:
                raise Unavailable("WITNESS_REFUSED", f"{url} answers {status}")
        raise Unavailable("WITNESS_REFUSED", f"{url} asks to be asked again and again")

    def _moved(self, url: str, old: int, stands: int | None, size: int) -> int:
        """Where a witness says that it stands: news to us, and not beyond the checkpoint."""
        if stands is None:
            raise Damaged("PEER_ANSWER_MALFORMED", f"{url} refuses a size and states no other")
        if stands == old:
            raise Damaged(
                "WITNESS_ROOT_DIFFERS", f"{url} knows another root of the log's first {old} entries"
            )
        if stands > self._tree.size:
            raise Damaged("WITNESS_KNOWS_MORE", f"{url} says that the log has {stands} entries")
        if stands > size:
            raise Conflict("WITNESS_AHEAD", f"{url} stands at {stands} entries already")
        return stands

    def _transport(self, url: str) -> Transport:
        with self._lock:
            found = self._transports.get(url)
            if found is None:
                found = self._transports[url] = self._connect(url)
            return found


def _held(note: Note, key: VerifierKey, body: bytes) -> NoteSignature:
    """The cosignature by `key` in a witness's answer. Raises Damaged COSIGNATURE_FALSE."""
    try:
        lines = parse_signature_lines(body.decode("utf-8"))
    except (UnicodeDecodeError, InvalidInput) as fault:
        raise _false(key) from fault
    for line in lines:
        mine = (line.name, line.key_id) == (key.name, key.key_id)
        if mine and verify_line(note.text, key, line) is not None:
            return line
    raise _false(key)


def _trouble(exc: Exception) -> RegistryError:
    if isinstance(exc, RegistryError):
        return exc
    logger.error("asking a witness failed", exc_info=exc)
    return unforeseen(exc)


def _false(key: VerifierKey) -> Damaged:
    return Damaged("COSIGNATURE_FALSE", f"{key.name} answers without a cosignature that holds")


def _late(key: VerifierKey) -> Unavailable:
    return Unavailable("PEER_UNREACHABLE", f"{key.name} does not answer in time")
