"""The pairs stance is learnt from: public arguments, turned and exchanged so that no short cut is left.

An argument for "We should ban zoos" is one against "zoos" and against "We should not ban zoos": each is shown
under all these forms, so that neither the tone of the text nor the verb of the target alone tells the answer.
The same arguments under another target, and requests under the name of their intent, are neither.
"""

import csv
import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from direction import direction

OPPOSITE = {"favor": "against", "against": "favor", "none": "none"}
_STATEMENTS = (
    re.compile(
        r"We (?:should|must) (?:fight for the abolition of|\w+) (?:the (?:use|development) of )?(.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(.+) should be (?:legal(?:i[sz]ed)?|banned|abandoned|abolished|ended|a criminal offence)\.?",
        re.IGNORECASE,
    ),
    re.compile(r"(.+) brings? more harm than good", re.IGNORECASE),
)
_FOR = (
    "{}", "{}", "{}", "{}", "Support for {}", "We should keep {}", "We ask to keep {}", "{} is a good thing",
    "Yes to {}", "We want {}", "More {}",
)  # fmt: skip
_AGAINST = (
    "Ban {}", "Opposition to {}", "We should stop {}", "We should not have {}", "We ask to end {}",
    "{} is a bad idea", "No to {}", "Put an end to {}", "We oppose {}",
)  # fmt: skip
_VERB = re.compile(r"\b(should|must|can|will|is|are|was|were|has|have)\b(?! not\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A text, what it is about, its stance, and what it answers (if that is told)."""

    target: str
    text: str
    stance: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an epoch's arguments are shown.

    Args:
        share: of the arguments that are shown.
        longer: share of them shown as longer comments.
        named: share shown under the name of the thing, where it can be told.
        bare: of those, the share without a word for or against beside the name (on top of what chance gives).
        answering: share shown as an answer to another argument on the same motion.
    """

    share: float = 1.0
    longer: float = 0.15
    named: float = 0.35
    bare: float = 0.0
    answering: float = 0.0


def one_column(path: Path) -> list[Pair]:
    """A file with the columns Tweet, Target 1, Stance 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Pair(row["Target 1"], row["Tweet"], row["Stance 1"].lower()) for row in csv.DictReader(stream)
        ]


def perspectrum(data: Path, part: str) -> list[Pair]:
    """Perspectives (each wording of them) towards claims of one part of the official split."""
    folder = data / "stance/perspectrum/data/dataset"
    split = json.loads((folder / "dataset_split_v1.0.json").read_text("utf-8"))
    pool = {
        p["pId"]: p["text"] for p in json.loads((folder / "perspective_pool_v1.0.json").read_text("utf-8"))
    }
    names = {"SUPPORT": "favor", "UNDERMINE": "against"}
    return [
        Pair(claim["text"], pool[number], names[perspective["stance_label_3"]])
        for claim in json.loads((folder / "perspectrum_with_answers_v1.0.json").read_text("utf-8"))
        if split[str(claim["cId"])] == part
        for perspective in claim["perspectives"]
        for number in perspective["pids"]
    ]


def requests(data: Path, part: str, each: int, seed: int) -> list[Pair]:
    """CLINC150: requests under the name of their intent, `each` an intent."""
    rows = json.loads((data / "topics/clinc150/data/data_full.json").read_text("utf-8"))[part]
    by_intent: dict[str, list[str]] = {}
    for text, intent in sorted(rows):
        by_intent.setdefault(intent.replace("_", " "), []).append(text)
    rng = random.Random(seed)
    return [Pair(name, text, "none") for name, texts in by_intent.items() for text in rng.sample(texts, each)]


def named(pair: Pair) -> Pair | None:
    """The same pair under the bare name of what its target speaks of, where the name can be told."""
    match = next((m for pattern in _STATEMENTS if (m := pattern.fullmatch(pair.target))), None)
    if match is None:
        return None
    stance = pair.stance if direction(pair.target) == "for" else OPPOSITE[pair.stance]
    return replace(pair, target=match[1], stance=stance)


def negated(pair: Pair) -> Pair:
    """The same text under the denial of its target, with the opposite stance."""
    target, found = _VERB.subn(r"\1 not", pair.target, count=1)
    if not found:
        target = f"It is not true that {pair.target[:1].lower()}{pair.target[1:]}"
    return replace(pair, target=target, stance=OPPOSITE[pair.stance])


def stated(pair: Pair, rng: random.Random) -> Pair:
    """A text towards a name, under a statement for what it names (at times the name alone) or against it."""
    if rng.random() < 0.7:
        return replace(pair, target=rng.choice(_FOR).format(pair.target))
    return replace(pair, target=rng.choice(_AGAINST).format(pair.target), stance=OPPOSITE[pair.stance])


def turned(pair: Pair, rng: random.Random, recipe: Recipe) -> Pair:
    """The pair under one form of its target: as it is, denied, or by name with a word for or against."""
    luck = rng.random()
    by_name = named(pair)
    if by_name is not None and luck < recipe.named:
        if recipe.bare and rng.random() < recipe.bare:
            return by_name
        return stated(by_name, rng)
    return negated(pair) if luck > 0.8 else pair


def answering(pairs: Sequence[Pair], share: float, seed: int) -> list[Pair]:
    """The pairs, a share of them as answers to another text on the same target, whichever side that takes."""
    rng = random.Random(seed)
    beside: dict[str, list[str]] = {}
    for pair in pairs:
        beside.setdefault(pair.target, []).append(pair.text)
    return [
        replace(pair, parent=rng.choice(beside[pair.target])) if rng.random() < share else pair
        for pair in pairs
    ]


def mismatched(pairs: Iterable[Pair], share: float, seed: int) -> list[Pair]:
    """A share of the texts, each under another target of the same set: none."""
    ordered = sorted(pairs)
    targets = sorted({pair.target for pair in ordered})
    rng = random.Random(seed)
    chosen = rng.sample(ordered, int(share * len(ordered)))
    return [Pair(rng.choice([t for t in targets if t != pair.target]), pair.text, "none") for pair in chosen]


def lengthened(pairs: Sequence[Pair], share: float, seed: int) -> list[Pair]:
    """The pairs, a share of them as longer comments: beside one of the same side, or after a stray one."""
    rng = random.Random(seed)
    sides: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        sides.setdefault((pair.target, pair.stance), []).append(pair)
    found: list[Pair] = []
    for pair in pairs:
        text = pair.text
        if rng.random() < share:
            same = rng.random() < 0.7
            other = rng.choice(sides[pair.target, pair.stance] if same else pairs).text
            text = f"{other} {text}" if not same or rng.random() < 0.5 else f"{text} {other}"
        found.append(replace(pair, text=text))
    return found


def arguments(data: Path) -> list[Pair]:
    """What is learnt from: IBM-30k train and Perspectrum train."""
    ibm = data / "stance/ibm30k/data/ibm30k"
    return sorted({*one_column(ibm / "raw_train_all_onecol.csv"), *perspectrum(data, "train")})


def epoch_of_arguments(data: Path, seed: int, recipe: Recipe) -> list[Pair]:
    """One pass over the arguments, every one in a form drawn anew, with texts that are neither."""
    rng = random.Random(seed)
    own = arguments(data)
    own = sorted(rng.sample(own, int(recipe.share * len(own))))
    long = answering(lengthened(own, recipe.longer, seed), recipe.answering, seed)
    elsewhere = [turned(pair, rng, recipe) for pair in mismatched(long, 0.2, seed)]
    asked = requests(data, "train", max(1, int(10 * recipe.share)), seed)
    return [turned(pair, rng, recipe) for pair in long] + elsewhere + [turned(p, rng, recipe) for p in asked]
