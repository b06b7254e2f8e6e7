"""How a rule says no: a stable code, the field at fault and a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.errors import Conflict, Field, InvalidInput, NotAuthorised, RegistryError

_CONFLICTS = frozenset(
    (
        "CASE_ID_TAKEN",
        "CASE_STATION_TAKEN",
        "CASE_UNKNOWN",
        "CASE_VERSION_WRONG",
        "CASE_WITHDRAWN",
        "CIT_DUPLICATE",
        "CIT_FUTURE",
        "CIT_TARGET_SEALED",
        "CIT_TARGET_WITHDRAWN",
        "CIT_UNRESOLVED",
        "CIT_VERSION_OUTDATED",
        "PREVIOUS_NOT_LATEST",
        "REC_ALREADY_STATED",
        "REC_ID_TAKEN",
        "REC_SUBJECT_UNKNOWN",
        "REC_SUBJECT_VERSION_STALE",
        "REC_SUBJECT_WITHDRAWN",
        "REC_UNKNOWN",
    )
)
_NOT_THEIRS = frozenset(("CASE_NOT_ISSUER", "CIT_CITING_NOT_OWN", "REC_NOT_OWN", "REC_SELF"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a statement breaks: its code, where (`body.scope`), and what to change."""

    code: str
    path: str
    reason: str

    def error(self, more: Iterable["Fault"] = ()) -> RegistryError:
        """The error to raise for this fault, with the fields of `more` beside its own."""
        fields = [Field(one.path, one.reason) for one in (self, *more)]
        detail = f"{self.path}: {self.reason}"
        if self.code in _CONFLICTS:
            return Conflict(self.code, detail, fields=fields)
        if self.code in _NOT_THEIRS:
            return NotAuthorised(self.code, detail, fields=fields)
        return InvalidInput(self.code, detail, fields=fields)


def raise_any(faults: Iterable[Fault]) -> None:
    """Raise the error of the first fault, naming the fields of all; nothing where there is none."""
    found = list(faults)
    if found:
        raise found[0].error(found[1:])
