"""How organisations and societies are shown: the chain's decisions and the profile beside them.

Region, kinds, keys, logs and suspensions are the chain's word; names, identifiers, contact and
endpoints are the organisation's own, from its profile in force.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from registry.organisations import model, societies
from registry.organisations.model import KeyWindow, Organisation
from registry.organisations.profiles import Profile
from registry.organisations.societies import Society
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_name
from registry.proofs.hexes import to_hex
from registry.proofs.keys import SignerKey
from registry.proofs.note import COSIGNATURE, ED25519, VerifierKey
from registry.proofs.record import OrganisationId
from registry.proofs.shape import seconds_text
from registry.proofs.trust import Scope, Status


def organisation_view(
    known: Organisation, profile: Profile | None, register: model.Register, now: int
) -> dict[str, Any]:
    """An organisation as JSON, its status and voice as of `now` (seconds since 1970)."""
    return {
        "id": to_hex(known.id),
        "region": known.region,
        "kinds": list(known.kinds),
        "status": Status.SUSPENDED.value if known.suspended(now) else Status.ACTIVE.value,
        "voice": model.voices(register, now).get(known.region) == known.id,
        **_profile(profile),
        "keys": [_key(key, window) for key, window in known.keys.items()],
        "logs": _logs(known),
        "witness": _witness(known),
        "suspensions": [
            {"from": seconds_text(start), "until": seconds_text(end)}
            for start, end in known.suspensions
        ],
    }


def society_view(
    known: Society, on: date | None, organisations: Sequence[OrganisationId]
) -> dict[str, Any]:
    """A society of CISAC's list as JSON, with the organisations that bear its code."""
    first, end = known.member_from, known.member_until
    return {
        "code": known.code,
        "name": known.name,
        "former_names": list(known.former_names),
        "status": known.status,
        "country": known.country,
        "repertoire": list(known.repertoires),
        "member": None
        if first is None and end is None
        else {"from": first and first.isoformat(), "until": end and end.isoformat()},
        "member_on": None if on is None else societies.member_on(known, on),
        "note": known.note,
        "listed_on": societies.LISTED_ON.isoformat(),
        "organisations": [to_hex(each) for each in organisations],
    }


def _profile(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"names": [], "identifiers": [], "contact": None, "endpoints": [], "profile": None}
    return {
        "names": [{"text": text, "lang": lang} for text, lang in profile.names],
        "identifiers": [
            {"scheme": each.scheme, "value": each.value} for each in profile.identifiers
        ],
        "contact": profile.contact,
        "endpoints": list(profile.endpoints),
        "profile": {"digest": to_hex(profile.digest), "number": profile.number},
    }


def _key(key: SignerKey, window: KeyWindow) -> dict[str, Any]:
    contested = window.contested_since
    return {
        "key": key,
        "scopes": [scope.name.lower() for scope in Scope if scope in window.scopes and scope.name],
        "from": seconds_text(window.start),
        "until": None if window.end is None else seconds_text(window.end),
        "contested_since": None if contested is None else seconds_text(contested),
    }


def _logs(known: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "log": to_hex(each.log),
            "origin": origin_of(each.log),
            "vkey": VerifierKey(name=origin_of(each.log), type=ED25519, public=each.key).encode(),
            "open": each is known.logs[-1],
        }
        for each in known.logs
    ]


def _witness(known: Organisation) -> str | None:
    if known.witness is None:
        return None
    key = VerifierKey(name=witness_name(known.id), type=COSIGNATURE, public=known.witness)
    return key.encode()
