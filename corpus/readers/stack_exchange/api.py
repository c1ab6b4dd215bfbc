"""Answers of the Stack Exchange API v2.3, also that of Stack Overflow for Teams.

Pages of questions, answers or comments, one inside the other or apart. Times are seconds since 1970, titles
and names are escaped for HTML, votes are numbers without names.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from msgspec.structs import replace

from ...model import (
    Account,
    Aggregate,
    Anomaly,
    BodyFormat,
    Mechanism,
    Post,
    PostKind,
    Reaction,
    ReactionTotal,
    Record,
    Revision,
    Source,
    Thread,
)
from ..export import Export
from ..json_files import document_of, members_of
from ..json_values import Moment, epoch, objects, text, whole
from ..known_fields import KnownFields
from .people import account_of

_FIELDS = (
    "question_id answer_id comment_id post_id post_type title body body_markdown owner creation_date "
    "last_activity_date last_edit_date last_editor score up_vote_count down_vote_count tags answers comments "
    "is_answered accepted_answer_id answer_count comment_count view_count favorite_count closed_date "
    "closed_reason closed_details locked_date protected_date community_owned_date is_accepted edited link "
    "share_link content_license reply_to_user bounty_amount bounty_closes_date delete_vote_count "
    "close_vote_count reopen_vote_count can_close can_flag can_comment can_edit can_suggest_edit upvoted "
    "downvoted accepted favorited migrated_from migrated_to notice body_safe awarded_bounty_amount "
    "awarded_bounty_users posted_by_collectives recommendations"
)
_VOTES: dict[str, Mechanism] = {"up_vote_count": "upvote", "down_vote_count": "downvote"}


@dataclass(frozen=True, slots=True)
class _Item:
    """What a question, answer or comment is and where it belongs."""

    native_id: str
    kind: PostKind
    thread: str
    parent: str | None


class Api:
    """Pages of the API.

    Args:
        export: their files.
        source: what is known of them from outside.
    """

    def __init__(self, export: Export, source: Source) -> None:
        self._export = export
        self._source = source
        self._met: set[str] = set()
        self._threads: dict[str, str] = {}
        self._known = KnownFields("item", _FIELDS.split())
        self._latest: datetime | None = None
        self._has_more: list[str] = []
        self._is_cut = False
        self._ended = False

    def records(self) -> Iterator[Record]:
        """The posts of all pages."""
        for item in self._items():
            if "answer_id" in item and "question_id" in item:
                self._threads[str(item["answer_id"])] = str(item["question_id"])
            for answer in objects(item.get("answers")):
                self._threads[str(answer.get("answer_id"))] = str(item.get("question_id"))
        for member in members_of(self._export):
            document = document_of(self._export, member)
            if isinstance(document, Anomaly):
                yield document
            elif not isinstance(document, dict) or not isinstance(document.get("items"), list):
                detail = "no page of the API: it has no list of items"
                yield Anomaly(code="unparsed", locator=member, detail=detail)
            else:
                yield from self._page(document, member)
        if self._has_more and not self._ended:
            detail = "the last page says has_more: the rest was not fetched"
            yield Anomaly(code="truncated", locator=self._has_more[-1], detail=detail)
        cut = self._is_cut or (self._has_more and not self._ended)
        yield replace(
            self._source,
            variant="api",
            exported_at=self._latest,
            has_reaction_counts=True,
            complete="no" if cut else "unknown",
        )

    def _items(self) -> Iterator[dict[str, Any]]:
        for member in members_of(self._export):
            document = document_of(self._export, member)
            if isinstance(document, dict):
                yield from objects(document.get("items"))

    def _page(self, document: dict[str, Any], member: str) -> Iterator[Record]:
        if document.get("has_more") is True:
            self._has_more.append(member)
        else:
            self._ended = True
        for index, item in enumerate(document["items"]):
            locator = f"{member}:{index}"
            if isinstance(item, dict):
                yield from self._told(item, locator)
            else:
                detail = f"a {type(item).__name__}, no object"
                yield Anomaly(code="unparsed", locator=locator, detail=detail)

    def _told(self, raw: dict[str, Any], locator: str) -> Iterator[Record]:
        yield from self._known.check(raw, locator)
        item = self._item(raw)
        if item is None:
            keys = ", ".join(sorted(raw)[:6])[:80]
            detail = f"no question, answer or comment: {keys}"
            yield Anomaly(code="metadata_only", locator=locator, detail=detail)
            return
        if item.native_id in self._met:
            detail = "a post with this id came before: left out"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=item.native_id)
        else:
            self._met.add(item.native_id)
            yield from self._post(raw, item, locator)
        for name in ("answers", "comments"):
            for index, part in enumerate(objects(raw.get(name))):
                yield from self._told(part, f"{locator}:{name}:{index}")

    def _item(self, raw: dict[str, Any]) -> _Item | None:
        question, answer, comment = (
            whole(raw.get(f"{what}_id")) for what in ("question", "answer", "comment")
        )
        above = whole(raw.get("post_id"))
        if comment is not None and above is not None:
            thread = self._threads.get(str(above), str(above))
            return _Item(f"comment/{comment}", "comment", thread, str(above))
        if answer is not None:
            thread = str(question) if question is not None else str(answer)
            return _Item(str(answer), "answer", thread, None if question is None else thread)
        return None if question is None else _Item(str(question), "post", str(question), None)

    def _post(self, raw: dict[str, Any], item: _Item, locator: str) -> Iterator[Record]:
        author = _author(raw.get("owner"))
        if author is not None:
            yield author
        created, edited = self._moment(raw, "creation_date"), self._moment(raw, "last_edit_date")
        body, body_format = _body(raw)
        for code, detail in _flaws(raw, author, created, body_format):
            yield Anomaly(code=code, locator=locator, detail=detail, post=item.native_id)
        yield Post(
            native_id=item.native_id,
            thread=item.thread,
            author=author.native_id if author else None,
            kind=item.kind,
            subtype="community_wiki" if raw.get("community_owned_date") else None,
            parent=item.parent,
            parent_source=None if item.parent is None else "explicit",
            created_at=created.at if created else None,
            created_raw=created.raw if created else None,
            precision=created.precision if created else "none",
            body=body,
            body_format=body_format,
            edited_at=edited.at if edited else None,
            edit_count=1 if raw.get("edited") is True else None,
            is_accepted=raw.get("is_accepted") is True,
            url=text(raw.get("link")),
            locator=locator,
        )
        if item.kind == "post":
            yield from self._thread(raw, item, created, locator)
        yield from _votes(raw, item)

    def _thread(
        self, raw: dict[str, Any], item: _Item, created: Moment | None, locator: str
    ) -> Iterator[Record]:
        state: Literal["open", "closed"] = "closed" if raw.get("closed_date") else "open"
        title = text(raw.get("title"))
        expected = self._expected(raw)
        yield Thread(
            native_id=item.thread,
            title=html.unescape(title) if title else None,
            kind="question",
            root_post=item.native_id,
            created_at=created.at if created else None,
            state=state,
            posts_expected=1 + expected[1] if expected else None,
            url=text(raw.get("link")),
        )
        if expected and expected[0] < expected[1]:
            self._is_cut = True
            detail = f"question {item.native_id} truncated: {expected[0]}/{expected[1]} answers and comments"
            yield Anomaly(code="truncated", locator=locator, detail=detail)
        views = whole(raw.get("view_count"))
        if views:
            yield Aggregate(thread=item.thread, measure="view", value=views)
        tags = (
            " ".join(tag for tag in raw.get("tags") or () if isinstance(tag, str)) if _has_tags(raw) else ""
        )
        if tags:
            yield Revision(post=item.native_id, number=1, field="tags", after=tags)

    def _expected(self, raw: dict[str, Any]) -> tuple[int, int] | None:
        """How many answers and comments lie in a question's object, and how many it says there are."""
        parts = [raw, *objects(raw.get("answers"))]
        told = [whole(raw.get("answer_count")), *(whole(part.get("comment_count")) for part in parts)]
        numbers = [number for number in told if number is not None and number >= 0]
        if not numbers or ("answers" not in raw and "comments" not in raw):
            return None
        here = len(parts) - 1 + sum(len(objects(part.get("comments"))) for part in parts)
        return here, max(sum(numbers), here)

    def _moment(self, raw: dict[str, Any], name: str) -> Moment | None:
        found = epoch(raw.get(name))
        if found and (self._latest is None or found.at > self._latest):
            self._latest = found.at
        return found


def _author(owner: Any) -> Account | None:
    """The account of a shallow user; who was deleted has a name only."""
    raw: dict[str, Any] = owner if isinstance(owner, dict) else {}
    name = text(raw.get("display_name"))
    return account_of(whole(raw.get("user_id")), html.unescape(name) if name else None)


def _body(raw: dict[str, Any]) -> tuple[str, BodyFormat]:
    """What the author typed, else the rendered page."""
    if isinstance(raw.get("body_markdown"), str):
        return html.unescape(raw["body_markdown"]), "markdown"
    if isinstance(raw.get("body"), str):
        return raw["body"], "html"
    return "", "none"


def _flaws(
    raw: dict[str, Any], author: Account | None, created: Moment | None, body_format: BodyFormat
) -> Iterator[tuple[Any, str]]:
    """What is wrong with an object that can be read all the same, as (code, detail)."""
    if author is None:
        yield "unknown_user", "neither a user's id nor a name"
    if created is None:
        yield "bad_time", f"creation_date is {str(raw.get('creation_date'))[:40]!r}"
    if body_format == "none":
        yield "unparsed", "no text: ask the API with a filter that includes bodies"


def _votes(raw: dict[str, Any], item: _Item) -> Iterator[Record]:
    """Votes as far as they come as numbers; a bare score can't be taken apart."""
    counted = False
    for field, name in _VOTES.items():
        total = whole(raw.get(field))
        if total is None or total < 0:
            continue
        counted = True
        if total:
            post = item.native_id
            yield Reaction(post=post, name_raw=name, mechanism=name, n=total, identity="count_only")
            yield ReactionTotal(
                post=post, name_raw=name, mechanism=name, total=total, identified=0, source_field=field
            )
    score = whole(raw.get("score"))
    if score is not None and not (counted and item.kind == "comment"):
        yield Aggregate(thread=item.thread, post=item.native_id, measure="score", value=score)


def _has_tags(raw: dict[str, Any]) -> bool:
    return isinstance(raw.get("tags"), list)
