// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev SHA-256 digest of an organisation's first profile record.
type OrganisationId is bytes32;

/// @dev `SHA-256(organisation ‖ uint32 number)`, big-endian, the first log of an organisation having number 0.
type LogId is bytes32;

/// @dev ISO 3166-1 or 3166-2 code in ASCII, zero-padded on the right: `"SG"`, `"CN-46"`.
type Region is bytes8;

/// @dev What a key may do: bits, of which a key may have several.
library Scopes {
    /// @dev Anchors checkpoints of its organisation's log. The only scope, with the log's and the witness's own keys,
    /// that belongs on a node's machine.
    uint8 internal constant ANCHOR = 1;
    /// @dev Concludes and ends reciprocal agreements.
    uint8 internal constant AGREEMENTS = 2;
    /// @dev Publishes cases.
    uint8 internal constant CASES = 4;
    /// @dev Recognises cases of other regions.
    uint8 internal constant RECOGNISE = 8;
    /// @dev Grants licences.
    uint8 internal constant LICENCE = 16;
    /// @dev Attests answers.
    uint8 internal constant ANSWERS = 32;
    /// @dev Registers works on behalf of claimants.
    uint8 internal constant REGISTRATIONS = 64;
    /// @dev Adds and retires keys, opens logs, casts the region's vote.
    uint8 internal constant ADMINISTRATION = 128;

    /// @dev The scopes that a suspension stops: all but anchoring and the administration of the organisation itself.
    uint8 internal constant SUSPENDABLE = AGREEMENTS | CASES | RECOGNISE | LICENCE | ANSWERS | REGISTRATIONS;
}
