// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOrganisations} from "./IOrganisations.sol";
import {LogId} from "./Types.sol";

/**
 * @title ILogs
 * @notice Anchored heads of the organisations' transparency logs. A log advances only to a tree that extends the one
 * anchored before, so that nobody can show two histories; and whatever is in a log can be proved on chain.
 */
interface ILogs {
    // ------------------------------------------------------------------------------------------------ structs

    /// @notice What was last anchored of a log; all zero before the first anchor.
    struct Head {
        /// @dev Number of entries.
        uint40 size;
        /// @dev Time of the block that anchored it: the recorded time of the entries that it added.
        uint40 time;
        /// @dev Root of the tree of these entries (RFC 9162).
        bytes32 root;
    }

    // ------------------------------------------------------------------------------------------------- events

    /**
     * @notice `log` was anchored at `size`.
     * @param manifest Digest of the manifest by which the entries, tiles and public records are published.
     */
    event Advanced(LogId indexed log, uint40 indexed size, bytes32 root, uint40 time, bytes32 manifest);

    // ------------------------------------------------------------------------------------------------- errors

    /// @notice No organisation has opened this log.
    error LogsUnknown(LogId log);

    /// @notice The log was closed by a later one of its organisation, and stays at its head.
    error LogsClosed(LogId log, Head head);

    /// @notice The proof starts from `oldSize`, which is not the head's: another anchor came first.
    error LogsStale(LogId log, uint40 oldSize, Head head);

    /// @notice `newSize` is not larger than the head's.
    error LogsNotLarger(LogId log, uint40 newSize, Head head);

    /// @notice `newSize` exceeds the largest size that the next anchor may have.
    error LogsTooLarge(LogId log, uint40 newSize, uint40 largest, Head head);

    /// @notice The proof does not show that the new root extends the head: wrong, too short or too long.
    error LogsInconsistent(LogId log, uint40 newSize, bytes32 newRoot, Head head);

    // ---------------------------------------------------------------------------------------------- functions

    /**
     * @notice Anchors a larger head of `log`. The caller is a key of the log's organisation with the scope
     * {Scopes-ANCHOR}; suspension does not stop it. An anchor adds at most 2^16 entries, a log's first 2^24.
     *
     * WARNING: **The proof does not bind `newSize`.** It shows that the head is a prefix of a tree under `newRoot`;
     * with right roots, nine in ten wrong sizes pass. A head that is anchored with too small a size hides the last
     * entries of its tree from {verify}, and one with too large a size names entries that do not exist. The chain
     * stops rewriting; mis-sizing is caught by the peers, who rebuild every anchored size from the published entries
     * and hold the log's own signature over (size, root). The remedy is to open a new log.
     *
     * NOTE: The first head of a log is taken at its word. After a chain was reset, nodes and witnesses refuse a first
     * head that is inconsistent with the largest head that they know.
     *
     * @param oldSize Size of the head from which `proof` starts; a transaction that comes too late fails early.
     * @param proof RFC 9162 consistency proof from `oldSize` to `newSize`; empty for the first anchor.
     * @param manifest Digest of the manifest; not checked here.
     */
    function advance(
        LogId log,
        uint40 oldSize,
        uint40 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof,
        bytes32 manifest
    ) external;

    /// @notice The organisations whose keys and logs these are.
    function organisations() external view returns (IOrganisations);

    /// @notice What was last anchored of `log`; all zero before the first anchor.
    function head(LogId log) external view returns (uint40 size, uint40 time, bytes32 root);

    /// @notice `keccak256(abi.encode(root, uint256(time)))` of the anchor of `log` at `size`; zero if there is none.
    function anchorOf(LogId log, uint40 size) external view returns (bytes32);

    /**
     * @notice Whether `log` was anchored at `size` with `root` at `time`, and that tree holds `entry` at `index`.
     * Never reverts for a proof that is merely wrong.
     *
     * WARNING: This says that the entry was recorded at or before `time`, not that what it says is true, nor that its
     * signer was authorised.
     *
     * @param entry The 128 bytes of the entry: `recordType ‖ subject ‖ digest ‖ signaturesDigest`.
     * @param proof RFC 9162 inclusion path, the leaf's sibling first.
     */
    function verify(
        LogId log,
        uint40 size,
        bytes32 root,
        uint40 time,
        bytes calldata entry,
        uint40 index,
        bytes32[] calldata proof
    ) external view returns (bool);
}
