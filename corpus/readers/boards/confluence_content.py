"""One object of Confluence's content API: a page, a blog post or a comment, in one of its versions."""

import re
from dataclasses import dataclass
from typing import Any

from ...model import Account, BodyFormat, Container, Post, PostState
from ..json_values import Moment, moment, objects, text, whole

TYPES = ("page", "blogpost", "comment")
_SPACE = re.compile(r"/rest/api/space/([^/?#]{1,255})")
_NOBODY = "anonymous"


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(value: Any) -> str | None:
    number = whole(value)
    return text(value) if number is None else str(number)


def account_of(person: Any) -> Account | None:
    """A person: by account id (cloud), user key or name (server)."""
    told = _dict(person)
    native_id = next(
        (found for key in ("accountId", "userKey", "username", "name") if (found := text(told.get(key)))),
        None,
    )
    name = text(told.get("displayName")) or text(told.get("publicName")) or text(told.get("fullName"))
    if native_id is None:
        is_anonymous = told.get("type") == _NOBODY or name is not None
        kind = "anonymous" if told.get("type") == _NOBODY else "human"
        return (
            Account(native_id=name or _NOBODY, display_name=name, kind=kind, is_stable_id=False)
            if is_anonymous
            else None
        )
    return Account(
        native_id=native_id,
        username=text(told.get("username")) or text(told.get("name")),
        display_name=name,
        email=text(told.get("email")),
        kind="app" if told.get("accountType") == "app" else "human",
    )


@dataclass(frozen=True, slots=True)
class Content:
    """The object with where it stands."""

    data: dict[str, Any]
    locator: str
    outer: str | None = None
    """Id of the content among whose children it stands."""

    @property
    def native_id(self) -> str | None:
        """Numbers, the same for all versions."""
        return _id(self.data.get("id"))

    @property
    def type(self) -> str:
        """One of "page", "blogpost", "comment"; or what is not read: "attachment" and others."""
        return text(self.data.get("type")) or ""

    @property
    def number(self) -> int | None:
        """Which version it is, from 1."""
        return whole(_dict(self.data.get("version")).get("number"))

    @property
    def changed(self) -> Moment | None:
        """When this version was written."""
        version = _dict(self.data.get("version"))
        return moment(version.get("when")) or moment(version.get("createdAt"))

    @property
    def created(self) -> Moment | None:
        """When the first version was written."""
        history = _dict(self.data.get("history"))
        told = moment(history.get("createdDate")) or moment(self.data.get("createdAt"))
        return told or (self.changed if self.number == 1 else None)

    @property
    def author(self) -> Account | None:
        """Who made it; who changed it last is not its author."""
        made = account_of(_dict(self.data.get("history")).get("createdBy"))
        cloud = text(self.data.get("authorId"))
        if made is None and cloud is not None:
            return Account(native_id=cloud)
        return made or (self.editor if self.number == 1 else None)

    @property
    def editor(self) -> Account | None:
        """Who wrote this version."""
        version = _dict(self.data.get("version"))
        cloud = text(version.get("authorId"))
        return account_of(version.get("by")) or (Account(native_id=cloud) if cloud else None)

    @property
    def body(self) -> tuple[str, BodyFormat]:
        """As it is stored, else as it is shown."""
        body = _dict(self.data.get("body"))
        stored = text(_dict(body.get("storage")).get("value"))
        if stored is not None:
            return stored, "storage"
        for key in ("view", "export_view", "styled_view"):
            shown = text(_dict(body.get(key)).get("value"))
            if shown is not None:
                return shown, "html"
        return "", "storage"

    @property
    def has_body(self) -> bool:
        """Whether its text was saved; lists leave it out unless asked for it."""
        return any(key != "_expandable" for key in _dict(self.data.get("body")))

    @property
    def host(self) -> str | None:
        """The wiki's host, by the links beside it."""
        links = (self.data, _dict(self.data.get("history")))
        for told in (_dict(entry.get("_links")) for entry in links):
            for address in (text(told.get("base")), text(told.get("self"))):
                host = (address or "").partition("://")[2].partition("/")[0]
                if host:
                    return host
        return None

    @property
    def space(self) -> Container | None:
        """The space: told, or named by a link."""
        space = _dict(self.data.get("space"))
        key = text(space.get("key")) or _id(self.data.get("spaceId"))
        if key is None:
            link = text(_dict(self.data.get("_expandable")).get("space")) or ""
            found = _SPACE.search(link)
            key = found[1] if found else None
        return Container(native_id=key, kind="category", name=text(space.get("name")) or key) if key else None

    @property
    def page(self) -> str | None:
        """The page it is, or is a comment on."""
        if self.type != "comment":
            return self.native_id
        container = _dict(self.data.get("container"))
        told = _id(container.get("id")) or _id(self.data.get("pageId")) or _id(self.data.get("blogPostId"))
        above = [
            entry
            for entry in objects(self.data.get("ancestors"))
            if entry.get("type") in ("page", "blogpost")
        ]
        return told or next((found for entry in above if (found := _id(entry.get("id")))), None)

    @property
    def parent(self) -> str | None:
        """What a comment answers: the nearest comment above it, else its page."""
        if self.type != "comment":
            return None
        above = [
            entry
            for entry in objects(self.data.get("ancestors"))
            if entry.get("type", "comment") == "comment"
        ]
        told = _id(above[-1].get("id")) if above else _id(self.data.get("parentCommentId"))
        return told or self.page

    @property
    def above(self) -> set[str]:
        """Ids of what it lies below, as far as it tells: pages above a page, the page of a comment."""
        told = [_id(entry.get("id")) for entry in objects(self.data.get("ancestors"))]
        told += [_id(self.data.get("parentId")), self.outer, self.page]
        return {found for found in told if found is not None and found != self.native_id}

    @property
    def is_restricted(self) -> bool:
        """Whether reading it is limited to some people or groups; what limits those above it is not told."""
        restrictions = _dict(self.data.get("restrictions"))
        read = _dict(_dict(restrictions.get("read")).get("restrictions"))
        for kind in ("user", "group"):
            who = _dict(read.get(kind))
            if objects(who.get("results")) or (whole(who.get("size")) or 0) > 0:
                return True
        return False

    @property
    def likes(self) -> int | None:
        """How many likes it has, where the answer was asked to tell."""
        return whole(_dict(_dict(self.data.get("metadata")).get("likes")).get("count"))

    @property
    def url(self) -> str | None:
        """Where it is shown."""
        links = _dict(self.data.get("_links"))
        base, path = text(links.get("base")), text(links.get("webui"))
        return f"{base}{path}" if base and path else path

    def post(self, native_id: str, thread: str, is_private: bool) -> Post:
        """This version as the post."""
        created, changed, number = self.created, self.changed, self.number
        body, body_format = self.body
        is_edited = number is not None and number > 1
        extensions = _dict(self.data.get("extensions"))
        author = self.author
        status = self.data.get("status")
        state: PostState = "removed" if status == "trashed" else "draft" if status == "draft" else "visible"
        return Post(
            native_id=native_id,
            thread=thread,
            author=author.native_id if author else None,
            kind="comment" if self.type == "comment" else "post",
            subtype=text(extensions.get("location")) or self.type,
            parent=self.parent,
            parent_source="explicit" if self.parent else None,
            created_at=created.at if created else None,
            created_raw=created.raw if created else None,
            precision=created.precision if created else "none",
            tz_known=created.tz_known if created else True,
            body=body,
            body_format=body_format,
            state=state,
            edited_at=changed.at if changed and is_edited else None,
            edit_count=None if number is None else number - 1,
            is_private=is_private,
            url=self.url,
            locator=self.locator,
        )
