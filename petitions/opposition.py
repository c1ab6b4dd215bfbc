"""What opposition is aimed at where the petition is itself against something.

In answer to "drop the mandate" both "I oppose this" and "no!" may be said of the mandate, and mostly are by
those who sign. A vote, a refusal to sign, disagreement with what is said or a change of mind answers the
petition; so do words that are against the dropping.
"""

import re

from .act import Act

_VOTES = frozenset({"minus_one", "nack", "vote"})
_OF_WHAT_IS_SAID = re.compile(r"\b(?:co-?)?sign|\bvot|\b(?:count|put|list)\b|agree", re.IGNORECASE)
"""Words of an act that speak of the statement itself, unless something else follows: "I disagree"."""
_UNDOING = re.compile(
    r"^[^.;!?\n]{0,40}\b(?:dropping|removing|removal|abolishing|scrapping|cancel\w*ing|stopping|undoing|reverting"
    r"|reversing|rejecting|repealing|ending|lifting|getting\s+rid)\b",
    re.IGNORECASE,
)
_AT_A_THING = re.compile(
    r"^\s+(?:(?:to|on|for|against|with)\s+)?(?:(?:the|any|more|such|these|those|their|your|our|an?)\s+\w"
    r"|(?:this|that)\s+(?!(?:one|now|as|at|because|but|and|for|from|if|in|is|since|too|unless|until|with)\b)\w)"
    r"|^\s+(?:to|on|against|with)\s+(?!(?:this|that|it|them|you|all|everything)\b)\w",
    re.IGNORECASE,
)
"""After such words it names what they are about: "-1 to the mandate", but not "-1 to this"."""


def answers_petition(act: Act, text: str) -> bool:
    """Whether an act of opposition can only be meant against a petition that is itself against something."""
    after = text[act.end :]
    if act.names_petition or act.reason == "changed_mind" or _UNDOING.search(after):
        return True
    is_agreeing = act.reason == "agree"  # with somebody's objections
    is_of_it = act.reason in _VOTES or _OF_WHAT_IS_SAID.search(text[act.start : act.end]) is not None
    return is_of_it and not is_agreeing and not _AT_A_THING.match(after)
