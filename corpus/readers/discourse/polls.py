"""Polls of a Discourse post: question, options with counts, and those voters the platform names.

Named voters are capped at 25 an option, so an option's `votes` may say more than there are `PollVote` rows;
the rest is known by number only. Where the forum hides results, options have no votes, which is not the same
as no vote. Shapes as written by Discourse's `PollSerializer` and `DiscoursePoll::Poll.serialized_voters`.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ...model import Account, Anomaly, Poll, PollOption, PollType, PollVote
from ..json_values import moment, objects, text, whole
from .accounts import account_of

_TYPES: dict[str, PollType] = {
    "regular": "single",
    "multiple": "multiple",
    "number": "number",
    "ranked_choice": "ranked",
    "irv": "ranked",
}
_DEFAULT_NAME = re.compile(r"poll\d*\Z")
PollRecord = Poll | PollOption | PollVote | Account | Anomaly


def polls_of(post: dict[str, Any], native_id: str, locator: str) -> Iterator[PollRecord]:
    """All polls in a post's JSON; `native_id` is the post's."""
    polls = post.get("polls")
    if not polls:
        return
    if isinstance(polls, dict):  # before 2018: name -> poll
        polls = [{"name": name, **poll} for name, poll in polls.items() if isinstance(poll, dict)]
    for poll in polls if isinstance(polls, list) else ():
        if isinstance(poll, dict):
            yield from _poll(poll, native_id, locator)
        else:
            detail = f"polls hold a {type(poll).__name__}: not read"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=native_id)


def _poll(poll: dict[str, Any], post: str, locator: str) -> Iterator[PollRecord]:
    name = text(poll.get("name")) or "poll"
    native_id = f"{post}/{name}"
    type_ = _TYPES.get(str(poll.get("type")))
    if type_ is None and poll.get("type") is not None:
        detail = f"poll {name!r}: unknown type {str(poll['type'])[:40]!r}, read as single choice"
        yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
    is_public, closes = poll.get("public"), moment(poll.get("close"))
    yield Poll(
        native_id=native_id,
        post=post,
        question=question_of(poll.get("title"), name),
        type=type_ or "single",
        status="closed" if poll.get("status") == "closed" else "open",
        is_public=is_public if isinstance(is_public, bool) else None,
        results_visibility=text(poll.get("results")),
        voters=_count(poll.get("voters")),
        closes_at=closes.at if closes else None,
    )
    options = list(_options(poll, native_id))
    yield from options
    votes: list[PollVote] = []
    for record in _voters(poll, native_id, {option.native_id for option in options}, post, locator):
        if isinstance(record, PollVote):
            votes.append(record)
        yield record
    for code, detail in _contradictions(poll, type_ or "single", options, votes):
        yield Anomaly(code=code, locator=locator, detail=f"poll {name!r}: {detail}", post=post)


def question_of(title: Any, name: str) -> str | None:
    """A poll's title; a name somebody chose stands in for it."""
    if written := text(title):
        return plain(written)
    return None if _DEFAULT_NAME.match(name) else name


def _count(value: Any) -> int | None:
    number = whole(value)
    return number if number is not None and number >= 0 else None


def _options(poll: dict[str, Any], native_id: str) -> Iterator[PollOption]:
    for ordinal, option in enumerate(objects(poll.get("options"))):
        digest = option.get("id")
        yield PollOption(
            poll=native_id,
            native_id=str(ordinal if digest is None else digest),
            ordinal=ordinal,
            text=plain(text(option.get("html")) or ""),
            votes=_count(option.get("votes")),
        )


def _voters(
    poll: dict[str, Any], native_id: str, known: set[str], post: str, locator: str
) -> Iterator[PollVote | Account | Anomaly]:
    """Named votes. A number poll lists its voters without their answers: nothing can be counted from that."""
    named = poll.get("preloaded_voters")
    if not isinstance(named, dict):
        return
    for option, entries in sorted(named.items()):
        if option not in known:
            detail = f"votes for {option[:40]!r}, which is no option of the poll"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
            continue
        for entry in objects(entries):
            # Ranked ballots wrap the user: {"rank": "1", "user": {...}}; "Abstain" is rank 0.
            user: Any = entry.get("user", entry)
            account = account_of(user.get("id"), user) if isinstance(user, dict) else None
            if account is None or not account.is_stable_id:
                yield Anomaly(code="unknown_user", locator=locator, detail="a vote by nobody", post=post)
                continue
            yield account
            yield PollVote(poll=native_id, option=option, account=account.native_id, rank=_rank(entry))


def _rank(entry: dict[str, Any]) -> int | None:
    rank = entry.get("rank")
    if rank == "Abstain":
        return 0
    return int(rank) if isinstance(rank, str) and rank.isdecimal() else whole(rank)


def _contradictions(
    poll: dict[str, Any], type_: PollType, options: list[PollOption], votes: list[PollVote]
) -> Iterator[tuple[Any, str]]:
    """What a poll lacks or says twice differently, as (code, detail)."""
    counts = [option.votes for option in options]
    if None in counts:
        yield "poll_without_results", f"its results are hidden ({poll.get('results') or 'no reason given'})"
    known = [count for count in counts if count is not None]
    voters = _count(poll.get("voters"))
    is_complete = bool(counts) and len(known) == len(counts)
    if type_ == "single" and is_complete and voters is not None and sum(known) != voters:
        yield "count_mismatch", f"{sum(known)} votes by {voters} voters in a single choice"
    for option in options:
        named = sum(vote.option == option.native_id for vote in votes)
        if option.votes is not None and named > option.votes:
            detail = f"option {option.ordinal + 1}: {named} named voters but {option.votes} votes"
            yield "count_mismatch", detail


def plain(markup: str) -> str:
    """A line of HTML as text; an emoji image becomes its name, ":+1:"."""
    if "<" not in markup:
        return " ".join(html.unescape(markup).split())
    tree = LexborHTMLParser(markup)
    for image in tree.css("img.emoji"):
        image.replace_with(image.attributes.get("title") or image.attributes.get("alt") or "")
    return " ".join(tree.text().split())
