"""Key files: read as others write them, written as others read them, nothing else accepted."""

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.cli import keystore
from registry.errors import InvalidInput, NotAuthorised, RegistryError
from registry.proofs.signature import key_of
from tests.unit.proofs.world import ALICE

FAST = 1 << 4

# The PBKDF2 example of the Web3 Secret Storage definition (ethereum.org). Its scrypt example asks
# for a cost beyond what RFC 7914 admits for r = 1, and no program writes such files.
PUBLISHED: dict[str, Any] = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}


def test_the_published_example_opens() -> None:
    secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
    assert keystore.decrypt(PUBLISHED, "testpassword") == bytes.fromhex(secret)


@pytest.mark.parametrize("kdf", ["scrypt", "pbkdf2"])
def test_what_eth_account_writes_opens(kdf: Any) -> None:
    value = Account.encrypt(ALICE, "pässword", kdf=kdf, iterations=16)
    assert keystore.decrypt(value, "pässword") == ALICE


@settings(max_examples=10, deadline=None)
@given(secret=st.binary(min_size=31, max_size=31), password=st.text(min_size=1, max_size=20))
def test_eth_account_opens_what_we_write(secret: bytes, password: str) -> None:
    private_key = b"\x01" + secret
    value = json.loads(json.dumps(keystore.encrypt(private_key, password, n=FAST)))
    assert bytes(Account.decrypt(value, password)) == private_key
    assert keystore.decrypt(value, password) == private_key


def test_another_password_does_not_open_it() -> None:
    value = keystore.encrypt(ALICE, "right", n=FAST)
    with pytest.raises(NotAuthorised) as caught:
        keystore.decrypt(value, "wrong")
    assert caught.value.code == "KEY_PASSWORD_WRONG"


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(version=4),
        lambda value: value.update(address="00" * 20),
        lambda value: value.pop("crypto"),
        lambda value: value["crypto"].update(cipher="aes-128-cbc"),
        lambda value: value["crypto"].update(kdf="argon2"),
        lambda value: value["crypto"].update(ciphertext="xyz"),
        lambda value: value["crypto"]["kdfparams"].update(n=1 << 40),
        lambda value: value["crypto"]["kdfparams"].update(n=1000),
        lambda value: value["crypto"]["kdfparams"].update(n=-1),
        lambda value: value["crypto"]["kdfparams"].update(dklen=16),
        lambda value: value["crypto"]["kdfparams"].pop("salt"),
    ],
)
def test_a_file_that_is_none_is_refused(change: Any) -> None:
    value = keystore.encrypt(ALICE, "right", n=FAST)
    change(value)
    with pytest.raises(RegistryError) as caught:
        keystore.decrypt(value, "right")
    assert isinstance(caught.value, InvalidInput)


def test_a_changed_byte_is_noticed() -> None:
    value = keystore.encrypt(ALICE, "right", n=FAST)
    text = value["crypto"]["ciphertext"]
    value["crypto"]["ciphertext"] = ("0" if text[0] != "0" else "1") + text[1:]
    with pytest.raises(NotAuthorised):
        keystore.decrypt(value, "right")


def test_the_key_in_clear_is_read_without_the_password(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(keystore.encrypt(ALICE, "x", n=FAST)))
    assert keystore.key_named_in(path) == key_of(ALICE)
    path.write_text("[]")
    with pytest.raises(InvalidInput):
        keystore.key_named_in(path)
