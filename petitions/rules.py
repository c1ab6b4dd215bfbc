"""The rules a petition was counted by, in plain sentences: what stands beside its figures."""

from collections.abc import Sequence

from ..config import AnalysisConfig, InvalidationConfig
from .petition import Petition


def rules(
    petition: Petition, analysis: AnalysisConfig, invalidations: Sequence[InvalidationConfig] = ()
) -> list[str]:
    """What applied to this petition, one sentence a rule.

    Args:
        petition: as it was found.
        analysis: how the run counted.
        invalidations: batches of acts that do not count.
    """
    return [
        _found(petition),
        _window(petition, analysis),
        _reactions(petition),
        _votes(petition),
        "Words count in replies to it; a reply to another reply counts only as that one does.",
        "Each person counts once, at the strongest act: signed, said, reacted. Later acts win.",
        _author(analysis),
        *(
            f"The rule {rule.name!r} takes acts out{': ' + rule.reason if rule.reason else ''}."
            for rule in invalidations
            if rule.active and rule.petition in (None, petition.name)
        ),
        *([f"Also read: {', '.join(analysis.include)} posts."] if analysis.include else ()),
    ]


def _found(petition: Petition) -> str:
    where = "named in the configuration" if petition.origin == "config" else "found by how people answer it"
    threads, posts = len(petition.threads), len(petition.opening_posts)
    return (
        f"The petition was {where}: {threads} {'thread' if threads == 1 else 'threads'}, "
        f"{posts} opening {'post' if posts == 1 else 'posts'}."
    )


def _window(petition: Petition, analysis: AnalysisConfig) -> str:
    first, last = petition.opens, min(filter(None, (petition.closes, analysis.as_of)), default=None)
    if first is None and last is None:
        return "Acts of any day count."
    between = [f"from {first}"] if first else []
    return f"Acts count {' '.join([*between, *([f'until {last}'] if last else [])])} (days in UTC)."


def _reactions(petition: Petition) -> str:
    stances = petition.emoji()
    backing = ", ".join(name for name, stance in stances.items() if stance == "support")
    against = ", ".join(name for name, stance in stances.items() if stance == "oppose")
    likes = "a plain like counts" if petition.likes_count else "a plain like does not count"
    return (
        f"On opening posts these reactions back it: {backing}; these oppose it: {against or 'none'}; {likes}."
    )


def _votes(petition: Petition) -> str:
    option = petition.config.poll_option
    if option is None:
        return (
            "In polls on opening posts, votes for options that read so (sign, yes, support, or what is asked)"
            " back it."
        )
    return f"In polls on opening posts, votes for {option!r} back it."


def _author(analysis: AnalysisConfig) -> str:
    if analysis.count_authors:
        return "Who opened it counts as backing it."
    return "Who opened it counts only by an act elsewhere, such as a signature."
