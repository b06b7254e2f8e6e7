"""Key files: the Web3 Secret Storage definition, version 3 (keystore v3), read and written here.

AES-128 in counter mode under a key from scrypt (or PBKDF2, when read), with a Keccak-256 check.
Ethereum's own libraries do the same and take two seconds to import; every signing command would
pay that. The tests hold the two against each other, both ways.
"""

import hmac
import json
import os
import secrets
import sys
import uuid
from hashlib import pbkdf2_hmac, scrypt
from pathlib import Path
from typing import Any

from registry.cli import files
from registry.errors import InvalidInput, NotAuthorised
from registry.proofs import shape
from registry.proofs.keccak import keccak256
from registry.proofs.keys import SignerKey, eth_address
from registry.proofs.signature import key_of

PASSWORD_VARIABLE = "COMITY_KEY_PASSWORD"

SCRYPT_N = 1 << 18
SCRYPT_R = 8
SCRYPT_P = 1
# A file asks for the work that it costs to open it; beyond this it asks too much.
MOST_MEMORY = 1 << 30
MOST_ROUNDS = 10_000_000
KEYSTORE_LIMIT = 64 * 1024


def encrypt(private_key: bytes, password: str, *, n: int = SCRYPT_N) -> dict[str, Any]:
    """The keystore object of a 32-byte private key; `n` is scrypt's cost, a power of two."""
    salt, iv = secrets.token_bytes(32), secrets.token_bytes(16)
    derived = _scrypt(password, salt, n, SCRYPT_R, SCRYPT_P, 32)
    ciphertext = _aes_ctr(derived[:16], iv, private_key)
    return {
        "address": _address(key_of(private_key)),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "scrypt",
            "kdfparams": {"dklen": 32, "n": n, "p": SCRYPT_P, "r": SCRYPT_R, "salt": salt.hex()},
            "mac": keccak256(derived[16:32] + ciphertext).hex(),
        },
        "id": str(uuid.uuid4()),
        "version": 3,
    }


def decrypt(value: Any, password: str) -> bytes:
    """The 32-byte private key of a keystore object.

    Raises InvalidInput KEY_FILE_INVALID, NotAuthorised KEY_PASSWORD_WRONG.
    """
    try:
        crypto = value.get("crypto") or value["Crypto"]
        if value["version"] != 3 or crypto["cipher"] != "aes-128-ctr":
            raise _invalid("is not a keystore of version 3 with aes-128-ctr")
        derived = _derive(crypto["kdf"], crypto["kdfparams"], password)
        ciphertext = bytes.fromhex(crypto["ciphertext"])
        iv = bytes.fromhex(crypto["cipherparams"]["iv"])
        mac = bytes.fromhex(crypto["mac"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _invalid("is not a keystore of version 3") from fault
    if not hmac.compare_digest(keccak256(derived[16:32] + ciphertext), mac):
        raise NotAuthorised("KEY_PASSWORD_WRONG", "the password does not open the key file")
    private_key = _aes_ctr(derived[:16], iv, ciphertext)
    try:
        key = key_of(private_key)
    except ValueError as fault:
        raise _invalid("holds no secp256k1 key") from fault
    if value.get("address", _address(key)).lower().removeprefix("0x") != _address(key):
        raise _invalid("names another address than its key has")
    return private_key


def unlock(path: Path) -> bytes:
    """The private key of a key file; the password is asked for, or taken from the environment.

    Raises as `files.read`, `decrypt` and `password`.
    """
    value = _load(path)
    return decrypt(value, password(f"password of {path}: "))


def key_named_in(path: Path) -> SignerKey | None:
    """The key that a key file names in clear, None where it keeps it to itself."""
    from registry.proofs.keys import eth_key

    address = _load(path).get("address")
    try:
        return None if address is None else eth_key(bytes.fromhex(address.removeprefix("0x")))
    except (ValueError, AttributeError) as fault:
        raise _invalid("names an address that is none") from fault


def password(prompt: str, *, twice: bool = False) -> str:
    """The password: from COMITY_KEY_PASSWORD, else asked for at the terminal.

    Raises InvalidInput KEY_PASSWORD_MISSING where there is neither, or it is empty, or the two
    differ.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise _no_password(f"there is no terminal to ask at, and {PASSWORD_VARIABLE} is not set")
    from getpass import getpass

    asked = getpass(prompt)
    if not asked:
        raise _no_password("an empty password protects nothing")
    if twice and getpass("the same again: ") != asked:
        raise _no_password("the two passwords differ")
    return asked


def _load(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(files.read(path, limit=KEYSTORE_LIMIT))
    except ValueError as fault:
        raise _invalid(f"{path} is not JSON") from fault
    if not isinstance(value, dict):
        raise _invalid("is not a keystore of version 3")
    return value


def _derive(name: Any, parameters: Any, password: str) -> bytes:
    salt, size = bytes.fromhex(parameters["salt"]), shape.integer(parameters["dklen"], "dklen")
    if size < 32 or size > 1024:
        raise _invalid("asks for a derived key of a length that it cannot have")
    if name == "scrypt":
        n, r, p = (shape.integer(parameters[key], key, least=1) for key in ("n", "r", "p"))
        if 128 * n * r > MOST_MEMORY or r * p > 1024:
            raise _invalid("asks for more memory than opening a key may take")
        return _scrypt(password, salt, n, r, p, size)
    rounds = shape.integer(parameters["c"], "c", least=1)
    if name != "pbkdf2" or parameters["prf"] != "hmac-sha256" or rounds > MOST_ROUNDS:
        raise _invalid("derives its key in a way that is not known here")
    return pbkdf2_hmac("sha256", password.encode(), salt, rounds, size)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int, size: int) -> bytes:
    memory = 128 * r * (n + p + 2)
    return scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=size, maxmem=2 * memory)


def _aes_ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _address(key: SignerKey) -> str:
    address = eth_address(key)
    assert address is not None  # a secp256k1 key always has one
    return address.hex()


def _invalid(reason: str) -> InvalidInput:
    return InvalidInput("KEY_FILE_INVALID", f"the key file {reason}")


def _no_password(reason: str) -> InvalidInput:
    return InvalidInput("KEY_PASSWORD_MISSING", reason)
