"""Reddit's things: comments ("t1") and submissions ("t3") as posts.

The public archives (Pushshift, Arctic Shift) hold them bare; the API wraps each as `{kind, data}` and nests
answers in it. Fields come and go with the years, so every one of them may be absent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...model import (
    Account,
    AccountKind,
    Aggregate,
    Anomaly,
    Attachment,
    Poll,
    PollOption,
    Post,
    PostState,
    Record,
    Thread,
)
from ..json_values import epoch, objects, text, whole

DELETED = "[deleted]"
"""Who wrote what a deleted account left: many people, or one, nobody can tell."""
_GONE: dict[str, PostState] = {
    "[deleted]": "deleted_by_author",
    "[deleted by user]": "deleted_by_author",
    "[removed]": "removed",
    "[ removed by reddit ]": "removed",
    "[ removed by moderator ]": "removed",
}
_BOT = re.compile(r"(?i:automoderator)\Z|.*(?:[a-z0-9]Bot|[_-][Bb](?:ot|OT))\Z")
_SCORES = ("score", "ups", "downs")


@dataclass(frozen=True, slots=True)
class Thing:
    """A comment or submission with where it stands."""

    data: dict[str, Any]
    locator: str

    @property
    def is_comment(self) -> bool:
        """Comments name what they answer, submissions have a title."""
        return "parent_id" in self.data or "link_id" in self.data

    @property
    def native_id(self) -> str | None:
        """Full name: "t1_abc" for a comment, "t3_abc" for a submission."""
        own = self.data.get("id")
        name = text(own) or (str(own) if whole(own) is not None else None)
        if name is None:
            return text(self.data.get("name"))
        return f"{'t1' if self.is_comment else 't3'}_{name}"

    @property
    def thread(self) -> str | None:
        """Full name of the submission it belongs to."""
        link = text(self.data.get("link_id"))
        if not self.is_comment:
            return self.native_id
        return link if link is None or link.startswith("t3_") else f"t3_{link}"


def account_of(thing: Thing) -> Account:
    """Who wrote it, by name: Reddit never gives a name to a second account."""
    name = text(thing.data.get("author")) or DELETED
    if name == DELETED:
        return Account(native_id=DELETED, kind="deleted", is_stable_id=False)
    kind: AccountKind = "bot" if _BOT.match(name) else "human"
    return Account(native_id=name, username=name, kind=kind)


def post_of(thing: Thing, native_id: str, thread: str) -> Post:
    """The post itself."""
    data = thing.data
    created, edited = epoch(data.get("created_utc")), data.get("edited")
    changed = epoch(edited) if edited else None
    body = text(data.get("body" if thing.is_comment else "selftext")) or ""
    raw = data.get("created_utc")
    parent = text(data.get("parent_id")) if thing.is_comment else None
    permalink = text(data.get("permalink"))
    return Post(
        native_id=native_id,
        thread=thread,
        author=account_of(thing).native_id,
        kind="comment" if thing.is_comment else "post",
        subtype=text(data.get("distinguished")),
        parent=parent,
        parent_source="explicit" if parent else None,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw)[:80],
        precision=created.precision if created else "none",
        body=body,
        body_format="reddit",
        state=_state(data, body),
        edited_at=changed.at if changed else None,
        # Before 2013 only that it was edited is said.
        edit_count=1 if edited is True or changed else None,
        is_private=data.get("subreddit_type") == "private",
        url=f"https://www.reddit.com{permalink}" if permalink and permalink.startswith("/") else permalink,
        locator=thing.locator,
    )


def _state(data: dict[str, Any], body: str) -> PostState:
    by = text(data.get("removed_by_category"))
    if by is not None:
        return "deleted_by_author" if by == "deleted" else "removed"
    return _GONE.get(body.strip().lower(), "visible")


def thread_of(thing: Thing, thread: str) -> Thread:
    """The conversation a submission opens."""
    data = thing.data
    created, told = epoch(data.get("created_utc")), whole(data.get("num_comments"))
    return Thread(
        native_id=thread,
        container=text(data.get("subreddit")),
        title=text(data.get("title")),
        root_post=thread,
        created_at=created.at if created else None,
        state="archived"
        if data.get("archived") is True
        else "closed"
        if data.get("locked") is True
        else "open",
        posts_expected=None if told is None or told < 0 else told + 1,
        url=post_of(thing, thread, thread).url,
    )


def beside(thing: Thing, native_id: str, thread: str) -> Iterator[Record]:
    """What hangs on a post: its score, the page it links to, its poll, and what could not be read."""
    data = thing.data
    if epoch(data.get("created_utc")) is None:
        detail = f"created_utc is {str(data.get('created_utc'))[:40]!r}"
        yield Anomaly(code="bad_time", locator=thing.locator, detail=detail, post=native_id)
    for measure in _SCORES:
        value = whole(data.get(measure))
        if value is not None and data.get("score_hidden") is not True:
            yield Aggregate(thread=thread, post=native_id, measure=measure, value=value)
    url = text(data.get("url"))
    if not thing.is_comment and url and data.get("is_self") is not True:
        yield Attachment(post=native_id, name=url, url=url)
    yield from _poll(data, native_id)


def _poll(data: dict[str, Any], native_id: str) -> Iterator[Record]:
    """A poll with its counts; Reddit never says who voted."""
    poll = data.get("poll_data")
    if not isinstance(poll, dict):
        return
    closes = epoch(poll.get("voting_end_timestamp"), per_second=1000)
    yield Poll(
        native_id=native_id,
        post=native_id,
        question=text(data.get("title")),
        is_public=False,
        voters=whole(poll.get("total_vote_count")),
        closes_at=closes.at if closes else None,
    )
    for ordinal, option in enumerate(objects(poll.get("options")), start=1):
        yield PollOption(
            poll=native_id,
            native_id=text(option.get("id")) or str(ordinal),
            ordinal=ordinal,
            text=text(option.get("text")) or "",
            votes=whole(option.get("vote_count")),
        )
