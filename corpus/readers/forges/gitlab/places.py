"""Where an object of GitLab belongs.

The REST interface gives every issue, merge request and note an id that is unique on the whole instance, so
"issue/42" is the same in a project's list, in its notes (`noteable_id`) and in its awards (`awardable_id`).
Newer project exports leave these ids out: then the number within the project has to do.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ....model import Container, Thread, ThreadKind
from ...json_values import text, whole
from ..told import Told, Version

_WORDS: dict[str, str] = {
    "Issue": "issue",
    "MergeRequest": "merge_request",
    "Epic": "epic",
    "WorkItem": "issue",
}
_KINDS: dict[str, ThreadKind] = {"issue": "issue", "merge_request": "pull", "epic": "proposal"}
_PARTS = (("!", "/-/merge_requests/"), ("#", "/-/issues/"), ("&", "/-/epics/"))


class Place(Struct, frozen=True):
    """Where an object stands.

    Args:
        locator: member and line or index in the export.
        word: what kind of thread lies here ("issue", "merge_request"), "" where objects tell.
        thread: native id of the thread, None where the object itself tells.
        project: id of the project, None where it is not known.
    """

    locator: str
    word: str = ""
    thread: str | None = None
    project: str | None = None

    def at(self, step: object) -> "Place":
        """One step further into the document."""
        return replace(self, locator=f"{self.locator}:{step}")


def thread_place(raw: dict[str, Any], place: Place) -> Place:
    """The place of an issue or merge request: what it is and its id."""
    word = place.word or ("merge_request" if _is_merge_request(raw) else "issue")
    project = _id(raw.get("project_id")) or place.project
    number = whole(raw.get("id"))
    own = f"{word}/{number}" if number is not None else f"{word}/{project or ''}#{raw.get('iid')}"
    return replace(place, word=word, thread=own, project=project)


def note_place(raw: dict[str, Any], place: Place) -> Place:
    """The place of a note: the thread it names, else the one it was found in."""
    project = _id(raw.get("project_id")) or place.project
    noteable = text(raw.get("noteable_type")) or ""
    word = _WORDS.get(noteable, noteable.lower() or place.word)
    number = whole(raw.get("noteable_id"))
    thread = place.thread
    if thread is None and number is not None:
        thread = f"{word}/{number}"
    elif thread is None:
        thread = f"commit/{text(raw.get('commit_id')) or place.locator.partition(':')[0]}"
    return replace(place, word=place.word or word, thread=thread, project=project)


def awarded(raw: dict[str, Any]) -> str | None:
    """Native id of what an award was given to, as the award says."""
    kind, number = text(raw.get("awardable_type")), whole(raw.get("awardable_id"))
    if kind is None or number is None:
        return None
    return f"note/{number}" if kind == "Note" else f"{_WORDS.get(kind, kind.lower())}/{number}"


def container_told(raw: dict[str, Any], project: str | None) -> Iterator[Told]:
    """The project an object is of, by name where the object tells it."""
    if project is None:
        return
    path = text(raw.get("path_with_namespace"))
    references = raw.get("references")
    full = text(references.get("full")) if isinstance(references, dict) else None
    for sign, part in _PARTS:
        if path is None and full and sign in full:
            path = full.partition(sign)[0]
        address = text(raw.get("web_url")) or ""
        if path is None and part in address:
            path = address.partition("://")[2].partition("/")[2].partition(part)[0]
    yield Container(native_id=project, kind="repo", name=path or project)


def shell_told(place: Place) -> Iterator[Told]:
    """A thread of which only a note or an award is known."""
    assert place.thread is not None
    record = Thread(
        native_id=place.thread,
        container=place.project,
        kind=_KINDS.get(place.word, "discussion"),
        root_post=place.thread,
    )
    yield Version(record=record)


def kind_of(place: Place) -> ThreadKind:
    """What kind of thread lies here."""
    return _KINDS.get(place.word, "discussion")


def _is_merge_request(raw: dict[str, Any]) -> bool:
    telling = ("target_branch", "source_branch", "merge_status", "merged_at", "merge_commit_sha")
    return (
        any(name in raw for name in telling)
        or raw.get("state") == "merged"
        or "/merge_requests/" in (text(raw.get("web_url")) or "")
    )


def _id(value: Any) -> str | None:
    number = whole(value)
    return None if number is None else str(number)
