"""The words by which a published case is found, in Chinese and in Latin script.

Chinese is written without spaces: each character is a word, and so is each pair that stands
together; a question of two characters therefore finds them wherever they stand side by side. All
that is Latin is cut where letters and digits end. Every node cuts alike, whatever its database.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from registry.recognition.model.codes import Label, code_list
from registry.recognition.model.publication import Summary

LONGEST = 40
"""The longest word that is kept, in characters."""


def words(text: str) -> list[str]:
    """All words of a text, each once: single characters and pairs of Chinese, Latin words."""
    return list(dict.fromkeys(word for run in _runs(text) for word in _cut(run)))


def asked(text: str) -> list[str]:
    """The words that must all be there for a text to be found: pairs where there are any."""
    found = (list(_cut(run)) for run in _runs(text))
    return list(dict.fromkeys(word for cut in found for word in _longest(cut)))


def of_summary(summary: Summary) -> list[str]:
    """The words of a case: its references, codes with their meaning, bands, place, departures."""
    return words("\n".join(_texts(summary)))


def labels_of(summary: Summary) -> Iterator[tuple[str, str, Label]]:
    """Every code of a summary with its list and its meaning."""
    said = [
        ("class", [summary.case_class]),
        ("use", [summary.use]),
        ("right", summary.rights),
        ("issue", summary.issue_codes),
        ("method", [summary.method]),
        ("factor", summary.factors),
        ("confirmation", [summary.confirmation]),
    ]
    if summary.region_tier is not None:
        said.append(("region_tier", [str(summary.region_tier)]))
    for name, codes in said:
        known = code_list(name).codes
        yield from ((name, code, known[code]) for code in codes if code in known)


def _texts(summary: Summary) -> Iterator[str]:
    yield str(summary.version)
    for _, code, label in labels_of(summary):
        yield from (code, label.zh, label.en)
    bands = (summary.scale_band, summary.works_band, summary.per_unit_band, summary.standard)
    yield from (text for text in bands if text is not None)
    yield from _unit_names(bands)
    yield from _place_names(summary.version.reference.station.region)
    for departure in summary.departures:
        yield from (text.text for text in departure.reason)


def _unit_names(bands: Iterable[str | None]) -> Iterator[str]:
    units = code_list("unit").codes
    for band in bands:
        label = units.get((band or "").rpartition(" ")[2])
        if label is not None:
            yield label.zh


def _place_names(region: str) -> Iterator[str]:
    places = code_list("place").codes
    for place in dict.fromkeys((region, region[:2])):
        if place in places:
            yield from (places[place].zh, places[place].en)


def _runs(text: str) -> Iterator[str]:
    """The text, compatible forms made one and lower-case, cut where its script changes."""
    run, kind = "", ""
    for character in unicodedata.normalize("NFKC", text).casefold():
        found = _kind(character)
        if found != kind and run:
            yield run
            run = ""
        run, kind = (run + character, found) if found else ("", "")
    if run:
        yield run


def _kind(character: str) -> str:
    if not character.isalnum():
        return ""
    return "wide" if _is_wide(character) else "latin"


def _is_wide(character: str) -> bool:
    """Han, kana and hangul: what is written without spaces, or nearly so."""
    return unicodedata.east_asian_width(character) in ("W", "F")


def _cut(run: str) -> Iterator[str]:
    if not _is_wide(run[0]):
        yield run[:LONGEST]
        return
    yield from run
    yield from (first + second for first, second in pairwise(run))


def _longest(cut: list[str]) -> list[str]:
    pairs = [word for word in cut if len(word) == 2 and _is_wide(word[0])]
    return pairs or cut
