"""Where an entry stands, and what a room draws from it: rows to insert, found by that place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from registry.proofs.record import LogId


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an entry stands: which log, and at which index from 0."""

    log: LogId
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row to insert into one table of a projection."""

    table: Table
    row: Mapping[str, Any]
