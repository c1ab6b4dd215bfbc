"""The count under every reasonable definition, so that a reader sees what moves it, and how far.

A count rests on choices: which acts are strong enough, whether authors back what they open, what becomes of
those who do both. Each choice made otherwise, the others kept, is one row; so are the narrowest and the
widest definition, and the count without the people each flag saw. Every row is one SQL count over the ledger,
by the same rules for who holds what; the row marked as the headline is the published count.

After Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), "Increasing transparency through a multiverse
analysis", Perspectives on Psychological Science 11, and Simonsohn, Simmons and Nelson (2020), "Specification
curve analysis", Nature Human Behaviour 4. Not all combinations are counted: hundreds of rows would show less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import pyarrow as pa

from ..corpus.store import Store
from .position import REPEATS, settled
from .structure import LIKE
from .totals import DOUBTFUL

HEADLINE = "the headline"
NARROWEST, WIDEST = "all narrower choices at once", "all wider choices at once"
Tiers = Literal["A", "A+B", "A+B+C"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One way to say who backs a petition. The defaults are the headline's.

    Attributes:
        tiers: how strong the strongest act must be: signed, said, reacted.
        authors: whether opening a petition is backing it.
        plain: whether contestable words leave somebody out.
        likes: whether a plain like on the opening post backs it.
        final: whether a withdrawal ends support.
        conflicted: whether who supports and opposes is counted.
        conditional: whether who supports on a condition is counted.
        listed: whether only those on the roster are counted.
        ever: whether acts outside the petition's days count.
        without: the flag whose people are left out.
        part_of: the definition that makes this choice among others.
    """

    name: str = HEADLINE
    tiers: Tiers = "A+B+C"
    authors: bool = False
    plain: bool = False
    likes: bool = False
    final: bool = True
    conflicted: bool = False
    conditional: bool = False
    listed: bool = False
    ever: bool = False
    without: str | None = None
    part_of: str | None = None

    def choices(self) -> dict[str, str | None]:
        """The choices in words, as columns of the table."""
        return {
            "tiers": self.tiers,
            "authors": "counted" if self.authors else "by an act of their own",
            "words": "beyond doubt" if self.plain else "all",
            "likes": "counted" if self.likes else "not counted",
            "withdrawals": "honoured" if self.final else "ignored",
            "conflicted": "counted" if self.conflicted else "left out",
            "conditional": "counted" if self.conditional else "left out",
            "people": "on the roster" if self.listed else "everybody",
            "days": "any" if self.ever else "its own",
            "left_out": self.without,
        }


_SCHEMA = pa.schema(
    [
        ("petition", pa.string()),
        ("ordinal", pa.int64()),
        ("definition", pa.string()),
        *((name, pa.string()) for name in Definition().choices()),
        *((name, pa.int64()) for name in ("counted", "more", "fewer")),
        ("is_headline", pa.bool_()),
        ("part_of", pa.string()),
    ]
)
_NESTED = pa.schema(
    [(name, pa.string()) for name in ("petition", "outer", "inner")] + [("people", pa.int64())]
)

# `besides` is why an act would not count even within the petition's days: the reasons other than these two
# are no matter of definition.
_ACTS = f"""
    SELECT * REPLACE (CASE WHEN besides = '{LIKE}' THEN 'support' ELSE stance END AS stance) FROM act
    WHERE person_id IS NOT NULL
      AND (dropped IS NULL OR dropped IN {REPEATS} OR dropped = besides
           OR ($ever AND dropped = 'outside the window' AND "at"::DATE <= coalesce($as_of::DATE, "at"::DATE)))
      AND (besides IS NULL OR ($authors AND besides = 'author of the petition')
           OR ($likes AND besides = '{LIKE}' AND (evidence_post_id, account_id) NOT IN (
               SELECT (post_id, account_id) FROM reaction
               WHERE mechanism = 'like' AND removed_at IS NOT NULL AND account_id IS NOT NULL)))
      AND ($final OR stance <> 'withdraw' OR mechanism = 'objection_withdrawn')"""
_COUNT = f"""
    INSERT INTO specified
    SELECT $name, s.petition, s.person_id
    FROM ({settled(_ACTS)}) s LEFT JOIN ({DOUBTFUL}) d USING (petition, person_id)
    WHERE (s.position = 'conditional' AND $conditional
           OR s.tier <= right($tiers, 1)
              AND (s.position = 'supports' OR s.position = 'conflicted' AND $conflicted))
      AND (NOT $plain OR (s.certain AND d.person_id IS NULL))
      AND (NOT $listed OR s.person_id IN (SELECT person_id FROM roster))
      AND NOT EXISTS (SELECT 1 FROM flagged f WHERE f.flag = $without AND f.petition = s.petition
                                                AND f.person_id = s.person_id)
      AND ($petition IS NULL OR s.petition = $petition)"""


def specify(
    store: Store, flags: pa.Table, *, as_of: date | None = None, count_authors: bool = False
) -> tuple[pa.Table, pa.Table]:
    """Count every petition under every definition; call after `raise_flags`.

    Args:
        store: with ledger, positions and the temporary table `flagged`.
        flags: the table petition_flag.
        as_of: as given to `build_ledger`.
        count_authors: as given to `build_ledger`.

    Returns:
        Table petition_specification: petition, ordinal, definition, the choices in words, counted, more and
        fewer (persons counted here and not in the headline, and the other way round), is_headline, part_of.
        Table petition_nested: petition, outer, inner, people: pairs of definitions of which one counts all
        whom the other counts and `people` more, which the privacy gate must know.
    """
    store.connection.execute(
        "CREATE OR REPLACE TEMP TABLE specified (definition VARCHAR, petition VARCHAR, person_id VARCHAR)"
    )
    rows: list[dict[str, Any]] = []
    nested: list[dict[str, Any]] = []
    chosen = Definition(authors=count_authors)
    heads = store.sql(_HEADS).to_pylist()
    shared = list(_alternatives(chosen, has_roster=_has_roster(store)))
    for definition in (chosen, *shared):
        _count(store, definition, as_of)
    for head in heads:
        petition = str(head["petition"])
        own = [entry for entry in shared if not entry.ever or entry.name == WIDEST or head["has_days"]]
        seen = [
            row["flag"]
            for row in flags.to_pylist()
            if row["petition"] == petition and row["counted_without"] is not None
        ]
        without = [replace(chosen, name=f"without {flag}", without=flag) for flag in seen]
        for definition in without:
            _count(store, definition, as_of, petition)
        definitions = [chosen, *own, *without]
        parts = _parts(store, petition)
        rows += _rows(petition, definitions, parts, likes=head["likes_count"])
        nested += _nested(petition, [entry.name for entry in definitions], parts)
    return pa.Table.from_pylist(rows, schema=_SCHEMA), pa.Table.from_pylist(nested, schema=_NESTED)


_HEADS = """
    SELECT petition, likes_count, opens IS NOT NULL OR closes IS NOT NULL AS has_days
    FROM petition ORDER BY ordinal"""


def _has_roster(store: Store) -> bool:
    return bool(store.scalar("SELECT count(*) FROM roster"))


def _alternatives(chosen: Definition, *, has_roster: bool) -> Iterator[Definition]:
    """Each choice made otherwise, narrower ones first, and all narrower or wider ones at once."""
    narrower: list[Definition] = [
        replace(chosen, name="signed only", tiers="A"),
        replace(chosen, name="words beyond doubt", plain=True),
    ]
    wider: list[Definition] = [
        replace(chosen, name="plain likes counted", likes=True),
        replace(chosen, name="withdrawals ignored", final=False),
        replace(chosen, name="conflicted counted", conflicted=True),
        replace(chosen, name="conditional counted", conditional=True),
        replace(chosen, name="acts on any day", ever=True),
    ]
    if has_roster:
        narrower.append(replace(chosen, name="roster only", listed=True))
    if chosen.authors:
        narrower.append(replace(chosen, name="authors by an act of their own", authors=False))
    else:
        wider.append(replace(chosen, name="authors counted", authors=True))
    narrowest = Definition(name=NARROWEST, tiers="A", plain=True, listed=has_roster)
    widest = Definition(
        name=WIDEST, authors=True, likes=True, final=False, conflicted=True, conditional=True, ever=True
    )
    yield from (replace(entry, part_of=NARROWEST) for entry in narrower)
    yield replace(chosen, name="signed or said", tiers="A+B")
    yield from (replace(entry, part_of=WIDEST) for entry in wider)
    yield from (narrowest, widest)


def _count(store: Store, definition: Definition, as_of: date | None, petition: str | None = None) -> None:
    """Write whom a definition counts to the temporary table `specified`, for one petition or for all."""
    names = (
        "name", "tiers", "authors", "plain", "likes", "final", "conflicted", "conditional", "listed", "ever",
        "without",
    )  # fmt: skip
    choices = {name: getattr(definition, name) for name in names}
    store.connection.execute(_COUNT, {**choices, "as_of": as_of, "petition": petition})


Parts = dict[frozenset[str], int]
"""Persons by the definitions that count them."""


def _parts(store: Store, petition: str) -> Parts:
    found = store.connection.execute(
        """SELECT definitions, count(*) FROM (
               SELECT list(definition ORDER BY definition) AS definitions FROM specified WHERE petition = ?
               GROUP BY person_id)
           GROUP BY definitions""",
        [petition],
    ).fetchall()
    return {frozenset(definitions): people for definitions, people in found}


def _rows(
    petition: str, definitions: Sequence[Definition], parts: Parts, *, likes: bool
) -> Iterator[dict[str, Any]]:
    for ordinal, definition in enumerate(definitions):
        choices = replace(definition, likes=definition.likes or likes).choices()
        yield {
            "petition": petition,
            "ordinal": ordinal,
            "definition": definition.name,
            **choices,
            "counted": _people(parts, inside=definition.name),
            "more": _people(parts, inside=definition.name, outside=HEADLINE),
            "fewer": _people(parts, inside=HEADLINE, outside=definition.name),
            "is_headline": definition.name == HEADLINE,
            "part_of": definition.part_of,
        }


def _nested(petition: str, names: Sequence[str], parts: Parts) -> Iterator[dict[str, Any]]:
    for outer in names:
        for inner in names:
            people = _people(parts, inside=outer, outside=inner)
            if people and not _people(parts, inside=inner, outside=outer):
                yield {"petition": petition, "outer": outer, "inner": inner, "people": people}


def _people(parts: Parts, *, inside: str, outside: str | None = None) -> int:
    """How many persons a definition counts, and another does not."""
    return sum(people for names, people in parts.items() if inside in names and outside not in names)
