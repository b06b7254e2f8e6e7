"""Published cases as answers show them: codes with their meaning, counts with their parts.

How often a case was followed, by whom, in how many regions: never one merged score.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, OrganisationId
from registry.proofs.shape import seconds_text
from registry.recognition.model.cases import Case, Cited, PublishedVersion, Recognised, Said
from registry.recognition.model.codes import code_list, effect
from registry.recognition.model.reach import Mark
from registry.recognition.model.texts import Text
from registry.recognition.model.words import labels_of
from registry.recognition.standing import Standing

Json = dict[str, Any]
NamesOf = Callable[[OrganisationId], Sequence[tuple[str, str]]]
BodyOf = Callable[[Digest], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The answers about one standing; `names_of` and `body_of` read what the fold does not keep."""

    standing: Standing
    names_of: NamesOf
    body_of: BodyOf

    def case(self, case: Case, version: PublishedVersion) -> Json:
        """A case at one version, as a search lists it."""
        reference, mark = case.reference, self.standing.marks.get(case.digest)
        return {
            "id": str(version.summary.version),
            "reference": str(reference),
            "version": version.summary.version.number,
            "latest": version is case.current,
            "case": to_hex(case.digest),
            "digest": to_hex(version.digest),
            "number": version.said.number,
            "body": self._body(case.organisation, case.region)
            | {"station": reference.station.code},
            "status": coded("status", case.status),
            "recorded_at": time(version.said.recorded_at),
            "summary": dict(self.body_of(version.digest)),
            "labels": labels(version),
            "counts": self._counts(case),
            "review": None if mark is None else mark.value,
            "effect": {"code": effect().code} | effect().text.to_json(),
        }

    def whole_case(self, case: Case, version: PublishedVersion) -> Json:
        """A case with all that was said of it."""
        standing, digest = self.standing, case.digest
        refused = standing.refused.get(digest, ())
        return self.case(case, version) | {
            "versions": [self._version(case, each) for each in case.versions],
            "statuses": [
                self._said(said)
                | {
                    "status": coded("status", change.status),
                    "reason": texts(change.reason),
                    "basis": change.basis,
                    "effective_on": change.effective_on.isoformat(),
                }
                for said, change in case.changes
            ],
            "citations": {
                "received": [self._citation(one) for one in standing.received.get(digest, ())],
                "made": [self._citation(one) for one in standing.made.get(digest, ())],
            },
            "recognitions": [self._recognition(one) for one in standing.recognised.get(digest, ())],
            "reasons_for_review": self._marks(standing.reasons(digest)),
            "reached": self._marks(standing.reached(case)),
            "refused": [
                self._said(one.said) | {"code": one.fault.code, "reason": one.fault.reason}
                for one in refused
            ],
        }

    def statements(self, case: Case) -> list[Digest]:
        """The records that an answer about a case shows, each once."""
        standing, digest = self.standing, case.digest
        cited = [*standing.received.get(digest, ()), *standing.made.get(digest, ())]
        recognised = standing.recognised.get(digest, ())
        found = [version.digest for version in case.versions]
        found += [said.digest for said, _ in case.changes]
        found += [said.digest for one in recognised for said, _ in one.statements]
        found += [one.said.digest for one in cited]
        return list(dict.fromkeys(found))

    # ---- parts ----------------------------------------------------------------------------------

    def _said(self, said: Said) -> Json:
        return {
            "digest": to_hex(said.digest),
            "number": said.number,
            "body": self._body(said.organisation, said.region),
            "recorded_at": time(said.recorded_at),
        }

    def _body(self, organisation: OrganisationId, region: str | None) -> Json:
        names = [{"text": text, "lang": lang} for text, lang in self.names_of(organisation)]
        return {"organisation": to_hex(organisation), "region": region, "names": names}

    def _version(self, case: Case, version: PublishedVersion) -> Json:
        return {
            "id": str(version.summary.version),
            "digest": to_hex(version.digest),
            "number": version.said.number,
            "recorded_at": time(version.said.recorded_at),
            "latest": version is case.current,
        }

    def _citation(self, one: Cited) -> Json:
        citation, cases = one.citation, self.standing.cases.cases
        citing = None if one.citing is None else cases[one.citing]
        cited = cases[citation.cited]
        return self._said(one.said) | {
            "citing": None if citing is None else named(citing),
            "cited": named(cited),
            "read": str(self.standing.version(citation.read).summary.version),
            "outdated": citation.read != cited.current.digest,
            "treatment": coded("treatment", citation.treatment),
            "similarity": citation.similarity.limbs(),
            "pinpoint": list(citation.pinpoint),
            "differences": texts(citation.differences),
            "reason": texts(citation.reason),
            "review": self._review(one.citing or one.said.digest),
        }

    def _recognition(self, one: Recognised) -> Json:
        statement, case = one.current, self.standing.cases.cases[one.case]
        return self._said(one.latest) | {
            "id": str(statement.reference),
            "recognition": to_hex(one.digest),
            "recognised": str(self.standing.version(statement.recognised).summary.version),
            "outdated": statement.recognised != case.current.digest,
            "decision": coded("decision", statement.decision),
            "statement": dict(self.body_of(one.latest.digest)),
            "reasons": [coded("reason", code) for code in statement.reason_codes],
            "earlier": [to_hex(said.digest) for said, _ in one.statements[:-1]],
            "review": self._review(one.digest),
            "effect": {"code": effect().code} | effect().text.to_json(),
        }

    def _counts(self, case: Case) -> Json:
        received = self.standing.received.get(case.digest, ())
        recognised = self.standing.recognised.get(case.digest, ())
        return {
            "treatments": counted(one.citation.treatment for one in received),
            "citing_regions": counted(one.said.region or "" for one in received),
            "decisions": counted(one.current.decision for one in recognised),
            "recognising_regions": counted(one.region for one in recognised),
        }

    def _review(self, item: Digest) -> str | None:
        mark = self.standing.marks.get(item)
        return None if mark is None else mark.value

    def _marks(self, found: Mapping[Digest, Mark]) -> list[Json]:
        return [{"mark": mark.value} | self._item(item) for item, mark in found.items()]

    def _item(self, item: Digest) -> Json:
        """What a mark is put on: a case, a recognition, or a citation of an unpublished case."""
        cases = self.standing.cases
        if item in cases.cases:
            return {"kind": "case"} | named(cases.cases[item])
        if item in cases.recognitions:
            one = cases.recognitions[item]
            return {"kind": "recognition", "id": str(one.current.reference)} | self._said(
                one.latest
            )
        said = next(one.said for one in cases.citations if one.said.digest == item)
        return {"kind": "citation"} | self._said(said)


def named(case: Case) -> Json:
    """A case by its names."""
    return {
        "id": str(case.reference),
        "case": to_hex(case.digest),
        "number": case.versions[0].said.number,
        "status": coded("status", case.status),
    }


def labels(version: PublishedVersion) -> Json:
    """The codes of a summary with what they mean, by list."""
    found: Json = {}
    for name, code, label in labels_of(version.summary):
        found.setdefault(name, []).append({"code": code} | label.to_json())
    return found


def coded(name: str, code: str) -> Json:
    """A code of a list with what it means."""
    return {"code": str(code)} | code_list(name).codes[code].to_json()


def counted(items: Iterable[str]) -> dict[str, int]:
    """How often each occurs, the most frequent first."""
    return {str(item): count for item, count in Counter(items).most_common()}


def texts(listed: Iterable[Text]) -> list[Json]:
    """Texts with their languages."""
    return [{"text": each.text, "lang": each.lang} for each in listed]


def time(seconds: int | None) -> str | None:
    """A recorded time; null while nothing is final."""
    return None if seconds is None else seconds_text(seconds)
