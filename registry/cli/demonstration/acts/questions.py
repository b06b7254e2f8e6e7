"""Anybody asks both regions who may license what; the answers are the same, with reasons."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from registry.cli.demonstration.acts.agreement import RIGHT, YEARS
from registry.cli.demonstration.playground import Region
from registry.cli.demonstration.stage import Stage, Told, asked, require
from registry.proofs import shape

INTERNET = "CN.10.12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to both regions, and the answer that the agreement gives."""

    name: str
    en: str
    zh: str
    society: Region
    repertoire: Region
    right: str
    territory: str
    on: date
    answer: str


def play(stage: Stage, told: Told) -> None:
    """Ask both nodes; the answers are yes, on a condition, no, and nobody knows."""
    for question in _questions(stage):
        first, second = (_answered(stage, reader, question) for reader in stage.ground.regions)
        require(
            first["answer"] == question.answer,
            f"{question.name}: {question.answer} was due, the answer is {first['answer']}",
        )
        require(
            first["result_hash"] == second["result_hash"],
            f"{question.name}: both regions should give the same answer",
        )
        told.verdicts[question.name] = first["answer"]
        told.digests[question.name] = first["result_hash"]
        told.numbers[question.name] = first["evidence"][0]["number"]
        told.said += [
            f"May {question.en}? {question.zh}",
            f"→ {first['answer']}. {first['sentence']['en']}",
            f"→ {first['sentence']['zh']}",
        ]
    told.said += [
        "Both regions were asked, each looked into its own books, and the answers are the same to "
        "the last letter 两地答复逐字相同. What nobody has recorded is unknown, never no.",
        "Nobody had to trust the one who answers: every answer names the records that it rests on.",
    ]


def _questions(stage: Stage) -> list[Asked]:
    hainan, singapore = stage.ground.regions
    today = datetime.now(UTC).date()
    later = date(today.year + YEARS, 7, 1)
    return [
        Asked(
            name="singapore for hainan",
            en="Singapore license performances of Hainan's music in Singapore",
            zh="新加坡协会可否在新加坡许可表演海南的音乐作品？",
            society=singapore,
            repertoire=hainan,
            right=RIGHT,
            territory=singapore.place.territory,
            on=today,
            answer="YES",
        ),
        Asked(
            name="hainan for singapore",
            en="Hainan license performances of Singapore's music in China",
            zh="海南中心可否在中国许可表演新加坡的音乐作品？",
            society=hainan,
            repertoire=singapore,
            right=RIGHT,
            territory=hainan.place.territory,
            on=today,
            answer="CONDITIONAL",
        ),
        Asked(
            name="after the agreement has ended",
            en=f"Singapore still do so in July {later:%Y}",
            zh=f"{later:%Y}年7月时仍可否？",
            society=singapore,
            repertoire=hainan,
            right=RIGHT,
            territory=singapore.place.territory,
            on=later,
            answer="NO",
        ),
        Asked(
            name="a right that nobody mentioned",
            en="Singapore license Hainan's music on the internet",
            zh="新加坡协会可否许可海南音乐作品的信息网络传播？",
            society=singapore,
            repertoire=hainan,
            right=INTERNET,
            territory=singapore.place.territory,
            on=today,
            answer="UNKNOWN",
        ),
    ]


def _answered(stage: Stage, reader: Region, question: Asked) -> Any:
    """The answer as of the agreement's record, once the reader knows everything until then."""
    known_at = shape.time_text(stage.records["agreement"].at)
    said = {
        "society": question.society.place.identifier,
        "repertoire": question.repertoire.place.identifier,
        "territory": f"+{question.territory}",
        "right": question.right,
        "on": str(question.on),
        "known_at": known_at,
    }

    def complete() -> Any:
        told = asked(reader, f"/api/v1/representation?{urlencode(said)}")
        logs = told["stands_on"]["logs"]
        return told if all(log["followed"] == log["anchored"] for log in logs) else None

    return stage.wait_for(complete, f"{reader.place.en} knows everything until {known_at}")
