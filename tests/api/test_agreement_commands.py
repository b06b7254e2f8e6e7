"""The commands against a node: a draft goes from party to party, and questions are asked."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.cli import keystore
from registry.cli.main import main
from registry.proofs.hexes import from_hex
from registry.proofs.record import Digest
from registry.proofs.signature import key_of
from tests.agreements import THIRD, leg, terms
from tests.societies import D, World

PASSWORD = "a password for tests"
FRANCE = ["+250"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Comity = Callable[..., Ran]


@pytest.fixture
def comity(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    world: World,
) -> Comity:
    """Run a command line in this process, in a folder of its own, with the world's node."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_KEY_PASSWORD", PASSWORD)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COMITY_NODE", world.served.url)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for name, who in (("mcsc", world.mcsc), ("sacem", world.sacem), ("third", THIRD)):
        kept = keystore.encrypt(who.key, PASSWORD, n=1 << 4)
        (tmp_path / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["comity", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code=code, out=out, err=err)

    return run


def written(body: Any, name: str = "terms.json") -> str:
    Path(name).write_text(json.dumps(body), encoding="utf-8")
    return name


def named(world: World, **changes: Any) -> dict[str, Any]:
    """Terms in which the parties are named by their codes."""
    grant = leg(world.sacem, world.mcsc, territory=FRANCE, **changes)
    body = terms({**grant, "grantor": "CISAC:058", "grantee": "CISAC:119"})
    return body | {"parties": ["CISAC:119", "CISAC:058"]}


def test_from_terms_to_an_answer(world: World, comity: Comity) -> None:
    ask: tuple[str, ...] = ("represent", "ask", "--society", "119", "--repertoire", "058")
    ask += ("--right", "CN.10.8")
    ask += ("--territory", "FR", "--on", D)
    assert comity(*ask).out.startswith("answer: UNKNOWN\n")
    body = named(world, rights=["CN.10.8"])
    drafted = comity("agreement", "draft", written(body), "--out", "draft.json")
    assert drafted.code == 0, drafted.err
    assert drafted.out.count("not signed yet") == 2

    first = comity("agreement", "sign", "draft.json", "--key", "sacem.json")
    assert (first.code, first.out.count(": signed")) == (0, 1)
    assert "1 of 2" in first.err
    early = comity("agreement", "submit", "draft.json")
    assert (early.code, "DRAFT_NOT_SIGNED" in early.err) == (2, True)
    assert str(key_of(world.mcsc.key)) in early.err
    second = comity("agreement", "sign", "draft.json", "--key", "mcsc.json")
    assert (second.code, second.out.count(": signed")) == (0, 2)

    done = json.loads(comity("agreement", "submit", "draft.json", "--json").out)
    number = done["number"]
    again = comity("agreement", "submit", "draft.json")
    assert f"number: {number}" in again.out, "the first receipt"
    world.served.settle()

    shown = comity("agreement", "show", number)
    assert (shown.code, "state:  recorded 20" in shown.out) == (0, True)
    assert f"party:  {world.mcsc.hex} 中国音乐著作权协会" in shown.out
    told = json.loads(comity("agreement", "show", number, "--json").out)
    assert (told["number"], told["legs"][0]["grantee"]) == (number, world.mcsc.hex)

    answered = comity(*ask)
    assert (answered.code, answered.out.startswith("answer: YES\nYes: ")) == (0, True)
    assert f"evidence: {number}, entry {done['index']}" in answered.out
    assert json.loads(comity(*ask, "--json").out)["answer"] == "YES"
    before = comity(*ask, "--known-at", "2026-01-01T00:00:00Z", "--json")
    assert json.loads(before.out)["answer"] == "UNKNOWN"


def test_an_answer_is_told_in_chinese(comity: Comity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    ask = ("represent", "ask", "--society", "119", "--repertoire", "058", "--right", "CN.10.9")
    told = comity(*ask, "--territory", "CN", "--on", "2028-01-01")
    assert (told.code, told.out.splitlines()[0]) == (0, "answer: NO")
    assert "不可就SACEM的曲目在中国内地许可他人行使表演权（CN.10.9）" in told.out
    assert "该授权于2028-01-01有效" in told.out


def test_what_a_door_would_refuse_is_not_drafted(world: World, comity: Comity) -> None:
    for changes, code in (
        ({"territory": ["+9999"]}, "TERRITORY_UNKNOWN"),
        ({"valid": {"from": "2026-02-01", "to": "2026-01-01"}}, "DATES_REVERSED"),
        ({"grantee": THIRD.hex}, "LEG_OUTSIDE_PARTIES"),
        ({"family": "x"}, "BODY_INVALID"),
    ):
        body = named(world)
        body["legs"][0] |= changes
        ran = comity("agreement", "draft", written(body), "--out", "draft.json")
        assert (ran.code, code in ran.err) == (2, True), ran.err
    assert not Path("draft.json").exists()


@pytest.mark.parametrize("body", [[], {}, {"parties": "CISAC:119"}, {"parties": [1, 2]}])
def test_terms_that_are_none(comity: Comity, body: Any) -> None:
    ran = comity("agreement", "draft", written(body), "--out", "draft.json")
    assert (ran.code, "DRAFT_INVALID" in ran.err) == (2, True)


def test_nobody_signs_for_another(world: World, comity: Comity) -> None:
    comity("agreement", "draft", written(named(world)), "--out", "draft.json")
    ran = comity("agreement", "sign", "draft.json", "--key", "third.json")
    assert (ran.code, "SIGNER_NOT_NAMED" in ran.err) == (2, True)
    assert json.loads(Path("draft.json").read_text(encoding="utf-8"))["signatures"] == [None, None]


def test_a_draft_that_somebody_changed_does_not_pass(world: World, comity: Comity) -> None:
    comity("agreement", "draft", written(named(world)), "--out", "draft.json")
    comity("agreement", "sign", "draft.json", "--key", "sacem.json")
    draft = json.loads(Path("draft.json").read_text(encoding="utf-8"))
    draft["record"]["body"]["legs"][0]["territory"] = ["+2136"]
    written(draft, "draft.json")
    ran = comity("agreement", "sign", "draft.json", "--key", "mcsc.json")
    assert (ran.code, "SIGNATURE_INVALID" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"spec": "comity-draft/9"},
        {"signatures": [None]},
        {"signatures": ["x", None]},
        {"signatures": [{"scheme": "eip712"}, None]},
        {"record": {}},
        {"more": 1},
    ],
)
def test_a_file_that_is_no_draft(world: World, comity: Comity, changes: dict[str, Any]) -> None:
    comity("agreement", "draft", written(named(world)), "--out", "draft.json")
    draft = json.loads(Path("draft.json").read_text(encoding="utf-8"))
    written({**draft, **changes}, "draft.json")
    ran = comity("agreement", "sign", "draft.json", "--key", "mcsc.json")
    assert (ran.code, "DRAFT_INVALID" in ran.err) == (2, True), ran.err


def test_which_key_signs(world: World, comity: Comity) -> None:
    draft = ("agreement", "draft", written(named(world)), "--out")
    key = key_of(world.mcsc.key)
    chosen = comity(*draft, "chosen.json", "--signer", f"CISAC:119={key}")
    assert (chosen.code, str(key) in chosen.out) == (0, True)
    by_id = comity(*draft, "by-id.json", "--signer", f"{world.mcsc.hex}={key}")
    assert by_id.code == 0
    for words in (f"CISAC:119={key_of(THIRD.key)}", "CISAC:119", f"CISAC:080={key}"):
        ran = comity(*draft, "none.json", "--signer", words)
        assert (ran.code, "SIGNER_UNDECIDED" in ran.err) == (2, True), words


def test_of_several_keys_one_must_be_named(world: World, comity: Comity) -> None:
    harbour = world.admit("Two Keys Society", "en", "MO", None)
    clerk = world.add_key(harbour, b"a clerk's key".ljust(32, b"!"))
    body = terms(leg(harbour, world.mcsc, territory=FRANCE), parties=(world.mcsc, harbour))
    draft = ("agreement", "draft", written(body), "--out", "draft.json")
    ran = comity(*draft)
    assert (ran.code, "SIGNER_UNDECIDED" in ran.err, clerk in ran.err) == (2, True, True)
    assert comity(*draft, "--signer", f"{harbour.hex}={clerk}").code == 0


def test_a_sealed_draft_stays_with_its_parties(world: World, comity: Comity) -> None:
    ran = comity("agreement", "draft", written(named(world)), "--out", "sealed.json", "--sealed")
    assert ran.code == 0
    assert Path("sealed.json").stat().st_mode & 0o077 == 0
    for key in ("mcsc", "sacem"):
        comity("agreement", "sign", "sealed.json", "--key", f"{key}.json")
    assert Path("sealed.json").stat().st_mode & 0o077 == 0, "also once it was signed"
    done = json.loads(comity("agreement", "submit", "sealed.json", "--json").out)
    assert Digest(from_hex(done["digest"], size=32))
    shown = comity("agreement", "show", done["number"])
    assert (shown.code, "RECORD_UNKNOWN" in shown.err) == (2, True)


def test_territories_need_no_node(comity: Comity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_NODE", "http://127.0.0.1:1")
    ran = comity("territories", "resolve", "+2136 -2114 +124", "--on", D, "--json")
    told = json.loads(ran.out)
    assert list(told) == ["on", "data_version", "leaves", "warnings"]
    assert (told["on"], len(told["leaves"]), told["warnings"]) == (D, 149, [])
    assert told["leaves"] == sorted(told["leaves"])
    people = comity("territories", "resolve", "CN-46 HK", "--on", D)
    assert people.out.splitlines()[:3] == [
        "+156 +344 on 2026-11-21: 2 countries",
        "   156  China 中国内地",
        "   344  Hong Kong 中国香港",
    ]
    assert "GRANTED_FOR_THE_WHOLE" in people.err
    illogical = comity("territories", "resolve", "-2114 +2136", "--on", D, "--json")
    assert [each["code"] for each in json.loads(illogical.out)["warnings"]] == ["ILLOGICAL_SCOPE"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("GL",), "TERRITORY_NOT_IN_TIS"),
        (("9999",), "TERRITORY_UNKNOWN"),
        (("CN", "--on", "21.11.2026"), "PARAMETER_INVALID"),
        (("CN", "--on", "20261121"), "PARAMETER_INVALID"),
    ],
)
def test_territories_that_are_none(comity: Comity, words: tuple[str, ...], code: str) -> None:
    ran = comity("territories", "resolve", *words)
    assert (ran.code, code in ran.err) == (2, True)
