"""A data dump: Posts.xml (or posts.json) and the files beside it, as one stream of records."""

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Account, Anomaly, Container, Record, Source, Thread
from ..export import Export
from ..known_fields import KnownFields
from .catalogue import LEARNT, Catalogue, Row
from .history import History
from .people import COMMUNITY
from .posts import Comments, Posts
from .rows import files_of, number_of, rows
from .votes import Votes

_FIELDS = {
    "posts": (
        "Id PostTypeId ParentId AcceptedAnswerId CreationDate DeletionDate Score ViewCount Body OwnerUserId "
        "OwnerDisplayName LastEditorUserId LastEditorDisplayName LastEditDate LastActivityDate Title Tags "
        "BodyMarkdown AnswerCount CommentCount FavoriteCount ClosedDate CommunityOwnedDate ContentLicense"
    ),
    "comments": "Id PostId Score Text CreationDate UserId UserDisplayName ContentLicense",
    "votes": "Id PostId VoteTypeId CreationDate UserId BountyAmount",
    "users": (
        "Id Reputation CreationDate DisplayName LastAccessDate WebsiteUrl Location AboutMe Views UpVotes "
        "DownVotes AccountId ProfileImageUrl EmailHash Age"
    ),
    "posthistory": (
        "Id PostHistoryTypeId PostId RevisionGUID CreationDate UserId UserDisplayName Comment Text "
        "ContentLicense CloseReasonId"
    ),
}
"""Attributes that are read, or left out on purpose."""
IGNORED = {"badges": "badges", "tags": "the list of tags", "postlinks": "links between questions"}
_SITE = "site"

Teller = Callable[[Row, str], Iterator[Record]]


class Dump:
    """One dump.

    Args:
        export: a folder, archive or single file with Posts.xml.
        source: what is known of it from outside.
    """

    def __init__(self, export: Export, source: Source) -> None:
        self._export = export
        self._source = source
        self._files = files_of(export)
        self._catalogue = Catalogue()
        self._is_damaged = False

    def records(self) -> Iterator[Record]:
        """The posts, streamed.

        Raises:
            BrokenExportError: no post is in it.
        """
        self._learn()
        if not self._catalogue.posts:
            raise BrokenExportError(
                f"{self._export.path}: no post is in its {self._name('posts')}",
                hint="unpack the site's archive again and name the folder",
            )
        yield Container(native_id=_SITE, kind="category", name=self._source.instance)
        yield from self._users()
        yield from self._posts()
        votes, history = Votes(self._catalogue), History(self._catalogue)
        yield from self._told("votes", votes.records)
        yield from votes.rest(self._name("votes")) if "votes" in self._files else ()
        yield from self._told("posthistory", history.records)
        yield from history.rest(self._name("posthistory"))
        yield from self._catalogue.pages()
        yield from self._unread()
        yield replace(
            self._source,
            variant="dump",
            exported_at=self._catalogue.latest,
            has_reaction_actors="partial" if votes.has_bookmarks else "no",
            has_reaction_counts="votes" in self._files,
            has_edit_history="posthistory" in self._files,
            complete=self._complete,
            covers="container" if "comments" in self._files else "nothing",
        )

    @property
    def _complete(self) -> Literal["yes", "no"]:
        all_files = {"comments", "votes", "users"} <= self._files.keys()
        return "yes" if all_files and self._catalogue.is_complete and not self._is_damaged else "no"

    def _learn(self) -> None:
        learners = {
            "users": self._catalogue.learn_user,
            "posts": self._catalogue.learn_post,
            "comments": self._catalogue.learn_comment,
            "votes": self._catalogue.learn_vote,
        }
        for kind, learn in learners.items():
            for member in self._files.get(kind, ()):
                for row in rows(self._export, member, LEARNT[kind]):
                    if isinstance(row, tuple):
                        learn(row[0])
                    else:
                        self._is_damaged |= row.code == "truncated"

    def _users(self) -> Iterator[Record]:
        yield Account(native_id=str(COMMUNITY), kind="bot")
        yield from self._told("users", self._user)

    def _user(self, row: Row, locator: str) -> Iterator[Record]:
        number = number_of(row, "Id")
        if number is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a user without a valid Id: left out")
        elif number != COMMUNITY:
            created = self._catalogue.moment(row, "CreationDate")
            yield Account(
                native_id=str(number),
                display_name=row.get("DisplayName"),
                created_at=created.at if created else None,
            )

    def _posts(self) -> Iterator[Record]:
        posts = Posts(self._catalogue, with_tags="posthistory" not in self._files)
        for record in self._told("posts", posts.records):
            yield replace(record, container=_SITE) if isinstance(record, Thread) else record
        yield from self._told("comments", Comments(self._catalogue).records)

    def _told(self, kind: str, tell: Teller) -> Iterator[Record]:
        """The records of all rows of one kind of file, and what is wrong with it."""
        known = KnownFields(self._name(kind).rpartition("/")[2].lower(), _FIELDS[kind].split())
        for member in self._files.get(kind, ()):
            for row in rows(self._export, member):
                if isinstance(row, Anomaly):
                    yield row
                else:
                    yield from known.check(row[0], row[1])
                    yield from tell(*row)

    def _name(self, kind: str) -> str:
        return next(iter(self._files.get(kind, ())), f"{kind}.xml")

    def _unread(self) -> Iterator[Anomaly]:
        """Which files are missing, and which are left out on purpose."""
        for kind in ("comments", "votes", "users"):
            if kind not in self._files:
                detail = f"the file of {kind} is not in the dump: nothing of it is known"
                yield Anomaly(code="truncated", locator=self._export.path.name, detail=detail)
        for kind, what in IGNORED.items():
            for member in self._files.get(kind, ()):
                yield Anomaly(code="metadata_only", locator=member, detail=f"{what}: left out")
