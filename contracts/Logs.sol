// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILogs} from "./interfaces/ILogs.sol";
import {IOrganisations} from "./interfaces/IOrganisations.sol";
import {LogId, OrganisationId, Scopes} from "./interfaces/Types.sol";
import {Tree} from "./Tree.sol";

/**
 * @title Logs
 * @notice Anchored heads of transparency logs; see {ILogs}.
 */
contract Logs is ILogs {
    /// @dev An entry is four words: type, subject, digest, signatures' digest.
    uint256 private constant ENTRY_LENGTH = 128;
    /// @dev Bounds what peers must fetch and rebuild between two anchors.
    uint40 private constant LARGEST_GROWTH = 2 ** 16;
    /// @dev The first anchor of a log may bring a history along: a ledger that moved to another chain.
    uint40 private constant LARGEST_FIRST_SIZE = 2 ** 24;

    IOrganisations private immutable _organisations;

    mapping(LogId log => Head) private _heads;
    mapping(LogId log => mapping(uint40 size => bytes32 anchor)) private _anchors;

    constructor(IOrganisations organisations_) {
        _organisations = organisations_;
    }

    // ---------------------------------------------------------------------------------------------- anchoring

    /// @inheritdoc ILogs
    function advance(
        LogId log,
        uint40 oldSize,
        uint40 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof,
        bytes32 manifest
    ) external {
        Head memory old = _heads[log];
        if (oldSize != old.size) revert LogsStale(log, oldSize, old);
        _checkSize(log, newSize, old);
        _checkAuthority(log, old);
        if (!Tree.extends(old.root, oldSize, newRoot, newSize, proof)) {
            revert LogsInconsistent(log, newSize, newRoot, old);
        }

        uint40 time = uint40(block.timestamp);
        _heads[log] = Head({size: newSize, time: time, root: newRoot});
        _anchors[log][newSize] = _anchor(newRoot, time);
        emit Advanced(log, newSize, newRoot, time, manifest);
    }

    function _checkSize(LogId log, uint40 newSize, Head memory old) private pure {
        if (newSize <= old.size) revert LogsNotLarger(log, newSize, old);
        uint40 largest = old.size == 0 ? LARGEST_FIRST_SIZE : old.size + LARGEST_GROWTH;
        if (newSize > largest) revert LogsTooLarge(log, newSize, largest, old);
    }

    function _checkAuthority(LogId log, Head memory old) private view {
        (OrganisationId organisation, bool closed) = _organisations.holderOf(log);
        if (OrganisationId.unwrap(organisation) == 0) revert LogsUnknown(log);
        if (closed) revert LogsClosed(log, old);
        _organisations.authorise(organisation, msg.sender, Scopes.ANCHOR);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ILogs
    function organisations() external view returns (IOrganisations) {
        return _organisations;
    }

    /// @inheritdoc ILogs
    function head(LogId log) external view returns (uint40 size, uint40 time, bytes32 root) {
        Head storage current = _heads[log];
        return (current.size, current.time, current.root);
    }

    /// @inheritdoc ILogs
    function anchorOf(LogId log, uint40 size) external view returns (bytes32) {
        return _anchors[log][size];
    }

    /// @inheritdoc ILogs
    function verify(
        LogId log,
        uint40 size,
        bytes32 root,
        uint40 time,
        bytes calldata entry,
        uint40 index,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return
            entry.length == ENTRY_LENGTH &&
            _anchors[log][size] == _anchor(root, time) &&
            Tree.includes(root, size, Tree.leaf(entry), index, proof);
    }

    function _anchor(bytes32 root, uint40 time) private pure returns (bytes32) {
        return keccak256(abi.encode(root, uint256(time)));
    }
}
