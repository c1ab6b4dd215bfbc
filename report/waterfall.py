"""The waterfall as it may be shown, and what it tells beside the positions of a petition.

Everybody sees who opened a petition. So of 22 who acted, 20 of them counted and one the author, one is left:
who acted and holds no position, or one that is hidden, is a group as any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from ..petitions.ledger import AUTHOR
from .disclosure import Relation
from .policy import Cells, Rest, Same, Split, Steps, Structure, TablePolicy

_POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "counted": ("all acts",),
    "withdrew": ("all acts", "withdrawals"),
    "opposed": ("all acts", "opposition", "now opposed"),
    "conditional": ("all acts", "conditions", "now conditional"),
    "conflicted": ("all acts", "opposition"),
}
"""Positions, and the steps that concern all who hold one, or nobody else than them."""

RANKS: Final[Mapping[str, int]] = {**dict.fromkeys(_POSITIONS, 1), "counted": 3}
"""How long positions stay, here and in the table of petitions."""

EXPECTED: Final[Mapping[str, str]] = {
    "waterfall": "petition:text ordinal:count step:text acts:count people:count note:text",
    "act": "petition:text person_id:text dropped:text",
}
"""What the petitions room leaves in the store for this, beside the totals and the positions."""

AUTHORS: Final = f"""
    SELECT petition, count(DISTINCT person_id) AS authors
    FROM act ANTI JOIN position USING (petition, person_id) WHERE dropped = '{AUTHOR}' GROUP BY petition"""
"""How many opened a petition and hold no position: who does is counted as all others who hold it."""

_WATERFALL: Final = """
    SELECT w.petition, w.ordinal, w.step, w.acts, w.people, w.note,
           {positions},
           CASE WHEN w.step = 'all acts' THEN w.people END AS acted,
           CASE WHEN w.step IN ('opposition', 'conditions', 'withdrawals') THEN w.people END AS ever,
           CASE WHEN w.step = 'all acts' THEN coalesce(author.authors, 0) END AS authors
    FROM waterfall w LEFT JOIN petition_totals t USING (petition)
    LEFT JOIN ({authors}) author USING (petition)
    ORDER BY w.petition, w.ordinal""".format(
    authors=AUTHORS,
    positions=", ".join(
        f"CASE WHEN list_contains({list(steps)}, w.step) THEN t.{name} END AS {name}"
        for name, steps in _POSITIONS.items()
    ),
)


@dataclass(frozen=True, slots=True)
class _StepsActs:
    """The acts of a step go with whom it concerns. The number of all acts stays: it tells of no step."""

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """No sums."""
        for row, content in enumerate(cells.rows):
            if content["ordinal"] > 0:
                cells.follow(cells.key(row, "people"), [cells.key(row, "acts")])
        yield from ()


def _beside(step: str, whole: str, *parts: str) -> tuple[Structure, ...]:
    """At one step, who is in the whole alone is a group. Where nobody is, the parts tell the whole."""
    return Rest(whole, parts, hides=(), only=("step", step)), Split(whole, parts)


POLICY: Final = TablePolicy(
    name="waterfall",
    columns=("petition", "ordinal", "step", "acts", "people", "note"),
    private=("acted", "ever", "authors", *_POSITIONS),
    keys=("petition", "step"),
    persons=("acted", "ever", "people", *_POSITIONS),
    additive=("acts",),
    known=("authors",),
    structures=(
        _StepsActs(),
        Steps("people", ("petition",)),
        Steps("acts", ("petition",)),
        Split("acts", ("people",), complete=False),
        # Where each person is left with one act, the acts tell the people.
        Split("acts", ("people",)),
        Same("people", "petitions/{petition}/{step}"),
        Rest("acted", (*_POSITIONS, "authors"), hides=()),
        # Of whom a step concerns, some have thought better of it since: they are not the position's.
        *_beside("opposition", "ever", "opposed", "conflicted"),
        *_beside("conditions", "ever", "conditional"),
        *_beside("withdrawals", "ever", "withdrew"),
        *_beside("now opposed", "opposed", "people"),
        *_beside("now conditional", "conditional", "people"),
    ),
    figures={
        **dict.fromkeys(("acted", "ever"), "waterfall/{petition}/{step}/people"),
        **{name: f"petitions/{{petition}}/{name}" for name in (*_POSITIONS, "authors")},
    },
    # How many acted says least: it goes before who ever was against, and that before any position.
    ranks={"acted": -2, "ever": -1, **RANKS},
)
"""The gate's rules for it."""


def table(store: Store) -> pa.Table:
    """The waterfall, with private columns: in its first row the positions of all who acted.

    Args:
        store: with a ledger and the figures made of it.
    """
    return store.sql(_WATERFALL)
