"""Labelled sentences written one by one: `stance_bank/written_*.tsv`.

The bank composes its sentences; these were each written by hand, in many registers, so that the turns of
phrase don't run out. The columns are kind, stance, target, parent (the post answered, or nothing) and text;
a text may stand in two lines, under two targets. One in sixteen of the things spoken of is held out, with
every text about them, to look at while learning.

Each pass shows the invented names of things exchanged for others, so that no side sticks to a name.
"""

import csv
import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from direction import direction
from stance_pairs import Pair, negated, stated

FOLDER = Path(__file__).parent / "stance_bank"
COLUMNS = ("kind", "stance", "target", "parent", "text")
_HELD_OUT = 16
"""One thing of so many."""
_LONGEST = 5
"""Words of a name."""
_STATED = re.compile(
    r"\b(should|must|let|let's|petition|please|ought|can|cannot|will|need|needs|is|are|be|to)\b|:",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:abolish|accept|adopt|allow|approve|back|ban|bring|build|buy|cancel|change|choose|"
    r"close|continue|cut|defund|delay|drop|elect|end|expand|extend|fire|fix|forbid|fund|"
    r"get|give|go|hire|hold|introduce|invest|join|keep|kill|leave|legalise|legalize|lift|"
    r"limit|lower|make|merge|move|no|open|outsource|pause|postpone|protect|publish|put|"
    r"raise|re-elect|reduce|reject|remove|renew|reopen|replace|restore|return|reverse|roll|"
    r"save|scrap|share|shut|sign|slow|start|stay|stick|stop|support|switch|take|tax|tell|"
    r"throw|turn|use|vote|yes)(?![\w-])",
    re.IGNORECASE,
)
"""First words of what is rather asked than named."""
_WORD = re.compile(r"\w+")


def lines() -> list[tuple[str, Pair]]:
    """Every line with its kind, as it was written."""
    found: list[tuple[str, Pair]] = []
    for file in sorted(FOLDER.glob("written_*.tsv")):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            found += [
                (row["kind"], Pair(row["target"], row["text"], row["stance"], row["parent"])) for row in rows
            ]
    return found


def written(part: str) -> list[tuple[str, Pair]]:
    """The lines of one part, "train" or "dev", with their kinds: no thing spoken of stands in both."""
    told = lines()
    held = {(pair.parent, pair.text) for _, pair in told if _held_out(pair.target)}
    return [(kind, pair) for kind, pair in told if ((pair.parent, pair.text) in held) == (part == "dev")]


def shown(times: int, seed: int, *, answering: float, elsewhere: float, unrelated: float = 0.0) -> list[Pair]:
    """What an epoch learns from: each line under its target and, where that is safe, under a turned one.

    Args:
        times: passes.
        seed: of every choice made.
        answering: share of texts without a parent shown after a stray one.
        elsewhere: share of texts shown under a target of another text besides: none.
        unrelated: share of texts that also answer a post that names another target, and have none towards it.
    """
    rng = random.Random(seed)
    own = [pair for _, pair in written("train")]
    parents = sorted({pair.parent for pair in own if pair.parent})
    targets = sorted({pair.target for pair in own})
    names = _names()
    found: list[Pair] = []
    for _ in range(times):
        others = dict(zip(names, rng.sample(names, len(names)), strict=True))
        for pair in own:
            seen = pair
            if not pair.parent and rng.random() < answering:
                seen = replace(pair, parent=rng.choice(parents))
            forms = [seen, *turned(seen, rng)]
            if rng.random() < elsewhere and not pair.parent:
                target = rng.choice(targets)
                if not _about(target) & _about(f"{pair.target} {pair.text}"):
                    forms.append(replace(seen, target=target, stance="none"))
            found += [_renamed(form, others) for form in forms]
    return [*found, *_unrelated(own, unrelated, seed)]


def _unrelated(own: Sequence[Pair], share: float, seed: int) -> Iterator[Pair]:
    """Texts that name their thing, as answers to a post that names another: none towards that one."""
    rng = random.Random(seed)
    posts = [(pair.target, pair.parent) for pair in own if _about(pair.target) & _about(pair.parent)]
    for pair in own:
        if rng.random() < share and _about(pair.target) & _about(pair.text):
            target, parent = rng.choice(posts)
            if not _about(target) & _about(f"{pair.target} {pair.text}"):
                yield replace(pair, target=target, parent=parent, stance="none")


def turned(pair: Pair, rng: random.Random) -> Iterable[Pair]:
    """The text under a statement for or against what its target names, or under the denial of a statement."""
    if is_name(pair.target):
        yield stated(pair, rng)
    elif re.search(r"\bshould\b", pair.target):
        yield negated(pair)


def is_name(target: str) -> bool:
    """Whether a target only names something, as far as its form tells."""
    asks = _ASKING.match(target) or _STATED.search(target)
    return len(target.split()) <= _LONGEST and not asks and direction(target) == "for"


def _about(text: str) -> set[str]:
    """Words that carry a meaning."""
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 4}


def _held_out(target: str) -> bool:
    """By its last word, which is mostly the thing in names and in statements about it alike."""
    words = _WORD.findall(target.casefold())
    return int(hashlib.sha256(words[-1].encode()).hexdigest(), 16) % _HELD_OUT == 0


def _names() -> list[str]:
    """Invented names: targets of one word with a capital that is never written without, and no plural."""
    told = lines()
    single = {pair.target for _, pair in told if re.fullmatch(r"[A-Z][a-z]{2,}[a-rt-z]", pair.target)}
    plain = {word for _, pair in told for word in _WORD.findall(f"{pair.target} {pair.text}")}
    return sorted(name for name in single if name.lower() not in plain)


def _renamed(pair: Pair, others: dict[str, str]) -> Pair:
    """The pair with other names for the things it names."""

    def told(text: str) -> str:
        return _WORD.sub(lambda word: others.get(word[0], word[0]), text)

    return replace(pair, target=told(pair.target), text=told(pair.text), parent=told(pair.parent))
