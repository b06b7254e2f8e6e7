// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @title Tree
 * @notice Inclusion and consistency proofs of the Merkle tree of RFC 9162 (SHA-256), as sections 2.1.3.2 and
 * 2.1.4.2 of that document verify them. A leaf is `SHA-256(0x00 ‖ entry)`, a node `SHA-256(0x01 ‖ left ‖ right)`.
 *
 * WARNING: A consistency proof does not bind the new size. It shows that the old tree is a prefix of *some* tree
 * with the new root; with two right roots, most wrong new sizes pass. Whoever relies on a size must learn it from
 * somebody who knows the entries, or hold the log's own signature over (size, root). See {ILogs-advance}.
 *
 * NOTE: Every check consumes the proof exactly: too few nodes and left-over nodes are both refused, so that a proof
 * has one form only. Sizes are not bounded here; callers bound them by their types.
 */
library Tree {
    /// @notice The SHA-256 precompile did not answer, for want of gas or on a chain that has none.
    error TreeNoSha256();

    /// @notice Hash of the leaf that holds `entry`.
    function leaf(bytes calldata entry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"00", entry));
    }

    /**
     * @notice Hash of the node above `left` and `right`.
     * @dev The 65 bytes do not fit in the scratch space, so they are laid out in free memory, which is not claimed:
     * nobody reads them again. A precompile that failed leaves stale memory behind, hence both checks.
     */
    function node(bytes32 left, bytes32 right) internal view returns (bytes32 parent) {
        bool answered;
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore8(preimage, 0x01)
            mstore(add(preimage, 0x01), left)
            mstore(add(preimage, 0x21), right)
            answered := staticcall(gas(), 0x02, preimage, 0x41, 0x00, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            parent := mload(0x00)
        }
        if (!answered) revert TreeNoSha256();
    }

    /**
     * @notice Whether the tree of `size` leaves under `root` has the leaf hash `leafHash` at `index`.
     * @param proof The inclusion path, the leaf's sibling first.
     */
    function includes(
        bytes32 root,
        uint256 size,
        bytes32 leafHash,
        uint256 index,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (index >= size) return false;

        uint256 last = size - 1;
        bytes32 hash = leafHash;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (last == 0) return false;
            if (index & 1 == 1 || index == last) {
                hash = node(proof[i], hash);
                // Levels at which this node has no sibling: it is promoted unchanged.
                while (index & 1 == 0 && index != 0) (index, last) = (index >> 1, last >> 1);
            } else {
                hash = node(hash, proof[i]);
            }
            (index, last) = (index >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /**
     * @notice Whether the tree of `oldSize` leaves under `oldRoot` is a prefix of a tree under `newRoot`.
     *
     * WARNING: `newSize` only steers the walk; see the note on the size at the head of this library.
     *
     * @dev Nothing comes before an empty tree and every tree extends itself: in both cases the proof is empty. When
     * `oldSize` is a power of two the old root is itself a node of the new tree, and the proof leaves it out.
     */
    function extends(
        bytes32 oldRoot,
        uint256 oldSize,
        bytes32 newRoot,
        uint256 newSize,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (oldSize > newSize) return false;
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;
        if (oldSize == 0) return proof.length == 0;

        uint256 index = oldSize - 1;
        uint256 last = newSize - 1;
        // The whole left subtrees that both trees share.
        while (index & 1 == 1) (index, last) = (index >> 1, last >> 1);

        uint256 next = 0;
        bytes32 oldHash = oldRoot;
        if (index != 0) {
            if (proof.length == 0) return false;
            oldHash = proof[next++];
        }
        bytes32 newHash = oldHash;
        for (; next < proof.length; ++next) {
            if (last == 0) return false;
            bytes32 sibling = proof[next];
            if (index & 1 == 1 || index == last) {
                oldHash = node(sibling, oldHash);
                newHash = node(sibling, newHash);
                while (index & 1 == 0 && index != 0) (index, last) = (index >> 1, last >> 1);
            } else {
                newHash = node(newHash, sibling);
            }
            (index, last) = (index >> 1, last >> 1);
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
