"""What stands behind the entries: what no door would take is kept, named, and never counts."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.bootstrap import RECORD_TYPES
from registry.ledger import repository
from registry.ledger.tables import records
from registry.proofs.canonical import encode
from registry.proofs.record import LedgerId, Record
from registry.proofs.submission import Submission, parse_submission
from registry.works.tables import works
from tests.drafts import batch, registration, registration_body, signed
from tests.operators import Chain, Follow, Operator, work


def later(body: dict[str, Any]) -> Submission:
    return signed(registration(registration_body(**body)))


def of_another_ledger() -> Submission:
    return signed(registration(ledger=LedgerId(bytes(32))))


def signed_by_another() -> Submission:
    mine = registration()
    return replace(signed(mine), signatures_bytes=signed(registration()).signatures_bytes)


def of_a_type(name: str) -> Submission:
    return signed(replace(registration(), type=name))


def without_its_batch() -> Submission:
    return parse_submission(batch(2)[1])


RECORDS: dict[str, tuple[Callable[[], Submission], str]] = {
    "another ledger": (of_another_ledger, "WRONG_LEDGER"),
    "another's signature": (signed_by_another, "SIGNATURE_INVALID"),
    "a rule of its type": (lambda: later({"consent": []}), "REGISTRATION_INVALID"),
    "a body that is none": (lambda: later({"title": 3}), "BODY_INVALID"),
    "a newer type": (lambda: of_a_type("work.blessing"), "NEWER_VERSION"),
    "a newer body": (lambda: later({"colour": "blue"}), "NEWER_VERSION"),
    "terms": (lambda: signed(replace(registration(), terms=bytes(32))), "TERMS_WRONG"),
    "no batch": (without_its_batch, "BATCH_UNKNOWN"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_what_no_door_would_take_is_kept_and_counts_for_nothing(
    chain: Chain, operator: Operator, follow: Follow, name: str
) -> None:
    make, code = RECORDS[name]
    faulty, good = make(), work()
    operator.add(faulty, good)
    operator.anchor()
    follow.follow(chain)
    assert follow.trouble(operator) is None
    assert follow.faults(operator) == {0: code, 1: None}
    assert follow.rows(records) == 2
    assert follow.rows(works) == 1
    assert follow.holds(faulty.record.canonical)


def test_a_rule_that_fails_on_a_record_stops_no_log(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    def broken(_record: Record) -> None:
        raise KeyError("a rule that nobody foresaw")

    follow.close()
    operator.add(work())
    operator.anchor()
    kind = replace(RECORD_TYPES["work.registration"], check=broken)
    faulty = Follow(tmp_path, [operator], types={kind.name: kind})
    faulty.follow(chain)
    assert faulty.trouble(operator) is None
    assert faulty.faults(operator) == {0: "NODE_FAILED"}
    faulty.close()
    mended = Follow(tmp_path, [operator])
    mended.step()
    assert mended.faults(operator) == {0: None}
    mended.close()


def test_an_entry_that_tells_otherwise_than_its_record(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    lied_about = work()
    operator.add(lied_about)
    entry = operator.entries.pop()
    operator.entries, operator.tree = [], type(operator.tree)()
    operator.enter(b"work.dispute".ljust(32, b"\0") + entry[32:])
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "ENTRY_MISMATCH"}
    assert follow.rows(works) == 0


def test_an_entry_that_states_nothing(chain: Chain, operator: Operator, follow: Follow) -> None:
    operator.enter(b"\xff" * 128)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "ENTRY_INVALID"}
    assert follow.followed(operator) == 1


def test_bytes_that_are_no_record(chain: Chain, operator: Operator, follow: Follow) -> None:
    digest = operator.put(b"no record")
    operator.enter(b"work.registration".ljust(64, b"\0") + digest + operator.put(b"[]"))
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "MALFORMED_JSON"}
    assert follow.rows(records) == 0
    assert follow.holds(b"no record")


def test_a_record_of_a_later_protocol_is_of_a_newer_version(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    newer = encode({**registration().to_json(), "spec": "comity/2"})
    digest = operator.put(newer)
    operator.enter(b"work.registration".ljust(64, b"\0") + digest + operator.put(b"[]"))
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "NEWER_VERSION"}


def test_a_newer_type_counts_once_it_is_known(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    follow.close()
    older = {name: kind for name, kind in RECORD_TYPES.items() if name != "work.registration"}
    operator.add(work())
    operator.anchor()
    before = Follow(tmp_path, [operator], types=older)
    before.follow(chain)
    assert before.faults(operator) == {0: "NEWER_VERSION"}
    assert (before.rows(records), before.rows(works)) == (1, 0)
    before.close()
    operator.away = True
    now = Follow(tmp_path, [operator])
    now.step()
    assert now.faults(operator) == {0: None}
    assert (now.rows(records), now.rows(works)) == (1, 1)
    now.close()


def test_what_is_withheld_is_named_and_counts_once_it_is_served(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    withheld, good = work(), work()
    operator.add(withheld, good)
    operator.withhold(withheld.record.canonical)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "RECORD_WITHHELD", 1: None}
    assert follow.followed(operator) == 2
    operator.put(withheld.record.canonical)
    follow.step()
    assert follow.faults(operator) == {0: None, 1: None}
    assert follow.rows(works) == 2


def test_what_was_not_published_with_its_anchor_is_withheld(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work(), work())
    operator.anchor(published=((1, 2),))
    follow.learn(chain.anchors)
    follow.step()
    assert follow.faults(operator)[1] is None
    follow.step()
    # It was served nevertheless: the manifest only says what must be.
    assert follow.faults(operator)[0] is None


def test_members_wait_for_a_batch_that_is_withheld(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    head, member = map(parse_submission, batch(1))
    operator.add(head, member)
    operator.withhold(head.record.canonical)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "RECORD_WITHHELD", 1: "BATCH_UNKNOWN"}
    operator.put(head.record.canonical)
    follow.step()
    assert follow.faults(operator) == {0: None, 1: None}


def test_a_batch_that_comes_too_late_or_elsewhere_signs_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    """Else it would depend on what arrived first whether the member counts."""
    here, elsewhere = Operator("Here", chain), Operator("Elsewhere", chain)
    head, member = map(parse_submission, batch(1))
    other_head, other_member = map(parse_submission, batch(1))
    here.add(member, head, other_member)
    elsewhere.add(other_head)
    elsewhere.anchor()
    here.anchor()
    follow = Follow(tmp_path, [here, elsewhere])
    follow.follow(chain)
    follow.step()
    assert follow.faults(here) == {0: "BATCH_UNKNOWN", 1: None, 2: "BATCH_UNKNOWN"}
    follow.close()


def test_a_forged_batch_signs_nothing(chain: Chain, operator: Operator, follow: Follow) -> None:
    head, member = map(parse_submission, batch(1))
    forged = replace(head, signatures_bytes=work().signatures_bytes)
    operator.add(forged, member)
    operator.anchor()
    operator.add(member)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {
        0: "SIGNATURE_INVALID",
        1: "BATCH_UNKNOWN",
        2: "BATCH_UNKNOWN",
    }


def test_nobody_hides_a_record_behind_an_entry_that_repeats_its_digest(
    chain: Chain, tmp_path: Path
) -> None:
    """It stands first in the protocol's order, and holds nothing: a look-up shows the other."""
    squatter, honest = Operator("Squatter", chain), Operator("Honest", chain)
    good = work()
    honest.add(good)
    entry = honest.entries[0]
    squatter.enter(entry[:96] + bytes(32))
    squatter.enter(b"sealed".ljust(64, b"\0") + entry[64:96] + bytes(32))
    squatter.anchor()
    honest.anchor()
    follow = Follow(tmp_path, [squatter, honest])
    follow.follow(chain)
    assert follow.faults(squatter) == {0: "RECORD_WITHHELD", 1: None}
    with follow.database.read() as connection:
        found = repository.find(connection, good.record.digest)
    assert found is not None
    assert (found.log, found.fault) == (honest.log, None)
    assert found.canonical == good.record.canonical
    follow.close()
