"""What a text does about a petition, with the words that show it: the noun the readers of words share."""

from dataclasses import dataclass

from .wording import Label


@dataclass(frozen=True, slots=True)
class Act:
    """What a text does, with the stretch [start, end) of it that shows this and the rule that read it.

    Attributes:
        certain: False where a careful reader could doubt it: hedges, reservations, mixed signals.
        names_petition: whether the words speak of the petition itself, so that they count whatever post they
            answer: "signed", "I support the proposal"; a "+1" speaks of the post it answers.
        possible: of a neutral text, whether it may be an act all the same: it counts for nothing, yet widens
            the range.
    """

    label: Label
    reason: str
    start: int = 0
    end: int = 0
    certain: bool = True
    names_petition: bool = False
    possible: bool = False


NO_ACT = Act("neutral", "no_act")
