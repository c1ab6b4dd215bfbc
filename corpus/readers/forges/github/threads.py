"""One issue, pull request or discussion of GitHub, with whatever lies inside its object."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from msgspec.structs import replace

from ....model import Anomaly, Container, Poll, PollOption, Thread, ThreadKind
from ...json_values import moment, objects, text, whole
from ..told import Accepted, Expected, Told, Version
from .places import CommentKind, Place, anchor_of, comment_id, page_of, place_of
from .posts import Shape, comment_told, first_moment, post_told

_DEEPEST = 5
_NUMBERED: dict[str, Literal["comment", "line"]] = {"comments": "comment", "review_comments": "line"}


def nodes_of(value: Any) -> list[Any]:
    """The entries of a list or of a GraphQL connection."""
    if isinstance(value, dict):
        if isinstance(value.get("nodes"), list):
            return value["nodes"]
        return [edge.get("node") for edge in objects(value.get("edges"))]
    return value if isinstance(value, list) else []


def is_thread(raw: dict[str, Any]) -> bool:
    """Whether an object is an issue, a pull request or a discussion."""
    return whole(raw.get("number")) is not None and ("title" in raw or "body" in raw)


def thread_told(raw: dict[str, Any], place: Place, kind: ThreadKind | None = None) -> Iterator[Told]:
    """A thread with its opening post, its comments and reviews.

    Args:
        raw: its object.
        place: where it stands.
        kind: what it is, where what it lies in tells.
    """
    place = place_of(raw, place)
    kind = _kind(raw, kind or place.kind)
    native_id = f"{place.repo}#{raw['number']}"
    place = replace(place, thread=native_id, kind=kind)
    yield from _thread_itself(place, raw, kind)
    shape = Shape(native_id=native_id, kind="post", subtype=_subtype(raw, kind))
    yield from post_told(raw, place, shape)
    yield from _answer(raw, place)
    yield from _poll(raw, native_id)
    yield from _sizes(raw, place)
    yield from parts_told(raw, place)


def shell_told(place: Place) -> tuple[Told, ...]:
    """The thread, where only a post names it."""
    return _shell(place.repo, place.here, place.kind, is_named=place.thread is not None)


@lru_cache(maxsize=256)
def _shell(repo: str, here: str, kind: ThreadKind, *, is_named: bool) -> tuple[Told, ...]:
    root = here if is_named else None
    told = Version(record=Thread(native_id=here, container=repo or None, kind=kind, root_post=root))
    return (Container(native_id=repo, kind="repo", name=repo), told) if repo else (told,)


def _thread_itself(place: Place, raw: dict[str, Any], kind: ThreadKind) -> Iterator[Told]:
    """The thread as its own object tells."""
    if place.repo:
        yield Container(native_id=place.repo, kind="repo", name=place.repo)
    created, updated = (
        first_moment(raw, ("created_at", "createdAt")),
        first_moment(raw, ("updated_at", "updatedAt")),
    )
    as_of = updated or created
    state = (text(raw.get("state")) or "").lower()
    is_closed = state in ("closed", "merged") or raw.get("closed") is True
    yield Version(
        record=Thread(
            native_id=place.here,
            container=place.repo or None,
            title=text(raw.get("title")),
            kind=kind,
            root_post=place.here,
            created_at=created.at if created else None,
            state="closed" if is_closed else "open",
            url=page_of(raw),
        ),
        as_of=as_of.at if as_of else None,
    )


def parts_told(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """The comments and reviews inside an object."""
    remark: CommentKind = "issuecomment" if place.kind in ("issue", "pull") else "discussioncomment"
    yield from _comments(raw.get("comments"), place.at("comments"), remark)
    reviews = raw.get("reviews")
    yield from _expected(reviews, place, "review")
    for entry, where in _entries(reviews, place.at("reviews")):
        yield from comment_told(entry, where, "pullrequestreview")
        yield from _comments(entry.get("comments"), where, "discussion_r", author=entry)
    for entry, where in _entries(raw.get("reviewThreads"), place.at("reviewThreads")):
        yield from _comments(entry.get("comments"), where, "discussion_r")


def _comments(
    value: Any,
    place: Place,
    kind: CommentKind,
    *,
    author: dict[str, Any] | None = None,
    above: str | None = None,
) -> Iterator[Told]:
    what = "line" if kind == "discussion_r" else "comment"
    yield from _expected(value, place, what)
    for entry, where in _entries(value, place):
        # In an archive a review's comments are its author's and have no id.
        raw = entry if author is None else {"author": author.get("author"), **entry}
        if author is not None and not any(name in entry for name in ("id", "databaseId", "url")):
            raw["id"] = f"{author.get('id')}:{where.locator.rpartition(':')[2]}"
        yield from comment_told(raw, where, kind, above)
        if entry.get("replies"):
            yield from _replies(entry, where, kind)


def _replies(entry: dict[str, Any], where: Place, kind: CommentKind) -> Iterator[Told]:
    """Answers inside a comment; GitHub nests them once."""
    if where.locator.count(":replies") >= _DEEPEST:
        yield Anomaly(code="unparsed", locator=where.locator, detail="nested too deeply: left out")
        return
    yield from _comments(entry["replies"], where.at("replies"), kind, above=comment_id(entry, kind, where))


def _entries(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """Objects of a list or connection with their places; what is no object is left to the caller's count."""
    for index, entry in enumerate(nodes_of(value)):
        if isinstance(entry, dict):
            yield entry, place.at(index)


def _expected(value: Any, place: Place, what: Literal["comment", "line", "review"]) -> Iterator[Told]:
    """How many there should be, and a word about entries that are no objects."""
    broken = sum(not isinstance(entry, dict) for entry in nodes_of(value))
    if broken:
        yield Anomaly(
            code="unparsed", locator=place.locator, detail=f"{broken} entries are no objects: left out"
        )
    total = whole(value.get("totalCount")) if isinstance(value, dict) else None
    if total is None and isinstance(value, list):
        total = len(value)
    if total is not None and total >= 0:
        part = place.locator.rpartition(":comments")[2]
        yield Expected(thread=place.here, what=what, number=total, part=part, locator=place.locator)


def _sizes(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    for name, what in _NUMBERED.items():
        number = whole(raw.get(name))
        if number is not None and number >= 0:
            yield Expected(thread=place.here, what=what, number=number, locator=place.locator)


def _answer(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    answer = raw.get("answer")
    own = comment_id(answer, "discussioncomment", place) if isinstance(answer, dict) else None
    chosen = own or anchor_of(raw.get("answer_html_url"), place.repo)
    if chosen:
        yield Accepted(post=chosen)


def _poll(raw: dict[str, Any], post: str) -> Iterator[Told]:
    poll = raw.get("poll")
    if not isinstance(poll, dict):
        return
    native_id = f"{post}/poll"
    voters = whole(poll.get("totalVoteCount"))
    yield Poll(
        native_id=native_id, post=post, question=text(poll.get("question")), is_public=False, voters=voters
    )
    for number, option in enumerate(objects(nodes_of(poll.get("options")))):
        name = text(option.get("id")) or str(number)
        votes = whole(option.get("totalVoteCount"))
        words = text(option.get("option")) or ""
        yield PollOption(poll=native_id, native_id=name, ordinal=number, text=words, votes=votes)


def _kind(raw: dict[str, Any], kind: ThreadKind) -> ThreadKind:
    category = raw.get("category")
    if isinstance(category, dict) or kind in ("discussion", "question"):
        about: dict[str, Any] = category if isinstance(category, dict) else {}
        answerable = (about.get("is_answerable"), about.get("isAnswerable"))
        return "question" if True in answerable else "discussion"
    is_pull = any(raw.get(name) is not None for name in ("pull_request", "reviews", "merged_at", "mergedAt"))
    return "pull" if kind == "pull" or is_pull or ("base" in raw and "head" in raw) else "issue"


def _subtype(raw: dict[str, Any], kind: ThreadKind) -> str | None:
    """What became of a pull request, or that it is not ready yet."""
    if kind != "pull":
        return None
    inner = raw.get("pull_request")
    merged = (
        raw.get("merged_at"),
        raw.get("mergedAt"),
        inner.get("merged_at") if isinstance(inner, dict) else None,
    )
    if any(moment(when) for when in merged) or text(raw.get("state")) == "MERGED":
        return "merged"
    return "draft" if True in (raw.get("draft"), raw.get("isDraft")) else None
