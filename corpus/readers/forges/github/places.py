"""Where an object of GitHub belongs: which repository, which thread, what its id is there.

Issues, pull requests and discussions share their numbers within a repository: "owner/name#12". Comments have
ids of their own, which the page's address shows too ("#issuecomment-34"): so one comment has one id here
whether REST, GraphQL or the gh command tells of it.
"""

import re
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ....model import Thread, ThreadKind
from ...json_values import text, whole

CommentKind = Literal["issuecomment", "discussion_r", "pullrequestreview", "discussioncomment"]

_PAGE = re.compile(
    r"https?://(?P<host>[^/\s]+)/(?:api/v3/)?(?:repos/)?(?P<repo>[^/\s]+/[^/\s]+)"
    r"/(?P<what>issues|pulls?|discussions)/(?P<number>\d{1,9})(?![\w])(?P<rest>\S*)"
)
_REPOSITORY = re.compile(r"https?://[^/\s]+/(?:api/v3/)?repos/(?P<repo>[^/\s]+/[^/\s?#]+)")
_OF_API = re.compile(r"https?://api\.|https?://[^/]+/api/")
_ANCHOR = re.compile(
    r"#(?P<kind>issuecomment-|discussion_r|pullrequestreview-|discussioncomment-)(?P<id>\d+)"
)
_KINDS: dict[str, ThreadKind] = {"issues": "issue", "pull": "pull", "pulls": "pull"}
_ADDRESSES = ("html_url", "url", "issue_url", "pull_request_url", "discussion_url")
_REACTED_TO = re.compile(
    r"(?P<what>issue|pull|pull_request|discussion|comment)s?[/_.-]+(?P<id>\d{1,18})[/_.-]+reactions?"
)


class Place(Struct, frozen=True):
    """Where an object stands.

    Args:
        locator: member and index in the export.
        member: the file.
        repo: "owner/name", "" where it is not known.
        thread: native id of the thread it is part of, None where only its own address can tell.
        kind: what that thread is.
    """

    locator: str
    member: str
    repo: str = ""
    thread: str | None = None
    kind: ThreadKind = "issue"

    def at(self, step: object) -> "Place":
        """One step further into the document."""
        return Place(f"{self.locator}:{step}", self.member, self.repo, self.thread, self.kind)

    def within(self, thread: Thread) -> "Place":
        """The same spot, known to be in this thread."""
        return replace(self, thread=thread.native_id, kind=thread.kind, repo=thread.container or self.repo)

    @property
    def number(self) -> int | None:
        """The thread's number in its repository, where it has one."""
        digits = (self.thread or "").rpartition("#")[2]
        return int(digits) if digits.isdecimal() else None

    @property
    def here(self) -> str:
        """Native id of the thread; a page of comments that does not name its own is one by itself."""
        return self.thread or f"{self.repo}?{self.member}"


def place_of(raw: dict[str, Any], place: Place) -> Place:
    """The place an object's own addresses name, else the one it was found in."""
    addresses = (address for name in _ADDRESSES if isinstance(address := raw.get(name), str))
    page = next(filter(None, map(_PAGE.match, addresses)), None)
    if page is None:
        about = _REPOSITORY.match(text(raw.get("repository_url")) or text(raw.get("url")) or "")
        return replace(place, repo=about["repo"]) if about and not place.repo else place
    repo, thread = page["repo"], f"{page['repo']}#{page['number']}"
    kind = _KINDS.get(page["what"], "discussion")
    if place.thread == thread:
        kind = place.kind
    elif kind != "pull" and any("/pull" in address and _is_pull(address) for address in addresses):
        # The comments of a pull request have the address of an issue too.
        kind = "pull"
    return Place(place.locator, place.member, repo, thread, kind)


def _is_pull(address: str) -> bool:
    page = _PAGE.match(address)
    return page is not None and _KINDS.get(page["what"]) == "pull"


def page_of(raw: dict[str, Any]) -> str | None:
    """Address of the page people see, not that of the API."""
    for name in ("html_url", "url"):
        address = text(raw.get(name))
        if address and not _OF_API.match(address):
            return address
    return None


def anchor_of(address: Any, repo: str) -> str | None:
    """Native id of the comment that an address points to."""
    found = _ANCHOR.search(text(address) or "")
    return f"{repo}/{found['kind'].rstrip('-')}-{found['id']}" if found else None


def comment_id(raw: dict[str, Any], kind: CommentKind, place: Place) -> str | None:
    """Native id of a comment: its number, else its own name, None where it has neither."""
    number = next((n for n in map(raw.get, ("id", "databaseId", "fullDatabaseId")) if _is_number(n)), None)
    if number is not None:
        return f"{place.repo}/{kind}-{number}"
    if anchor := anchor_of(page_of(raw), place.repo):
        return anchor
    name = text(raw.get("id")) or text(raw.get("node_id"))
    return f"{place.repo}/{kind}-{name}" if name else None


def _is_number(value: Any) -> bool:
    return whole(value) is not None or (isinstance(value, str) and value.isdecimal())


def reacted_to(member: str) -> str | None:
    """What a page of reactions is about, told by its name: "?#2", "?issuecomment-1".

    The page holds who reacted, not to what; saved under the path of its address
    ("issues/2/reactions.json", "issues/comments/1/reactions.json"), also with other separators, it tells.
    """
    found = list(_REACTED_TO.finditer(member.lower()))
    if not found:
        return None
    what, number = found[-1]["what"], found[-1]["id"]
    if what != "comment":
        return f"?#{number}"
    before = member.lower()[: found[-1].start()]
    kind = "discussion_r" if "pull" in before else "discussioncomment" if "discussion" in before else None
    return f"?{kind or 'issuecomment'}-{number}"
