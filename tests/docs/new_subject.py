"""The subject that CONTRIBUTING.md walks through, lived: run in a copy that has its room.

Called by `test_new_subject.py` as a process of its own, since a table once known stays known.
"""

import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from registry.bootstrap.founding import administration_key
from registry.chain import govern
from registry.chain.transactions import address_from
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import new_submission
from registry.proofs.trust import Scope
from registry.storage.engine import metadata, open_engine
from registry.storage.migrate import upgrade
from tests.serving import Answer, Served, until

KEY = b"the society's key for tariffs".ljust(32, b"!")
NEXT_YEAR = datetime.now(UTC).date() + timedelta(days=365)


class Society:
    """The organisation of a served node, with a key for tariffs."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.id = served.node.organisation.id
        node, administration = served.node, administration_key(served.node.settings.data)
        contract, key = node.deployment.organisations.address, address_from(key_of(KEY))
        govern.add_key(
            node.chain, contract, administration, key, Scope.LICENCE, 0, 0, organisation=self.id
        )
        until(lambda: key_of(KEY) in node.organisations.register[self.id].keys)

    def announces(self, amount: str, previous: Digest | None) -> tuple[Digest, Answer]:
        """Sign a notice and hand it in."""
        record = new_record(
            ledger=self.served.ledger,
            type="tariff.notice",
            signers=[Signer(key=key_of(KEY), organisation=self.id, capacity="society")],
            body={"use": "KTV_PLAY", "amount": amount, "valid_from": NEXT_YEAR.isoformat()},
            issued_at=datetime.now(UTC),
            previous=previous,
        )
        submission = new_submission(record, [sign_eip712(KEY, record)])
        return record.digest, self.served.submit(submission.to_bytes())


def make_tables(folder: Path) -> None:
    """The tables as the room's migration would leave them."""
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'comity.sqlite3'}")
    upgrade(engine)
    metadata.create_all(engine)
    engine.dispose()


def main(folder: Path) -> None:
    """Announce, be refused, answer, ask."""
    make_tables(folder)
    with Served(folder) as served:
        node = served.node
        society = Society(served)
        first, taken = society.announces("8.00", None)
        assert taken.status == 201, taken.body
        _, rival = society.announces("9.00", None)
        assert rival.json()["code"] == "PREVIOUS_NOT_LATEST"
        _, answered = society.announces("9.50", first)
        assert answered.status == 201, answered.body
        served.settle()
        service = import_module("registry.tariffs.service")  # there is none but in the copy
        tariffs = service.Tariffs(node.recording, node.reading, node.organisations)
        found = tariffs.on(to_hex(society.id), "KTV_PLAY", NEXT_YEAR)
        assert (found["amount"], found["evidence"]["anchor"] is None) == ("9.50", False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
