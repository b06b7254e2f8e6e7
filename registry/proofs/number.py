"""The certificate number that people see: 75 bits of the digest and a check character.

Crockford's base 32 for the digits, Luhn's algorithm modulo 32 for the check. A number is a
handle, never an identity: whatever must be sure of a record uses its digest.
"""

from registry.errors import InvalidInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})


def number_of(digest: bytes) -> str:
    """The number of a 32-byte digest: `XXXX-XXXX-XXXX-XXXX`."""
    bits = int.from_bytes(digest[:10], "big") >> 5
    digits = "".join(ALPHABET[bits >> shift & 31] for shift in range(70, -1, -5))
    return _in_fours(digits + _check_character(digits))


def parse_number(text: str) -> str:
    """The number that a person wrote, forgiving case, spaces, hyphens, O for 0, I and L for 1.

    Raises InvalidInput NUMBER_MALFORMED or NUMBER_CHECK (one character is wrong, or two swapped).
    """
    digits = "".join(text.split()).upper().translate(_FORGIVEN)
    if not text.isascii() or len(digits) != 16 or not _VALUE.keys() >= set(digits):
        raise InvalidInput("NUMBER_MALFORMED", "a number has sixteen characters in four groups")
    if _check_character(digits[:15]) != digits[15]:
        raise InvalidInput("NUMBER_CHECK", "the number's last character does not fit the others")
    return _in_fours(digits)


def matches(number: str, digest: bytes) -> bool:
    """Whether `number`, in its exact form, is that of the 32-byte `digest`."""
    return number == number_of(digest)


def _check_character(digits: str) -> str:
    total = 0
    factor = 2
    for character in reversed(digits):
        product = factor * _VALUE[character]
        total += product // 32 + product % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]


def _in_fours(digits: str) -> str:
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))
