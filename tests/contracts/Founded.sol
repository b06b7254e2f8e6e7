// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Logs} from "../../contracts/Logs.sol";
import {Organisations} from "../../contracts/Organisations.sol";
import {IOrganisations} from "../../contracts/interfaces/IOrganisations.sol";
import {LogId, OrganisationId, Region, Scopes} from "../../contracts/interfaces/Types.sol";
import {Test} from "./Test.sol";

/// @dev A ledger that several regions founded: region `i` is `"A" + i`, its organisation `i + 1`, its key `1000 + i`.
abstract contract Founded is Test {
    bytes32 internal constant LEDGER = keccak256("ledger");
    uint40 internal constant START = 1_800_000_000;

    Organisations internal ledger;
    Logs internal logs;

    function found(uint256 regions) internal {
        vm.warp(START);
        IOrganisations.Candidate[] memory founders = new IOrganisations.Candidate[](regions);
        for (uint256 i = 0; i < regions; ++i) {
            founders[i] = IOrganisations.Candidate({
                id: organisation(i),
                region: region(i),
                kinds: 1,
                key: administrator(i)
            });
        }
        ledger = new Organisations(LEDGER, founders);
        logs = new Logs(ledger);
    }

    function organisation(uint256 i) internal pure returns (OrganisationId) {
        return OrganisationId.wrap(bytes32(i + 1));
    }

    function administrator(uint256 i) internal pure returns (address) {
        return address(uint160(1000 + i));
    }

    function region(uint256 i) internal pure returns (Region) {
        return Region.wrap(bytes8(bytes1(uint8(0x41 + i))));
    }

    /// @dev Region `i` proposes organisation `who` of region `where`, with its usual key.
    function propose(uint256 i, uint256 who, uint256 where) internal returns (bytes32) {
        vm.prank(administrator(i));
        return ledger.propose(organisation(i), organisation(who), region(where), 1, administrator(who));
    }

    function endorse(uint256 i, bytes32 proposal) internal {
        vm.prank(administrator(i));
        ledger.endorse(organisation(i), proposal);
    }

    function suspend(uint256 i, uint256 who) internal {
        vm.prank(administrator(i));
        ledger.suspend(organisation(i), organisation(who));
    }

    /// @dev Gives organisation `i` a key, by its administration.
    function addKey(uint256 i, address key, uint8 scopes, uint40 from, uint40 until) internal {
        vm.prank(administrator(i));
        ledger.addKey(organisation(i), key, scopes, from, until);
    }

    function openLog(uint256 i) internal returns (LogId) {
        vm.prank(administrator(i));
        return ledger.openLog(organisation(i), keccak256("log key"));
    }

    function known(uint256 who) internal view returns (bool) {
        return ledger.organisationOf(organisation(who)).admittedAt != 0;
    }

    function active(uint256 who) internal view returns (bool) {
        return ledger.isActive(organisation(who));
    }

    function later(uint256 time) internal {
        vm.warp(block.timestamp + time);
    }

    function expectUnauthorised(uint256 who, address key, uint8 scope) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsUnauthorised.selector,
                organisation(who),
                key,
                scope
            )
        );
    }
}
