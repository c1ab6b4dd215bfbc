"""Polls of a Zulip export: a message, and small events that hang on it, put together in their order.

The first event opens the poll with question and options; later ones add an option, change the question, set
or take back a vote. Events bear no time. An option is named "canned,NUMBER" or by who added it and a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...model import Anomaly, Poll, PollOption, PollVote, Record
from ..json_values import parse, text, whole


@dataclass(slots=True)
class Widget:
    """The events of one message."""

    events: list[tuple[int, str, dict[str, Any]]] = field(
        default_factory=list[tuple[int, str, dict[str, Any]]]
    )

    def add(self, row: dict[str, Any]) -> bool:
        """Note an event; whether it could be read."""
        number, sender, content = whole(row.get("id")), whole(row.get("sender")), text(row.get("content"))
        try:
            event = parse(content.encode("utf-8", "surrogatepass")) if content else None
        except ValueError:
            event = None
        if number is None or sender is None or not isinstance(event, dict):
            return False
        self.events.append((number, str(sender), event))
        return True

    def poll(self, post: str) -> Iterator[Record]:
        """The poll's records; nothing where the widget is none."""
        events = sorted(self.events, key=lambda event: event[0])
        first = events[0][2] if events else {}
        if first.get("widget_type") != "poll":
            return
        extra = first.get("extra_data")
        opening = extra if isinstance(extra, dict) else {}
        listed = opening.get("options")
        question = text(opening.get("question"))
        options = {
            f"canned,{position}": words
            for position, option in enumerate(listed if isinstance(listed, list) else [])
            if (words := text(option))
        }
        votes: dict[tuple[str, str], bool] = {}
        for _, sender, event in events[1:]:
            kind, key = event.get("type"), text(event.get("key"))
            if kind == "question":
                question = text(event.get("question")) or question
            elif kind == "new_option" and (words := text(event.get("option"))):
                options.setdefault(f"{sender},{event.get('idx')}", words)
            elif kind == "vote" and key is not None:
                votes[key, sender] = event.get("vote") == 1
        yield from _records(post, question, options, [vote for vote, held in votes.items() if held])


def _records(
    post: str, question: str | None, options: dict[str, str], votes: list[tuple[str, str]]
) -> Iterator[Record]:
    native_id = f"{post}/poll"
    known = [(key, voter) for key, voter in votes if key in options]
    yield Poll(
        native_id=native_id,
        post=post,
        question=question,
        type="multiple",
        is_public=True,
        voters=len({voter for _, voter in known}),
    )
    for ordinal, (key, words) in enumerate(options.items()):
        count = sum(option == key for option, _ in known)
        yield PollOption(poll=native_id, native_id=key, ordinal=ordinal, text=words, votes=count)
    for key, voter in known:
        yield PollVote(poll=native_id, option=key, account=voter)
    if len(known) < len(votes):
        detail = f"{len(votes) - len(known)} votes for options that no event added"
        yield Anomaly(code="count_mismatch", locator=f"message {post}", detail=detail, post=post)
