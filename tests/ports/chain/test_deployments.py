"""Founding a ledger on any chain, and telling its chain from every other one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.chain.deployments import (
    Deployed,
    Deployment,
    deploy,
    parse_deployment,
    read_deployment,
    verify_deployment,
    write_deployment,
)
from registry.chain.rpc import chain_id
from registry.errors import Conflict, Damaged, InvalidInput, NotAuthorised, NotFound
from registry.proofs.founding import sign_founding
from tests.ports.chain.ledgers import (
    REGIONS,
    Chain,
    Ledger,
    found,
    founders_of,
    founding_of,
    give,
    private_key,
)
from tests.ports.chain.plain import PlainNode


@pytest.fixture
def ledger(chain: Chain) -> Ledger:
    return found(chain.rpc, chain.funds, REGIONS)


def test_a_deployed_ledger_is_found_again(ledger: Ledger, chain: Chain) -> None:
    verify_deployment(chain.rpc, ledger.deployment)
    assert ledger.deployment.chain_id == chain_id(chain.rpc)
    assert ledger.organisations.ledger() == ledger.deployment.founding.ledger()
    for founder in ledger.deployment.founders:
        state = ledger.organisations.organisation_of(founder.id)
        assert (state.kinds, state.profile) == (3, founder.id)


def test_its_file_says_the_same(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "deployments" / "4242.json"
    write_deployment(ledger.deployment, path)
    assert read_deployment(path) == ledger.deployment


def test_anybody_with_funds_can_pay_for_a_founding(chain: Chain, stranger: bytes) -> None:
    founding = founding_of(REGIONS[:2])
    signatures = [sign_founding(private_key(region), founding) for region in REGIONS[:2]]
    deployment = deploy(chain.rpc, founding, signatures, founders_of(founding), stranger)
    verify_deployment(chain.rpc, deployment)


def test_a_founding_without_every_founder_is_refused(chain: Chain, stranger: bytes) -> None:
    founding = founding_of(REGIONS[:2])
    signatures = [sign_founding(private_key(REGIONS[0]), founding)] * 2
    with pytest.raises(NotAuthorised):
        deploy(chain.rpc, founding, signatures, founders_of(founding), stranger)


def test_other_organisations_than_the_founders_are_refused(chain: Chain, stranger: bytes) -> None:
    founding = founding_of(REGIONS[:2])
    signatures = [sign_founding(private_key(region), founding) for region in REGIONS[:2]]
    with pytest.raises(Conflict) as caught:
        deploy(chain.rpc, founding, signatures, founders_of(founding)[::-1], stranger)
    assert caught.value.code == "DEPLOYMENT_FOUNDERS_DIFFER"


def code_of(ledger: Ledger, deployment: Deployment) -> str:
    with pytest.raises(Damaged) as caught:
        verify_deployment(ledger.rpc, deployment)
    return caught.value.code


def test_another_chain_is_named(ledger: Ledger) -> None:
    assert code_of(ledger, replace(ledger.deployment, chain_id=5)) == "CHAIN_WRONG"


def test_other_code_is_named(ledger: Ledger) -> None:
    logs = ledger.deployment.logs
    other = replace(ledger.deployment, logs=Deployed(address=logs.address, code_hash=bytes(32)))
    assert code_of(ledger, other) == "CHAIN_CODE_DIFFERS"


def test_another_ledger_is_named(ledger: Ledger, chain: Chain) -> None:
    give(chain.funds, private_key(REGIONS[1]))
    other = found(chain.rpc, chain.funds, [REGIONS[1]]).deployment
    mixed = replace(ledger.deployment, logs=other.logs)
    assert code_of(ledger, mixed) == "CHAIN_LEDGER_DIFFERS"


def test_a_chain_that_was_reset_is_named(tmp_path: Path) -> None:
    first = PlainNode(tmp_path / "first")
    ledger = found(first.rpc, first)
    first.close()
    second = PlainNode(tmp_path / "second")
    try:
        with pytest.raises(Damaged) as caught:
            verify_deployment(second.rpc, ledger.deployment)
    finally:
        second.close()
    assert caught.value.code == "CHAIN_CONTRACTS_MISSING"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        read_deployment(tmp_path / "deployment.json")
    assert caught.value.code == "DEPLOYMENT_MISSING"


def changed(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("spec",), "comity-deployment/2"),
        (("ledger",), "0x" + "00" * 32),
        (("chain_id",), "4242"),
        (("block",), -1),
        (("founding", "name"), "Another name"),
        (("signatures",), []),
        (("organisations", 0, "kinds"), ["club"]),
        (("organisations", 0, "kinds"), []),
        (("organisations", 0, "id"), "0x00"),
        (("organisations", 0, "region"), "SG"),
        (("contracts", "Logs", "address"), "0x" + "0F" * 20),
        (("contracts", "Logs", "code_hash"), "0x"),
        (("former_anchors",), "0x12"),
    ],
)
def test_a_file_that_was_altered_is_refused(
    ledger: Ledger, path: tuple[str | int, ...], new: Any
) -> None:
    with pytest.raises((InvalidInput, Conflict, NotAuthorised)):
        parse_deployment(changed(ledger.deployment.to_json(), path, new))


def test_an_unknown_field_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InvalidInput):
        parse_deployment({**ledger.deployment.to_json(), "extra": 1})
