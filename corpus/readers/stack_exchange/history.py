"""What posts said before: the rows of PostHistory.xml as revisions.

Each row holds the whole text after one change; what stood before is the row before. Rows with one GUID are
one save.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from ...model import Anomaly, Record, Revision
from .catalogue import Catalogue, Row
from .people import account_of
from .rows import number_of, tags_of

_Field = Literal["body", "title", "tags", "state"]
_WORDS: dict[int, _Field] = {
    1: "title", 2: "body", 3: "tags",
    4: "title", 5: "body", 6: "tags",
    7: "title", 8: "body", 9: "tags",
}  # fmt: skip
_ROLLBACKS = (7, 8, 9)
_STATES = {
    10: ("open", "closed"),
    11: ("closed", "open"),
    12: ("visible", "deleted"),
    13: ("deleted", "visible"),
    14: ("unlocked", "locked"),
    15: ("locked", "unlocked"),
    16: ("personal", "community_wiki"),
    19: ("unprotected", "protected"),
    20: ("protected", "unprotected"),
}


class History:
    """The history of a dump, row by row; `rest` tells what can be known only at the end.

    Args:
        catalogue: what was learnt of all posts.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._saves, self._numbers = catalogue.posts.zeros(), catalogue.posts.zeros()
        """By place of a post: hash of the GUID of its last save, and that save's number."""
        self._lost: Counter[int] = Counter()
        self._passed: Counter[int] = Counter()

    def records(self, row: Row, locator: str) -> Iterator[Record]:
        """The revision one row tells of."""
        post, kind = number_of(row, "PostId"), number_of(row, "PostHistoryTypeId")
        if post is None or kind is None:
            yield Anomaly(
                code="unparsed", locator=locator, detail="a revision without post or type: left out"
            )
            return
        if post not in self._catalogue.posts:
            self._lost[post] += 1
            return
        if kind not in _WORDS and kind not in _STATES:
            self._passed[kind] += 1
            return
        author = account_of(number_of(row, "UserId"), row.get("UserDisplayName"))
        if author is not None and author.kind == "deleted":
            yield author
        when = self._catalogue.moment(row, "CreationDate")
        before, after = _STATES.get(kind, (None, row.get("Text")))
        field = _WORDS.get(kind, "state")
        yield Revision(
            post=str(post),
            number=self._number(post, row.get("RevisionGUID", locator)),
            field=field,
            before=before,
            after=tags_of(after) if after and field == "tags" else after,
            account=author.native_id if author else None,
            created_at=when.at if when else None,
            reason=row.get("Comment") or ("rollback" if kind in _ROLLBACKS else None),
        )

    def _number(self, post: int, save: str) -> int:
        place, which = self._catalogue.posts.find(post), hash(save)
        if which != self._saves[place] or not self._numbers[place]:
            self._saves[place] = which
            self._numbers[place] += 1
        return self._numbers[place]

    def rest(self, locator: str) -> Iterator[Record]:
        """What was not read, and why."""
        if self._lost:
            detail = (
                f"{self._lost.total()} changes to {len(self._lost)} posts that are not in the dump: left out"
            )
            yield Anomaly(code="orphan", locator=locator, detail=detail)
        for kind, number in sorted(self._passed.items()):
            detail = f"{number} events of PostHistoryTypeId {kind}, which change no words: left out"
            yield Anomaly(code="metadata_only", locator=locator, detail=detail)
