// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev RFC 9162, section 2.1, as it is defined there: by recursion over the leaves, with no thought for gas and no
 * line in common with what it checks.
 */
library ReferenceTree {
    function leaves(uint256 seed, uint256 count) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) hashes[i] = sha256(abi.encodePacked(hex"00", entry(seed, i)));
    }

    function entry(uint256 seed, uint256 index) internal pure returns (bytes memory) {
        return abi.encode(bytes32("work.registration"), seed, index, keccak256(abi.encode(seed, index)));
    }

    function root(bytes32[] memory hashes, uint256 size) internal pure returns (bytes32) {
        return size == 0 ? sha256("") : _range(hashes, 0, size);
    }

    function inclusion(
        bytes32[] memory hashes,
        uint256 size,
        uint256 index
    ) internal pure returns (bytes32[] memory) {
        return _path(hashes, 0, size, index);
    }

    function consistency(
        bytes32[] memory hashes,
        uint256 oldSize,
        uint256 newSize
    ) internal pure returns (bytes32[] memory proof) {
        if (oldSize == 0) return proof;
        return _subproof(hashes, oldSize, 0, newSize, true);
    }

    function _range(bytes32[] memory hashes, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return hashes[from];
        uint256 middle = from + _split(to - from);
        return _node(_range(hashes, from, middle), _range(hashes, middle, to));
    }

    function _path(
        bytes32[] memory hashes,
        uint256 from,
        uint256 to,
        uint256 index
    ) private pure returns (bytes32[] memory) {
        if (to - from == 1) return new bytes32[](0);
        uint256 k = _split(to - from);
        uint256 middle = from + k;
        return
            index < k
                ? _append(_path(hashes, from, middle, index), _range(hashes, middle, to))
                : _append(_path(hashes, middle, to, index - k), _range(hashes, from, middle));
    }

    function _subproof(
        bytes32[] memory hashes,
        uint256 oldSize,
        uint256 from,
        uint256 to,
        bool whole
    ) private pure returns (bytes32[] memory) {
        if (oldSize == to - from) {
            bytes32[] memory none = new bytes32[](0);
            return whole ? none : _append(none, _range(hashes, from, to));
        }
        uint256 k = _split(to - from);
        uint256 middle = from + k;
        return
            oldSize <= k
                ? _append(_subproof(hashes, oldSize, from, middle, whole), _range(hashes, middle, to))
                : _append(_subproof(hashes, oldSize - k, middle, to, false), _range(hashes, from, middle));
    }

    function _split(uint256 size) private pure returns (uint256 k) {
        k = 1;
        while (2 * k < size) k *= 2;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }

    function _append(bytes32[] memory list, bytes32 item) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = item;
    }
}
