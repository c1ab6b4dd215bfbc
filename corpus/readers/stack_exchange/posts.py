"""Questions, answers and comments of a dump as records."""

import re
from collections.abc import Iterator
from typing import Literal

from ...model import Account, Aggregate, Anomaly, Post, Reaction, ReactionTotal, Record, Revision, Thread
from ..places import Places
from .catalogue import ANSWER, LEFT_OUT, ROOTS, Catalogue, Row, handle, orphan, type_of
from .commenters import Commenters
from .people import account_of
from .rows import number_of, tags_of

_ADDRESSED = re.compile(r"\s*@([^\s,:;!?]{3,60})")
_SHORTEST_NAME = 3


class Posts:
    """The posts of a dump, row by row.

    Args:
        catalogue: what was learnt of all of them.
        with_tags: whether a question's tags are all there is of them, no history telling more.
    """

    def __init__(self, catalogue: Catalogue, *, with_tags: bool) -> None:
        self._catalogue = catalogue
        self._with_tags = with_tags
        self._met = catalogue.posts.zeros("b")

    def records(self, row: Row, locator: str) -> Iterator[Record]:
        """All records of one row."""
        number, kind = number_of(row, "Id"), type_of(row)
        if kind in LEFT_OUT:
            return
        if number is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a post without a valid Id: left out")
            return
        place = self._catalogue.posts.find(number)
        if self._met[place]:
            detail = "a post with this Id came before: left out"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=str(number))
            return
        self._met[place] = 1
        author = account_of(number_of(row, "OwnerUserId"), row.get("OwnerDisplayName"))
        if author is not None and author.kind == "deleted":
            yield author
        post = self._post(row, number, author, locator)
        yield from self._flaws(row, post)
        yield post
        if post.parent is None:
            yield from self._thread(row, number, locator)
        score = number_of(row, "Score")
        if score is not None:
            thread = str(self._catalogue.thread(number))
            yield Aggregate(thread=thread, post=str(number), measure="score", value=score)

    def _post(self, row: Row, number: int, author: Account | None, locator: str) -> Post:
        kind = type_of(row)
        parent = number_of(row, "ParentId") if kind == ANSWER else None
        created = self._catalogue.moment(row, "CreationDate")
        edited = self._catalogue.moment(row, "LastEditDate")
        return Post(
            native_id=str(number),
            thread=str(self._catalogue.thread(number)),
            author=author.native_id if author else None,
            kind="answer" if kind == ANSWER else "post",
            subtype="community_wiki" if row.get("CommunityOwnedDate") else None,
            parent=None if parent is None else str(parent),
            parent_source=None if parent is None else "explicit",
            created_at=created.at if created else None,
            created_raw=row.get("CreationDate"),
            precision=created.precision if created else "none",
            body=row.get("Body", row.get("BodyMarkdown", "")),
            body_format="html" if "Body" in row else "markdown" if "BodyMarkdown" in row else "none",
            state="removed" if row.get("DeletionDate") else "visible",
            edited_at=edited.at if edited else None,
            is_accepted=number in self._catalogue.accepted,
            locator=locator,
        )

    def _thread(self, row: Row, number: int, locator: str) -> Iterator[Record]:
        present, expected = self._catalogue.size(number)
        created = self._catalogue.moment(row, "CreationDate")
        state: Literal["open", "closed"] = "closed" if row.get("ClosedDate") else "open"
        yield Thread(
            native_id=str(number),
            title=row.get("Title"),
            kind=ROOTS.get(type_of(row), "discussion"),
            root_post=str(number),
            created_at=created.at if created else None,
            state="deleted" if row.get("DeletionDate") else state,
            posts_expected=expected,
        )
        if present < expected:
            detail = f"question {number} truncated: {present}/{expected} posts and comments"
            yield Anomaly(code="truncated", locator=locator, detail=detail)
        views = number_of(row, "ViewCount")
        if views:
            yield Aggregate(thread=str(number), measure="view", value=views)
        if self._with_tags and row.get("Tags"):
            yield Revision(post=str(number), number=1, field="tags", after=tags_of(row["Tags"]))

    def _flaws(self, row: Row, post: Post) -> Iterator[Anomaly]:
        """What is wrong with a row that can be read all the same."""
        said = type_of(row)
        if said not in ROOTS and said != ANSWER:
            detail = f"PostTypeId {row.get('PostTypeId', '')[:20]!r} is unknown: kept as a discussion"
            yield Anomaly(code="unparsed", locator=post.locator, detail=detail, post=post.native_id)
        if said == ANSWER and (post.parent is None or int(post.parent) not in self._catalogue.posts):
            yield orphan(post, f"the question {post.parent or ''}".strip())
        yield from flaws_of(row, post)


class Comments:
    """The comments of a dump, row by row.

    A comment answers the post above it; one that begins with "@name" answers the last comment there of the
    person of that name.

    Args:
        catalogue: what was learnt of all posts and users.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._met = Places()
        self._there = Commenters()

    def records(self, row: Row, locator: str) -> Iterator[Record]:
        """All records of one row."""
        number, above = number_of(row, "Id"), number_of(row, "PostId")
        if number is None or above is None:
            detail = "a comment without valid Id and PostId: left out"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)
            return
        if not self._met.add(number):
            detail = "a comment with this Id came before: left out"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=f"comment/{number}")
            return
        user = number_of(row, "UserId")
        author = account_of(user, row.get("UserDisplayName"))
        if author is not None and author.kind == "deleted":
            yield author
        answered = self._addressed(row.get("Text", ""), above, user)
        post = self._post(row, number, above, author, answered, locator)
        if above not in self._catalogue.posts:
            yield orphan(post, f"the post {above}")
        yield from flaws_of(row, post)
        yield post
        yield from _upvotes(number_of(row, "Score"), post.native_id)
        if user is not None:
            self._there.add(above, user, number)

    def _post(
        self, row: Row, number: int, above: int, author: Account | None, answered: int | None, locator: str
    ) -> Post:
        created = self._catalogue.moment(row, "CreationDate")
        thread = self._catalogue.thread(above)
        return Post(
            native_id=f"comment/{number}",
            thread=str(above if thread is None else thread),
            author=author.native_id if author else None,
            kind="comment",
            parent=str(above) if answered is None else f"comment/{answered}",
            parent_source="explicit" if answered is None else "inferred",
            created_at=created.at if created else None,
            created_raw=row.get("CreationDate"),
            precision=created.precision if created else "none",
            body=row.get("Text", ""),
            body_format="markdown" if "Text" in row else "none",
            locator=locator,
        )

    def _addressed(self, words: str, above: int, author: int | None) -> int | None:
        """The comment that "@name" at the beginning means, if one person there fits.

        As on the site the first letters of a name will do.
        """
        found = _ADDRESSED.match(words)
        name = handle(found[1]).rstrip(".") if found else ""
        if len(name) < _SHORTEST_NAME:
            return None
        there = self._there.last(above)
        fitting = [
            user for user in there if user != author and self._catalogue.names.get(user, "").startswith(name)
        ]
        return there[fitting[0]] if len(fitting) == 1 else None


def flaws_of(row: Row, post: Post) -> Iterator[Anomaly]:
    """An author or a time that is missing."""
    if post.author is None:
        detail = "neither a user's id nor a name"
        yield Anomaly(code="unknown_user", locator=post.locator, detail=detail, post=post.native_id)
    if post.created_at is None:
        detail = f"CreationDate is {row.get('CreationDate', '')[:40]!r}"
        yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)


def _upvotes(score: int | None, post: str) -> Iterator[Record]:
    """A comment can only be voted up: its score is how many did, never who."""
    if score is None or score <= 0:
        return
    yield Reaction(post=post, name_raw="upvote", mechanism="upvote", n=score, identity="count_only")
    yield ReactionTotal(
        post=post, name_raw="upvote", mechanism="upvote", total=score, identified=0, source_field="Score"
    )
