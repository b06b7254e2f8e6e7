// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOrganisations} from "./interfaces/IOrganisations.sol";
import {LogId, OrganisationId, Region, Scopes} from "./interfaces/Types.sol";

/**
 * @title Organisations
 * @notice Who may act in a ledger; see {IOrganisations}.
 */
contract Organisations is IOrganisations {
    uint40 private constant VOTE_LAPSES = 7 days;
    /// @dev Longer than {VOTE_LAPSES}: when a suspension ends, the votes that carried it have lapsed.
    uint40 private constant SUSPENSION_LAPSES = 30 days;
    uint8 private constant ALL_KINDS = 63;
    /// @dev A region's number fits in a byte, and a vote is counted in a loop over all of them.
    uint256 private constant LARGEST_REGIONS = 256;

    // ------------------------------------------------------------------------------------------------ storage

    /// @dev One slot. `place` counts from zero in order of admission within the region.
    struct Member {
        Region region;
        uint8 regionNumber;
        uint8 kinds;
        uint16 place;
        uint32 logs;
        uint40 admittedAt;
        uint40 suspendedUntil;
    }

    /// @dev `closed` is not stored: a log is closed when it is not the last of its organisation.
    struct OpenedLog {
        OrganisationId organisation;
        uint32 number;
        uint40 openedAt;
        bytes32 key;
    }

    bytes32 private immutable _ledger;

    mapping(OrganisationId organisation => Member) private _members;
    mapping(OrganisationId organisation => mapping(address key => Key)) private _keys;
    mapping(OrganisationId organisation => bytes32 key) private _witnesses;
    mapping(OrganisationId organisation => bytes32 digest) private _profiles;
    /// @dev End of a suspension to the end of the one before it: a chain through the past of an organisation.
    mapping(OrganisationId organisation => mapping(uint40 until => uint40)) private _earlierSuspensions;
    mapping(LogId log => OpenedLog) private _logs;

    /// @dev In order of their first admission; a region's number is its place here.
    Region[] private _regions;
    /// @dev By region number, six to a slot: until its first admission, then until the earliest end of its members'
    /// last suspensions, which lies in the future exactly while all of them are suspended.
    uint40[LARGEST_REGIONS] private _inactiveUntil;
    mapping(Region region => OrganisationId[]) private _organisationsIn;

    mapping(bytes32 proposal => Candidate) private _proposals;
    /// @dev By region number; six votes to a slot.
    mapping(bytes32 motion => uint40[LARGEST_REGIONS]) private _votes;

    // ----------------------------------------------------------------------------------------------- founding

    constructor(bytes32 ledger_, Candidate[] memory founders) {
        if (ledger_ == 0 || founders.length == 0) revert OrganisationsNoFounders();

        _ledger = ledger_;
        for (uint256 i = 0; i < founders.length; ++i) {
            _checkCandidate(founders[i]);
            _admit(founders[i], 0);
        }
    }

    // --------------------------------------------------------------------------------------------- governance

    /// @inheritdoc IOrganisations
    function propose(
        OrganisationId voice,
        OrganisationId id,
        Region region,
        uint8 kinds,
        address key
    ) external returns (bytes32 proposal) {
        Candidate memory candidate = Candidate({id: id, region: region, kinds: kinds, key: key});
        _checkCandidate(candidate);

        proposal = keccak256(abi.encode(candidate));
        if (_proposals[proposal].key == address(0)) {
            _proposals[proposal] = candidate;
            emit Proposed(proposal, id, region, kinds, key);
        }
        endorse(voice, proposal);
    }

    /// @inheritdoc IOrganisations
    function endorse(OrganisationId voice, bytes32 proposal) public {
        Candidate memory candidate = _proposals[proposal];
        if (candidate.key == address(0)) revert OrganisationsUnknownProposal(proposal);
        _checkNew(candidate.id);

        _vote(proposal, voice, _speaker(voice));
        (uint256 votes, uint256 active, ) = _count(proposal);
        if (2 * votes > active && _ownRegionAgrees(candidate.region, proposal)) {
            delete _proposals[proposal];
            _admit(candidate, proposal);
        }
    }

    /// @inheritdoc IOrganisations
    function suspend(OrganisationId voice, OrganisationId organisation) external {
        Member storage speaker = _speaker(voice);
        Member storage target = _members[organisation];
        if (target.admittedAt == 0) revert OrganisationsUnknown(organisation);
        if (target.regionNumber == speaker.regionNumber)
            revert OrganisationsOwnRegion(organisation, target.region);
        if (_isAhead(target.suspendedUntil)) {
            revert OrganisationsAlreadySuspended(organisation, target.suspendedUntil);
        }

        bytes32 motion = suspensionOf(organisation);
        _vote(motion, voice, speaker);
        (uint256 votes, , uint256 all) = _count(motion);
        if (2 * votes > all) _suspend(organisation, target);
    }

    function _vote(bytes32 motion, OrganisationId voice, Member storage speaker) private {
        _votes[motion][speaker.regionNumber] = _now();
        emit Voted(motion, speaker.region, voice, _now());
    }

    /// @dev A region that is new to the ledger cannot object.
    function _ownRegionAgrees(Region region, bytes32 proposal) private view returns (bool) {
        OrganisationId[] storage neighbours = _organisationsIn[region];
        if (neighbours.length == 0) return true;
        uint256 number = _members[neighbours[0]].regionNumber;
        return !_isAhead(_inactiveUntil[number]) && _isAhead(_votes[proposal][number] + VOTE_LAPSES);
    }

    function _count(bytes32 motion) private view returns (uint256 votes, uint256 active, uint256 all) {
        uint40[LARGEST_REGIONS] storage cast = _votes[motion];
        uint256 lapsed = block.timestamp - VOTE_LAPSES;
        all = _regions.length;
        for (uint256 i = 0; i < all; ++i) {
            if (_isAhead(_inactiveUntil[i])) continue;
            ++active;
            if (cast[i] > lapsed) ++votes;
        }
    }

    function _admit(Candidate memory candidate, bytes32 proposal) private {
        OrganisationId[] storage neighbours = _organisationsIn[candidate.region];
        uint256 place = neighbours.length;
        uint256 number = place == 0 ? _regions.length : _members[neighbours[0]].regionNumber;
        if (number == LARGEST_REGIONS) revert OrganisationsTooManyRegions(candidate.region);

        // A region that is here already has agreed to this, so it is active, and stays so.
        if (place == 0) {
            _regions.push(candidate.region);
            _inactiveUntil[number] = _now();
        }
        neighbours.push(candidate.id);
        _members[candidate.id] = Member({
            region: candidate.region,
            regionNumber: uint8(number),
            kinds: candidate.kinds,
            place: uint16(place),
            logs: 0,
            admittedAt: _now(),
            suspendedUntil: 0
        });
        emit Admitted(candidate.id, candidate.region, proposal, candidate.kinds, _now());
        _addKey(candidate.id, candidate.key, Scopes.ADMINISTRATION, _now(), 0);
    }

    function _suspend(OrganisationId organisation, Member storage target) private {
        uint40 until = _now() + SUSPENSION_LAPSES;
        if (target.suspendedUntil != 0) _earlierSuspensions[organisation][until] = target.suspendedUntil;
        target.suspendedUntil = until;

        uint40 earliest = until;
        OrganisationId[] storage neighbours = _organisationsIn[target.region];
        for (uint256 i = 0; i < neighbours.length; ++i) {
            uint40 end = _members[neighbours[i]].suspendedUntil;
            if (end < earliest) earliest = end;
        }
        _inactiveUntil[target.regionNumber] = earliest;
        emit Suspended(organisation, _now(), until);
    }

    // ----------------------------------------------------------------------------------------- administration

    /// @dev Own keys and logs stay the organisation's affair, suspended or not: it must be able to retire a stolen key.
    modifier onlyAdministration(OrganisationId organisation) {
        authorise(organisation, msg.sender, Scopes.ADMINISTRATION);
        _;
    }

    /// @inheritdoc IOrganisations
    function addKey(
        OrganisationId organisation,
        address key,
        uint8 scopes,
        uint40 from,
        uint40 until
    ) external onlyAdministration(organisation) {
        if (key == address(0) || scopes == 0) revert OrganisationsMalformed(organisation);
        if (_keys[organisation][key].scopes != 0) revert OrganisationsKeyKnown(organisation, key);
        if (from < _now()) from = _now();
        if (until != 0 && until <= from) revert OrganisationsKeyEnded(organisation, key, until);

        _addKey(organisation, key, scopes, from, until);
    }

    /// @inheritdoc IOrganisations
    function retireKey(OrganisationId organisation, address key) external onlyAdministration(organisation) {
        if (key == msg.sender) revert OrganisationsKeyInUse(organisation, key);
        Key storage retired = _knownKey(organisation, key);
        if (retired.until != 0 && !_isAhead(retired.until)) {
            revert OrganisationsKeyEnded(organisation, key, retired.until);
        }

        retired.until = _now();
        emit KeyRetired(organisation, key, _now());
    }

    /// @inheritdoc IOrganisations
    function reportCompromised(
        OrganisationId organisation,
        address key,
        uint40 since,
        bytes32 reason
    ) external onlyAdministration(organisation) {
        Key storage reported = _knownKey(organisation, key);
        uint40 earlier = reported.contestedSince;
        if (_isAhead(since) || (earlier != 0 && earlier < since)) {
            revert OrganisationsReportRefused(organisation, key, since);
        }

        reported.contestedSince = since < reported.from ? reported.from : since;
        emit KeyReported(organisation, key, reported.contestedSince, _now(), reason);
    }

    /// @inheritdoc IOrganisations
    function openLog(
        OrganisationId organisation,
        bytes32 logKey
    ) external onlyAdministration(organisation) returns (LogId log) {
        _checkNotZero(organisation, logKey);

        uint32 number = _members[organisation].logs++;
        log = logIdOf(organisation, number);
        _logs[log] = OpenedLog({organisation: organisation, number: number, openedAt: _now(), key: logKey});
        emit LogOpened(organisation, log, number, _now(), logKey);
    }

    /// @inheritdoc IOrganisations
    function setWitness(OrganisationId organisation, bytes32 key) external onlyAdministration(organisation) {
        _checkNotZero(organisation, key);

        _witnesses[organisation] = key;
        emit WitnessSet(organisation, key);
    }

    /// @inheritdoc IOrganisations
    function setProfile(
        OrganisationId organisation,
        bytes32 digest
    ) external onlyAdministration(organisation) {
        _checkNotZero(organisation, digest);

        _profiles[organisation] = digest;
        emit ProfileSet(organisation, digest);
    }

    function _addKey(
        OrganisationId organisation,
        address key,
        uint8 scopes,
        uint40 from,
        uint40 until
    ) private {
        _keys[organisation][key] = Key({scopes: scopes, from: from, until: until, contestedSince: 0});
        emit KeyAdded(organisation, key, scopes, from, until);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IOrganisations
    function ledger() external view returns (bytes32) {
        return _ledger;
    }

    /// @inheritdoc IOrganisations
    function organisationOf(OrganisationId organisation) external view returns (Organisation memory) {
        Member storage member = _members[organisation];
        bytes32 profile = _profiles[organisation];
        if (profile == 0 && member.admittedAt != 0) profile = OrganisationId.unwrap(organisation);
        return
            Organisation({
                region: member.region,
                kinds: member.kinds,
                admittedAt: member.admittedAt,
                suspendedUntil: member.suspendedUntil,
                logs: member.logs,
                witness: _witnesses[organisation],
                profile: profile
            });
    }

    /// @inheritdoc IOrganisations
    function keyOf(OrganisationId organisation, address key) public view returns (Key memory) {
        return _keys[organisation][key];
    }

    /// @inheritdoc IOrganisations
    function logOf(LogId log) external view returns (Log memory opened) {
        (opened.organisation, opened.closed) = holderOf(log);
        opened.number = _logs[log].number;
        opened.openedAt = _logs[log].openedAt;
        opened.key = _logs[log].key;
    }

    /// @inheritdoc IOrganisations
    function holderOf(LogId log) public view returns (OrganisationId organisation, bool closed) {
        OpenedLog storage opened = _logs[log];
        organisation = opened.organisation;
        closed = opened.openedAt != 0 && opened.number + 1 != _members[organisation].logs;
    }

    /// @inheritdoc IOrganisations
    function logIdOf(OrganisationId organisation, uint32 number) public pure returns (LogId) {
        return LogId.wrap(sha256(abi.encodePacked(organisation, number)));
    }

    /// @inheritdoc IOrganisations
    function isActive(OrganisationId organisation) public view returns (bool) {
        Member storage member = _members[organisation];
        return member.admittedAt != 0 && !_isAhead(member.suspendedUntil);
    }

    /// @inheritdoc IOrganisations
    function authorise(OrganisationId organisation, address key, uint8 scope) public view {
        (bool authorised, ) = wasAuthorised(organisation, key, scope, _now());
        if (!authorised) revert OrganisationsUnauthorised(organisation, key, scope);
    }

    /// @inheritdoc IOrganisations
    function wasAuthorised(
        OrganisationId organisation,
        address key,
        uint8 scope,
        uint40 time
    ) public view returns (bool authorised, bool contested) {
        Key memory held = _keys[organisation][key];
        authorised =
            scope != 0 &&
            held.scopes & scope == scope &&
            held.from <= time &&
            (held.until == 0 || time < held.until) &&
            (scope & Scopes.SUSPENDABLE == 0 || !_wasSuspended(organisation, time));
        contested = held.contestedSince != 0 && held.contestedSince <= time;
    }

    /// @inheritdoc IOrganisations
    function regions() external view returns (Region[] memory) {
        return _regions;
    }

    /// @inheritdoc IOrganisations
    function activeRegions() external view returns (uint256 active) {
        (, active, ) = _count(0);
    }

    /// @inheritdoc IOrganisations
    function organisationsIn(Region region) public view returns (OrganisationId[] memory) {
        return _organisationsIn[region];
    }

    /// @inheritdoc IOrganisations
    function activeIn(Region region) external view returns (uint256 active) {
        OrganisationId[] memory all = organisationsIn(region);
        for (uint256 i = 0; i < all.length; ++i) {
            if (isActive(all[i])) ++active;
        }
    }

    /// @inheritdoc IOrganisations
    function voiceOf(Region region) external view returns (OrganisationId) {
        OrganisationId[] memory all = organisationsIn(region);
        for (uint256 i = 0; i < all.length; ++i) {
            if (isActive(all[i])) return all[i];
        }
        return OrganisationId.wrap(0);
    }

    /// @inheritdoc IOrganisations
    function proposalOf(bytes32 proposal) external view returns (Candidate memory) {
        return _proposals[proposal];
    }

    /// @inheritdoc IOrganisations
    function suspensionOf(OrganisationId organisation) public pure returns (bytes32 motion) {
        return keccak256(abi.encode(organisation));
    }

    /// @inheritdoc IOrganisations
    function votedAt(bytes32 motion, Region region) external view returns (uint40) {
        OrganisationId[] storage neighbours = _organisationsIn[region];
        return neighbours.length == 0 ? 0 : _votes[motion][_members[neighbours[0]].regionNumber];
    }

    // ---------------------------------------------------------------------------------------- checks, storing

    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    function _isAhead(uint40 time) private view returns (bool) {
        return block.timestamp < time;
    }

    /// @dev The member behind `voice`, having checked that the caller may cast the vote of its region.
    function _speaker(OrganisationId voice) private view returns (Member storage speaker) {
        authorise(voice, msg.sender, Scopes.ADMINISTRATION);
        speaker = _members[voice];
        bool speaks = !_isAhead(speaker.suspendedUntil);
        for (uint256 i = 0; speaks && i < speaker.place; ++i) {
            speaks = !isActive(_organisationsIn[speaker.region][i]);
        }
        if (!speaks) revert OrganisationsNotTheVoice(voice, speaker.region);
    }

    function _checkCandidate(Candidate memory candidate) private view {
        _checkNew(candidate.id);
        bool named = OrganisationId.unwrap(candidate.id) != 0 && Region.unwrap(candidate.region) != 0;
        bool kindsKnown = candidate.kinds != 0 && candidate.kinds <= ALL_KINDS;
        if (!named || !kindsKnown || candidate.key == address(0)) revert OrganisationsMalformed(candidate.id);
    }

    function _checkNew(OrganisationId organisation) private view {
        if (_members[organisation].admittedAt != 0) revert OrganisationsAlreadyAdmitted(organisation);
    }

    function _checkNotZero(OrganisationId organisation, bytes32 word) private pure {
        if (word == 0) revert OrganisationsMalformed(organisation);
    }

    function _knownKey(OrganisationId organisation, address key) private view returns (Key storage known) {
        known = _keys[organisation][key];
        if (known.scopes == 0) revert OrganisationsKeyUnknown(organisation, key);
    }

    function _wasSuspended(OrganisationId organisation, uint40 time) private view returns (bool) {
        uint40 until = _members[organisation].suspendedUntil;
        while (until > time) {
            if (time >= until - SUSPENSION_LAPSES) return true;
            until = _earlierSuspensions[organisation][until];
        }
        return false;
    }
}
