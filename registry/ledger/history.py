"""Never a fork, not even by accident: a node does not append to an old copy of its own log.

A data folder restored from a backup may lack entries that the chain has anchored. Appending to it
would sign a second history, so nothing is taken before the chain's head is found in the own tree.
"""

from registry.chain.contracts import Logs
from registry.errors import Damaged, RegistryError
from registry.ledger.append import Appender
from registry.ledger.log import Log


class History:
    """Compares the own log with what was last anchored of it; once, at the first contact."""

    def __init__(self, contract: Logs, log: Log, appender: Appender) -> None:
        """`appender` is held while the log is not a continuation of its anchors."""
        self._contract = contract
        self._log = log
        self._appender = appender
        self._sound = False

    def step(self) -> None:
        """Hold the writer where the chain knows more, or otherwise; raise the same."""
        if self._sound:
            return
        head = self._contract.head(self._log.log_id)
        fault = self._fault(head.size, head.root)
        if fault is not None:
            self._appender.hold(fault)
            raise fault
        self._sound = True

    def _fault(self, size: int, root: bytes) -> RegistryError | None:
        if size > self._log.size:
            return Damaged(
                "LOG_BEHIND_CHAIN",
                f"the chain has this log anchored at {size} entries, the data folder holds "
                f"{self._log.size}: it is an old copy; bring back the newest one",
            )
        if size and self._log.tree.root(size) != root:
            return Damaged(
                "LOG_FORKED",
                f"the first {size} entries are not those that the chain has anchored; bring back "
                "the data folder that they came from",
            )
        return None
