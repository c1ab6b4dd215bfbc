"""The texts the static embedder is taught with: collections that may ship, sentences of ours, mixes of both.

Nothing of a collection it is measured on is here: neither BANKING77 nor the news, tweets and search results
of the benchmark. Definitions and examples of WordNet bring the words that arguments and requests lack.
"""

import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from stance_pairs import one_column

BANKS = Path(__file__).parent.parent / "demo/banks"
_SLOT = re.compile(r"\{(\w+)\}")
_MIXED = 3500


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
        (arguments(data), 9000),
        (perspectives(data), 6000),
        (requests(data), 6000),
        (programmers(data), 2500),
        (citizens(data), 2500),
        (definitions(glosses), 22_000),
        (examples(glosses), 9000),
    ):
        texts = sorted(set(source))
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


def _synsets(glosses: Path) -> Iterator[tuple[list[str], str]]:
    for part in ("noun", "verb", "adj", "adv"):
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
