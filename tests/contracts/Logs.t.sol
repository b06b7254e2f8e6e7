// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILogs} from "../../contracts/interfaces/ILogs.sol";
import {IOrganisations} from "../../contracts/interfaces/IOrganisations.sol";
import {LogId, Scopes} from "../../contracts/interfaces/Types.sol";
import {Founded} from "./Founded.sol";
import {ReferenceTree} from "./ReferenceTree.sol";

contract LogsTest is Founded {
    address private constant ANCHOR = address(7);
    uint256 private constant SEED = 1;

    LogId private _log;
    /// @dev What the next anchor is refused with; set apart from the call because roots are computed in between.
    bytes private _refusal;

    event Advanced(LogId indexed log, uint40 indexed size, bytes32 root, uint40 time, bytes32 manifest);

    function setUp() public {
        found(3);
        addKey(0, ANCHOR, Scopes.ANCHOR, 0, 0);
        _log = openLog(0);
    }

    // -------------------------------------------------------------------------------------------------- heads

    function test_aFirstAnchorNeedsNoProof() public {
        bytes32 root = _root(5);
        vm.expectEmit(true, true, true, true, address(logs));
        emit Advanced(_log, 5, root, START, "manifest");
        _advance(0, 5);
        (uint40 size, uint40 time, bytes32 head) = logs.head(_log);
        vm.assertEq(size, 5, "size");
        vm.assertEq(time, START, "time");
        vm.assertEq(head, root, "root");
        vm.assertEq(logs.anchorOf(_log, 5), keccak256(abi.encode(root, uint256(START))), "anchor");
        vm.assertEq(logs.anchorOf(_log, 4), 0, "no anchor");
        vm.assertTrue(address(logs.organisations()) == address(ledger), "organisations");
    }

    /// @dev Invariants 1 and 3 along a walk: sizes grow, every anchor stays, every entry is found in every anchor.
    function testFuzz_walk(uint256 seed) public {
        uint256[4] memory sizes;
        uint256 size;
        for (uint256 i = 0; i < sizes.length; ++i) {
            uint256 next = size + 1 + (uint256(keccak256(abi.encode(seed, i))) % 9);
            later(1 + i);
            _advance(uint40(size), uint40(next));
            sizes[i] = size = next;
        }
        for (uint256 i = 0; i < sizes.length; ++i) {
            uint40 anchored = uint40(sizes[i]);
            uint256 index = seed % anchored;
            vm.assertTrue(_verify(anchored, _timeOf(i), index, index), "an entry was lost");
            vm.assertFalse(_verify(anchored, _timeOf(i), index, index + 1), "another entry");
            if (i > 0) vm.assertTrue(sizes[i] > sizes[i - 1], "shrank");
        }
    }

    function _timeOf(uint256 i) private pure returns (uint40 time) {
        time = START;
        for (uint256 j = 0; j <= i; ++j) time += uint40(1 + j);
    }

    /// @dev Invariant 1: of all that a dishonest holder may send, only a true extension gets through.
    function testFuzz_onlyAnExtensionIsAnchored(
        uint40 size,
        uint256 next,
        uint256 forged,
        bool honest
    ) public {
        size = uint40(bound(size, 1, 20));
        next = bound(next, size + 1, 40);
        _advance(0, size);
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, next);
        if (!honest) leaves[forged % size] ^= bytes32(uint256(1));
        bytes32 root = ReferenceTree.root(leaves, next);
        bytes32[] memory proof = ReferenceTree.consistency(leaves, size, next);
        if (!honest) {
            _refusal = abi.encodeWithSelector(
                ILogs.LogsInconsistent.selector,
                _log,
                uint40(next),
                root,
                _head(size, START)
            );
        }
        _send(size, uint40(next), root, proof);
    }

    // ------------------------------------------------------------------------------------------------ refusals

    function test_refusesStaleTransactions() public {
        _advance(0, 5);
        _refusal = abi.encodeWithSelector(ILogs.LogsStale.selector, _log, 0, _head(5, START));
        _advance(0, 7);
        _refusal = abi.encodeWithSelector(ILogs.LogsStale.selector, _log, 6, _head(5, START));
        _advance(6, 7);
    }

    function test_refusesSizesThatDoNotGrow() public {
        _advance(0, 5);
        _refusal = abi.encodeWithSelector(ILogs.LogsNotLarger.selector, _log, 5, _head(5, START));
        _send(5, 5, _root(5), new bytes32[](0));
        _refusal = abi.encodeWithSelector(ILogs.LogsNotLarger.selector, _log, 4, _head(5, START));
        _send(5, 4, _root(4), new bytes32[](0));
    }

    function test_refusesAnEmptyFirstHead() public {
        _refusal = abi.encodeWithSelector(ILogs.LogsNotLarger.selector, _log, 0, ILogs.Head(0, 0, 0));
        _send(0, 0, sha256(""), new bytes32[](0));
    }

    function test_boundsTheGrowth() public {
        uint40 first = 2 ** 24;
        _refusal = abi.encodeWithSelector(
            ILogs.LogsTooLarge.selector,
            _log,
            first + 1,
            first,
            ILogs.Head(0, 0, 0)
        );
        _send(0, first + 1, "root", new bytes32[](0));
        _send(0, first, "root", new bytes32[](0));

        // From a power of two the old root itself starts the walk.
        uint40 largest = first + 2 ** 16;
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = "right";
        bytes32 root = sha256(abi.encodePacked(hex"01", bytes32("root"), bytes32("right")));
        _refusal = abi.encodeWithSelector(
            ILogs.LogsTooLarge.selector,
            _log,
            largest + 1,
            largest,
            ILogs.Head(first, START, "root")
        );
        _send(first, largest + 1, root, proof);
        _send(first, largest, root, proof);
    }

    function test_refusesOverlongAndShortProofs() public {
        _advance(0, 5);
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, 9);
        bytes32[] memory right = ReferenceTree.consistency(leaves, 5, 9);
        for (uint256 length = 0; length <= right.length + 1; ++length) {
            if (length == right.length) continue;
            bytes32[] memory proof = new bytes32[](length);
            for (uint256 i = 0; i < length && i < right.length; ++i) proof[i] = right[i];
            _refusal = abi.encodeWithSelector(
                ILogs.LogsInconsistent.selector,
                _log,
                9,
                _root(9),
                _head(5, START)
            );
            _send(5, 9, _root(9), proof);
        }
    }

    function test_refusesClosedAndUnknownLogs() public {
        _advance(0, 5);
        openLog(0);
        _refusal = abi.encodeWithSelector(ILogs.LogsClosed.selector, _log, _head(5, START));
        _advance(5, 7);
        vm.assertTrue(_verify(5, START, 3, 3), "a closed log stays readable");

        LogId unknown = ledger.logIdOf(organisation(0), 9);
        vm.expectRevert(abi.encodeWithSelector(ILogs.LogsUnknown.selector, unknown));
        logs.advance(unknown, 0, 1, "root", new bytes32[](0), 0);
    }

    /// @dev Invariant 4 for anchoring: only the scope, only in the window, only the own organisation's.
    function testFuzz_onlyAnchorKeysOfTheOrganisation(address stranger, uint8 scopes) public {
        vm.assume(stranger != ANCHOR && stranger != address(0) && stranger != administrator(0));
        scopes = (scopes | 2) & 0xfe;
        addKey(0, stranger, scopes, 0, 0);
        if (stranger != administrator(1)) addKey(1, stranger, Scopes.ANCHOR, 0, 0);
        expectUnauthorised(0, stranger, Scopes.ANCHOR);
        vm.prank(stranger);
        logs.advance(_log, 0, 1, "root", new bytes32[](0), 0);
    }

    function test_aRetiredKeyAnchorsNoMore() public {
        vm.prank(administrator(0));
        ledger.retireKey(organisation(0), ANCHOR);
        _refusal = abi.encodeWithSelector(
            IOrganisations.OrganisationsUnauthorised.selector,
            organisation(0),
            ANCHOR,
            Scopes.ANCHOR
        );
        _advance(0, 1);
    }

    function test_suspensionDoesNotStopAnchoring() public {
        suspend(1, 0);
        suspend(2, 0);
        vm.assertFalse(active(0), "not suspended");
        _advance(0, 1);
    }

    // ------------------------------------------------------------------------------------------ the size trap

    /// @dev The chain cannot see that a size is wrong: the last entries of such a head cannot be proved, and a size
    /// too large names entries that nobody has. Peers see it at once, for they rebuild the root of every size.
    function test_sizeTrap_aMisSizedHeadIsAnchoredAndHidesEntries() public {
        _advance(0, 9);
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, 24);
        uint40 wrong = 23;
        _send(9, wrong, _root(24), ReferenceTree.consistency(leaves, 9, 24));
        (uint40 size, , bytes32 root) = logs.head(_log);
        vm.assertEq(size, wrong, "anchored");
        vm.assertEq(root, _root(24), "with the root of another size");

        bytes32[] memory proof = ReferenceTree.inclusion(leaves, 24, 23);
        bytes memory last = ReferenceTree.entry(SEED, 23);
        vm.assertFalse(logs.verify(_log, wrong, root, START, last, 23, proof), "the last entry is hidden");
        vm.assertTrue(root != _root(wrong), "what a peer that rebuilds the size finds");
    }

    // ------------------------------------------------------------------------------------------- verification

    /// @dev Invariant 3: true for what was anchored, false for any other log, size, root, time, entry, index, proof.
    function testFuzz_verifiesExactlyWhatWasAnchored(
        uint40 size,
        uint256 index,
        uint256 kind,
        uint256 noise
    ) public {
        size = uint40(bound(size, 1, 40));
        index = index % size;
        _advance(0, size);
        _expect(size, index, kind % 8, noise == 0 ? 1 : noise);
    }

    function _expect(uint40 size, uint256 index, uint256 kind, uint256 noise) private view {
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, size);
        bytes32[] memory proof = ReferenceTree.inclusion(leaves, size, index);
        bytes memory entry = ReferenceTree.entry(SEED, index);
        LogId log = kind == 1 ? LogId.wrap(LogId.unwrap(_log) ^ bytes32(noise)) : _log;
        if (kind == 5) entry[noise % 128] ^= bytes1(uint8(1 + (noise % 255)));
        if (kind == 7) proof = ReferenceTree.inclusion(ReferenceTree.leaves(SEED, 41), 41, index);
        bool found = logs.verify(
            log,
            kind == 2 ? size + 1 : size,
            kind == 3 ? _root(size) ^ bytes32(noise) : _root(size),
            kind == 4 ? START + 1 : START,
            entry,
            kind == 6 ? uint40(index + 1 + (noise % 40)) : uint40(index),
            proof
        );
        vm.assertTrue(found == (kind == 0), "verify");
    }

    function test_anEntryHasOneLength() public {
        _advance(0, 1);
        bytes memory entry = bytes.concat(ReferenceTree.entry(SEED, 0), hex"00");
        vm.assertFalse(logs.verify(_log, 1, _root(1), START, entry, 0, new bytes32[](0)), "length");
    }

    // ------------------------------------------------------------------------------------------------ actions

    function _advance(uint40 oldSize, uint40 newSize) private {
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, newSize);
        _send(oldSize, newSize, _root(newSize), ReferenceTree.consistency(leaves, oldSize, newSize));
    }

    function _send(uint40 oldSize, uint40 newSize, bytes32 root, bytes32[] memory proof) private {
        if (_refusal.length != 0) vm.expectRevert(_refusal);
        delete _refusal;
        vm.prank(ANCHOR);
        logs.advance(_log, oldSize, newSize, root, proof, "manifest");
    }

    function _verify(uint40 size, uint40 time, uint256 index, uint256 entry) private view returns (bool) {
        bytes32[] memory leaves = ReferenceTree.leaves(SEED, size);
        return
            logs.verify(
                _log,
                size,
                _root(size),
                time,
                ReferenceTree.entry(SEED, entry),
                uint40(index),
                ReferenceTree.inclusion(leaves, size, index)
            );
    }

    function _root(uint256 size) private pure returns (bytes32) {
        return ReferenceTree.root(ReferenceTree.leaves(SEED, size), size);
    }

    function _head(uint40 size, uint40 time) private pure returns (ILogs.Head memory) {
        return ILogs.Head(size, time, _root(size));
    }
}
