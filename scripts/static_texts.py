"""The texts the static embedder is taught with: collections that may ship, sentences of ours, mixes of both.

Nothing of a collection it is measured on is here: neither BANKING77 nor the news, tweets and search results
of the benchmark. Definitions and examples of WordNet bring the words that arguments and requests lack, and
questions made of its words bring those words in the manner in which people ask.
"""

import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from stance_bank import bank, told
from stance_pairs import one_column
from stance_written import written

from forum_pulse.embeddings import tokenizer
from forum_pulse.topics import builtin_codebooks, load_codebook

HERE = Path(__file__).parent
BANKS = HERE.parent / "demo/banks"
_SLOT = re.compile(r"\{(\w+)\}")
_MIXED = 6000
_ASKED = 20_000
_ASKING = (
    "how do i {verb} my {noun}", "why was my {noun} {noun2} so {adj}", "where can I {verb} the {noun}?",
    "What is the {noun} for a {noun2}?", "can you {verb} a {noun} for me", "My {noun} is {adj}, what now?",
    "Is there a {noun} if I {verb} a {noun2}?", "how long does a {noun} take", "i need a new {noun}",
    "I still have no {noun} for my {noun2}.", "do you {verb} {noun}", "Which {noun} can I {verb}?",
    "who do I ask about {noun}", "I can't {verb} my {noun}", "what happens when I {verb} {noun}",
    "The {noun} of my {noun2} is wrong", "someone must {verb} the {noun}", "tell me about {adj} {noun}",
    "How much does it cost to {verb} a {noun} with a {noun2}?", "is the {noun} {adj} or {adj2}",
    "Please {verb} the {noun}, it is {adj}.", "when will the {noun} {verb}", "why does the {noun} {verb}",
    "I want to {verb} {noun} and {noun2}", "my {noun} did not {verb} after the {noun2}", "{noun} or {noun2}?",
    "Can I {verb} more than one {noun} in {noun2}?", "what do i do if my {noun} is {adj}",
    "are there {adj} {noun} near the {noun2}", "the {noun} won't {verb}",
    "I tried to {verb} it without {noun}", "We should {verb} the {noun} before the {noun2}.",
    "nobody told us that the {noun} is {adj}",
)  # fmt: skip
_KNOWN = 12_000
"""Entries of the vocabulary, the most frequent first, whose words are asked about."""


def teaching_texts(data: Path, glosses: Path, seed: int = 0) -> list[str]:
    """Distinct texts in an order drawn by chance, so that any first part is a fair sample.

    Args:
        data: folder of collections.
        glosses: folder of a WordNet 3.0 database (Debian's package `wordnet-base`: /usr/share/wordnet).
        seed: of samples, mixes and the order.
    """
    rng = random.Random(seed)
    found: list[str] = []
    for source, most in (
        (own(), 4000),
        (composed(seed), 12_000),
        (written_by_hand(), 40_000),
        (codebooks(), 10_000),
        (arguments(data), 25_000),
        (perspectives(data), 12_000),
        (requests(data), 16_000),
        (programmers(data), 4000),
        (citizens(data), 4000),
        (definitions(glosses), 22_000),
        (examples(glosses), 20_000),
        (asked(glosses, rng), _ASKED),
    ):
        texts = sorted({text for text in source if text.strip()})
        found += rng.sample(texts, k=min(most, len(texts)))
    found += [" ".join(rng.sample(found, k=rng.randint(2, 5))) for _ in range(_MIXED)]
    texts = sorted(set(found))
    rng.shuffle(texts)
    return texts


def own() -> Iterator[str]:
    """Half "a" of the demo forum's sentences; half "b" stays unseen, to measure on."""
    for path in sorted(BANKS.glob("*_a.toml")):
        for text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield _SLOT.sub(r"\1", text)


def composed(seed: int) -> Iterator[str]:
    """The training part of the stance bank: what is said of each target, alone and in its frames."""
    for target in told("train")["target"]:
        yield from _strings(target)
    for _, pair in bank("train", 2, seed):
        yield pair.parent
        yield pair.text


def written_by_hand() -> Iterator[str]:
    """Our lines on stance (the part that is learnt from) and on acts, with what they answer and speak of."""
    for _, pair in written("train"):
        yield from (pair.text, pair.parent, pair.target)
    with (HERE / "acts_written.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield from (row["text"], row["context"])


def codebooks() -> Iterator[str]:
    """Definitions and examples of the themes that ship."""
    for name in builtin_codebooks():
        for theme in load_codebook(name).themes:
            yield from (theme.definition, *theme.examples, *theme.counter_examples)


def arguments(data: Path) -> Iterator[str]:
    """Arguments of IBM-30k's training part, and their motions."""
    for pair in one_column(data / "stance/ibm30k/data/ibm30k/raw_train_all_onecol.csv"):
        yield pair.text
        yield pair.target


def perspectives(data: Path) -> Iterator[str]:
    """Claims and perspectives of Perspectrum."""
    folder = data / "stance/perspectrum/data/dataset"
    for row in json.loads((folder / "perspective_pool_v1.0.json").read_text(encoding="utf-8")):
        yield row["text"]
    for row in json.loads((folder / "perspectrum_with_answers_v1.0.json").read_text(encoding="utf-8")):
        yield row["text"]


def requests(data: Path) -> Iterator[str]:
    """Requests of CLINC150's training part."""
    full = json.loads((data / "topics/clinc150/data/data_full.json").read_text(encoding="utf-8"))
    return (text for part in ("train", "oos_train") for text, _ in full[part])


def programmers(data: Path) -> Iterator[str]:
    """Posts of Senti4SD's training part."""
    (path,) = data.glob("sentiment/senti4sd/*/*/train*.csv")
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        yield from (row[2] for row in csv.reader(stream, delimiter=";") if len(row) > 2)


def citizens(data: Path) -> Iterator[str]:
    """Statements of Polis conversations, but for those in Chinese."""
    for path in sorted(data.glob("petitions/polis/*/comments.csv")):
        if "taiwan" not in path.parent.name:
            with path.open(encoding="utf-8", newline="") as stream:
                yield from (
                    row["comment-body"] for row in csv.DictReader(stream) if row["comment-body"].strip()
                )


def definitions(glosses: Path) -> Iterator[str]:
    """The words of each meaning, and what they mean."""
    for words, gloss in _synsets(glosses):
        meaning = gloss.partition('; "')[0]
        yield f"{', '.join(words[:3])}: {meaning}"


def examples(glosses: Path) -> Iterator[str]:
    """Sentences that show a meaning."""
    for _, gloss in _synsets(glosses):
        yield from (text for text in re.findall(r'"([^"]+)"', gloss) if len(text.split()) > 2)


def asked(glosses: Path, rng: random.Random) -> Iterator[str]:
    """Questions made of WordNet's words, most of them nonsense, which MiniLM has vectors of all the same."""
    words = {part: _known_words(glosses, part) for part in ("noun", "verb", "adj")}
    for _ in range(_ASKED):
        slots = {name: rng.choice(choice) for part, choice in words.items() for name in (part, f"{part}2")}
        yield rng.choice(_ASKING).format(**slots)


def _known_words(glosses: Path, part: str) -> list[str]:
    """Words of one part of speech whose pieces are frequent entries of the vocabulary."""
    lemmas = sorted(
        {
            word
            for words, _ in _synsets(glosses, part)
            for word in words
            if re.fullmatch("[a-z]{3,}( [a-z]{3,})?", word)
        }
    )
    found = tokenizer().encode_batch_fast(lemmas, add_special_tokens=False)
    return [
        word
        for word, encoding in zip(lemmas, found, strict=True)
        if max(encoding.ids) < _KNOWN and len(encoding.ids) == len(word.split())
    ]


def _synsets(glosses: Path, *parts: str) -> Iterator[tuple[list[str], str]]:
    for part in parts or ("noun", "verb", "adj", "adv"):
        for line in (glosses / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue  # the licence
            data, _, gloss = line.partition(" | ")
            fields = data.split()
            count = int(fields[3], 16)
            yield [word.replace("_", " ") for word in fields[4 : 4 + 2 * count : 2]], gloss.strip()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
