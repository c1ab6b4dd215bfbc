"""What backs a resource of Decidim: votes, signatures and endorsements."""

from collections.abc import Iterator

from ...model import Aggregate, Anomaly, Reaction, ReactionTotal, Record
from .platform_tables import Line, People, counted

_VOTES = ("supports", "votes", "confirmed_votes")
_TOTALS = (
    "endorsements/total_count",
    "endorsements_count",
    "endorsements",
    "likes/total_count",
    "likes_count",
)
_NAMES = ("endorsements/user_endorsements", "likes/user_likes")
_MEASURES = ("followers", "follows_count", "attachments", "online_votes", "offline_votes")


def backing(line: Line, post: str, people: People) -> Iterator[Record]:
    """Votes and signatures as counts; endorsements as the names that are given and a remainder."""
    column = next((name for name in _VOTES if line.text(name)), _VOTES[0])
    yield from counted(post, "support", "upvote", line.number(column), column)
    yield from counted(post, "signed", "signature", line.number("signatures"), "signatures")
    yield from _endorsements(line, post, people)
    for measure in _MEASURES:
        if (value := line.number(measure)) is not None:
            yield Aggregate(thread=post, post=post, measure=measure, value=value)


def _endorsements(line: Line, post: str, people: People) -> Iterator[Record]:
    names = _names(line)
    column = next((name for name in _TOTALS if line.number(name) is not None), "")
    total = line.number(column) if column else len(names) or None
    if total is None or total < 0:
        return
    if len(names) > total:
        detail = f"{len(names)} names under {total} endorsements: some hold commas, so none is taken"
        yield Anomaly(code="count_mismatch", locator=line.where, detail=detail, post=post)
        names = []
    for account in map(people.named, names):
        yield from people.meet(account)
        yield Reaction(
            post=post,
            name_raw="endorsement",
            mechanism="like",
            account=account.native_id,
            identity="name_only",
        )
    if total > len(names):
        yield Reaction(
            post=post,
            name_raw="endorsement",
            mechanism="like",
            n=total - len(names),
            identity="count_only",
        )
    yield ReactionTotal(
        post=post,
        name_raw="endorsement",
        mechanism="like",
        total=total,
        identified=len(names),
        source_field=column or _NAMES[0],
    )


def _names(line: Line) -> list[str]:
    """Names of endorsers, each once; in tables they stand in one cell with commas between them."""
    for column in _NAMES:
        value = line.values.get(column)
        told = value if isinstance(value, list) else line.text(column).split(", ")
        names: dict[str, str] = {}
        for name in (name.strip() for name in told if isinstance(name, str) and name.strip()):
            names.setdefault(" ".join(name.casefold().split()), name)
        if names:
            return list(names.values())
    return []
