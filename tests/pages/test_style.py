"""The style sheet: letters that can be read in both schemes of colour, and nothing that moves."""

import re
from itertools import product

import pytest

from api.pages import files

SHEET = files.files()["page.css"].decode()
ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")
LETTERS = ("ink", "quiet", "accent", "passed", "failed", "warning", "could-not-check")


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (dict(COLOUR.findall(block)) for block in ROOT.findall(SHEET))
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#fff", "#000000") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_their_ground(scheme: str) -> None:
    colours = schemes()[scheme]
    for letters, ground in product(LETTERS, ("ground", "raised")):
        assert contrast(colours[letters], colours[ground]) >= 4.5, (letters, ground)
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["edge"], colours["ground"]) >= 3, "the edge of a field"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_not_checked_never_looks_like_failed(scheme: str) -> None:
    colours = schemes()[scheme]
    assert len({colours[each] for each in ("passed", "failed", "warning", "could-not-check")}) == 4


def test_nothing_moves_and_nothing_is_fetched() -> None:
    assert not re.search(r"animation|transition|scroll-behavior|@import|url\(", SHEET)
