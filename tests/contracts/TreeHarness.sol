// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Tree} from "../../contracts/Tree.sol";

/// @dev Opens the library to the tests, and says how many of many proofs it accepts.
contract TreeHarness {
    struct Inclusion {
        bytes32 root;
        uint256 size;
        bytes32 leaf;
        uint256 index;
        bytes32[] proof;
    }

    struct Consistency {
        bytes32 oldRoot;
        uint256 oldSize;
        bytes32 newRoot;
        uint256 newSize;
        bytes32[] proof;
    }

    function leaf(bytes calldata entry) external pure returns (bytes32) {
        return Tree.leaf(entry);
    }

    function node(bytes32 left, bytes32 right) external view returns (bytes32) {
        return Tree.node(left, right);
    }

    /// @dev Writes a node between two allocations: neither they nor the free memory pointer may change.
    function nodeKeepsMemory(bytes32 left, bytes32 right, bytes calldata noise) external view returns (bool) {
        bytes memory before = noise;
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        bytes32 parent = Tree.node(left, right);
        uint256 freeAfterwards;
        assembly ("memory-safe") {
            freeAfterwards := mload(0x40)
        }
        bytes memory afterwards = noise;
        return
            free == freeAfterwards &&
            keccak256(before) == keccak256(noise) &&
            keccak256(afterwards) == keccak256(noise) &&
            parent == sha256(abi.encodePacked(hex"01", left, right));
    }

    function includes(Inclusion calldata claim) public view returns (bool) {
        return Tree.includes(claim.root, claim.size, claim.leaf, claim.index, claim.proof);
    }

    function extends(Consistency calldata claim) public view returns (bool) {
        return Tree.extends(claim.oldRoot, claim.oldSize, claim.newRoot, claim.newSize, claim.proof);
    }

    function included(Inclusion[] calldata claims) external view returns (bool[] memory answers) {
        answers = new bool[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) answers[i] = includes(claims[i]);
    }

    function extended(Consistency[] calldata claims) external view returns (bool[] memory answers) {
        answers = new bool[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) answers[i] = extends(claims[i]);
    }
}
