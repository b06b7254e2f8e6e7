"""Notes, checkpoints, cosignatures and proofs as the C2SP specifications say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registry.errors import InvalidInput, RegistryError
from registry.proofs.checkpoint import (
    Checkpoint,
    log_id,
    log_of,
    open_checkpoint,
    origin_of,
    parse_body,
    parse_checkpoint,
    sign_checkpoint,
)
from registry.proofs.conformance import load
from registry.proofs.cosignature import cosign, cosigned_at, verify_line
from registry.proofs.note import (
    COSIGNATURE,
    ED25519,
    NoteSignature,
    NoteSigner,
    check_signed_by,
    parse_note,
    parse_signature_lines,
    parse_vkey,
    with_signatures,
)
from registry.proofs.record import OrganisationId
from registry.proofs.tlog_proof import parse_proof

LOG = load("log.json")
NOTE = LOG["checkpoint"]
SIGNER = NoteSigner("example.com/log", b"\1" * 32)
AT = datetime(2026, 11, 22, 3, 1, tzinfo=UTC)

# Signed by Go's note package, in the documentation of the format.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_signed_by_another_implementation_is_verified() -> None:
    key, note = parse_vkey(VKEY), parse_note(SIGNED)
    assert key.encode() == VKEY
    assert check_signed_by(note, key)
    assert not check_signed_by(replace(note, text=note.text.replace("you", "they")), key)


def test_the_text_ends_at_the_last_empty_line() -> None:
    text = "one\n\ntwo\n"
    note = parse_note(text + "\n" + SIGNER.sign_text(text).line)
    assert note.text == text
    assert check_signed_by(note, SIGNER.key)


def test_signatures_of_unknown_keys_are_let_pass() -> None:
    note = parse_note(SIGNED)
    strangers = [
        NoteSignature(name="PeterNeumann", key_id=b"\0\0\0\0", value=b"x" * 64),
        NoteSignature(name="stranger", key_id=note.signatures[0].key_id, value=b"x" * 2500),
    ]
    noisy = with_signatures(note, strangers)
    assert parse_note(noisy.encode()) == noisy
    assert check_signed_by(noisy, parse_vkey(VKEY))
    assert not check_signed_by(noisy, SIGNER.key)


def test_one_wrong_signature_by_the_known_key_spoils_the_note() -> None:
    note, key = parse_note(SIGNED), parse_vkey(VKEY)
    wrong = replace(note.signatures[0], value=bytes(64))
    assert not check_signed_by(with_signatures(note, [wrong]), key)


def test_a_line_is_added_once() -> None:
    note = parse_note(SIGNED)
    assert with_signatures(note, note.signatures) == note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED.replace("\n\n", "\n"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("PeterNeumann x", "x"),
        SIGNED.replace("PeterNeumann", "Peter+Neumann"),
        SIGNED.replace("PeterNeumann", "Peter\u00a0Neumann"),
        SIGNED.replace("PeterNeumann", ""),
        SIGNED.replace("AM=", "AM"),
        SIGNED.replace("AM=", "AN="),
        SIGNED.replace("If", "\tIf"),
        SIGNED.replace("If", "If\r"),
        SIGNED[: SIGNED.index("x08")] + "AAAAAA==\n",
        SIGNED + SIGNER.sign_text("x\n").line * 128,
        "x" * 70_000 + SIGNED,
    ],
    ids=range(18),
)
def test_other_texts_are_no_notes(text: str) -> None:
    with pytest.raises(InvalidInput, match="NOTE_MALFORMED"):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("Peter", "Peter "),
        VKEY[:-1],
        VKEY + "A",
        "a+" + VKEY,
        "PeterNeumann+c74f20a3+",
        "+" + VKEY.split("+", 1)[1],
    ],
)
def test_other_texts_are_no_keys(text: str) -> None:
    with pytest.raises(InvalidInput, match="VKEY_INVALID"):
        parse_vkey(text)


def test_the_type_of_a_key_is_part_of_its_id() -> None:
    witness = NoteSigner("example.com/log", b"\1" * 32, COSIGNATURE)
    assert witness.key.public == SIGNER.key.public
    assert witness.key.key_id != SIGNER.key.key_id
    assert (SIGNER.key.type, witness.key.type) == (ED25519, COSIGNATURE)
    assert "NoteSigner(example.com/log+" in repr(SIGNER)
    assert (b"\1" * 32).hex() not in repr(SIGNER)


def test_lines_without_their_note_are_read() -> None:
    lines = "".join(signature.line for signature in parse_note(NOTE).signatures)
    assert parse_signature_lines(lines) == parse_note(NOTE).signatures
    for wrong in ("", lines[:-1], "\n" + lines):
        with pytest.raises(InvalidInput, match="NOTE_MALFORMED"):
            parse_signature_lines(wrong)


def test_checkpoints_go_both_ways() -> None:
    checkpoint, note = parse_checkpoint(NOTE)
    assert checkpoint.body() == note.text
    assert (checkpoint.origin, checkpoint.size) == (LOG["origin"], 8)
    signed = sign_checkpoint(Checkpoint(origin="example.com/log", size=0, root=bytes(32)), SIGNER)
    opened, _ = open_checkpoint(signed, SIGNER.key)
    assert opened.size == 0


BODY = "example.com/log\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"


@pytest.mark.parametrize(
    "body",
    [
        BODY + "extension\n",
        BODY[:-1],
        BODY.replace("\n5\n", "\n05\n"),
        BODY.replace("\n5\n", "\n+5\n"),
        BODY.replace("\n5\n", "\n\n"),
        BODY.replace("\n5\n", "\n٥\n"),
        BODY.replace("\n5\n", "\n1099511627776\n"),
        BODY.replace("\n5\n", "\n" + "9" * 5000 + "\n"),
        BODY.replace("A=", "="),
        BODY.replace("AAA=", "AAB="),
        BODY.replace("AAAA", "", 1),
        BODY.replace("example.com/log", ""),
    ],
    ids=range(12),
)
def test_other_bodies_are_no_checkpoints(body: str) -> None:
    with pytest.raises(InvalidInput, match="CHECKPOINT_MALFORMED"):
        parse_body(body)


def test_a_checkpoint_is_opened_by_its_logs_key_only() -> None:
    signed = sign_checkpoint(parse_body(BODY), SIGNER)
    open_checkpoint(signed, SIGNER.key)
    other = NoteSigner("example.com/log", b"\2" * 32)
    named = NoteSigner("example.com/other", b"\1" * 32)
    wrongly_named = sign_checkpoint(parse_body(BODY), named)
    for text, key in ((signed, other.key), (signed, named.key), (wrongly_named, named.key)):
        with pytest.raises(InvalidInput, match="CHECKPOINT_SIGNATURE"):
            open_checkpoint(text, key)


def test_logs_are_named_by_organisation_and_number() -> None:
    organisation = OrganisationId(b"\7" * 32)
    assert log_id(organisation) == log_id(organisation, 0) != log_id(organisation, 1)
    assert log_of(origin_of(log_id(organisation))) == log_id(organisation)
    for origin in ("comity/zz", "comity/00", "other/" + "00" * 32, "comity/" + "AA" * 32, ""):
        with pytest.raises(InvalidInput, match="CHECKPOINT_MALFORMED"):
            log_of(origin)


class TestCosignature:
    """A witness's word with its time."""

    def setup_method(self) -> None:
        self.witness = NoteSigner("example.com/witness", b"\3" * 32, COSIGNATURE)
        self.note = parse_note(sign_checkpoint(parse_body(BODY), SIGNER))

    def test_the_time_is_part_of_what_is_signed(self) -> None:
        line = cosign(BODY, self.witness, AT)
        assert verify_line(BODY, self.witness.key, line) == AT
        later = (int(AT.timestamp()) + 1).to_bytes(8, "big")
        assert (
            verify_line(BODY, self.witness.key, replace(line, value=later + line.value[8:])) is None
        )
        assert verify_line(BODY.replace("5", "6"), self.witness.key, line) is None

    def test_the_earliest_valid_one_counts_and_invalid_ones_do_no_harm(self) -> None:
        lines = [cosign(BODY, self.witness, AT + timedelta(hours=n)) for n in (2, 1)]
        broken = replace(lines[0], value=bytes(72))
        note = with_signatures(self.note, [broken, *lines])
        assert cosigned_at(note, self.witness.key) == AT + timedelta(hours=1)
        assert cosigned_at(with_signatures(self.note, [broken]), self.witness.key) is None
        assert cosigned_at(self.note, self.witness.key) is None

    def test_a_plain_signature_is_no_cosignature(self) -> None:
        line = replace(SIGNER.sign_text(BODY), key_id=self.witness.key.key_id)
        assert verify_line(BODY, self.witness.key, line) is None
        assert verify_line(BODY, SIGNER.key, cosign(BODY, self.witness, AT)) is None

    def test_times_out_of_this_world_are_no_times(self) -> None:
        for time in (AT.replace(tzinfo=None), datetime(1969, 1, 1, tzinfo=UTC)):
            with pytest.raises(InvalidInput, match="TIME_INVALID"):
                cosign(BODY, self.witness, time)
        for seconds in (2**63 - 1, 253402300800):
            message = f"cosignature/v1\ntime {seconds}\n{BODY}".encode()
            value = seconds.to_bytes(8, "big") + self.witness.sign(message)
            line = NoteSignature(
                name="example.com/witness", key_id=self.witness.key.key_id, value=value
            )
            assert verify_line(BODY, self.witness.key, line) is None


PROOF = LOG["inclusion"][1]["proof"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 0\n", ""),
        PROOF.replace("index 0", "index 00"),
        PROOF.replace("index 0", "index -1"),
        PROOF.replace("index 0", "index ٠"),
        PROOF.replace("index 0", "index " + "9" * 5000),
        PROOF.replace("index 0", "extra YWdl\nindex 0"),
        PROOF.replace("Fio=", "Fip="),
        PROOF.replace("AcjiPjNx2oLDVrWQbAIwQ7swQYcosPYAtN7PdmAQFio=", "AAAA"),
        PROOF.replace(
            "index 0\n", "index 0\n" + "AcjiPjNx2oLDVrWQbAIwQ7swQYcosPYAtN7PdmAQFio=\n" * 62
        ),
        PROOF.replace("\n\n", "\n", 1),
        PROOF[:-1],
        PROOF.replace("\n4\n", "\n04\n"),
    ],
    ids=range(14),
)
def test_other_texts_are_no_proofs(text: str) -> None:
    with pytest.raises(RegistryError):
        parse_proof(text)
