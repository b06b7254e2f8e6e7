"""The rows of this room: publications with their fields and words, and what was said of cases."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, String, Table

from registry.recognition.model.words import LONGEST
from registry.storage.engine import metadata

Digest = LargeBinary(32)


def _place() -> tuple[Column[bytes], Column[int]]:
    """Which record a row was drawn from."""
    return (
        Column("log", Digest, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
    )


def _of_a_record() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["log", "position"], ["records.log", "records.position"])


case_publications = Table(
    "case_publications",
    metadata,
    *_place(),
    # The founding digest, and the reference without its version.
    Column("case", Digest, nullable=False, index=True),
    Column("reference", String(48), nullable=False, index=True),
    Column("region", String(6), nullable=False),
    Column("station", String(10), nullable=False),
    Column("organisation", Digest, nullable=False),
    _of_a_record(),
    Index("ix_case_publications_station", "station", "region"),
)

# What a publication says in codes, one row a code: what a search asks for by field.
case_fields = Table(
    "case_fields",
    metadata,
    *_place(),
    Column("field", String(12), primary_key=True),
    Column("value", String(80), primary_key=True),
    _of_a_record(),
    Index("ix_case_fields_value", "field", "value"),
)

# The words by which a publication is found.
case_words = Table(
    "case_words",
    metadata,
    *_place(),
    Column("word", String(LONGEST), primary_key=True),
    _of_a_record(),
    Index("ix_case_words_word", "word"),
)

case_statuses = Table(
    "case_statuses",
    metadata,
    *_place(),
    Column("case", Digest, nullable=False, index=True),
    _of_a_record(),
)

case_citations = Table(
    "case_citations",
    metadata,
    *_place(),
    Column("cited", Digest, nullable=False, index=True),
    Column("organisation", Digest, nullable=False),
    _of_a_record(),
)

recognitions = Table(
    "recognitions",
    metadata,
    *_place(),
    # The founding digest of the recognition, and the version of the case that it looked at.
    Column("recognition", Digest, nullable=False, index=True),
    Column("recognised", Digest, nullable=False, index=True),
    Column("reference", String(48), nullable=False, index=True),
    Column("region", String(6), nullable=False),
    Column("station", String(10), nullable=False),
    Column("organisation", Digest, nullable=False),
    _of_a_record(),
    Index("ix_recognitions_station", "station", "region"),
)

ALL = (case_publications, case_statuses, case_citations, recognitions)
"""The tables that have one row for each statement."""
