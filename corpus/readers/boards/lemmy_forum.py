"""What Lemmy's API answers, or the rows of its database, tell together."""

import re
from collections.abc import Iterator
from typing import Any

from ...model import Aggregate, Anomaly, Attachment, Record, Thread
from ..json_values import moment, text, whole
from .lemmy_rows import Row, account_of, container_of, known_fields, post_of, problems_of, rows_of, thread_of
from .tally import Tally
from .votes import Votes

_WHOSE_VOTES = re.compile(r"(?<![a-z])(post|comment)(?:_like)?s?[^a-z/0-9]{0,3}(\d{1,18})(?!\d)")
_COUNTS = (("upvotes", "up"), ("downvotes", "down"))
_PEOPLE = ("creator", "person", "recipient")


class LemmyForum:
    """Posts, comments, votes and people by their numbers in one instance."""

    def __init__(self, tally: Tally, votes: Votes) -> None:
        self._tally, self._votes = tally, votes
        self._known = known_fields()
        self._containers: set[str] = set()
        self._threads: dict[str, tuple[Thread, str]] = {}
        self.is_cut = False

    def records(self, data: dict[str, Any], locator: str) -> Iterator[Record]:
        """Everything one view or row tells."""
        for key in _PEOPLE:
            yield from self._tally.meet(account_of(data.get(key)))
        rows = list(rows_of(data, locator))
        for row in rows:
            yield from self._row(row)
        if not rows and "score" in data:
            yield from self._vote(data, locator)
        elif not rows:
            yield from self._other(data, locator)

    def _other(self, data: dict[str, Any], locator: str) -> Iterator[Record]:
        """A row of a person or a community by itself."""
        if "actor_id" in data or "ap_id" in data:
            if "title" in data or "posting_restricted_to_mods" in data:
                yield from self._community(data)
            else:
                yield from self._tally.meet(account_of(data))
        elif not any(isinstance(data.get(key), dict) for key in (*_PEOPLE, "community")):
            yield Anomaly(code="unparsed", locator=locator, detail="neither post, comment nor vote: not read")

    def _community(self, data: dict[str, Any]) -> Iterator[Record]:
        container = container_of(data)
        if container is not None and container.native_id not in self._containers:
            self._containers.add(container.native_id)
            yield container

    def _row(self, row: Row) -> Iterator[Record]:
        native_id, thread = row.native_id, row.thread
        if native_id is None or thread is None:
            missing = "id" if native_id is None else "post_id"
            yield Anomaly(code="unparsed", locator=row.locator, detail=f"no valid {missing}: left out")
            return
        if native_id in self._tally:
            return
        yield from self._community(row.community)
        yield from problems_of(row, self._known, native_id)
        yield self._tally.add(post_of(row, native_id, thread))
        if row.kind == "post":
            self._threads[thread] = (thread_of(row), row.locator)
            if url := text(row.data.get("url")):
                yield Attachment(post=native_id, name=url, url=url)
        score = whole(row.counts.get("score"))
        if score is not None:
            yield Aggregate(thread=thread, post=native_id, measure="score", value=score)
        for key, way in _COUNTS:
            total = whole(row.counts.get(key))
            if total is not None and total >= 0:
                self._votes.count(native_id, way, thread=thread, total=total)

    def _vote(self, data: dict[str, Any], locator: str) -> Iterator[Record]:
        """A vote: a row of the database, or an entry of the list an administrator sees."""
        voter = account_of(data.get("creator"))
        account = voter.native_id if voter else None
        number = whole(data.get("person_id"))
        account = account if number is None else str(number)
        post = self._voted(data, locator)
        score = whole(data.get("score"))
        if post is None or account is None or score not in (1, -1):
            detail = "a vote without voter, value or what it is about: left out"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)
            return
        at = moment(data.get("published")) or moment(data.get("published_at"))
        way = "up" if score == 1 else "down"
        self._votes.give(post, account, way, at=at.at if at else None, locator=locator)

    @staticmethod
    def _voted(data: dict[str, Any], locator: str) -> str | None:
        """What a vote is about; the API's list of voters leaves it to the file's name: "post_55_likes"."""
        for kind in ("comment", "post"):
            number = whole(data.get(f"{kind}_id"))
            if number is not None:
                return f"{kind}/{number}"
        named = _WHOSE_VOTES.search(locator.lower())
        return f"{named[1]}/{named[2]}" if named else None

    def rest(self) -> Iterator[Record]:
        """Threads, those whose post is absent too, and what is missing of them."""
        for place, thread in enumerate(self._tally.threads):
            if not thread.startswith(("post/", "messages/")):
                continue
            known, locator = self._threads.get(thread, (None, ""))
            yield known or Thread(native_id=thread, root_post=thread if thread.startswith("post/") else None)
            present = self._tally.present(place)
            if known and known.posts_expected and present < known.posts_expected:
                self.is_cut = True
                detail = f"thread truncated {present}/{known.posts_expected}"
                yield Anomaly(code="truncated", locator=locator, detail=detail, post=thread)
