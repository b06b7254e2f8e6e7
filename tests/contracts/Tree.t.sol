// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReferenceTree} from "./ReferenceTree.sol";
import {Test} from "./Test.sol";
import {TreeHarness} from "./TreeHarness.sol";

contract TreeTest is Test {
    uint256 private constant LARGEST = 40;

    TreeHarness private _tree = new TreeHarness();

    function testFuzz_hashesAsTheRfcDoes(bytes calldata entry, bytes32 left, bytes32 right) public view {
        vm.assertEq(_tree.leaf(entry), sha256(bytes.concat(hex"00", entry)), "leaf");
        vm.assertEq(_tree.node(left, right), sha256(abi.encodePacked(hex"01", left, right)), "node");
    }

    function testFuzz_nodeLeavesMemoryAlone(bytes32 left, bytes32 right, bytes calldata noise) public view {
        vm.assertTrue(_tree.nodeKeepsMemory(left, right, noise), "memory");
    }

    function test_acceptsEveryInclusionOfSmallTrees() public view {
        bytes32[] memory leaves = ReferenceTree.leaves(1, 17);
        for (uint256 size = 1; size <= leaves.length; ++size) {
            for (uint256 index = 0; index < size; ++index) {
                vm.assertTrue(_tree.includes(_inclusion(leaves, size, index)), "inclusion");
            }
        }
    }

    function test_acceptsEveryConsistencyOfSmallTrees() public view {
        bytes32[] memory leaves = ReferenceTree.leaves(2, 17);
        for (uint256 size = 0; size <= leaves.length; ++size) {
            for (uint256 oldSize = 0; oldSize <= size; ++oldSize) {
                vm.assertTrue(_tree.extends(_consistency(leaves, oldSize, size)), "consistency");
            }
        }
    }

    function testFuzz_acceptsInclusion(uint256 seed, uint256 size, uint256 index) public view {
        vm.assertTrue(_tree.includes(_someInclusion(seed, size, index)), "inclusion");
    }

    function testFuzz_acceptsConsistency(uint256 seed, uint256 oldSize, uint256 newSize) public view {
        vm.assertTrue(_tree.extends(_someConsistency(seed, oldSize, newSize)), "consistency");
    }

    // ---------------------------------------------------------------------------------- mutated proofs refused

    function testFuzz_refusesAnotherLeafRootIndexOrSize(
        uint256 seed,
        uint256 size,
        uint256 index,
        uint256 bit,
        uint256 other
    ) public view {
        TreeHarness.Inclusion memory claim = _someInclusion(seed, size, index);
        bytes32 flip = bytes32(uint256(1) << (bit % 256));
        uint256 kind = other % 4;
        if (kind == 0) claim.leaf ^= flip;
        if (kind == 1) claim.root ^= flip;
        if (kind == 2) claim.index = _another(claim.index, other, 2 * LARGEST);
        if (kind == 3) claim.proof = _mutated(claim.proof, flip, other >> 2);
        vm.assertFalse(_tree.includes(claim), "accepted a mutated inclusion");
    }

    function testFuzz_refusesMutatedConsistency(
        uint256 seed,
        uint256 oldSize,
        uint256 newSize,
        uint256 bit,
        uint256 other
    ) public view {
        TreeHarness.Consistency memory claim = _someConsistency(seed, oldSize, newSize);
        bytes32 flip = bytes32(uint256(1) << (bit % 256));
        uint256 kind = other % 3;
        // With an old size of zero there is no old root, and any new root will do.
        if (kind != 2) vm.assume(claim.oldSize != 0);
        if (kind == 0) claim.oldRoot ^= flip;
        if (kind == 1) claim.newRoot ^= flip;
        if (kind == 2) claim.proof = _mutated(claim.proof, flip, other / 3);
        vm.assume(claim.oldSize != 0 || claim.proof.length != 0);
        vm.assertFalse(_tree.extends(claim), "accepted a mutated consistency");
    }

    function testFuzz_refusesAnotherOldSize(
        uint256 seed,
        uint256 oldSize,
        uint256 newSize,
        uint256 other
    ) public view {
        TreeHarness.Consistency memory claim = _someConsistency(seed, oldSize, newSize);
        vm.assume(claim.oldSize != 0);
        bytes32[] memory leaves = ReferenceTree.leaves(seed, claim.newSize);
        uint256 wrong = bound(other, 1, claim.newSize);
        vm.assume(wrong != claim.oldSize);
        claim.oldRoot = ReferenceTree.root(leaves, wrong);
        vm.assertFalse(_tree.extends(claim), "accepted another prefix under the same proof");
    }

    function test_refusesWhatCannotBe() public view {
        bytes32[] memory leaves = ReferenceTree.leaves(3, 9);
        TreeHarness.Inclusion memory outside = _inclusion(leaves, 5, 4);
        outside.index = 5;
        vm.assertFalse(_tree.includes(outside), "index at size");
        outside.size = 0;
        outside.index = 0;
        vm.assertFalse(_tree.includes(outside), "empty tree");

        TreeHarness.Consistency memory backwards = _consistency(leaves, 5, 9);
        (backwards.oldSize, backwards.newSize) = (9, 5);
        vm.assertFalse(_tree.extends(backwards), "shrinking");
        TreeHarness.Consistency memory same = _consistency(leaves, 9, 9);
        same.newRoot = leaves[0];
        vm.assertFalse(_tree.extends(same), "two roots of one size");
        TreeHarness.Consistency memory first = _consistency(leaves, 0, 9);
        first.proof = new bytes32[](1);
        vm.assertFalse(_tree.extends(first), "a proof from nothing");
        TreeHarness.Consistency memory none = _consistency(leaves, 5, 9);
        none.proof = new bytes32[](0);
        vm.assertFalse(_tree.extends(none), "no proof");
    }

    // ------------------------------------------------------------------------------------------ the size trap

    /// @dev A consistency proof between right roots passes under most wrong new sizes: the size is not proved.
    function test_sizeTrap_wrongNewSizesPassWithRightRoots() public view {
        bytes32[] memory leaves = ReferenceTree.leaves(4, 600);
        TreeHarness.Consistency memory claim = _consistency(leaves, 100, 600);
        uint256 passed;
        uint256 tried;
        for (uint256 wrong = 513; wrong <= 1024; ++wrong) {
            if (wrong == 600) continue;
            claim.newSize = wrong;
            ++tried;
            if (_tree.extends(claim)) ++passed;
        }
        vm.assertEq(tried, 511, "tried");
        vm.assertTrue(10 * passed >= 9 * tried, "fewer than nine in ten pass: say so in the documentation");
    }

    // ------------------------------------------------------------------------------------------------ claims

    function _someInclusion(
        uint256 seed,
        uint256 size,
        uint256 index
    ) private pure returns (TreeHarness.Inclusion memory) {
        size = bound(size, 1, LARGEST);
        return _inclusion(ReferenceTree.leaves(seed, size), size, index % size);
    }

    function _someConsistency(
        uint256 seed,
        uint256 oldSize,
        uint256 newSize
    ) private pure returns (TreeHarness.Consistency memory) {
        newSize = bound(newSize, 1, LARGEST);
        return _consistency(ReferenceTree.leaves(seed, newSize), oldSize % (newSize + 1), newSize);
    }

    function _inclusion(
        bytes32[] memory leaves,
        uint256 size,
        uint256 index
    ) private pure returns (TreeHarness.Inclusion memory) {
        return
            TreeHarness.Inclusion({
                root: ReferenceTree.root(leaves, size),
                size: size,
                leaf: leaves[index],
                index: index,
                proof: ReferenceTree.inclusion(leaves, size, index)
            });
    }

    function _consistency(
        bytes32[] memory leaves,
        uint256 oldSize,
        uint256 newSize
    ) private pure returns (TreeHarness.Consistency memory) {
        return
            TreeHarness.Consistency({
                oldRoot: ReferenceTree.root(leaves, oldSize),
                oldSize: oldSize,
                newRoot: ReferenceTree.root(leaves, newSize),
                newSize: newSize,
                proof: ReferenceTree.consistency(leaves, oldSize, newSize)
            });
    }

    function _another(uint256 value, uint256 seed, uint256 limit) private pure returns (uint256) {
        return (value + 1 + (seed % (limit - 1))) % limit;
    }

    /// @dev A bit flipped, a node dropped, or a node added: at the end or in front.
    function _mutated(
        bytes32[] memory proof,
        bytes32 flip,
        uint256 seed
    ) private pure returns (bytes32[] memory other) {
        uint256 kind = proof.length == 0 ? 2 : seed % 4;
        if (kind == 0) {
            proof[(seed / 4) % proof.length] ^= flip;
            return proof;
        }
        uint256 length = kind == 1 ? proof.length - 1 : proof.length + 1;
        uint256 shift = kind == 3 ? 1 : 0;
        other = new bytes32[](length);
        for (uint256 i = 0; i < proof.length && i + shift < length; ++i) other[i + shift] = proof[i];
        if (kind != 1) other[kind == 3 ? 0 : length - 1] = flip;
    }
}
