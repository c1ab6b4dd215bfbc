"""Issues, merge requests, notes and awards of GitLab as records."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ....model import Account, Anomaly, Post, PostKind, Thread
from ...json_values import Moment, moment, objects, text, whole
from ..told import Count, Expected, Private, Told, Verdict, Version, Vote
from .people import account_of, author_of
from .places import Place, awarded, container_told, kind_of, note_place, shell_told, thread_place

_VOTES = {"upvotes": "thumbsup", "downvotes": "thumbsdown"}
"""Counts of an issue -> the award they count."""
_VERDICTS = re.compile(r"(?P<no>un)?approved this merge request|(?P<asks>requested changes)")
_TOLERANCE = timedelta(seconds=1)
"""GitLab writes `last_edited_at` for notes nobody edited, milliseconds after `created_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    native_id: str
    kind: PostKind
    body: Any
    subtype: str | None = None
    parent: str | None = None
    is_explicit: bool = False
    is_private: bool = False


def thread_told(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """An issue or merge request, and the notes and awards inside its object."""
    place = thread_place(raw, place)
    assert place.thread is not None
    yield from container_told(raw, place.project)
    created, updated = moment(raw.get("created_at")), moment(raw.get("updated_at"))
    as_of = updated or created
    state = text(raw.get("state")) or "opened"
    yield Version(
        record=Thread(
            native_id=place.thread,
            container=place.project,
            title=text(raw.get("title")),
            kind=kind_of(place),
            root_post=place.thread,
            created_at=created.at if created else None,
            state="open" if state in ("opened", "reopened") else "closed",
            url=text(raw.get("web_url")),
        ),
        as_of=as_of.at if as_of else None,
    )
    if raw.get("confidential") is True:
        yield Private(thread=place.thread)
    subtype = "merged" if state == "merged" else "draft" if _is_draft(raw) else None
    shape = _Shape(native_id=place.thread, kind="post", body=raw.get("description"), subtype=subtype)
    yield from _post(raw, place, shape)
    yield from _counts(raw, place, as_of)
    yield from awards_told(raw.get("award_emoji"), place, place.thread)
    yield from approvals_told(raw, place)
    yield from notes_told(raw.get("notes"), place.at("notes"))


def notes_told(notes: Any, place: Place) -> Iterator[Told]:
    """The notes of one thread; those of one discussion answer its first."""
    entries = objects(notes)
    if isinstance(notes, list) and len(entries) < len(notes):
        detail = f"{len(notes) - len(entries)} notes are no objects: left out"
        yield Anomaly(code="unparsed", locator=place.locator, detail=detail)
    first: dict[str, str] = {}
    order = sorted(range(len(entries)), key=lambda index: str(entries[index].get("created_at")))
    for index in order:
        where = note_place(entries[index], place.at(index))
        discussion = text(entries[index].get("discussion_id"))
        above = first.get(discussion) if discussion else None
        yield from note_told(entries[index], where, above)
        if discussion and above is None:
            first[discussion] = note_id(entries[index], where)


def note_id(raw: dict[str, Any], place: Place) -> str:
    """Native id of a note; in newer project exports notes have none: who wrote when in this thread."""
    number = whole(raw.get("id"))
    if number is not None:
        return f"note/{number}"
    author = account_of(raw.get("author"), raw.get("author_id"))
    return f"{place.thread}/{author.native_id if author else ''}@{raw.get('created_at') or place.locator}"


def note_told(raw: dict[str, Any], place: Place, above: str | None = None) -> Iterator[Told]:
    """One note.

    Args:
        raw: its object.
        place: its thread, as `note_place` found it.
        above: native id of the note it answers, None for the thread's opening post.
    """
    native_id = note_id(raw, place)
    is_system = raw.get("system") is True
    yield from container_told({}, place.project)
    yield from shell_told(place)
    body = raw.get("body", raw.get("note"))
    shape = _Shape(
        native_id=native_id,
        kind="system" if is_system else "comment",
        body=body,
        subtype=_action(raw, body) if is_system else _type(raw),
        parent=above or place.thread,
        is_explicit=above is not None,
        is_private=True in (raw.get("confidential"), raw.get("internal")),
    )
    yield from _post(raw, place, shape)
    yield from awards_told(raw.get("award_emoji"), place, native_id)
    if is_system and place.word == "merge_request":
        yield from _verdict(raw, place, native_id, body)


def awards_told(awards: Any, place: Place, post: str | None = None) -> Iterator[Told]:
    """Who gave which award.

    Args:
        awards: the list.
        place: where it stands.
        post: what they were given to, None where each award tells.
    """
    for index, raw in enumerate(objects(awards)):
        about, name = post or awarded(raw), text(raw.get("name"))
        where = f"{place.locator}:{index}"
        if about is None or name is None:
            detail = "an award without a name, or to nothing"
            yield Anomaly(code="unparsed", locator=where, detail=detail)
            continue
        account = account_of(raw.get("user"), raw.get("user_id"))
        created = moment(raw.get("created_at"))
        if account is not None:
            yield account
        yield Vote(
            post=about,
            name=name,
            mechanism="award",
            account=account.native_id if account else None,
            key=f"{about} {whole(raw.get('id')) or where}",
            at=created.at if created else None,
            locator=place.locator,
        )


def approvals_told(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """Who approves a merge request now: of its approvals page, or of a project export."""
    given = objects(raw.get("approved_by")) + objects(raw.get("approvals"))
    for index, entry in enumerate(given):
        account = account_of(entry.get("user"), entry.get("user_id"))
        when = moment(entry.get("approved_at") or entry.get("created_at"))
        if account is None or place.thread is None:
            continue
        yield account
        yield Verdict(
            post=place.thread,
            account=account.native_id,
            approves=True,
            key=f"approval {account.native_id}",
            at=when.at if when else None,
            locator=f"{place.locator}:{index}",
        )


def _post(raw: dict[str, Any], place: Place, shape: _Shape) -> Iterator[Told]:
    author = author_of(raw, shape.native_id)
    if author is not None:
        yield author
    created, updated = moment(raw.get("created_at")), moment(raw.get("updated_at"))
    for code, detail in _flaws(raw, shape, created):
        yield Anomaly(code=code, locator=place.locator, detail=detail, post=shape.native_id)
    as_of = updated or created
    record = _record(raw, place, shape, author)
    yield Version(record=record, as_of=as_of.at if as_of else None)


def _record(raw: dict[str, Any], place: Place, shape: _Shape, author: Account | None) -> Post:
    assert place.thread is not None
    created = moment(raw.get("created_at"))
    edited = _edited(raw, shape, created)
    source = None if shape.parent is None else "explicit" if shape.is_explicit else "thread_root"
    return Post(
        native_id=shape.native_id,
        thread=place.thread,
        author=author.native_id if author else None,
        kind=shape.kind,
        subtype=shape.subtype,
        parent=shape.parent,
        parent_source=source,
        created_at=created.at if created else None,
        created_raw=created.raw if created else None,
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=shape.body if isinstance(shape.body, str) else "",
        body_format="markdown" if isinstance(shape.body, str) else "none",
        edited_at=edited.at if edited else None,
        is_private=shape.is_private,
        url=text(raw.get("web_url")),
        locator=place.locator,
    )


def _edited(raw: dict[str, Any], shape: _Shape, created: Moment | None) -> Moment | None:
    """When the words were last changed; an issue's `updated_at` tells of anything that happened to it."""
    name = "last_edited_at" if "last_edited_at" in raw or shape.kind == "post" else "updated_at"
    last = moment(raw.get(name))
    if last is None or shape.kind == "system":
        return None
    return last if created is None or last.at - created.at >= _TOLERANCE else None


def _flaws(raw: dict[str, Any], shape: _Shape, created: Moment | None) -> Iterator[tuple[Any, str]]:
    """What is wrong with an object that can be read all the same, as (code, detail)."""
    if created is None:
        yield "bad_time", f"created_at is {str(raw.get('created_at'))[:40]!r}"
    if shape.body is not None and not isinstance(shape.body, str):
        yield "unparsed", f"the text is a {type(shape.body).__name__}: not read"
    author = raw.get("author")
    if author is not None and not isinstance(author, dict):
        yield "unparsed", f"author is a {type(author).__name__}: not read"


def _counts(raw: dict[str, Any], place: Place, as_of: Moment | None) -> Iterator[Told]:
    assert place.thread is not None
    at = as_of.at if as_of else None
    for field, name in _VOTES.items():
        total = whole(raw.get(field))
        if total is not None and total >= 0:
            yield Count(post=place.thread, mechanism="award", totals={name: total}, field=field, as_of=at)
        elif raw.get(field) is not None:
            detail = f"{field} is {str(raw[field])[:40]!r}: not read"
            yield Anomaly(code="unparsed", locator=place.locator, detail=detail, post=place.thread)
    number = whole(raw.get("user_notes_count"))
    if number is not None and number >= 0:
        yield Expected(thread=place.thread, what="comment", number=number, locator=place.locator)


def _verdict(raw: dict[str, Any], place: Place, note: str, body: Any) -> Iterator[Told]:
    """What a system note says its author holds of the merge request."""
    said = _VERDICTS.match(body) if isinstance(body, str) else None
    author, when = account_of(raw.get("author"), raw.get("author_id")), moment(raw.get("created_at"))
    if said is None or author is None or place.thread is None:
        return
    approves = not (said["no"] or said["asks"])
    yield Verdict(
        post=place.thread,
        account=author.native_id,
        approves=approves,
        key=note,
        at=when.at if when else None,
        locator=place.locator,
    )


def _action(raw: dict[str, Any], body: Any) -> str | None:
    about = raw.get("system_note_metadata")
    action = text(about.get("action")) if isinstance(about, dict) else None
    said = _VERDICTS.match(body) if isinstance(body, str) else None
    if action or said is None:
        return action
    return "unapproved" if said["no"] else "requested_changes" if said["asks"] else "approved"


def _type(raw: dict[str, Any]) -> str | None:
    return "diff" if raw.get("type") in ("DiffNote", "LegacyDiffNote") else None


def _is_draft(raw: dict[str, Any]) -> bool:
    return True in (raw.get("draft"), raw.get("work_in_progress"))
