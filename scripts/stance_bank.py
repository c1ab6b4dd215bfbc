"""A bank of sentences from an invented workplace, composed into labelled pairs.

The files `stance_bank/train*.toml` are learnt from, `dev.toml` is looked at while learning, `test.toml` only
measured on; the parts share no target, reason, frame, opening or name. What is labelled is what the frame
says, so the composition can't be wrong about it: a reason for a target is true of that target alone, and who
agrees with a post takes its side. Same seed, same pairs.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance_pairs import OPPOSITE, Pair

FOLDER = Path(__file__).parent / "stance_bank"
Frame = str | list[str]
"""A text, or the post it answers and a text."""
_SENTENCE = re.compile(r"(^|[.!?] )([a-z])")
_SLOT = re.compile(r"\{(\w+)\}")


def told(part: str) -> dict[str, Any]:
    """What the files of a part say, put together.

    Args:
        part: "train", "dev" or "test"; the files whose names begin so (wildcards are allowed).
    """
    found: dict[str, Any] = {}
    for file in sorted(FOLDER.glob(f"{part}*.toml")):
        _add(found, tomllib.loads(file.read_text("utf-8")))
    return found


def bank(
    part: str, each: int, seed: int, *, answering: float = 0.0, both: bool = False, elsewhere: float = 0.0
) -> list[tuple[str, Pair]]:
    """Pairs of one part, each with the kind of its frame.

    Args:
        part: "train", "dev" or "test".
        each: how often each frame is filled.
        seed: of every choice made.
        answering: share of texts that stand alone shown as answers to a post of the thread; their stance is
            what their own words say.
        both: whether each text stands under a statement for its target and under one against it.
        elsewhere: share of texts on one target also shown under one they don't speak of: none.
    """
    said = told(part)
    rng = random.Random(seed)
    found: list[tuple[str, Pair]] = []
    drawn = [frame for frame in _frames(said) for _ in range(each)]
    drawn += [reply for _ in range(each) for reply in _replies(said, rng)]
    for kind, stances, frame in drawn:
        pairs, other = _filled(said, stances, frame, rng, both=both)
        if elsewhere and "y" not in stances.split() and rng.random() < elsewhere:
            pairs += _under(said, pairs[0], "none", other, rng, both=False)
        found += [(kind, pair) for pair in pairs]
    if not answering:
        return found
    parents = sorted({pair.parent for _, pair in found if pair.parent})
    return [
        (kind, replace(pair, parent=rng.choice(parents)))
        if not pair.parent and kind != "fact" and rng.random() < answering
        else (kind, pair)
        for kind, pair in found
    ]


def _add(whole: dict[str, Any], more: dict[str, Any]) -> None:
    """Lengthen lists by those of the same name."""
    for name, value in more.items():
        if isinstance(value, dict):
            _add(whole.setdefault(name, {}), value)
        else:
            whole[name] = [*whole.get(name, []), *value]


def _frames(told: dict[str, Any]) -> Iterator[tuple[str, str, Frame]]:
    """Kind, stances and text of each frame."""
    for kind, sides in told["frames"].items():
        for stances, frames in sides.items():
            for frame in frames:
                yield kind, stances, frame


def _replies(told: dict[str, Any], rng: random.Random) -> Iterator[tuple[str, str, Frame]]:
    """Short answers to a post for and to one against: agreement takes its side, disagreement the other."""
    replies = told.get("replies", {})
    for manner in ("agree", "disagree", "neither"):
        for text in replies.get(manner, []):
            for stance, side in (("favor", "for"), ("against", "against")):
                taken = {"agree": stance, "disagree": OPPOSITE[stance], "neither": "none"}[manner]
                yield "reply", taken, [rng.choice(replies[side]), text]


def _filled(
    told: dict[str, Any], stances: str, frame: Frame, rng: random.Random, *, both: bool
) -> tuple[list[Pair], dict[str, str]]:
    """The pairs one filling of a frame gives: towards the target, its rival, another target, a ban.

    Returns:
        The pairs, and the slots of a target the text does not speak of unless it says {y}.
    """
    target, other = rng.sample(told["target"], 2)
    slots = _slots(told, target, other, rng)
    of_other = slots | {"x": slots["y"], "pro": slots["ypro"], "con": slots["ycon"]}
    parent, text = frame if isinstance(frame, list) else ("", frame)
    parent = _sentences(_fill(parent, slots))
    text = _fill(text, slots)
    if not parent or len(text.split()) > 4:  # "+1" has no opening
        text = _sentences(_fill(rng.choice(told["openings"]), slots) + text)
        text += _fill(rng.choice(told["endings"]), slots)
    said = Pair("", text, "none", parent)
    named = stances.split()
    if named[0] == "ban":
        ban = rng.choice(told["ban_forms"]).format(x=slots["x"])
        return [replace(said, target=ban, stance=named[1])], of_other
    pairs = _under(told, said, named[0], slots, rng, both=both)
    if "y" in named:
        pairs += _beside(told, said, named[3], of_other, rng, both=both)
    elif len(named) > 1:
        pairs += _beside(told, said, named[1], {"x": slots["r"]}, rng, both=both)
    return pairs, of_other


def _beside(
    told: dict[str, Any], said: Pair, stance: str, slots: dict[str, str], rng: random.Random, *, both: bool
) -> list[Pair]:
    """The text towards the second thing it speaks of: by name, or as the first where it has reasons too."""
    if both and "pro" in slots:
        return _under(told, said, stance, slots, rng, both=both)
    return [replace(said, target=slots["x"], stance=stance)]


def _under(
    told: dict[str, Any], said: Pair, stance: str, slots: dict[str, str], rng: random.Random, *, both: bool
) -> list[Pair]:
    """The text under the name of its target, or under a statement for or against it, or both."""
    luck = rng.random()
    forms = ["name_forms" if luck < 0.4 else "for_forms" if luck < 0.7 else "against_forms"]
    if both:
        forms.append("against_forms" if luck < 0.7 else rng.choice(["name_forms", "for_forms"]))
    return [
        replace(
            said,
            target=_fill(rng.choice(told[form]), slots),
            stance=OPPOSITE[stance] if form == "against_forms" else stance,
        )
        for form in forms
    ]


def _slots(
    told: dict[str, Any], target: dict[str, Any], other: dict[str, Any], rng: random.Random
) -> dict[str, str]:
    pro, pro2 = rng.sample(target["pro"], 2)
    con, con2 = rng.sample(target["con"], 2)
    ask, ask2 = rng.sample(target["ask"], 2)
    slots = {
        "x": rng.choice(target["names"]), "r": target["rival"], "pro": pro, "pro2": pro2, "con": con,
        "con2": con2, "ask": ask, "ask2": ask2, "fact": rng.choice(target["fact"]),
        "y": rng.choice(other["names"]), "ypro": rng.choice(other["pro"]), "ycon": rng.choice(other["con"]),
        "n": rng.choice(told["people"]), "team": rng.choice(told["teams"]),
        "cond": rng.choice(told["conditions"]), "when": rng.choice(told["times"]),
    }  # fmt: skip
    slots |= {name: rng.choice(choice) for name, choice in told.get("words", {}).items()}
    if "filler" in told:
        slots |= {"tag": _tag(slots["x"]), "yfact": rng.choice(other["fact"])}
        fill, fill2 = rng.sample(told["filler"], 2)
        slots |= {"fill": _fill(fill, slots), "fill2": _fill(fill2, slots)}
    return slots


def _tag(name: str) -> str:
    """The name as a hashtag."""
    words = re.findall(r"\w+", re.sub(r"^(the|a|our) ", "", name))
    return "".join(word[:1].upper() + word[1:] for word in words)


def _fill(frame: str, slots: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: slots[slot[1]], frame)


def _sentences(text: str) -> str:
    """Every sentence begins with a capital."""
    return _SENTENCE.sub(lambda start: start[1] + start[2].upper(), text)
