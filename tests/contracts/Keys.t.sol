// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganisations} from "../../contracts/interfaces/IOrganisations.sol";
import {LogId, OrganisationId, Scopes} from "../../contracts/interfaces/Types.sol";
import {Founded} from "./Founded.sol";

contract KeysTest is Founded {
    address private constant KEY = address(7);

    function setUp() public {
        found(3);
    }

    /// @dev Invariant 4: nothing is authorised outside `[from, until)`, nor outside the scopes.
    function testFuzz_authorisedExactlyInsideWindowAndScopes(
        uint8 scopes,
        uint8 scope,
        uint40 from,
        uint40 until,
        uint40 time
    ) public {
        vm.assume(scopes != 0);
        from = uint40(bound(from, START, START + 1000 days));
        until = uint40(bound(until, from + 1, START + 2000 days));
        time = uint40(bound(time, START, START + 3000 days));
        addKey(0, KEY, scopes, from, until);

        bool inside = scope != 0 && scopes & scope == scope && from <= time && time < until;
        (bool authorised, bool contested) = ledger.wasAuthorised(organisation(0), KEY, scope, time);
        vm.assertTrue(authorised == inside, "was authorised");
        vm.assertFalse(contested, "contested");

        vm.warp(time);
        if (!inside) expectUnauthorised(0, KEY, scope);
        ledger.authorise(organisation(0), KEY, scope);
    }

    /// @dev Invariant 4: no write succeeds by a key outside its window, whatever the write.
    function testFuzz_noWriteOutsideTheWindow(uint256 call, uint40 from, uint40 until, uint40 time) public {
        from = uint40(bound(from, START, START + 10 days));
        until = uint40(bound(until, from + 1, START + 20 days));
        time = uint40(bound(time, START, START + 30 days));
        addKey(0, KEY, Scopes.ADMINISTRATION, from, until);
        vm.warp(time);

        bytes[7] memory calls = _writes();
        vm.prank(KEY);
        (bool succeeded, bytes memory answer) = address(ledger).call(calls[call % calls.length]);
        vm.assertTrue(succeeded == (from <= time && time < until), "write");
        bytes memory refusal = abi.encodeWithSelector(
            IOrganisations.OrganisationsUnauthorised.selector,
            organisation(0),
            KEY,
            Scopes.ADMINISTRATION
        );
        if (!succeeded) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }

    /// @dev A key of one organisation, with every scope, is nobody in another.
    function testFuzz_noWriteForAnotherOrganisation(uint256 call) public {
        addKey(1, KEY, 255, 0, 0);
        bytes[7] memory calls = _writes();
        vm.prank(KEY);
        (bool succeeded, ) = address(ledger).call(calls[call % calls.length]);
        vm.assertFalse(succeeded, "wrote for another");
    }

    function _writes() private pure returns (bytes[7] memory) {
        OrganisationId own = organisation(0);
        return
            [
                abi.encodeCall(IOrganisations.propose, (own, organisation(5), region(5), 1, address(5))),
                abi.encodeCall(IOrganisations.suspend, (own, organisation(1))),
                abi.encodeCall(IOrganisations.addKey, (own, address(8), 1, 0, 0)),
                abi.encodeCall(IOrganisations.retireKey, (own, administrator(0))),
                abi.encodeCall(IOrganisations.openLog, (own, "key")),
                abi.encodeCall(IOrganisations.setWitness, (own, "key")),
                abi.encodeCall(IOrganisations.setProfile, (own, "digest"))
            ];
    }

    function test_aKeyIsNotBackdated() public {
        addKey(0, KEY, 1, START - 1 days, 0);
        vm.assertEq(ledger.keyOf(organisation(0), KEY).from, START, "from");
    }

    function test_rotationOverlapsAndNeverTouchesThePast() public {
        addKey(0, KEY, Scopes.CASES, 0, 0);
        later(10 days);
        addKey(0, address(8), Scopes.CASES, 0, 0);
        later(1 days);
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), KEY);
        ledger.authorise(organisation(0), address(8), Scopes.CASES);
        expectUnauthorised(0, KEY, Scopes.CASES);
        ledger.authorise(organisation(0), KEY, Scopes.CASES);
        (bool before, ) = ledger.wasAuthorised(organisation(0), KEY, Scopes.CASES, START + 11 days - 1);
        (bool since, ) = ledger.wasAuthorised(organisation(0), KEY, Scopes.CASES, START + 11 days);
        vm.assertTrue(before && !since, "window");
    }

    function test_aKeyHasOneWindow() public {
        addKey(0, KEY, 1, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsKeyKnown.selector, organisation(0), KEY)
        );
        addKey(0, KEY, 255, 0, 0);

        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), KEY);
        later(1 days);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsKeyEnded.selector, organisation(0), KEY, START)
        );
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), KEY);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsKeyKnown.selector, organisation(0), KEY)
        );
        addKey(0, KEY, 1, 0, 0);
    }

    function test_aKeyThatHasNotBegunCanBeRetired() public {
        addKey(0, KEY, 1, START + 1 days, 0);
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), KEY);
        later(2 days);
        expectUnauthorised(0, KEY, 1);
        ledger.authorise(organisation(0), KEY, 1);
    }

    function test_refusesEmptyKeysAndWindows() public {
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsMalformed.selector, organisation(0))
        );
        addKey(0, address(0), 1, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsMalformed.selector, organisation(0))
        );
        addKey(0, KEY, 0, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsKeyEnded.selector, organisation(0), KEY, START)
        );
        addKey(0, KEY, 1, 0, START);
    }

    function test_theLastAdministrationKeyCannotRetireItself() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsKeyInUse.selector,
                organisation(0),
                administrator(0)
            )
        );
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), administrator(0));
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsKeyUnknown.selector, organisation(0), KEY)
        );
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), KEY);
    }

    // ------------------------------------------------------------------------------------------------ reports

    function test_aReportContestsAndErasesNothing() public {
        addKey(0, KEY, Scopes.CASES, 0, 0);
        later(10 days);
        _report(START + 5 days);
        (bool authorised, bool contested) = ledger.wasAuthorised(
            organisation(0),
            KEY,
            Scopes.CASES,
            START + 5 days
        );
        vm.assertTrue(authorised && contested, "from then on");
        (authorised, contested) = ledger.wasAuthorised(
            organisation(0),
            KEY,
            Scopes.CASES,
            START + 5 days - 1
        );
        vm.assertTrue(authorised && !contested, "before");
        ledger.authorise(organisation(0), KEY, Scopes.CASES);
    }

    function testFuzz_aReportOnlyReachesFurtherBack(uint40 first, uint40 second) public {
        addKey(0, KEY, Scopes.CASES, 0, 0);
        later(100 days);
        uint40 limit = START + 110 days;
        first = uint40(bound(first, START - 10 days, START + 100 days));
        second = uint40(bound(second, START - 10 days, limit));
        _report(first);
        uint40 contestedSince = first < START ? START : first;
        if (second > contestedSince) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOrganisations.OrganisationsReportRefused.selector,
                    organisation(0),
                    KEY,
                    second
                )
            );
        }
        _report(second);
        uint40 expected = second > contestedSince ? contestedSince : (second < START ? START : second);
        vm.assertEq(ledger.keyOf(organisation(0), KEY).contestedSince, expected, "since");
    }

    function _report(uint40 since) private {
        vm.prank(administrator(0));
        ledger.reportCompromised(organisation(0), KEY, since, "reason");
    }

    // --------------------------------------------------------------------------------- logs, witness, profile

    function test_openingALogClosesTheOneBefore() public {
        LogId first = openLog(0);
        vm.assertEq(LogId.unwrap(first), sha256(abi.encodePacked(organisation(0), uint32(0))), "identifier");
        vm.assertFalse(ledger.logOf(first).closed, "closed");
        later(1 days);
        LogId second = openLog(0);
        vm.assertEq(LogId.unwrap(second), LogId.unwrap(ledger.logIdOf(organisation(0), 1)), "identifier");
        vm.assertTrue(ledger.logOf(first).closed, "still open");
        vm.assertFalse(ledger.logOf(second).closed, "closed");
        vm.assertEq(ledger.logOf(second).openedAt, START + 1 days, "opened");
        vm.assertEq(ledger.logOf(second).number, 1, "number");
        vm.assertEq(ledger.organisationOf(organisation(0)).logs, 2, "logs");
        vm.assertEq(ledger.logOf(LogId.wrap("x")).openedAt, 0, "unknown");
    }

    function test_witnessAndProfile() public {
        vm.prank(administrator(0));
        ledger.setWitness(organisation(0), "witness");
        vm.prank(administrator(0));
        ledger.setProfile(organisation(0), "profile");
        IOrganisations.Organisation memory own = ledger.organisationOf(organisation(0));
        vm.assertEq(own.witness, "witness", "witness");
        vm.assertEq(own.profile, "profile", "profile");
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsMalformed.selector, organisation(0))
        );
        vm.prank(administrator(0));
        ledger.setWitness(organisation(0), 0);
    }
}
