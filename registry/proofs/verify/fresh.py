"""The status of a subject, from whoever issues its certificate now: what a new one relates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from registry.errors import NotAuthorised, Unavailable
from registry.proofs import hexes
from registry.proofs.certificate import Certificate, parse_certificate
from registry.proofs.record import Digest
from registry.proofs.submission import Submission


class Issuer(Protocol):
    """Who issues certificates, as bytes: a node, near or far. Both may raise any RegistryError."""

    def certificate(self, reference: str) -> bytes:
        """The certificate of a public record. Raises NotAuthorised for a sealed one."""
        ...

    def certificate_for(self, submission: bytes) -> bytes:
        """The certificate of the record that is shown, sealed or not."""
        ...


@dataclass(slots=True)
class FreshStatus:
    """What an issuer says now of the subject of the certificate whose bytes are given."""

    issuer: Issuer
    certificate: bytes
    _fresh: Certificate | None = field(default=None, init=False)

    def as_of(self) -> datetime:
        """The time for which the issuer answers. Raises as the issuer."""
        return self._reading().as_of

    def later(self, subject: Digest) -> Sequence[Any]:
        """Later records on the subject, as the issuer gives them; none of another subject's."""
        fresh = self._reading()
        if fresh.evidence.record.founds != subject:
            raise Unavailable("NODE_UNREACHABLE", "the node answered for another subject")
        return [item.to_json() for item in fresh.related]

    def _reading(self) -> Certificate:
        if self._fresh is None:
            self._fresh = parse_certificate(self._ask())
        return self._fresh

    def _ask(self) -> bytes:
        held = parse_certificate(self.certificate).evidence
        try:
            return self.issuer.certificate(hexes.to_hex(held.record.founds))
        except NotAuthorised:
            # A sealed record: whoever holds it may ask.
            if held.record.founds != held.record.digest:
                raise
            shown = Submission(
                record=held.record,
                signatures=held.signatures,
                signatures_bytes=held.signatures_bytes,
            )
            return self.issuer.certificate_for(shown.to_bytes())
