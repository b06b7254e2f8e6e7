"""The rules of a registration, as properties: what is in order, and what each fault is told as."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.proofs.cid import cid_of_digest
from registry.works.model import (
    DATE_LINE,
    MOST_SHARES,
    ONE_BLOCK,
    Author,
    Category,
    Content,
    Registration,
    faults,
)

DAY = date(2026, 11, 22)
NAMES = st.sampled_from(["林梅", "王五", "Ada", "José", "ﾃﾞｰﾀ", "x"])
SHARES = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
HASH = sha256(b"a file").digest()
PLAIN = Content(sha256=HASH, size=7, cid=None)


def registration(
    authors: Sequence[str] = ("林梅",), claimant: str = "林梅", consent: Sequence[str] | None = None
) -> Registration:
    names = dict.fromkeys((*authors, claimant))
    return Registration(
        authors=[Author(name=name, role="A", share=None) for name in authors],
        claimant=claimant,
        consent=list(names) if consent is None else consent,
        content=PLAIN,
        created_on=None,
        first_published_on=None,
        public=True,
        issued_on=DAY,
    )


def paths(registration: Registration) -> list[str]:
    return [fault.path for fault in faults(registration)]


def reasons(registration: Registration) -> str:
    return " ".join(fault.reason for fault in faults(registration))


# ---- consent -------------------------------------------------------------------------------------


@given(authors=st.lists(NAMES, min_size=1, max_size=4), claimant=NAMES)
def test_who_lists_exactly_those_named_is_in_order(authors: list[str], claimant: str) -> None:
    assert paths(registration(authors, claimant)) == []


@given(authors=st.lists(NAMES, min_size=1, max_size=4), claimant=NAMES, consent=st.lists(NAMES))
def test_consent_is_exactly_the_names_once_each(
    authors: list[str], claimant: str, consent: list[str]
) -> None:
    in_order = sorted(consent) == sorted({*authors, claimant})
    assert (paths(registration(authors, claimant, consent)) == []) is in_order


@given(authors=st.lists(NAMES, min_size=1, max_size=4), claimant=NAMES, consent=st.lists(NAMES))
def test_under_seal_nobody_has_to_consent_but_strangers_cannot(
    authors: list[str], claimant: str, consent: list[str]
) -> None:
    sealed = replace(registration(authors, claimant, consent), public=False)
    in_order = len(set(consent)) == len(consent) and {*authors, claimant} >= set(consent)
    assert (paths(sealed) == []) is in_order


def test_each_missing_and_each_strange_name_is_told() -> None:
    told = reasons(registration(["林梅", "王五"], "Ada", ["Ada", "李四"]))
    for name in ("林梅", "王五", "李四"):
        assert repr(name) in told
    assert repr("Ada") not in told


# ---- shares --------------------------------------------------------------------------------------


@given(shares=st.lists(st.none() | SHARES, min_size=1, max_size=6))
def test_shares_may_not_be_more_than_the_whole(shares: list[Decimal | None]) -> None:
    authors = [Author(name="林梅", role="A", share=share) for share in shares]
    total = sum((share for share in shares if share is not None), Decimal(0))
    stated = replace(registration(), authors=authors)
    assert (paths(stated) == ["body.authors"]) is (total > MOST_SHARES)


@pytest.mark.parametrize("total", ["99.9700", "100.0600", "100.1000"])
def test_the_rounding_of_real_repertoires_is_no_error_and_a_doubled_share_is(total: str) -> None:
    author = Author(name="林梅", role="A", share=Decimal(total))
    assert paths(replace(registration(), authors=[author])) == []
    assert paths(replace(registration(), authors=[author, author])) == ["body.authors"]


# ---- dates ---------------------------------------------------------------------------------------

DAYS = st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3))


@given(created=DAYS, published=DAYS)
def test_nothing_is_later_than_the_record_or_before_its_making(
    created: date | None, published: date | None
) -> None:
    stated = replace(registration(), created_on=created, first_published_on=published)
    late = [day for day in (created, published) if day is not None and day > DAY + DATE_LINE]
    turned = created is not None and published is not None and published < created
    assert len(paths(stated)) == len(late) + turned


def test_it_may_be_tomorrow_somewhere() -> None:
    tomorrow = replace(registration(), created_on=DAY + timedelta(days=1))
    assert paths(tomorrow) == []
    assert paths(replace(tomorrow, created_on=DAY + timedelta(days=2))) == ["body.created_on"]


# ---- content -------------------------------------------------------------------------------------


@given(size=st.integers(0, 2 * ONE_BLOCK), right=st.booleans())
def test_a_small_file_s_cid_is_its_hash(size: int, right: bool) -> None:
    """Of a larger one it is that of a tree of blocks, which the hash alone does not tell."""
    digest = HASH if right else sha256(b"another file").digest()
    content = Content(sha256=HASH, size=size, cid=str(cid_of_digest(digest)))
    in_order = right or size > ONE_BLOCK
    assert (paths(replace(registration(), content=content)) == []) is in_order


def test_all_faults_are_told_at_once() -> None:
    wrong = replace(
        registration(consent=[]),
        authors=[Author(name="林梅", role="A", share=Decimal(200))],
        created_on=DAY + timedelta(days=9),
        content=Content(sha256=HASH, size=1, cid=str(cid_of_digest(bytes(32)))),
    )
    assert paths(wrong) == [
        "body.consent",
        "body.authors",
        "body.created_on",
        "body.content.cid",
    ]


def test_the_kinds_of_works_are_those_of_the_statute() -> None:
    """Copyright Law of the PRC (2020), Art. 3: nine kinds, the last one open."""
    assert len(Category) == 9
    assert list(Category)[-1] is Category.OTHER
