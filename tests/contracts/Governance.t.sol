// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Organisations} from "../../contracts/Organisations.sol";
import {IOrganisations} from "../../contracts/interfaces/IOrganisations.sol";
import {OrganisationId, Region, Scopes} from "../../contracts/interfaces/Types.sol";
import {Founded} from "./Founded.sol";

contract GovernanceTest is Founded {
    // ----------------------------------------------------------------------------------------------- founding

    function test_foundersAreAdmittedWithTheirKeys() public {
        found(3);
        vm.assertEq(ledger.ledger(), LEDGER, "ledger");
        vm.assertEq(ledger.regions().length, 3, "regions");
        vm.assertEq(ledger.activeRegions(), 3, "active");
        for (uint256 i = 0; i < 3; ++i) {
            IOrganisations.Organisation memory founder = ledger.organisationOf(organisation(i));
            vm.assertEq(founder.admittedAt, START, "admitted");
            vm.assertEq(founder.profile, OrganisationId.unwrap(organisation(i)), "profile");
            vm.assertEq(OrganisationId.unwrap(ledger.voiceOf(region(i))), bytes32(i + 1), "voice");
            ledger.authorise(organisation(i), administrator(i), Scopes.ADMINISTRATION);
        }
    }

    function test_foundingNeedsALedgerAndDistinctFounders() public {
        IOrganisations.Candidate[] memory none = new IOrganisations.Candidate[](0);
        vm.expectRevert(abi.encodeWithSelector(IOrganisations.OrganisationsNoFounders.selector));
        new Organisations(LEDGER, none);

        IOrganisations.Candidate[] memory twice = new IOrganisations.Candidate[](2);
        twice[0] = IOrganisations.Candidate(organisation(0), region(0), 1, administrator(0));
        twice[1] = IOrganisations.Candidate(organisation(0), region(1), 1, administrator(1));
        vm.expectRevert(abi.encodeWithSelector(IOrganisations.OrganisationsNoFounders.selector));
        new Organisations(bytes32(0), twice);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsAlreadyAdmitted.selector, organisation(0))
        );
        new Organisations(LEDGER, twice);
    }

    // ---------------------------------------------------------------------------------------------- admission

    /// @dev More than half of the active regions, for every number of them.
    function test_admissionNeedsMoreThanHalfOfTheActiveRegions() public {
        for (uint256 regions = 1; regions <= 7; ++regions) {
            found(regions);
            uint256 votes = 1;
            bytes32 proposal = propose(0, 20, 20);
            while (!known(20)) endorse(votes++, proposal);
            vm.assertEq(votes, regions / 2 + 1, "votes");
            vm.assertEq(ledger.regions().length, regions + 1, "regions");
            vm.assertTrue(ledger.proposalOf(proposal).key == address(0), "still open");
        }
    }

    function test_admissionIntoARegionNeedsThatRegionsVoice() public {
        found(5);
        bytes32 proposal = propose(0, 20, 4);
        endorse(1, proposal);
        endorse(2, proposal);
        endorse(3, proposal);
        vm.assertFalse(known(20), "admitted over the region's head");
        endorse(4, proposal);
        vm.assertTrue(known(20), "not admitted");
        vm.assertEq(ledger.organisationsIn(region(4)).length, 2, "members");
        vm.assertEq(ledger.activeRegions(), 5, "a further organisation is no further region");
    }

    function test_votesLapseAfterSevenDays() public {
        found(3);
        bytes32 proposal = propose(0, 20, 20);
        later(7 days);
        endorse(1, proposal);
        vm.assertFalse(known(20), "a lapsed vote counted");
        later(7 days - 1);
        endorse(2, proposal);
        vm.assertTrue(known(20), "a vote lapsed early");
    }

    /// @dev Each vote lapses by itself, and casting it again renews it.
    function test_aVoteIsRenewed() public {
        found(5);
        bytes32 proposal = propose(0, 20, 20);
        later(6 days);
        endorse(1, proposal);
        endorse(0, proposal);
        later(6 days);
        endorse(2, proposal);
        vm.assertTrue(known(20), "a renewed vote lapsed");
    }

    function test_oneVoteARegionHoweverOftenItIsCast() public {
        found(3);
        bytes32 proposal = propose(0, 20, 20);
        endorse(0, proposal);
        vm.assertEq(propose(0, 20, 20), proposal, "one name");
        vm.assertFalse(known(20), "one region carried it");
    }

    function test_theSecondOrganisationOfARegionHasNoVoice() public {
        found(2);
        endorse(1, propose(0, 20, 0));
        vm.assertTrue(known(20), "not admitted");
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsNotTheVoice.selector,
                organisation(20),
                region(0)
            )
        );
        propose(20, 21, 21);
    }

    function test_rivalProposalsStandSideBySide() public {
        found(3);
        bytes32 theirs = propose(0, 20, 20);
        vm.prank(administrator(1));
        bytes32 rival = ledger.propose(organisation(1), organisation(20), region(20), 1, address(666));
        vm.assertTrue(theirs != rival, "one name for two");
        endorse(2, theirs);
        vm.assertTrue(known(20), "not admitted");
        vm.assertTrue(ledger.keyOf(organisation(20), administrator(20)).scopes != 0, "key");
        vm.assertTrue(ledger.keyOf(organisation(20), address(666)).scopes == 0, "rival's key");
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsAlreadyAdmitted.selector, organisation(20))
        );
        endorse(2, rival);
    }

    function test_refusesMalformedCandidates() public {
        found(2);
        _refused(OrganisationId.wrap(0), region(5), 1, address(5));
        _refused(organisation(5), Region.wrap(0), 1, address(5));
        _refused(organisation(5), region(5), 0, address(5));
        _refused(organisation(5), region(5), 64, address(5));
        _refused(organisation(5), region(5), 1, address(0));
    }

    function _refused(OrganisationId id, Region where, uint8 kinds, address key) private {
        vm.expectRevert(abi.encodeWithSelector(IOrganisations.OrganisationsMalformed.selector, id));
        vm.prank(administrator(0));
        ledger.propose(organisation(0), id, where, kinds, key);
    }

    function test_refusesWhatNobodyProposed() public {
        found(2);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsUnknownProposal.selector, bytes32("x"))
        );
        endorse(0, "x");
    }

    function testFuzz_strangersHaveNoVote(address stranger) public {
        found(2);
        vm.assume(stranger != administrator(0));
        expectUnauthorised(0, stranger, Scopes.ADMINISTRATION);
        vm.prank(stranger);
        ledger.propose(organisation(0), organisation(5), region(5), 1, address(5));
        expectUnauthorised(0, stranger, Scopes.ADMINISTRATION);
        vm.prank(stranger);
        ledger.suspend(organisation(0), organisation(1));
    }

    // --------------------------------------------------------------------------------------------- suspension

    /// @dev More than half of all regions, the target's not voting: with one or two regions there is no way.
    function test_suspensionNeedsMoreThanHalfOfAllRegions() public {
        for (uint256 regions = 2; regions <= 7; ++regions) {
            found(regions);
            uint256 votes;
            while (votes + 1 < regions && active(0)) suspend(++votes, 0);
            vm.assertTrue(active(0) == (regions == 2), "suspended");
            if (regions > 2) vm.assertEq(votes, regions / 2 + 1, "votes");
        }
    }

    function test_nobodyVotesInTheirOwnRegionsCase() public {
        found(3);
        endorse(1, propose(0, 20, 0));
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsOwnRegion.selector,
                organisation(20),
                region(0)
            )
        );
        suspend(0, 20);
        vm.expectRevert(
            abi.encodeWithSelector(IOrganisations.OrganisationsUnknown.selector, organisation(99))
        );
        suspend(0, 99);
    }

    function test_suspensionVotesLapseAfterSevenDays() public {
        found(3);
        suspend(0, 2);
        later(7 days);
        suspend(1, 2);
        vm.assertTrue(active(2), "a lapsed vote counted");
        suspend(0, 2);
        vm.assertFalse(active(2), "not suspended");
    }

    function test_suspensionLapsesAfterThirtyDays() public {
        found(3);
        suspend(0, 2);
        suspend(1, 2);
        uint40 until = uint40(block.timestamp) + 30 days;
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsAlreadySuspended.selector,
                organisation(2),
                until
            )
        );
        suspend(0, 2);
        later(30 days - 1);
        vm.assertFalse(active(2), "lapsed early");
        later(1);
        vm.assertTrue(active(2), "did not lapse");
        suspend(0, 2);
        vm.assertTrue(active(2), "the old votes counted again");
    }

    function test_suspendedRegionsCountAgainstSuspensionButNotAgainstAdmission() public {
        found(4);
        suspend(0, 3);
        suspend(1, 3);
        suspend(2, 3);
        vm.assertEq(ledger.activeRegions(), 3, "active");
        vm.assertTrue(OrganisationId.unwrap(ledger.voiceOf(region(3))) == 0, "voice");

        suspend(0, 2);
        suspend(1, 2);
        vm.assertTrue(active(2), "two of four carried a suspension");

        endorse(1, propose(0, 20, 20));
        vm.assertTrue(known(20), "two of three active regions did not carry an admission");
    }

    function test_theVoiceOfASuspendedRegionDoesNotCount() public {
        found(4);
        bytes32 proposal = propose(3, 20, 20);
        suspend(0, 3);
        suspend(1, 3);
        suspend(2, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrganisations.OrganisationsNotTheVoice.selector,
                organisation(3),
                region(3)
            )
        );
        endorse(3, proposal);
        endorse(0, proposal);
        vm.assertFalse(known(20), "the vote of a suspended region counted");
        endorse(1, proposal);
        vm.assertTrue(known(20), "two of three active regions");
    }

    function test_theVoicePassesToTheNextActiveOrganisationAndBack() public {
        found(3);
        endorse(1, propose(0, 20, 0));
        suspend(1, 0);
        suspend(2, 0);
        vm.assertEq(OrganisationId.unwrap(ledger.voiceOf(region(0))), bytes32(uint256(21)), "voice");
        vm.assertEq(ledger.activeRegions(), 3, "the region stays active");
        vm.assertEq(ledger.activeIn(region(0)), 1, "active members");
        endorse(1, propose(20, 21, 21));
        vm.assertTrue(known(21), "the new voice was not heard");
        later(30 days);
        vm.assertEq(OrganisationId.unwrap(ledger.voiceOf(region(0))), bytes32(uint256(1)), "voice back");
    }

    function test_aRegionIsInactiveOnlyWhileAllItsMembersAre() public {
        found(3);
        endorse(1, propose(0, 20, 0));
        suspend(1, 0);
        suspend(2, 0);
        later(10 days);
        suspend(1, 20);
        suspend(2, 20);
        vm.assertEq(ledger.activeRegions(), 2, "all members suspended");
        later(20 days);
        vm.assertEq(ledger.activeRegions(), 3, "the first is back");
        vm.assertEq(ledger.activeIn(region(0)), 1, "the second is not");
    }

    function test_suspensionStopsWritingNeverAnchoringNorAdministration() public {
        found(3);
        address key = address(7);
        addKey(2, key, 127, 0, 0);
        suspend(0, 2);
        suspend(1, 2);
        for (uint8 bit = 2; bit <= 64; bit *= 2) {
            expectUnauthorised(2, key, bit);
            ledger.authorise(organisation(2), key, bit);
        }
        ledger.authorise(organisation(2), key, Scopes.ANCHOR);
        openLog(2);
        vm.prank(administrator(2));
        ledger.retireKey(organisation(2), key);
    }

    /// @dev The past is answered as it was, through several suspensions.
    function test_pastAuthorityKnowsEverySuspension() public {
        found(3);
        address key = address(7);
        addKey(2, key, Scopes.CASES | Scopes.ANCHOR, 0, 0);
        for (uint256 i = 0; i < 3; ++i) {
            later(10 days);
            suspend(0, 2);
            suspend(1, 2);
            later(30 days);
        }
        for (uint256 day = 0; day < 120; ++day) {
            uint40 time = uint40(START + day * 1 days);
            (bool cases, ) = ledger.wasAuthorised(organisation(2), key, Scopes.CASES, time);
            (bool anchors, ) = ledger.wasAuthorised(organisation(2), key, Scopes.ANCHOR, time);
            vm.assertTrue(cases == (day % 40 < 10), "cases");
            vm.assertTrue(anchors, "anchoring");
        }
    }
}
