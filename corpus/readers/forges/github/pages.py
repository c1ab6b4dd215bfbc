"""A document of GitHub for what it is: a list, an answer, an event, an archive; each object told in turn."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ....model import Anomaly, Container, Revision, Thread, ThreadKind
from ...json_values import moment, text, whole
from ..told import Accepted, Told, Version, Whole
from .people import account_of
from .places import CommentKind, Place, place_of, reacted_to
from .posts import comment_told, first_moment
from .reactions import CONTENTS, name_of, vote_of
from .threads import is_thread, nodes_of, parts_told, shell_told, thread_told

_DEEPEST = 12
_ARCHIVE_MAGIC = "E!vIA5L86J2I"
_SUBJECTS: dict[str, ThreadKind] = {"issue": "issue", "pull_request": "pull", "discussion": "discussion"}
_KINDS: dict[str, ThreadKind] = {
    "issue": "issue", "issues": "issue", "pull": "pull", "pulls": "pull", "pullRequest": "pull",
    "pullRequests": "pull", "discussion": "discussion", "discussions": "discussion",
}  # fmt: skip
"""The field an object lies in -> what it is."""
_SILENT = ("labels", "assignees", "milestone", "owner", "pageInfo", "category", "categories", "projectcards")
_BY_ANCHOR: dict[str, CommentKind] = {
    "#discussioncomment-": "discussioncomment",
    "#pullrequestreview-": "pullrequestreview",
    "#discussion_r": "discussion_r",
    "#issuecomment-": "issuecomment",
}


def document_told(document: Any, member: str) -> Iterator[Told]:
    """Everything one JSON document tells."""
    place = Place(locator=member, member=member)
    if (
        isinstance(document, dict)
        and "action" in document
        and ("repository" in document or "sender" in document)
    ):
        yield from _event(document, place)
    elif isinstance(document, dict) and (document.get("magic") == _ARCHIVE_MAGIC or _is_archive(document)):
        yield from _archive(document, place)
    else:
        yield from _value(document, place, None, 0)


def _is_archive(raw: dict[str, Any]) -> bool:
    return isinstance(raw.get("repo"), str) and isinstance(raw.get("issues"), list)


def _archive(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """A repository in one document, as archive-repo writes it."""
    repo = text(raw.get("repo")) or ""
    place = replace(place, repo=repo)
    yield Container(native_id=repo or "repository", kind="repo", name=repo or "repository")
    written = moment(raw.get("timestamp"))
    yield Whole(at=written.at if written else None)
    for name in ("issues", "pulls", "discussions"):
        yield from _value(raw.get(name) or [], place.at(name), _KINDS[name], 1)


def _value(value: Any, place: Place, kind: ThreadKind | None, depth: int) -> Iterator[Told]:
    if depth > _DEEPEST:
        yield Anomaly(code="unparsed", locator=place.locator, detail="nested too deeply: left out")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _value(entry, place.at(index), kind, depth + 1)
    elif isinstance(value, dict):
        yield from _object(value, place, kind, depth)
    else:
        detail = f"a {type(value).__name__}, no object of GitHub"
        yield Anomaly(code="unparsed", locator=place.locator, detail=detail)


def _object(raw: dict[str, Any], place: Place, kind: ThreadKind | None, depth: int) -> Iterator[Told]:
    remark = _remark_of(raw)
    if is_thread(raw):
        yield from thread_told(raw, place, kind)
    elif text(raw.get("content")) in CONTENTS and "body" not in raw:
        yield from _reaction(raw, place)
    elif remark is not None:
        place = place_of(raw, place)
        if "issue" in raw and isinstance(raw["issue"], dict):
            yield from _value(raw["issue"], place.at("issue"), None, depth + 1)
        yield from shell_told(place)
        yield from comment_told(raw, place, remark)
    elif "items" in raw and "total_count" in raw:
        yield from _search(raw, place, depth)
    elif "message" in raw and "data" not in raw:
        detail = f"an error message of GitHub: {str(raw['message'])[:80]}"
        yield Anomaly(code="unparsed", locator=place.locator, detail=detail)
    else:
        yield from _envelope(raw, place, depth)


def _remark_of(raw: dict[str, Any]) -> CommentKind | None:
    """What kind of comment an object is, None where it is none."""
    if "body" not in raw or not any(name in raw for name in ("user", "author")):
        return None
    address = f"{text(raw.get('html_url')) or ''} {text(raw.get('url')) or ''}"
    for anchor, kind in _BY_ANCHOR.items():
        if anchor in address:
            return kind
    if "discussion_id" in raw:
        return "discussioncomment"
    if any(name in raw for name in ("submitted_at", "submittedAt")):
        return "pullrequestreview"
    if any(name in raw for name in ("diff_hunk", "diffHunk", "pull_request_review_id")):
        return "discussion_r"
    return "issuecomment"


def _reaction(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    about = reacted_to(place.member)
    if about is None:
        detail = (
            f"{name_of(raw.get('content'))}: the file's name does not say what was reacted to "
            "(like issues/2/reactions.json): left out"
        )
        yield Anomaly(code="orphan", locator=place.locator, detail=detail)
        return
    yield from vote_of(raw, about, place.locator)


def _search(raw: dict[str, Any], place: Place, depth: int) -> Iterator[Told]:
    entries, total = nodes_of(raw.get("items")), whole(raw.get("total_count"))
    if raw.get("incomplete_results") is True or (total is not None and total > len(entries)):
        detail = f"a page of a search: {len(entries)}/{total} results"
        yield Anomaly(code="truncated", locator=place.locator, detail=detail)
    yield from _value(entries, place.at("items"), None, depth + 1)


def _envelope(raw: dict[str, Any], place: Place, depth: int) -> Iterator[Told]:
    """An object around others: a GraphQL answer, a repository, a page of some connection."""
    repo = text(raw.get("nameWithOwner")) or text(raw.get("full_name"))
    place = replace(place, repo=repo) if repo else place
    if "comments" in raw or "reviews" in raw or "replies" in raw:
        yield from shell_told(place_of(raw, place))
        yield from parts_told(raw, place_of(raw, place))
        return
    found = False
    for name, value in raw.items():
        if name in _SILENT or not isinstance(value, dict | list):
            continue
        if name == "errors":
            yield Anomaly(code="truncated", locator=place.locator, detail=f"GitHub said: {str(value)[:80]}")
        elif name in ("data", "node", "nodes", "repository", "search", "edges", *_KINDS):
            found = True
            yield from _connection(raw, name, place, depth)
    if not found:
        keys = ", ".join(sorted(raw)[:6])[:80]
        detail = f"no post, comment, review or reaction: {keys}"
        yield Anomaly(code="metadata_only", locator=place.locator, detail=detail)


def _connection(raw: dict[str, Any], name: str, place: Place, depth: int) -> Iterator[Told]:
    value, place = raw[name], place.at(name)
    entries = nodes_of(value)
    total = whole(value.get("totalCount") or value.get("issueCount")) if isinstance(value, dict) else None
    if isinstance(value, dict) and ("nodes" in value or "edges" in value):
        if total is not None and total > len(entries):
            detail = f"{name} truncated: {len(entries)}/{total}"
            yield Anomaly(code="truncated", locator=place.locator, detail=detail)
        value = entries
    yield from _value(value, place, _KINDS.get(name), depth + 1)


def _event(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """A webhook's payload: what happened to which post."""
    repository = raw.get("repository")
    if isinstance(repository, dict):
        place = replace(place, repo=text(repository.get("full_name")) or "")
    told: list[Told] = []
    for name, kind in _SUBJECTS.items():
        subject = raw.get(name)
        if isinstance(subject, dict) and is_thread(subject):
            told = list(thread_told(subject, place.at(name), kind))
            place = _place_within(told, place)
    for name in ("comment", "review", "answer"):
        part = raw.get(name)
        if isinstance(part, dict):
            yield from told
            told = list(_part(part, name, place))
    if not told:
        detail = f"an event without a post: {str(raw.get('action'))[:40]}"
        yield Anomaly(code="metadata_only", locator=place.locator, detail=detail)
    yield from _happened(raw, told)


def _place_within(told: list[Told], place: Place) -> Place:
    threads = [one.record for one in told if isinstance(one, Version) and isinstance(one.record, Thread)]
    return place.within(threads[0]) if threads else place


def _part(part: dict[str, Any], name: str, place: Place) -> Iterator[Told]:
    kind = "pullrequestreview" if name == "review" else _remark_of(part) or "issuecomment"
    where = place_of(part, place).at(name)
    if place.thread is None:
        yield from shell_told(where)
    told = list(comment_told(part, where, kind))
    yield from told
    if name == "answer":
        yield from (Accepted(post=post.native_id) for post in _posts(told))


def _posts(told: list[Told]) -> Iterator[Any]:
    return (one.record for one in told if isinstance(one, Version) and not isinstance(one.record, Thread))


def _happened(raw: dict[str, Any], told: list[Told]) -> Iterator[Told]:
    """What the event did to the last post it names: removed it, or changed its words."""
    sender = account_of(raw.get("sender"))
    removed = raw.get("action") == "deleted"
    for one in told:
        if not isinstance(one, Version) or not removed:
            yield one
        elif isinstance(one.record, Thread):
            yield replace(one, record=replace(one.record, state="deleted"))
        else:
            by_author = sender is not None and sender.native_id == one.record.author
            state = "deleted_by_author" if by_author else "removed"
            yield replace(one, record=replace(one.record, state=state))
    changes = raw.get("changes")
    for post in _posts(told):
        for field in ("body", "title"):
            change = changes.get(field) if isinstance(changes, dict) else None
            before = change.get("from") if isinstance(change, dict) else None
            if isinstance(before, str):
                yield _revision(raw, post, field, before, sender.native_id if sender else None)


def _revision(raw: dict[str, Any], post: Any, field: Any, before: str, account: str | None) -> Revision:
    subject = next((raw[name] for name in (*_SUBJECTS, "comment") if isinstance(raw.get(name), dict)), {})
    when = first_moment(raw.get("comment") or subject, ("updated_at",))
    after = post.body if field == "body" else text(subject.get("title"))
    return Revision(
        post=post.native_id,
        number=1,
        field=field,
        before=before,
        after=after,
        account=account,
        created_at=when.at if when else None,
    )
