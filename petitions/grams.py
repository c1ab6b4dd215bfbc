"""What the learned reader sees of a sentence: words in ones to threes, the parts they play, their meaning.

"I'd happily put my name on it" and "we gladly add our names to the list" share few words but one plan:
somebody in the first person, a verb of giving, a name, a list. So each sentence is read twice, in its words
and in the parts those play, and both are cut into short runs. Runs are hashed, so that no vocabulary ships;
they keep their places, so that a reading can show the words it rests on. The fast embedder's vector stands
beside them, for words never seen in an act that mean what others do.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..embeddings.static import SHA256, StaticEmbedder
from .sentences import lower_case
from .wording import words

FEATURES = f"hashed runs of words and parts, static vectors {SHA256[:12]}"
"""Version of `features`; weights of another version are refused."""
BUCKETS = 2**15
_WORD_RUN = 3
_PART_RUN = 4
_MEANING = 0.35
"""Weight of the vector beside the runs (docs/models.md)."""
_ONE_FORM = str.maketrans({"’": "'", "−": "-", "＋": "+", "\u00a0": " "})
_TOKEN = re.compile(r"[+-]\d+|\d[\d.,]*%?|n't\b|[^\W\d_]+?(?=n't\b)|'?[^\W\d_]+|[?!:,]|[.](?=\s|$)|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_START, _END = "<", ">"

# The parts words play in an act. A word has one part.
_PARTS: dict[str, str] = {
    word: part
    for part, forms in {
        "I": "i im ive we us me my our mine ours myself 'm u",
        "OTHER": "he she they them her his their theirs you your everybody everyone nobody somebody someone"
        " people colleagues others boss manager union author management customers who apparently she's he's",
        "NOT": "not n't never cannot cant dont wont no nor neither without none hardly refuse decline unable"
        " nowhere against",
        "BACK": "support supports supported supporting back backing endorse endorse endorsed"
        " endorsing approve"
        " approving favour favor agree agreed agreeing agreement behind board second seconded sign signed"
        " signing join joining yes aye yep yup approval backing blessing consent suport agre agee",
        "OPPOSE": "oppose opposed opposing object objection disagree reject veto dissent nope nay"
        " nah opposition"
        " objections harm mistake",
        "UNDO": "remove removed removing delete deleted strike struck withdraw withdrawing withdrawn withdrew"
        " retract retracting retracted revoke revoking rescind rescinding undo cancel erase scratch"
        " unsign unlist"
        " regret void drop pull pulling pulled",
        "GIVE": "add adding put putting include list count record register lend give giving enter take place",
        "LIST": "name names list sheet signature signatures vote votes voice entry signatories"
        " letter petition"
        " supporters",
        "THING": "this it that proposal idea plan motion request campaign initiative change rfc call demands",
        "IF": "if once unless until provided providing assuming condition conditional depends subject pending"
        " proviso modulo contingent would'd",
        "LONGER": "longer anymore any more",
        "SAY": "said says say told heard hear think thinks claims wrote according rumour",
        "PAST": "was were used had almost nearly once earlier previously",
        "ASK": "who what when where why how which does do did should can could",
        "PLEASE": "please kindly pls plz",
        "THANKS": "thanks thank thx cheers appreciate appreciated",
        "MUCH": "fully totally strongly wholeheartedly absolutely completely gladly definitely very"
        " really happy"
        " glad proud honoured delighted",
    }.items()
    for word in words(forms)
}


_ACTING = frozenset(("I", "BACK", "OPPOSE", "UNDO", "GIVE", "LIST"))
_ACTORS = frozenset(word for word, part in _PARTS.items() if part in _ACTING)
_ANY_WORD = re.compile(r"[^\W\d_]+")


def plays_a_part(sentence: str) -> bool:
    """Whether a sentence (lower case) has somebody who acts, or words of acting: a quick look."""
    return not _ACTORS.isdisjoint(_ANY_WORD.findall(sentence))


@dataclass(frozen=True, slots=True)
class Gram:
    """A run of words or of parts, and its place in the sentence."""

    name: str
    start: int
    end: int

    @property
    def bucket(self) -> int:
        """Where its weight stands."""
        return zlib.crc32(self.name.encode()) % BUCKETS


def grams(sentence: str) -> list[Gram]:
    """All runs of a sentence, each once, by first place."""
    tokens = _tokens(sentence)
    runs = {gram.name: gram for gram in reversed(list(_runs("", tokens, _WORD_RUN)))}
    runs |= {gram.name: gram for gram in reversed(list(_runs("=", _parts(tokens), _PART_RUN)))}
    return list(runs.values())


def features(sentences: Sequence[str]) -> Any:
    """A sparse row a sentence: its runs, of length one and each weighing the same, then its vector.

    Raises:
        ModelError: the fast embedder's weights or tokenizer are missing or damaged.
    """
    from scipy.sparse import csr_matrix, hstack

    indices: list[int] = []
    values: list[float] = []
    bounds = [0]
    for sentence in sentences:
        buckets = sorted({gram.bucket for gram in grams(sentence)})
        indices += buckets
        values += [len(buckets) ** -0.5] * len(buckets)
        bounds.append(len(indices))
    runs = csr_matrix((values, indices, bounds), shape=(len(sentences), BUCKETS))
    return hstack([runs, _MEANING * StaticEmbedder().encode(list(sentences))], format="csr")


def _tokens(sentence: str) -> list[Gram]:
    lower = lower_case(sentence.translate(_ONE_FORM))
    found = [Gram(_plain(token.group()), token.start(), token.end()) for token in _TOKEN.finditer(lower)]
    return [Gram(_START, 0, 0), *found, Gram(_END, len(lower), len(lower))]


def _plain(word: str) -> str:
    if word[0].isdigit():
        return "#"
    return _STRETCHED.sub(r"\1", word)


def _parts(tokens: Sequence[Gram]) -> list[Gram]:
    """The parts the words play; a stretch of words without a part is one blank."""
    parts: list[Gram] = []
    for token in tokens:
        is_mark = not token.name[0].isalpha() and token.name[0] != "'"
        part = token.name if is_mark else _PARTS.get(token.name, "_")
        if part == "_" and parts and parts[-1].name == "_":
            parts[-1] = Gram("_", parts[-1].start, token.end)
        else:
            parts.append(Gram(part, token.start, token.end))
    return parts


def _runs(kind: str, tokens: Sequence[Gram], longest: int) -> Iterator[Gram]:
    for size in range(1, longest + 1):
        for at in range(len(tokens) - size + 1):
            run = tokens[at : at + size]
            yield Gram(kind + " ".join(token.name for token in run), run[0].start, run[-1].end)
