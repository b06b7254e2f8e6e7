"""What a published case may say: the anonymous summary of a mediated case.

A summary holds codes and bands, never names or exact figures. It is published with the consent of
both sides, after a second reviewer looked at it, and only where at least five cases look alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from registry.recognition.model.codes import code_list
from registry.recognition.model.faults import Fault
from registry.recognition.model.numbers import Version, is_standard
from registry.recognition.model.texts import Text, anchors, same_language_twice

LEAST_ALIKE = 5
LEAST_CONSENTS = 2
WHOLE_REPERTOIRE = "library"
# A civil date may already be tomorrow's somewhere in the world.
DATE_LINE = timedelta(days=1)

_BAND = re.compile(r"(?P<low>[0-9]{1,9})(?:-(?P<high>[0-9]{1,9})|\+) (?P<unit>[a-z0-9]+)")
_AMOUNT = r"[0-9]{1,12}(?:\.[0-9]{1,2})?"
_PER_UNIT = re.compile(
    rf"[A-Z]{{3}} (?P<low>{_AMOUNT})-(?P<high>{_AMOUNT})"
    r" /(?P<unit>room|terminal|seat|m2|play|copy|download|follower|title)(?:/(?:day|month|year))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where the settlement departed from the standard, and why, in one or more languages."""

    point: str
    reason: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The summary of a mediated case, in codes; bands are texts as `16-30 rooms`."""

    version: Version
    case_class: str
    use: str
    rights: Sequence[str]
    region_tier: int | None
    scale_band: str | None
    works_band: str
    issue_codes: Sequence[str]
    standard: str | None
    method: str
    factors: Sequence[str]
    per_unit_band: str | None
    licence_converted: bool
    days: int
    confirmation: str
    departures: Sequence[Departure]
    consents: Sequence[bytes]
    k_anonymity: int
    authentic: str
    translations: Sequence[str]


def faults(summary: Summary, issued_on: date) -> Iterator[Fault]:
    """Each rule that the summary breaks; `issued_on` is the day of its record."""
    yield from _consent_faults(summary)
    yield from _code_faults(summary)
    yield from _band_faults(summary)
    yield from _language_faults(summary)
    if summary.standard is not None and not is_standard(summary.standard):
        reason = "is no standard's reference, as STD:CN-46:QHCMS:KTV-PERF:2.1"
        yield Fault("CASE_INVALID", "body.standard", reason)
    if summary.departures and summary.standard is None:
        yield Fault("CASE_INVALID", "body.departures", "names no standard to depart from")
    if summary.version.reference.year > (issued_on + DATE_LINE).year:
        yield Fault("CASE_INVALID", "body.id", "names a year that is still to come")


def _consent_faults(summary: Summary) -> Iterator[Fault]:
    if len(set(summary.consents)) < LEAST_CONSENTS:
        reason = "needs the digests of the consents of both sides, each of its own document"
        yield Fault("PUB_CONSENT_MISSING", "body.consents", reason)
    elif len(set(summary.consents)) < len(summary.consents):
        yield Fault("CASE_INVALID", "body.consents", "names a consent twice")
    if summary.k_anonymity < LEAST_ALIKE:
        reason = f"at least {LEAST_ALIKE} cases of class, region and quarter must look alike"
        yield Fault("PUB_REIDENTIFICATION_RISK", "body.k_anonymity", reason)


def _code_faults(summary: Summary) -> Iterator[Fault]:
    yield from code_list("class").faults(summary.case_class, "body.class")
    yield from code_list("use").faults(summary.use, "body.use")
    yield from code_list("method").faults(summary.method, "body.method")
    yield from code_list("confirmation").faults(summary.confirmation, "body.confirmation")
    if summary.region_tier is not None:
        yield from code_list("region_tier").faults(str(summary.region_tier), "body.region_tier")
    several = (("right", "rights", summary.rights), ("issue", "issue_codes", summary.issue_codes))
    for name, field, codes in (*several, ("factor", "factors", summary.factors)):
        for place, code in enumerate(codes):
            yield from code_list(name).faults(code, f"body.{field}[{place}]")
        if len(set(codes)) < len(codes):
            yield Fault("CASE_INVALID", f"body.{field}", "names a code twice")


def _band_faults(summary: Summary) -> Iterator[Fault]:
    units = code_list("unit").codes.keys() - {"titles"}
    if summary.scale_band is not None and not _is_band(summary.scale_band, units):
        reason = f"is a band as 16-30 rooms or 100+ seats, of {', '.join(sorted(units))}"
        yield Fault("CASE_INVALID", "body.scale_band", reason)
    if summary.works_band != WHOLE_REPERTOIRE and not _is_band(summary.works_band, {"titles"}):
        reason = f"is {WHOLE_REPERTOIRE} or a band as 2-10 titles"
        yield Fault("CASE_INVALID", "body.works_band", reason)
    if summary.per_unit_band is not None and not _is_per_unit(summary.per_unit_band):
        reason = "is a band as RMB 8-10 /room/day, the lower figure first"
        yield Fault("CASE_INVALID", "body.per_unit_band", reason)


def _is_band(text: str, units: set[str]) -> bool:
    """A band has a width: one exact figure would show whose case it was."""
    found = _BAND.fullmatch(text)
    if found is None or found["unit"] not in units:
        return False
    return found["high"] is None or int(found["low"]) < int(found["high"])


def _is_per_unit(text: str) -> bool:
    found = _PER_UNIT.fullmatch(text)
    return found is not None and Decimal(found["low"]) < Decimal(found["high"])


def _language_faults(summary: Summary) -> Iterator[Fault]:
    languages = (summary.authentic, *summary.translations)
    if len(set(languages)) < len(languages):
        yield Fault("CASE_INVALID", "body.lang.translations", "names a language twice")
    for place, departure in enumerate(summary.departures):
        path = f"body.departures[{place}]"
        yield from anchors([departure.point], f"{path}.point", "CASE_INVALID")
        yield from same_language_twice(departure.reason, f"{path}.reason", "CASE_INVALID")
        given = {text.lang for text in departure.reason}
        for language in languages:
            if language not in given:
                reason = f"is not given in {language}, which the summary names as its language"
                yield Fault("TRANSLATION_MISSING", f"{path}.reason", reason)
