"""Words without the people in them: what a quote loses before it may be shown.

Three passes, each blind to what the former took out: patterns (links, addresses, numbers, machines), names
we know (handles and display names of the forum's own accounts), and names a language model finds (spaCy's
named entities, for people who have no account). When in doubt the words go; a quote with too little left is
not shown at all (see `quotes`).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Final

from ..corpus.language import english, known_words
from .everyday_names import ALSO_WORDS, NEVER_NAMES
from .vocabulary import Vocabulary

NAME: Final = "[name]"

_TOP_LEVEL: Final = (
    "com|net|org|edu|gov|mil|int|io|dev|app|ai|co|cloud|info|biz|eu|us|uk|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl"
    "|cz|pt|ie|in|jp|cn|kr|tw|sg|hk|au|nz|ca|br|mx|ru|internal|intern|local|localdomain|corp|lan|intra|intranet|home"
)

_ANY: Final = re.IGNORECASE

# Vowels and accents that follow the letter they belong to, as in Hindi: for \w they end the word.
_MARKS: Final = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
_LETTER: Final = rf"[\w{_MARKS}]"

# In this order: what comes first may contain what comes later.
_PATTERNS: Final = tuple(
    (re.compile(pattern, flags), word)
    for pattern, flags, word in (
        (
            r"<?\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.|mailto:|tel:)[^\s<>]*[^\s<>.,;:!?)\]}'\"’”]>?",
            _ANY,
            "[link]",
        ),
        (r"\bgit@[\w.-]+:[\w./~-]+", _ANY, "[link]"),
        (r"[\w.+%-]+@\w[\w-]*(?:\.\w[\w-]*)*", 0, "[e-mail]"),
        (r"[\w.+-]+\s*[(\[]at[)\]]\s*\w[\w.-]*(?:\s*[(\[]dot[)\]]\s*\w+)*", _ANY, "[e-mail]"),
        (r"<[@!#]\w+(?:\|[^>]*)?>", 0, NAME),
        (
            rf"(?<![\w@])@(?!(?:all|here|channel|everyone|team)\b)\w[\w{_MARKS}.-]*{_LETTER}|(?<![\w@])@(?!a\b)\w\b",
            _ANY,
            NAME,
        ),
        (r"\b[a-z]:\\[^\s\"<>|]+|\\\\[\w.-]+\\[^\s\"<>|]+", _ANY, "[path]"),
        (r"(?<![\w/.<])(?:~|\.{1,2})?/(?:[\w.@+-]+/)+[\w.@+-]*|(?<!\S)~/[\w.@+/-]+", 0, "[path]"),
        (r"\b[\w.-]+(?:/[\w.-]+)+\.[a-z]\w{0,4}\b", 0, "[path]"),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", _ANY, "[id]"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b|\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b", _ANY, "[host]"),
        (rf"\b(?:[a-z0-9_-]+\.)+(?:{_TOP_LEVEL})\b(?::\d+)?(?!\.\w)", _ANY, "[host]"),
        (r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)+-\d{1,4}\b", 0, "[host]"),
        (r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)\+?\(?\d(?:[ ().\-/]{0,2}\d){8,14}(?![\w-])", 0, "[phone]"),
        (r"(?<![\w.-])\d{3}[-.]\d{4}(?![\w-])", 0, "[phone]"),
        (r"\b(?!(?:SHA|COVID|ISO|RFC|MD|AES|PEP|CVE|IEC|EN|DIN|Q|H)-)[A-Z][A-Z0-9]{1,9}-\d{2,}\b", 0, "[id]"),
        (r"\b(?!(?:sha|aes|rfc|iso)-)[a-z]{2,6}-\d{3,}\b", _ANY, "[id]"),
        (r"(?<!\w)#\d{2,}\b", 0, "[id]"),
        (r"\b[A-Z]{1,4}\d{5,}[A-Z0-9]*\b|\b(?=[A-Z]*\d)[UWCTDGB][A-Z0-9]{8,11}\b|\b\d{6,}\b", 0, "[id]"),
        (r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b", _ANY, "[id]"),
    )
)

# With a capital inside a sentence, or with capitals or digits inside the word.
_PROPER: Final = re.compile(r"(?<=[^\W\d_][ ])[A-Z][\w+#-]+|(?<=[,;] )[A-Z][\w+#-]+|\b[a-z]+[A-Z]\w*")
_CALENDAR: Final = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter english
    """.split()  # noqa: SIM905 - as in everyday_names
)
_TOKEN: Final = re.compile(rf"{_LETTER}+(?:[._-]{_LETTER}+)*")
_PART: Final = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_PLACEHOLDER: Final = re.compile(r"\[(?:name|link|e-mail|path|id|host|phone)\]")
_INFLECTED: Final = 3
"""Letters of a name that is looked for with an s behind it."""
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:\n]|[-*•>])\s*[\"'“‘(]*$")


class Redactor:
    """Takes people, and what leads to them, out of text.

    Args:
        names: handles, display names and addresses of the forum's accounts; case does not matter.
        keep: names that are not people's, such as tools and companies; the language model may take them for
            people, and a quote without them says nothing.
        words: what the forum's own use of words says about names.
    """

    def __init__(
        self,
        names: frozenset[str],
        keep: frozenset[str] = frozenset(),
        words: Vocabulary | None = None,
    ) -> None:
        words = words or Vocabulary()
        kept = {_plain(word) for name in keep for word in (name, *_PART.findall(name))}
        # Of an address only the part before the @ names somebody; the rest is the company.
        given = {_composed(name.partition("@")[0]) for name in names}
        written = {word for name in given for word in (name, *_PART.findall(name))}
        self._names = frozenset(
            name
            for name in {_plain(word) for word in written} - kept - NEVER_NAMES
            if len(name) > 1 and not name.isdigit()
        )
        # Scripts without spaces: no word boundary tells where a name ends.
        self._unspaced = tuple(
            sorted(
                (n for n in written if not n.isascii() and _plain(n) in self._names and _is_unspaced(n)),
                key=lambda n: (-len(n), n),
            )
        )
        # A handle that many write in small letters is no word for that: it has to be one elsewhere, too.
        doubtful = self._names & words.everyday
        self._everyday = ALSO_WORDS | (doubtful & known_words() if doubtful else frozenset[str]())
        self._kept = frozenset(kept)
        self._things = words.familiar | self._kept
        self._shared = words.shared

    def redact(self, text: str) -> str:
        """The text with placeholders such as [name] and [link] in place of what could identify somebody."""
        return self._people(self.without_names(text))

    def quotable(self, text: str) -> str:
        """As `redact`, and without proper names that only a few people use: of a project, a customer."""
        if not self._shared:
            return self.redact(text)
        return _merged(_outside(self.redact(text), partial(_PROPER.sub, self._unless_shared)))

    def _unless_shared(self, match: re.Match[str]) -> str:
        word = match.group()
        known = {_plain(word), *map(_plain, _PART.findall(word))}
        return word if known & (self._shared | self._kept | _CALENDAR) else NAME

    def without_names(self, text: str) -> str:
        """As `redact`, but known names only: a language model guesses badly on titles and terms."""
        text = _composed(text)
        for pattern, word in _PATTERNS:
            text = pattern.sub(word, text)
        return self._without_known(text)

    def without_known(self, text: str) -> str:
        """The text without the names of the forum's accounts; what else it holds stays."""
        return self._without_known(_composed(text))

    def _without_known(self, text: str) -> str:
        for name in self._unspaced:
            text = text.replace(name, NAME)
        return _merged(_outside(text, self._known))

    def _known(self, text: str) -> str:
        def checked(match: re.Match[str]) -> str:
            token = match.group()
            if self._is_name(token, match):
                return NAME
            if _plain(token) in self._kept:
                return token
            return _PART.sub(lambda part: NAME if self._is_name(part.group(), match) else part.group(), token)

        return _TOKEN.sub(checked, text)

    def _is_name(self, word: str, match: re.Match[str]) -> bool:
        plain = _plain(word)
        if plain not in self._names:
            # "Jörgs Idee": in German a name's s needs no apostrophe.
            whole, plain = plain, plain.removesuffix("s")
            if len(plain) < _INFLECTED or plain not in self._names or whole in self._kept:
                return False
            if not word[0].isupper():
                return False
        if plain not in self._everyday:
            return True
        return word[0].isupper() and not _SENTENCE_START.search(match.string[: match.start()])

    def _people(self, text: str) -> str:
        """Without the names of people the language model finds."""
        for entity in reversed(english("tok2vec", "ner")(text).ents):
            if entity.label_ == "PERSON" and not self._is_thing(entity.text):
                text = text[: entity.start_char] + NAME + text[entity.end_char :]
        return _merged(text)

    def _is_thing(self, stretch: str) -> bool:
        """Whether a stretch the model takes for a person holds a placeholder, or is a word all use."""
        if "[" in stretch or "]" in stretch:
            return True
        parts = {_plain(part) for part in _PART.findall(stretch)}
        return stretch.casefold() in self._things or bool(parts & self._kept) or parts <= self._things


def redact(text: str, names: frozenset[str], keep: frozenset[str] = frozenset()) -> str:
    """One text without people in it; for many texts make one `Redactor`."""
    return Redactor(names, keep).redact(text)


def placeholders(text: str) -> int:
    """How many stretches were taken out of a text."""
    return len(_PLACEHOLDER.findall(text))


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change the text between placeholders."""
    pieces, end = [], 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [change(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*pieces, change(text[end:])])


def _merged(text: str) -> str:
    """First and last name, each replaced, are one person."""
    return re.sub(r"\[name\](?:[ .,_-]{0,2}\[name\])+", NAME, text)


def _composed(text: str) -> str:
    """With each accent in its letter: some systems write them one after the other."""
    return unicodedata.normalize("NFC", text)


def _plain(word: str) -> str:
    if word.isascii():
        return word.casefold()
    folded = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def _is_unspaced(name: str) -> bool:
    return any(
        unicodedata.name(c, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")) for c in name
    )
