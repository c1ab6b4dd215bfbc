"""Where people stand beside what they did: stance next to acts, and shares corrected by labels.

A model's reading of somebody's words never enters a count of supporters. Side by side the two tell how far
they speak of the same people: who backed the headline petition and what they wrote, who wrote in its favour
and never acted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from .coarsening import SHARES
from .disclosure import Relation
from .policy import Cells, Down, Same, Split, TablePolicy

EXPECTED: Final[Mapping[str, str]] = {
    "position": "petition:text person_id:text position:text",
    "unread_person": "person_id:text",
    "stance_estimate": "target:text stance:text share:share share_low:share share_high:share labels:count",
}
"""Tables that are empty where nothing was counted, everybody's stance read, or nobody labelled."""

NAME: Final = "acts_and_stance"
CORRECTED: Final = "stance_corrected"
_STANCES: Final = ("favor", "against", "none", "mixed", "unclear")
_SILENT: Final = "silent"
_UNREAD: Final = "unread"
_BESIDES: Final = (*_STANCES, _SILENT, _UNREAD)
"""How people stand whose acts are known."""

_BY_STANCE: Final = ", ".join(f"count(*) FILTER (stance = '{stance}') AS {stance}" for stance in _BESIDES)
_BESIDE: Final = f"""
    WITH headline AS (SELECT min(target) AS petition FROM headline_target SEMI JOIN petition
                      ON petition = target),
    held AS (SELECT person_id, CASE position WHEN 'supports' THEN 'counted' WHEN 'opposes' THEN 'opposed'
                                             ELSE position END AS act
             FROM position SEMI JOIN headline USING (petition)),
    said AS (SELECT person_id, stance FROM person_stance SEMI JOIN headline ON petition = target),
    beside AS (SELECT person_id, coalesce(act, 'no act') AS act,
                      CASE WHEN stance IS NOT NULL THEN stance
                           WHEN person_id IN (SELECT person_id FROM unread_person) THEN '{_UNREAD}'
                           ELSE '{_SILENT}' END AS stance
               FROM held FULL JOIN said USING (person_id))
    SELECT h.petition, k.act, count(b.person_id) AS people, {_BY_STANCE}
    FROM headline h
    CROSS JOIN (VALUES (1, 'counted'), (2, 'opposed'), (3, 'withdrew'), (4, 'conditional'),
                       (5, 'conflicted'), (6, 'no act')) k(ordinal, act)
    LEFT JOIN beside b USING (act)
    WHERE h.petition IS NOT NULL
    GROUP BY h.petition, k.ordinal, k.act
    ORDER BY k.ordinal"""

_CORRECTED: Final = """
    SELECT target, stance, share, share_low, share_high, labels FROM stance_estimate
    ORDER BY target, list_position(['favor', 'against', 'none'], stance)"""


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate of shares tells the counts it is made from: it goes when any of its target's is hidden."""

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """No sums; hides what is reckoned from hidden figures."""
        for row, content in enumerate(cells.rows):
            for stance in _STANCES:
                counted = f"stance/{content['target']}/{stance}/people"
                cells.follow(counted, [cells.key(row, column) for column in SHARES])
        yield from ()


POLICIES: Final = (
    TablePolicy(
        name=NAME,
        columns=("petition", "act", "people", *_BESIDES),
        keys=("petition", "act"),
        persons=("people", *_BESIDES),
        structures=(
            Split("people", _BESIDES),
            Same("people", "petitions/{petition}/{act}"),
            *(Down(stance, ("petition",), "stance/{petition}/" + stance + "/people") for stance in _STANCES),
        ),
        ranks={"people": 1},
        gives_way=True,
    ),
    TablePolicy(
        name=CORRECTED,
        columns=("target", "stance", *SHARES, "labels"),
        keys=("target", "stance"),
        structures=(Estimated(),),
        exact=SHARES,
    ),
)
"""The gate's rules for them."""


def tables(store: Store) -> dict[str, pa.Table]:
    """Acts beside stance for the headline petition; corrected shares where there are any."""
    found = {NAME: store.sql(_BESIDE)}
    corrected = store.sql(_CORRECTED)
    return found | ({CORRECTED: corrected} if corrected.num_rows else {})
