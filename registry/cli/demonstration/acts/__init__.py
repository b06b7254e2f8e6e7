"""The acts of the story, in order. Each is a module with one `play(stage, told)`."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.cli.demonstration.acts import (
    agreement,
    away,
    back,
    case,
    citation,
    founding,
    questions,
    recognition,
    registration,
)
from registry.cli.demonstration.stage import Stage, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act by its name for programs and its titles for people."""

    name: str
    en: str
    zh: str
    play: Callable[[Stage, Told], None]


ACTS = (
    Act(name="founding", en="Two regions open one ledger", zh="两地共建登记", play=founding.play),
    Act(name="registration", en="A picture is registered", zh="作品登记", play=registration.play),
    Act(name="agreement", en="Two societies agree", zh="签订相互代表协议", play=agreement.play),
    Act(name="questions", en="Who may license what?", zh="谁可以许可什么？", play=questions.play),
    Act(name="case", en="A mediated case is published", zh="公布调解案例", play=case.play),
    Act(name="citation", en="The other region cites it", zh="援引案例", play=citation.play),
    Act(name="recognition", en="And recognises it", zh="认可案例", play=recognition.play),
    Act(name="away", en="One region goes dark", zh="一地停机", play=away.play),
    Act(name="back", en="And comes back", zh="恢复", play=back.play),
)
