"""Hex, base 64, times, keys, numbers and CIDs: one text for one value."""

from datetime import UTC, datetime

import pytest

from registry.errors import InvalidInput
from registry.proofs import base64s, cid, hexes, keys, number, shape
from registry.proofs.conformance import load

KEY = "eth:0xD7322E331944A576385359b266f1b067a66d4b1b"
POINT = "p256:0x026b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"


@pytest.mark.parametrize(
    "text", ["0xAB", "ab", "0xa", "0x a", "0x" + "0" * 63, "", None, 7, "0xzz"]
)
def test_hex_has_one_form(text: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        hexes.from_hex(text, size=32 if text == "0x" + "0" * 63 else 1, path="body.root")
    assert caught.value.code == "HEX_INVALID"
    assert caught.value.fields[0].path == "body.root"


def test_hex_without_a_size_takes_any_length() -> None:
    assert hexes.from_hex("0x") == b""
    assert hexes.from_hex("0x00ff") == b"\x00\xff"


@pytest.mark.parametrize("text", ["YQ", "YQ==\n", "YR==", "Y Q=", "-_==", "é"])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(InvalidInput, match="BASE64_INVALID"):
        base64s.from_base64(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T03:00:00",
        "2026-11-22T03:00:00+00:00",
        "2026-11-22T03:00:00.0Z",
        "2026-11-22 03:00:00Z",
        "2026-02-30T03:00:00Z",
        "2026-W47-7T03:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T03:00:60Z",
        20261122,
    ],
)
def test_time_has_one_form(text: object) -> None:
    with pytest.raises(InvalidInput, match="TIME_INVALID"):
        shape.time(text, "issued_at")


def test_time_goes_both_ways_and_is_aware() -> None:
    moment = datetime(1, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert shape.time(shape.time_text(moment), "x") == moment
    with pytest.raises(InvalidInput):
        shape.time_text(moment.replace(microsecond=1))
    with pytest.raises(InvalidInput):
        shape.time_text(moment.replace(tzinfo=None))


def test_keys_are_read_as_they_are_written() -> None:
    assert keys.parse_key(KEY) == KEY
    assert keys.parse_key(POINT) == POINT
    assert keys.eth_address(keys.parse_key(KEY)) == bytes.fromhex(KEY[6:])
    assert keys.eth_address(keys.parse_key(POINT)) is None
    assert keys.p256_point(keys.parse_key(KEY)) is None


@pytest.mark.parametrize(
    "text",
    [
        KEY.lower(),
        KEY.upper(),
        KEY[:-1],
        KEY + "0",
        KEY.replace("b1b", "b1B"),
        KEY[4:],
        POINT.replace("0x02", "0x04"),
        POINT.replace("0x02", "0x05"),
        POINT.upper(),
        "p256:0x02" + "ff" * 32,
        "rsa:0x00",
        None,
    ],
)
def test_keys_have_one_form(text: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        keys.parse_key(text, "signers[0].key")
    assert (caught.value.code, caught.value.fields[0].path) == ("KEY_INVALID", "signers[0].key")


def test_a_point_off_the_curve_is_no_key() -> None:
    # x = 5 has no y on P-256.
    with pytest.raises(InvalidInput, match="KEY_INVALID"):
        keys.parse_key("p256:0x02" + "00" * 31 + "01")


@pytest.mark.parametrize(
    "written", ["MDXVSH59Y8SG9X06", "mdxv sh59 y8sg 9xo6", " MDXV-SH59-Y8SG-9XO6\n"]
)
def test_numbers_are_read_as_people_write_them(written: str) -> None:
    assert number.parse_number(written) == "MDXV-SH59-Y8SG-9X06"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("MDXV-SH59-Y8SG-9X0", "NUMBER_MALFORMED"),
        ("MDXV-SH59-Y8SG-9X066", "NUMBER_MALFORMED"),
        ("MDXV-SH59-Y8SG-9U06", "NUMBER_MALFORMED"),
        ("ＭDXV-SH59-Y8SG-9X06", "NUMBER_MALFORMED"),
        ("ıDXV-SH59-Y8SG-9X06", "NUMBER_MALFORMED"),
        ("MDXV-SH59-Y8SG-9X07", "NUMBER_CHECK"),
        ("DMXV-SH59-Y8SG-9X06", "NUMBER_CHECK"),
    ],
)
def test_wrong_numbers_are_told_apart(written: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        number.parse_number(written)
    assert caught.value.code == code


def test_a_number_matches_its_digest_only() -> None:
    item = load("records.json")["records"][0]
    digest = hexes.from_hex(item["digest"])
    assert number.matches(item["number"], digest)
    assert not number.matches(item["number"], bytes(32))
    assert not number.matches(item["number"].lower(), digest)


def test_one_wrong_character_of_a_number_is_always_noticed() -> None:
    right = "MDXVSH59Y8SG9X06"
    for place in range(16):
        for character in number.ALPHABET.replace(right[place], ""):
            with pytest.raises(InvalidInput, match="NUMBER_CHECK"):
                number.parse_number(right[:place] + character + right[place + 1 :])


def test_cids_are_read_in_one_form() -> None:
    text = load("records.json")["records"][0]["cid"]
    found = cid.parse_cid(text)
    assert (found.codec, str(found)) == (cid.RAW, text)
    assert cid.parse_cid(cid.cid_of_digest(bytes(32), cid.DAG_PB)).codec == cid.DAG_PB
    for wrong in (text.upper(), text[:-1], text + "a", "Qm" + "a" * 44, "", text[:-1] + "f", "é"):
        with pytest.raises(InvalidInput, match="CID_INVALID"):
            cid.parse_cid(wrong)
