"""Bad input gets a clear error with a code of its own, and changes nothing."""

from datetime import timedelta
from hashlib import sha256

import pytest

from registry.bootstrap.founding import administration_key
from registry.proofs.record import Digest, LedgerId, OrganisationId, Visibility
from tests.api import submissions as make
from tests.api.submissions import (
    Refused,
    changed,
    drop,
    put,
    resigned,
    tampered,
    with_body,
    written,
)
from tests.api.test_problems import problem_of
from tests.drafts import registration_body
from tests.serving import Served

NOBODY = OrganisationId(sha256(b"an organisation that nobody admitted").digest())
CONTENT = registration_body()["content"]
AUTHOR = registration_body()["authors"][0]

FORM = {
    "empty": Refused(lambda _: b"", "MALFORMED_JSON", 400),
    "cut off": Refused(written(lambda body: body[:-1]), "MALFORMED_JSON", 400),
    "two values": Refused(written(lambda body: body + body), "MALFORMED_JSON", 400),
    "not UTF-8": Refused(
        written(lambda b: b.replace("夜".encode(), b"\xff\xfe\xfd")), "MALFORMED_JSON", 400
    ),
    "byte order mark": Refused(written(lambda body: b"\xef\xbb\xbf" + body), "MALFORMED_JSON", 400),
    "half a character": Refused(
        written(lambda b: b.replace("夜".encode(), b"\\ud800")), "MALFORMED_JSON", 400
    ),
    "not a number": Refused(
        written(lambda b: b.replace(b'"size":17', b'"size":NaN')), "MALFORMED_JSON", 400
    ),
    "an array": Refused(lambda _: b"[]", "FIELD_INVALID"),
    "a space": Refused(written(lambda b: b.replace(b'"size":', b'"size": ')), "NOT_CANONICAL"),
    "a new line": Refused(written(lambda body: body + b"\n"), "NOT_CANONICAL"),
    "another order": Refused(written(make.backwards), "NOT_CANONICAL"),
    "escaped text": Refused(written(make.escaped), "NOT_CANONICAL"),
    "a float": Refused(written(lambda b: b.replace(b'"size":17', b'"size":17.5')), "FLOAT"),
    "a whole float": Refused(written(lambda b: b.replace(b'"size":17', b'"size":17.0')), "FLOAT"),
    "an exponent": Refused(written(lambda b: b.replace(b'"size":17', b'"size":1e1')), "FLOAT"),
    "a huge integer": Refused(
        written(lambda b: b.replace(b'"size":17', b'"size":9007199254740992')), "INTEGER_RANGE"
    ),
    "a field twice": Refused(
        written(lambda b: b.replace(b'"size":17', b'"size":17,"size":17')), "DUPLICATE_KEY"
    ),
    "a field in Chinese": Refused(
        written(lambda b: b.replace(b'"title":', '"题":'.encode())), "KEY_NOT_ASCII"
    ),
    "too deep": Refused(changed(make.nested(18)), "TOO_DEEP"),
    "far too deep": Refused(lambda _: b"[" * 100_000 + b"]" * 100_000, "TOO_DEEP"),
}

FIELDS = {
    "unknown in the submission": Refused(
        changed(put("more", value=1)), "FIELD_UNKNOWN", path="more"
    ),
    "unknown in the record": Refused(
        changed(put("record", "more", value=1)), "FIELD_UNKNOWN", path="record.more"
    ),
    "unknown in a signer": Refused(
        changed(put("record", "signers", 0, "more", value=1)),
        "FIELD_UNKNOWN",
        path="record.signers[0].more",
    ),
    "unknown in a signature": Refused(
        changed(put("signatures", 0, "more", value=1)), "FIELD_UNKNOWN", path="signatures[0].more"
    ),
    "unknown in the body": Refused(with_body(more=1), "BODY_INVALID", path="body.more"),
    "unknown in an author": Refused(
        with_body(authors=[{**AUTHOR, "more": 1}]), "BODY_INVALID", path="body.authors[0].more"
    ),
    "missing in the record": Refused(changed(drop("salt")), "FIELD_MISSING", path="record.salt"),
    "missing in the body": Refused(
        make.without("declaration"), "BODY_INVALID", path="body.declaration"
    ),
    "another specification": Refused(
        changed(put("record", "spec", value="comity/2")), "SPEC_UNKNOWN", path="record.spec"
    ),
    "unknown type": Refused(make.another_type, "TYPE_UNKNOWN", path="record.type"),
    "a type that is a mask": Refused(
        changed(put("record", "type", value="sealed")), "FIELD_INVALID", path="record.type"
    ),
    "no signer": Refused(
        changed(put("record", "signers", value=[])), "FIELD_INVALID", path="record.signers"
    ),
    "upper-case hex": Refused(
        changed(put("record", "salt", value="0x" + "AB" * 32)), "HEX_INVALID", path="record.salt"
    ),
    "short hex": Refused(
        changed(put("record", "salt", value="0x00")), "HEX_INVALID", path="record.salt"
    ),
    "a key without its capitals": Refused(
        changed(put("record", "signers", 0, "key", value="eth:0x" + "ab" * 20)),
        "KEY_INVALID",
        path="record.signers[0].key",
    ),
    "a time with an offset": Refused(
        changed(put("record", "issued_at", value="2026-11-22T03:00:00+00:00")),
        "TIME_INVALID",
        path="record.issued_at",
    ),
    "a time with parts of seconds": Refused(
        changed(put("record", "issued_at", value="2026-11-22T03:00:00.5Z")),
        "TIME_INVALID",
        path="record.issued_at",
    ),
    "a visibility of its own": Refused(
        changed(put("record", "visibility", value="secret")),
        "FIELD_INVALID",
        path="record.visibility",
    ),
    "text not composed": Refused(
        lambda node: make.tampered_text(node, "Cafe\u0301"),
        "TEXT_NOT_NFC",
        path="record.body.title[0].text",
    ),
}

BODIES = {
    "a title too long": Refused(
        with_body(title=[{"text": "x" * 301, "lang": "en"}]),
        "BODY_INVALID",
        path="body.title[0].text",
    ),
    "no title": Refused(with_body(title=[]), "BODY_INVALID", path="body.title"),
    "a title of spaces": Refused(
        with_body(title=[{"text": "  ", "lang": "en"}]), "BODY_INVALID", path="body.title[0].text"
    ),
    "a language of none": Refused(
        with_body(title=[{"text": "x", "lang": "x"}]), "BODY_INVALID", path="body.title[0].lang"
    ),
    "too many authors": Refused(
        with_body(authors=[AUTHOR] * 501), "BODY_INVALID", path="body.authors"
    ),
    "an unknown category": Refused(
        with_body(category="opera"), "BODY_INVALID", path="body.category"
    ),
    "a share with a percent sign": Refused(
        with_body(authors=[{**AUTHOR, "share": "60%"}]),
        "BODY_INVALID",
        path="body.authors[0].share",
    ),
    "a share in other digits": Refused(
        with_body(authors=[{**AUTHOR, "share": "٥٠.٠٠٠٠"}]),
        "BODY_INVALID",
        path="body.authors[0].share",
    ),
    "shares above the whole": Refused(
        with_body(authors=[{**AUTHOR, "share": "60.0000"}] * 2),
        "REGISTRATION_INVALID",
        path="body.authors",
    ),
    "a day of a week": Refused(
        with_body(created_on="2026-W01-1"), "BODY_INVALID", path="body.created_on"
    ),
    "a day that is not": Refused(
        with_body(created_on="2026-02-30"), "BODY_INVALID", path="body.created_on"
    ),
    "a size below zero": Refused(
        with_body(content={**CONTENT, "size": -1}), "BODY_INVALID", path="body.content.size"
    ),
    "a size in words": Refused(
        with_body(content={**CONTENT, "size": "17"}), "BODY_INVALID", path="body.content.size"
    ),
    "a hash of another length": Refused(
        with_body(content={**CONTENT, "sha256": "0x00"}), "BODY_INVALID", path="body.content.sha256"
    ),
    "a CID of another file": Refused(
        with_body(
            content={
                **CONTENT,
                "cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
            }
        ),
        "REGISTRATION_INVALID",
        path="body.content.cid",
    ),
    "made after it was registered": Refused(
        with_body(created_on="2999-01-01"), "REGISTRATION_INVALID", path="body.created_on"
    ),
    "published before it was made": Refused(
        with_body(first_published_on="2020-01-01"),
        "REGISTRATION_INVALID",
        path="body.first_published_on",
    ),
    "no consent": Refused(make.consent(), "REGISTRATION_INVALID", path="body.consent"),
    "consent of somebody else": Refused(
        make.consent("林梅", "王五"), "REGISTRATION_INVALID", path="body.consent"
    ),
    "consent given twice": Refused(
        make.consent("林梅", "林梅"), "REGISTRATION_INVALID", path="body.consent"
    ),
    "a subject": Refused(
        resigned(subject=Digest(bytes(32))), "REGISTRATION_INVALID", path="subject"
    ),
    "a previous record": Refused(
        resigned(previous=Digest(bytes(32))), "REGISTRATION_INVALID", path="previous"
    ),
    "a batch under seal": Refused(make.sealed_by_batch_rule, "BATCH_INVALID", path="visibility"),
}

STANDING = {
    "another ledger": Refused(
        resigned(ledger=LedgerId(bytes(32))), "WRONG_LEDGER", path="record.ledger"
    ),
    "terms": Refused(resigned(terms=bytes(32)), "TERMS_WRONG", path="record.terms"),
    "issued in the future": Refused(
        make.issued(timedelta(hours=1)), "ISSUED_IN_FUTURE", path="record.issued_at"
    ),
    "signed by another key": Refused(make.of_another, "SIGNATURE_INVALID", 403, "signatures[0]"),
    "one bit of the signature": Refused(
        tampered(make.one_bit), "SIGNATURE_INVALID", 403, "signatures[0]"
    ),
    "one letter of the title": Refused(
        changed(put("record", "body", "title", 0, "text", value="夜舟")),
        "SIGNATURE_INVALID",
        403,
        "signatures[0]",
    ),
    "a high s": Refused(tampered(make.high_s), "SIGNATURE_HIGH_S", 403, "signatures[0]"),
    "a v of 0 or 1": Refused(tampered(make.low_v), "SIGNATURE_INVALID", 403, "signatures[0]"),
    "no signature": Refused(
        changed(put("signatures", value=[])), "SIGNATURE_COUNT", path="signatures"
    ),
    "another scheme": Refused(
        changed(put("signatures", 0, "scheme", value="rsa")), "SIGNATURE_SCHEME"
    ),
    "a proof of another batch": Refused(
        make.of_another_batch, "BATCH_PROOF_INVALID", 403, "signatures[0]"
    ),
    "a batch that is not there": Refused(
        make.of_an_absent_batch, "BATCH_UNKNOWN", 403, "signatures[0]"
    ),
    "a batch in a batch": Refused(make.batch_in_a_batch, "BATCH_NOT_ALLOWED", 403, "signatures[0]"),
    "an organisation nobody knows": Refused(
        lambda node: make.for_organisation(node, NOBODY, make.STRANGER), "ORGANISATION_UNKNOWN", 403
    ),
    "a first profile nobody admitted": Refused(make.profile_of_nobody, "ORGANISATION_UNKNOWN", 403),
    "a key of somebody else": Refused(
        lambda node: make.for_organisation(node, node.node.organisation.id, make.STRANGER),
        "KEY_NOT_OF_ORGANISATION",
        403,
    ),
    "a key for anchoring only": Refused(
        lambda node: make.for_organisation(node, node.node.organisation.id, make.chain_key(node)),
        "KEY_OUTSIDE_SCOPE",
        403,
    ),
    "a key for administration only": Refused(
        lambda node: make.for_organisation(
            node, node.node.organisation.id, administration_key(node.node.settings.data)
        ),
        "KEY_OUTSIDE_SCOPE",
        403,
    ),
    "a profile out of turn": Refused(
        make.profile_out_of_turn, "PREVIOUS_NOT_LATEST", 409, "record.previous"
    ),
    "a record over 256 KiB": Refused(make.long_record(300_000), "TOO_LONG", 413),
    "a body over its limit": Refused(make.long_record(600_000), "BODY_TOO_LARGE", 413),
    "a stranger's long record": Refused(make.stranger_long, "STRANGER_RECORD_TOO_LONG", 413),
}

ALL = FORM | FIELDS | BODIES | STANDING


@pytest.mark.parametrize("name", ALL)
def test_bad_input_is_told_and_changes_nothing(served: Served, name: str) -> None:
    refused = ALL[name]
    body = refused.make(served)
    before = served.holdings()
    answer = served.submit(body)
    stated = problem_of(answer)
    assert (stated["code"], answer.status) == (refused.code, refused.status), stated["detail"]
    if refused.path is not None:
        assert refused.path in [fault["path"] for fault in stated["errors"]]
    assert served.holdings() == before


@pytest.mark.parametrize("name", FORM | FIELDS)
def test_who_shows_a_bad_record_is_told_the_same(served: Served, name: str) -> None:
    """A certificate is given for a record that is shown as the door takes it."""
    refused = ALL[name]
    answer = served.post("/api/v1/certificates", refused.make(served))
    told = problem_of(answer)["code"]
    # What the form cannot show is found out by looking: nobody's record is there.
    assert told in (refused.code, "RECORD_UNKNOWN")
    assert answer.status in (refused.status, 404)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-ndjson", "json"])
def test_a_body_of_another_media_type_is_not_read(served: Served, content_type: str | None) -> None:
    before = served.holdings()
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = served.ask("POST", "/api/v1/records", make.good(served).to_bytes(), headers)
    assert (answer.status, problem_of(answer)["code"]) == (415, "MEDIA_TYPE_WRONG")
    assert served.holdings() == before


def test_a_media_type_may_name_its_character_set(served: Served) -> None:
    answer = served.post(
        "/api/v1/records", make.good(served).to_bytes(), "Application/JSON; charset=utf-8"
    )
    assert answer.status == 201


def test_every_fault_of_a_body_is_named_at_once(served: Served) -> None:
    body = registration_body(category="opera", created_on="never", consent=["林梅", "林梅"])
    stated = problem_of(served.submit(make.good(served, body).to_bytes()))
    assert [fault["path"] for fault in stated["errors"]] == ["body.category", "body.created_on"]
    body = registration_body(created_on="2999-01-01", consent=[])
    stated = problem_of(served.submit(make.good(served, body).to_bytes()))
    assert {fault["path"] for fault in stated["errors"]} == {"body.consent", "body.created_on"}


def test_a_refusal_of_a_sealed_record_names_nobody(served: Served) -> None:
    body = registration_body(consent=["王五"])
    answer = served.submit(make.good(served, body, visibility=Visibility.SEALED).to_bytes())
    assert answer.status == 422
    assert "林梅".encode() not in answer.body
