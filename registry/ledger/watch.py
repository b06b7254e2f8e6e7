"""Following the chain: is it the ledger's, what did it say, and does its time agree with ours."""

from collections.abc import Callable

from registry.chain.deployments import Deployment, verify_deployment
from registry.chain.rpc import Rpc
from registry.chain.watcher import Sightings, Watcher
from registry.ledger.clock import ClockGuard


class ChainWatch:
    """Looks at the ledger's chain until nothing new is there."""

    def __init__(
        self,
        chain: Rpc,
        deployment: Deployment,
        sightings: Sightings,
        guard: ClockGuard,
        refresh: Callable[[], None],
    ) -> None:
        """`refresh` is called when final events were kept, after they are durable."""
        self._chain = chain
        self._deployment = deployment
        self._watcher = Watcher(chain, deployment, sightings)
        self._guard = guard
        self._refresh = refresh
        self._verified = False

    def step(self) -> None:
        """Catch up with the chain. Raises what the chain raises; another chain is named as such."""
        if not self._verified:
            verify_deployment(self._chain, self._deployment)
            self._verified = True
        behind = True
        while behind:
            changes = self._watcher.poll()
            self._guard.observe(changes.head.time, fresh=changes.fresh)
            if changes.final:
                self._refresh()
            behind = changes.behind
