"""A bank of sentences from an invented workplace, composed into labelled pairs.

`stance_bank/train.toml` is learnt from, `stance_bank/test.toml` only measured on; they share no target,
reason, frame, opening or name. What is labelled is what the frame says, so the composition can't be wrong
about it: a reason for a target is true of that target alone. Same seed, same pairs.
"""

import random
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance_pairs import OPPOSITE, Pair

FOLDER = Path(__file__).parent / "stance_bank"
_SENTENCE = re.compile(r"(^|[.!?] )([a-z])")
_SLOT = re.compile(r"\{(\w+)\}")


def bank(
    part: str, each: int, seed: int, *, answering: float = 0.0, both: bool = False
) -> list[tuple[str, Pair]]:
    """Pairs of one part, each with the kind of its frame.

    Args:
        part: "train" or "test".
        each: how often each frame is filled.
        seed: of every choice made.
        answering: share of texts that stand alone shown as answers to a post of the thread; their stance is
            what their own words say.
        both: whether each text stands under a statement for its target and under one against it.
    """
    told = tomllib.loads((FOLDER / f"{part}.toml").read_text("utf-8"))
    rng = random.Random(seed)
    found: list[tuple[str, Pair]] = []
    for kind, sides in told["frames"].items():
        for stances, frames in sides.items():
            for frame in frames:
                for _ in range(each):
                    found += [(kind, pair) for pair in _filled(told, stances, frame, rng, both=both)]
    if not answering:
        return found
    parents = sorted({pair.parent for _, pair in found if pair.parent})
    return [
        (kind, replace(pair, parent=rng.choice(parents)))
        if not pair.parent and kind != "fact" and rng.random() < answering
        else (kind, pair)
        for kind, pair in found
    ]


def _filled(
    told: dict[str, Any], stances: str, frame: str | list[str], rng: random.Random, *, both: bool
) -> list[Pair]:
    """The pairs one filling of a frame gives: towards the target, its rival, another target, a ban."""
    target, other = rng.sample(told["target"], 2)
    slots = _slots(told, target, other, rng)
    parent, text = frame if isinstance(frame, list) else ("", frame)
    parent = _fill(parent, slots)
    text = _fill(text, slots)
    if not parent or len(text.split()) > 4:  # "+1" has no opening
        text = _sentences(rng.choice(told["openings"]) + text)
        text += _fill(rng.choice(told["endings"]), slots)
    said = Pair("", text, "none", parent)
    named = stances.split()
    if named[0] == "ban":
        ban = rng.choice(told["ban_forms"]).format(x=slots["x"])
        return [replace(said, target=ban, stance=named[1])]
    pairs = _under(told, said, named[0], slots, rng, both=both)
    if "y" in named:
        pairs.append(replace(said, target=slots["y"], stance=named[3]))
    elif len(named) > 1:
        pairs.append(replace(said, target=slots["r"], stance=named[1]))
    return pairs


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
    return {
        "x": rng.choice(target["names"]), "r": target["rival"], "pro": pro, "pro2": pro2, "con": con,
        "con2": con2, "ask": ask, "ask2": ask2, "fact": rng.choice(target["fact"]),
        "y": rng.choice(other["names"]), "ypro": rng.choice(other["pro"]), "ycon": rng.choice(other["con"]),
        "n": rng.choice(told["people"]), "team": rng.choice(told["teams"]),
        "cond": rng.choice(told["conditions"]), "when": rng.choice(told["times"]),
    }  # fmt: skip


def _fill(frame: str, slots: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: slots[slot[1]], frame)


def _sentences(text: str) -> str:
    """Every sentence begins with a capital."""
    return _SENTENCE.sub(lambda start: start[1] + start[2].upper(), text)
