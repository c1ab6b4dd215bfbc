"""Polls of a Discourse database: tables since 2018, before that JSON in custom fields of the post.

The database knows every voter, also of polls whose votes the forum shows to nobody. Such a poll was answered
in confidence: of it only the numbers are told.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from ...model import Anomaly, Poll, PollOption, PollType, PollVote, Record
from ..json_values import text
from .backup_survey import Survey, old_polls
from .pg_dump import Row
from .polls import plain, polls_of, question_of

_TYPES: dict[int, PollType] = {0: "single", 1: "multiple", 2: "number", 3: "ranked"}
_RESULTS = {0: "always", 1: "on_vote", 2: "on_close", 3: "staff_only"}
_CLOSED = 1


class BackupPolls:
    """Rows of the tables of polls as records.

    Args:
        survey: what the first pass found.
    """

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._ordinals: dict[int, int] = {}
        self._has_tables = bool(survey.polls)

    def poll(self, row: Row) -> Iterator[Record]:
        """A row of `polls`."""
        number = row.number("id")
        native_id, post = self._native_id(number), self._survey.native_id(row.number("post_id"))
        if number is None or native_id is None or post is None:
            yield row.lost("a poll of a post that is not there")
            return
        type_ = _TYPES.get(row.number("type") or 0)
        if type_ is None:
            detail = f"unknown type of poll {row.text('type')!r}, read as single choice"
            yield Anomaly(code="unparsed", locator=row.locator, detail=detail, post=post)
        closes = row.moment("close_at")
        yield Poll(
            native_id=native_id,
            post=post,
            question=question_of(row.text("title"), self._survey.polls[number][1]),
            type=type_ or "single",
            status="closed" if row.number("status") == _CLOSED else "open",
            is_public=self._survey.polls[number][2],
            results_visibility=_RESULTS.get(row.number("results") or 0),
            voters=len(self._survey.voters.get(number, ())) + (row.number("anonymous_voters") or 0),
            closes_at=closes.at if closes else None,
        )

    def option(self, row: Row) -> Iterator[Record]:
        """A row of `poll_options`."""
        option, poll = row.number("id"), row.number("poll_id")
        native_id = self._native_id(poll)
        if option is None or poll is None or native_id is None:
            yield row.lost("an option of a poll that is not there")
            return
        ordinal = self._ordinals[poll] = self._ordinals.get(poll, -1) + 1
        yield PollOption(
            poll=native_id,
            native_id=self._survey.options[option][1],
            ordinal=ordinal,
            text=plain(row.text("html") or ""),
            votes=self._survey.votes[option] + (row.number("anonymous_votes") or 0),
        )

    def vote(self, row: Row) -> Iterator[Record]:
        """A row of `poll_votes`; nothing where the poll is secret."""
        poll, user = row.number("poll_id"), row.number("user_id")
        native_id = self._native_id(poll)
        known, digest = self._survey.options.get(row.number("poll_option_id") or 0, (None, ""))
        if poll is None or native_id is None or user is None or known != poll:
            yield row.lost("a vote in a poll that is not there")
        elif self._survey.polls[poll][2]:
            created = row.moment("created_at")
            yield PollVote(
                poll=native_id,
                option=digest,
                account=str(user),
                rank=row.number("rank"),
                created_at=created.at if created else None,
            )

    def custom_field(self, row: Row) -> Iterator[Record]:
        """A row of `post_custom_fields`, where it holds polls; left alone where the tables have them."""
        post, name = row.number("post_id"), row.text("name")
        native_id = self._survey.native_id(post)
        if name not in ("polls", "polls-votes") or self._has_tables or post is None:
            return
        if native_id is None:
            yield row.lost("a poll of a post that is not there")
        elif name == "polls":
            yield from polls_of({"polls": old_polls(row)}, native_id, row.locator)
        else:
            yield from self._old_votes(row, post, native_id)

    def _old_votes(self, row: Row, post: int, native_id: str) -> Iterator[Record]:
        """Votes as JSON: user id -> poll -> digests of the options chosen."""
        try:
            ballots: Any = orjson.loads(row.text("value") or "{}")
        except orjson.JSONDecodeError:
            ballots = None
        if not isinstance(ballots, dict):
            yield row.lost("votes that can't be read")
            return
        for user, ballot in ballots.items():
            for poll, chosen in ballot.items() if isinstance(ballot, dict) else ():
                if (post, poll) in self._survey.public_old_polls and user.isdecimal():
                    for option in chosen if isinstance(chosen, list) else [chosen]:
                        if digest := text(option):
                            yield PollVote(poll=f"{native_id}/{poll}", option=digest, account=user)

    def _native_id(self, poll: int | None) -> str | None:
        post, name, _ = self._survey.polls.get(poll, (None, "", False)) if poll is not None else (None, "", 0)
        native_id = self._survey.native_id(post)
        return None if native_id is None else f"{native_id}/{name}"
