"""The fakes in memory keep their port's promises."""

from tests.ports.chain.suites import LaneSuite, SightingsSuite


class TestMemoryLane(LaneSuite):
    """`MemoryLane`, from the folder's fixture."""


class TestMemorySightings(SightingsSuite):
    """`MemorySightings`, from the folder's fixture."""
