"""Records, submissions, signatures, entries: round trips, and every bit and every cut noticed."""

from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.proofs import cid, hexes, number, statement
from registry.proofs.base64s import from_base64, to_base64
from registry.proofs.entry import SIZE, entry_of, leaf_hash, parse_entry
from registry.proofs.keys import eth_address, eth_key
from registry.proofs.record import Record, Visibility, require_nfc
from registry.proofs.signature import key_of, sign_digest, verify_eip712, verify_signatures
from registry.proofs.submission import Submission, parse_submission
from registry.proofs.tree import Tree, verify_inclusion
from tests.properties.strategies import DIGESTS, RECORDS, cuts, flips
from tests.unit.proofs import make_vectors
from tests.unit.proofs.test_signature import typed_data
from tests.unit.proofs.world import ALICE, World


@given(st.binary(max_size=70))
def test_texts_of_bytes_come_back(data: bytes) -> None:
    assert hexes.from_hex(hexes.to_hex(data)) == data
    assert from_base64(to_base64(data)) == data


@given(DIGESTS, st.sampled_from([cid.RAW, cid.DAG_PB]))
def test_numbers_and_cids_come_back(digest: bytes, codec: int) -> None:
    written = number.number_of(digest)
    assert number.parse_number(written.lower().replace("-", "")) == written
    assert number.matches(written, digest)
    found = cid.parse_cid(cid.cid_of_digest(digest, codec))
    assert (found.codec, found.digest) == (codec, digest)


@given(st.binary(min_size=20, max_size=20))
def test_addresses_come_back(address: bytes) -> None:
    assert eth_address(eth_key(address)) == address


@given(RECORDS)
def test_records_come_back(record: Record) -> None:
    assert Record.from_bytes(record.canonical) == record
    require_nfc(record.to_json())


@given(RECORDS, DIGESTS)
def test_entries_come_back_masked_where_sealed(record: Record, signatures: bytes) -> None:
    entry = parse_entry(entry_of(record, signatures))
    assert (entry.digest, entry.signatures_digest) == (record.digest, signatures)
    if record.visibility is Visibility.SEALED:
        assert (entry.type, entry.subject) == ("sealed", None)
    elif record.subject != bytes(32):
        assert (entry.type, entry.subject) == (record.type, record.subject)


@settings(max_examples=25)
@given(RECORDS)
def test_statements_are_those_of_eth_account(record: Record) -> None:
    message = encode_typed_data(full_message=typed_data(record))
    assert _hash_eip191_message(message) == statement.statement_digest(record)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32).filter(any), DIGESTS)
def test_signatures_hold_for_their_key_alone(secret: bytes, digest: bytes) -> None:
    private = (int.from_bytes(secret, "big") % 2**255 + 1).to_bytes(32, "big")
    verify_eip712(sign_digest(private, digest), digest, key_of(private))


def submission() -> Submission:
    world = World()
    world.append(world.registration(), ALICE)
    return world.entries[0]


def holds(data: bytes) -> bool:
    try:
        found = parse_submission(data)
        verify_signatures(found.record, found.signatures)
    except RegistryError:
        return False
    return True


def test_every_changed_bit_of_a_submission_is_refused() -> None:
    data = submission().to_bytes()
    assert holds(data)
    assert not any(holds(changed) for changed in flips(data))


def test_every_cut_of_a_submission_is_refused() -> None:
    assert not any(holds(part) for part in cuts(submission().to_bytes()))


def test_every_changed_bit_of_a_passkeys_signature_is_refused() -> None:
    record = make_vectors.passkey_record()
    signature = make_vectors.assertion(statement.statement_digest(record))
    for name in ("authenticator_data", "client_data", "value"):
        for changed in flips(getattr(signature, name)):
            parts = {part: getattr(signature, part) for part in signature.__slots__}
            try:
                verify_signatures(record, [type(signature)(**parts | {name: changed})])
            except RegistryError:
                continue
            raise AssertionError(f"{name} changed to {changed.hex()} is accepted")


def test_every_changed_bit_and_every_cut_of_an_entry_leaves_the_tree() -> None:
    found = submission()
    entry = entry_of(found.record, found.signatures_digest)
    tree = Tree([leaf_hash(bytes((place,))) for place in range(5)] + [leaf_hash(entry)])
    proof, root = tree.inclusion_proof(5), tree.root()
    assert len(entry) == SIZE
    assert verify_inclusion(leaf_hash(entry), 5, 6, proof, root)
    for changed in [*flips(entry), *cuts(entry)]:
        assert not verify_inclusion(leaf_hash(changed), 5, 6, proof, root)
