// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LogId, OrganisationId, Region} from "./Types.sol";

/**
 * @title IOrganisations
 * @notice Who may act in a ledger: organisations and their regions, keys and their windows, logs and their keys.
 * Organisations are admitted and suspended by the regions of the ledger, one voice a region; there is no owner, no
 * upgrade and no pause.
 *
 * A region's *voice* is its first active organisation, in order of admission. An organisation is *active* while no
 * suspension of it is in force, and a region while one of its organisations is. Votes are cast by an administration
 * key of the voice; a vote lapses after 7 days, and casting it again renews it. Only the votes of regions that are
 * active when the votes are counted count.
 *
 * Organisations are named by the digest of their first profile record. The chain cannot see that record, hence:
 *
 * WARNING: A proposal's identifier, region, kinds and key are whatever the proposer wrote. Before endorsing, an
 * organisation must have read the profile record, hashed it, and compared every field: a region code that merely
 * looks like another one would give somebody a second voice.
 *
 * Every event carries the times that the state keeps, so that the events alone rebuild the state.
 */
interface IOrganisations {
    // ------------------------------------------------------------------------------------------------ structs

    /// @notice Somebody to be admitted: a founder, or the subject of a proposal.
    struct Candidate {
        /// @dev Digest of its first profile record.
        OrganisationId id;
        /// @dev Where it is established.
        Region region;
        /// @dev Bits: 1 society, 2 mediation body, 4 registration office, 8 court, 16 notary, 32 authority.
        uint8 kinds;
        /// @dev Its first administration key, in force from admission, with no end.
        address key;
    }

    /// @notice An admitted organisation.
    struct Organisation {
        /// @dev Where it is established; never changes.
        Region region;
        /// @dev As in {Candidate}; never changes.
        uint8 kinds;
        /// @dev When it was admitted; zero for an unknown organisation.
        uint40 admittedAt;
        /// @dev End of its last suspension, exclusive; zero if there never was one. In the future: it is suspended.
        uint40 suspendedUntil;
        /// @dev How many logs it has opened; the last one is open, the others are closed.
        uint32 logs;
        /// @dev Ed25519 key of its witness; zero until it is set.
        bytes32 witness;
        /// @dev Digest of its current profile record; at first its own identifier.
        bytes32 profile;
    }

    /// @notice A key of an organisation. Its window is `[from, until)`.
    struct Key {
        /// @dev Bits of {Scopes}; zero for an unknown key.
        uint8 scopes;
        /// @dev First second at which it is in force.
        uint40 from;
        /// @dev First second at which it no longer is; zero for no end.
        uint40 until;
        /// @dev What it signed from this time on is contested; zero if nothing is.
        uint40 contestedSince;
    }

    /// @notice A log of an organisation.
    struct Log {
        /// @dev Whose log it is; zero for an unknown log.
        OrganisationId organisation;
        /// @dev 0 for the organisation's first log, then 1, 2, …
        uint32 number;
        /// @dev When it was opened.
        uint40 openedAt;
        /// @dev Whether a later log of the organisation has closed it.
        bool closed;
        /// @dev Ed25519 key that signs its checkpoints.
        bytes32 key;
    }

    // ------------------------------------------------------------------------------------------------- events

    /// @notice A candidate was put to the vote; `proposal` is the hash of all its fields.
    event Proposed(
        bytes32 indexed proposal,
        OrganisationId indexed organisation,
        Region indexed region,
        uint8 kinds,
        address key
    );

    /// @notice `voice` cast the vote of `region` for `motion`, or renewed it. A motion is a proposal, or the one to
    /// suspend an organisation, which has a name of its own: see {IOrganisations-suspensionOf}.
    event Voted(bytes32 indexed motion, Region indexed region, OrganisationId indexed voice, uint40 castAt);

    /// @notice `organisation` was admitted, by its founding or by `proposal` (then not zero, and closed by this).
    event Admitted(
        OrganisationId indexed organisation,
        Region indexed region,
        bytes32 indexed proposal,
        uint8 kinds,
        uint40 admittedAt
    );

    /// @notice `organisation` is suspended from `from` until `until`, exclusive.
    event Suspended(OrganisationId indexed organisation, uint40 from, uint40 until);

    /// @notice `key` may act for `organisation` within `scopes` from `from` until `until` (zero: no end).
    event KeyAdded(
        OrganisationId indexed organisation,
        address indexed key,
        uint8 scopes,
        uint40 from,
        uint40 until
    );

    /// @notice The window of `key` ends at `until`; what it did before stays as it is.
    event KeyRetired(OrganisationId indexed organisation, address indexed key, uint40 until);

    /// @notice `organisation` says that `key` was in other hands from `since` on; `reason` is the digest of a statement.
    event KeyReported(
        OrganisationId indexed organisation,
        address indexed key,
        uint40 since,
        uint40 reportedAt,
        bytes32 reason
    );

    /// @notice `organisation` opened `log`, its `number`-th from zero, and thereby closed the one before.
    event LogOpened(
        OrganisationId indexed organisation,
        LogId indexed log,
        uint32 number,
        uint40 openedAt,
        bytes32 key
    );

    /// @notice The witness of `organisation` cosigns with `key` from now on.
    event WitnessSet(OrganisationId indexed organisation, bytes32 key);

    /// @notice The current profile record of `organisation` is the one with this digest.
    event ProfileSet(OrganisationId indexed organisation, bytes32 digest);

    // ------------------------------------------------------------------------------------------------- errors

    /// @notice A ledger needs a name and at least one founder.
    error OrganisationsNoFounders();

    /// @notice An identifier, region or key is zero, or kinds or scopes are empty or unknown bits.
    error OrganisationsMalformed(OrganisationId organisation);

    /// @notice There are as many regions as a ledger may have.
    error OrganisationsTooManyRegions(Region region);

    /// @notice No such organisation was admitted.
    error OrganisationsUnknown(OrganisationId organisation);

    /// @notice The organisation was admitted before.
    error OrganisationsAlreadyAdmitted(OrganisationId organisation);

    /// @notice No such proposal is open.
    error OrganisationsUnknownProposal(bytes32 proposal);

    /// @notice `key` is no key of `organisation` with `scope` in force now, or a suspension stops that scope.
    error OrganisationsUnauthorised(OrganisationId organisation, address key, uint8 scope);

    /// @notice `organisation` is not the voice of its region: it is suspended, or another one came first.
    error OrganisationsNotTheVoice(OrganisationId organisation, Region region);

    /// @notice Nobody votes on the suspension of an organisation of the own region.
    error OrganisationsOwnRegion(OrganisationId organisation, Region region);

    /// @notice A suspension is in force and must have ended before another one is voted on.
    error OrganisationsAlreadySuspended(OrganisationId organisation, uint40 until);

    /// @notice The organisation had this key before; a key has one window.
    error OrganisationsKeyKnown(OrganisationId organisation, address key);

    /// @notice The organisation has no such key.
    error OrganisationsKeyUnknown(OrganisationId organisation, address key);

    /// @notice The window has ended already, or would end before it begins.
    error OrganisationsKeyEnded(OrganisationId organisation, address key, uint40 until);

    /// @notice A key does not retire itself, so that the last administration key cannot be lost by mistake.
    error OrganisationsKeyInUse(OrganisationId organisation, address key);

    /// @notice A report may not lie in the future nor take back an earlier report.
    error OrganisationsReportRefused(OrganisationId organisation, address key, uint40 since);

    // --------------------------------------------------------------------------------------------- governance

    /**
     * @notice Puts a candidate to the vote, with the vote of the caller's region. Carried when more than half of the
     * active regions have voted for it and, if the candidate's region is in the ledger already, that region is one of
     * them; it then takes effect at once. Proposing what is proposed already is the same as endorsing it.
     *
     * NOTE: Rival proposals for one identifier may stand side by side; the first that is carried wins, and the others
     * can no longer be endorsed. Proposing therefore takes nobody's place.
     *
     * @param voice The organisation whose administration key is calling; the voice of its region.
     * @return proposal Hash of all fields of the candidate.
     */
    function propose(
        OrganisationId voice,
        OrganisationId id,
        Region region,
        uint8 kinds,
        address key
    ) external returns (bytes32 proposal);

    /// @notice Casts or renews the vote of the caller's region for `proposal`.
    function endorse(OrganisationId voice, bytes32 proposal) external;

    /**
     * @notice Casts or renews the vote of the caller's region for suspending `organisation`. Carried when more than
     * half of all regions, inactive ones counted, have voted for it. It then holds for 30 days, and stops new writes
     * of {Scopes-SUSPENDABLE}, never anchoring, nor the administration of the organisation's own keys and logs.
     *
     * NOTE: The target's region has no vote. With two regions, therefore, nobody can be suspended; a region that
     * mistrusts the other simply recognises nothing of it. Nor can a region suspend alone what it wants rid of.
     */
    function suspend(OrganisationId voice, OrganisationId organisation) external;

    // ----------------------------------------------------------------------------------------- administration

    /**
     * @notice Gives `organisation` a further key. Windows overlap freely: add the new key, then retire the old one.
     *
     * IMPORTANT: A `from` in the past is raised to the time of the block, and no key is given a second window:
     * otherwise a key made today could backdate what it signs.
     *
     * @param scopes Bits of {Scopes}.
     * @param from First second of its window, or zero for now.
     * @param until End of its window, exclusive, or zero for no end.
     */
    function addKey(
        OrganisationId organisation,
        address key,
        uint8 scopes,
        uint40 from,
        uint40 until
    ) external;

    /// @notice Ends the window of `key` now. What it did before stays authorised.
    function retireKey(OrganisationId organisation, address key) external;

    /**
     * @notice Says that `key` was in other hands from `since` on (zero: from the beginning of its window). What it
     * signed from then on is contested, which readers show with both times; nothing is erased, and the key stays in
     * force until it is retired.
     *
     * NOTE: A report only ever reaches further back, so that nobody can call a contested record sound again. It is
     * a claim of the organisation, which may be tempted to contest what it regrets: hence the time of the report.
     */
    function reportCompromised(
        OrganisationId organisation,
        address key,
        uint40 since,
        bytes32 reason
    ) external;

    /**
     * @notice Opens the organisation's next log and closes the one before for good.
     *
     * WARNING: This is the remedy for a stolen log key and for a head of the wrong size, and cannot be undone.
     *
     * @param logKey Ed25519 key that will sign its checkpoints.
     */
    function openLog(OrganisationId organisation, bytes32 logKey) external returns (LogId log);

    /// @notice Names the Ed25519 key with which the organisation's witness cosigns from now on.
    function setWitness(OrganisationId organisation, bytes32 key) external;

    /// @notice Names the organisation's current profile record by its digest.
    function setProfile(OrganisationId organisation, bytes32 digest) external;

    // -------------------------------------------------------------------------------------------------- views

    /// @notice The ledger: digest of its founding statement.
    function ledger() external view returns (bytes32);

    /// @notice The organisation; all zero if it was never admitted.
    function organisationOf(OrganisationId organisation) external view returns (Organisation memory);

    /// @notice The key; all zero if the organisation never had it.
    function keyOf(OrganisationId organisation, address key) external view returns (Key memory);

    /// @notice The log; all zero if it was never opened.
    function logOf(LogId log) external view returns (Log memory);

    /// @notice What {logOf} says of the holder alone, for contracts that ask at every call.
    function holderOf(LogId log) external view returns (OrganisationId organisation, bool closed);

    /// @notice Identifier of the organisation's log of this number, opened or not.
    function logIdOf(OrganisationId organisation, uint32 number) external pure returns (LogId);

    /// @notice Whether the organisation was admitted and no suspension of it is in force.
    function isActive(OrganisationId organisation) external view returns (bool);

    /// @notice Reverts unless `key` may act for `organisation` within every bit of `scope`, now.
    function authorise(OrganisationId organisation, address key, uint8 scope) external view;

    /**
     * @notice Whether `key` could act for `organisation` within every bit of `scope` at `time`, suspensions of that
     * time included; and whether what it signed then is contested.
     *
     * WARNING: `time` must be one that the signer could not choose: the recorded time of a record, never the time
     * that the record itself states.
     */
    function wasAuthorised(
        OrganisationId organisation,
        address key,
        uint8 scope,
        uint40 time
    ) external view returns (bool authorised, bool contested);

    /// @notice All regions, in order of their first admission.
    function regions() external view returns (Region[] memory);

    /// @notice How many regions are active now.
    function activeRegions() external view returns (uint256);

    /// @notice The organisations of a region, in order of admission.
    function organisationsIn(Region region) external view returns (OrganisationId[] memory);

    /// @notice How many organisations of a region are active now.
    function activeIn(Region region) external view returns (uint256);

    /// @notice The organisation that speaks for `region` now; zero if none does.
    function voiceOf(Region region) external view returns (OrganisationId);

    /// @notice The candidate of an open proposal; all zero if there is no such proposal.
    function proposalOf(bytes32 proposal) external view returns (Candidate memory);

    /// @notice Name of the motion to suspend `organisation`: `keccak256(organisation)`, which no proposal can have.
    function suspensionOf(OrganisationId organisation) external pure returns (bytes32 motion);

    /// @notice When the vote of `region` for `motion` was last cast; zero if never. It may have lapsed since.
    function votedAt(bytes32 motion, Region region) external view returns (uint40);
}
