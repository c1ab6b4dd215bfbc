"""Which way a statement points: "We should end the mandate" is against what it names.

Where an argument for "We should end the mandate" is shown to the stance model under the bare name "the
mandate", it is one against it (after Bar-Haim et al. 2017, EACL, "Stance Classification of Context-Dependent
Claims"). The rule is a plain one that can be checked by eye: an odd number of opposing words in the clause
that asks for something points against it ("we should not ban" points for it).
"""

import re
from typing import Literal

Direction = Literal["for", "against"]

_OPPOSING = (
    r"abandon\w*", r"abolish\w*", r"abolition", r"against", r"avoid\w*", r"ban", r"bans",
    r"bann(?:ed|ing)", r"block(?:ed|ing)?", r"boycott\w*", r"cancel\w*", r"clos(?:e|ed|ing|ure)", r"cut",
    r"den(?:y|ied)", r"deprecat\w+", r"discontinu\w+", r"ditch\w*", r"drop(?:ped|ping)?", r"eliminat\w+",
    r"end", r"ended", r"ending", r"fight(?:\s+against)?(?!\s+for)", r"forbid\w*", r"get\s+rid\s+of",
    r"halt\w*", r"kill(?:ed|ing)?", r"limit\w*", r"oppos\w+", r"opt(?:ing)?[\s-]out", r"outlaw\w*",
    r"paus(?:e|ed|ing)", r"phas(?:e|ed|ing)\s+out", r"postpon\w+", r"prevent\w*", r"prohibit\w*",
    r"protest\w*", r"quit", r"reduc\w+", r"refus\w+", r"reject\w*", r"remov\w+", r"repeal\w*",
    r"rescind\w*", r"resist\w*", r"restrict\w*", r"retir(?:e|ed|ing)", r"revers(?:e|ed|ing|al)",
    r"revert\w*", r"revok\w+", r"roll(?:ed|ing)?[\s-]?back", r"scrap(?:ped|ping)?",
    r"shut(?:ting)?\s+down", r"stop(?:ped|ping)?", r"sunset(?:ted|ting)?", r"suspend\w*", r"terminat\w+",
    r"undo", r"withdraw\w*", r"not", r"never", r"no", r"no\s+longer", r"nobody", r"cannot", r"\w+n['’]t",
    r"bad", r"counter-?productive", r"dangerous", r"harm(?:s|ful)?", r"illegal", r"immoral",
    r"inefficient", r"optional", r"pointless", r"unacceptable", r"unethical", r"unfair", r"unjust",
    r"unnecessary", r"useless", r"voluntary", r"wasteful", r"worse", r"wrong", r"criminal\s+offen[cs]e",
    r"more\s+harm\s+than\s+good",
)  # fmt: skip
_OPPOSE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(_OPPOSING, key=len, reverse=True))})(?![\w-])", re.IGNORECASE
)
_ASK = re.compile(
    r"\b(?:should|must|ask|asks|asking|demand|demands|call\s+(?:on|for)|urge|request|propose|petition|want|let|need)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|so\s+that|until|unless|without|instead\s+of|rather\s+than|while|which|if|when)\b|[;:(]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def direction(statement: str) -> Direction:
    """Whether a statement is for or against what it names; a bare name is for.

    Only the asking sentence counts (the first with "should", "must", "we ask" and the like, else the
    first), up to where its reasons begin. Where the rule errs, put it as "We should support NAME" or "We
    should oppose NAME".
    """
    sentences = [sentence for sentence in _SENTENCE.split(statement) if sentence.strip()]
    asking = next((sentence for sentence in sentences if _ASK.search(sentence)), "".join(sentences[:1]))
    clause = next((part for part in _REASON.split(asking) if part.strip()), "")
    return "against" if len(_OPPOSE.findall(clause)) % 2 else "for"
