"""What a stance can be about, and which posts are about it.

A post is scored towards a target when its own words name the target outside quotation marks, when it answers
a post that names it, or when it stands in a thread about it: one whose title names it, or one of the petition
that states it. Which of these it was (the `basis`) is kept with every reading, and where the name stands (the
span), since they are not equally good evidence: "I disagree" answers the post above it, not always the
target. Opening posts of a petition's own threads are what it states; replies that only agree or disagree are
echoes of what they answer (`echoes`). Neither is put before a model.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..config import TargetConfig, TargetKind
from ..errors import ConfigError
from .echoes import Echo, echo

Basis = Literal["states", "names", "echoes", "answers", "thread"]
Span = tuple[int, int]

_QUOTATION = re.compile(r'(?<![\w"])"(?=\S)([^"\n]*)"(?!\w)|“([^”\n]*)”|«([^»\n]*)»|„([^“”\n]*)[“”]')
_SPEECH = 4
"""Words within quotation marks from which on they are somebody's speech rather than stress on a name."""
_PASSAGE = 70
"""Words of a long post that are read: those around the name."""
_BEFORE = 20
"""How many of them stand before it, at most; what follows a name says more about it."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Target:
    """A product, policy or proposal people can be for or against.

    Args:
        name: what it is called in reports; also found in posts.
        kind: what sort of thing it is.
        aliases: other words for it in posts, whole words in any case. A word of everyday use ("go", "linear")
            finds too much.
        statement: what being in favour means, as a sentence: "We should keep the old build tool". For a
            petition, its text. Empty: the name stands for it.
    """

    name: str
    kind: TargetKind = "proposal"
    aliases: tuple[str, ...] = ()
    statement: str = ""

    @property
    def text(self) -> str:
        """What the stance model is given."""
        return self.statement or self.name

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the name or an alias as whole words, in any case, across any white space.

        Raises:
            ConfigError: name and aliases are all blank.
        """
        if not self.spellings:
            raise ConfigError("a target has no name", hint="give every target a name that posts use for it")
        return _pattern(self.spellings)

    @property
    def spellings(self) -> set[str]:
        """The name and the aliases, with one space between words."""
        return {" ".join(alias.split()) for alias in (self.name, *self.aliases)} - {""}


def _pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(spellings, key=lambda word: (-len(word), word))
    either = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def all_targets(statements: Mapping[str, str], configured: Sequence[TargetConfig]) -> list[Target]:
    """The petitions as targets, then those of the configuration; one name is one target.

    Args:
        statements: name of a petition -> what it asks.
        configured: targets with their aliases; one named like a petition adds to it.
    """
    targets = {
        name: Target(name=name, kind="proposal", statement=statement)
        for name, statement in statements.items()
    }
    for entry in configured:
        statement = entry.statement or statements.get(entry.name, "")
        targets[entry.name] = Target(
            name=entry.name, kind=entry.kind, aliases=entry.aliases, statement=statement
        )
    return list(targets.values())


@dataclass(frozen=True, slots=True)
class Said:
    """What this room needs of a post: own words, and where they stand."""

    post: str
    thread: str | None
    parent: str | None
    text: str
    opens: bool = False
    """Whether it opens its thread."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A post that is about a target, and why."""

    post: Said
    target: Target
    basis: Basis
    span: Span | None = None
    """Where the post names the target, in characters of its own words."""
    echo: Echo | None = None
    answered: str | None = None
    """For an echo: the post whose stance it takes."""

    @property
    def passage(self) -> str:
        """What a model is given to read: the words, of a long post those around the name."""
        return passage(self.post.text, self.span)


def find_mentions(
    posts: Iterable[Said],
    targets: Sequence[Target],
    petition_threads: Mapping[str, Collection[str]],
    titles: Mapping[str, str] | None = None,
) -> list[Mention]:
    """Which posts are about which targets, in order of post and target; the strongest basis counts.

    Args:
        posts: each post once; those without own words are never about anything.
        targets: names must differ.
        petition_threads: name of a petition's target -> its threads; two petitions may share one.
        titles: thread -> title.

    Raises:
        ConfigError: two targets share a name, or a petition's target is not among them.
    """
    by_name = {target.name: target for target in targets}
    _check_names(targets, petition_threads)
    told = sorted((post for post in posts if post.text.strip()), key=lambda post: post.post)
    openings = {post.thread: post.post for post in told if post.opens}
    echoes: dict[str, Echo] = {
        post.post: side for post in told if not post.opens and (side := echo(post.text))
    }
    found: list[Mention] = []
    for name in sorted(by_name):
        pattern = by_name[name].pattern
        longer = longer_names(
            by_name[name], (by_name[other] for other in by_name if other not in petition_threads)
        )
        stated = set(petition_threads.get(name, ()))
        titled = {thread for thread, title in (titles or {}).items() if _places(title, pattern, longer)}
        about = _About(
            by_name[name],
            {post.post: span for post in told if (span := named(post.text, pattern, longer))},
            stated,
            stated | titled,
        )
        found += about.mentions(told, echoes, openings)
    return sorted(found, key=lambda mention: (mention.post.post, mention.target.name))


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of one target: who names it, which threads state it, which are about it."""

    target: Target
    spans: Mapping[str, Span]
    stated: set[str]
    threads: set[str]

    def mentions(
        self, posts: Sequence[Said], echoes: Mapping[str, Echo], openings: Mapping[str | None, str]
    ) -> list[Mention]:
        bases: dict[str, Basis] = {post.post: basis for post in posts if (basis := self._basis(post))}
        found: list[Mention] = []
        for post in posts:
            basis, answered = bases.get(post.post), post.parent or openings.get(post.thread)
            if basis != "names" and post.post in echoes and answered in bases:
                found.append(Mention(post, self.target, "echoes", None, echoes[post.post], answered))
            elif basis:
                found.append(Mention(post, self.target, basis, self.spans.get(post.post)))
        return found

    def _basis(self, post: Said) -> Basis | None:
        if post.opens and post.thread in self.stated:
            return "states"
        if post.post in self.spans:
            return "names"
        if post.parent in self.spans:
            return "answers"
        return "thread" if post.thread in self.threads else None


def longer_names(target: Target, others: Iterable[Target]) -> re.Pattern[str] | None:
    """Finds what others are called where it holds a name of this target: "Bazel Cloud" is not Bazel.

    Args:
        target: whose name may be part of another's.
        others: the other targets, without petitions: what those are called speaks of targets ("Keep Bazel").
            This target among them does not matter.

    Returns:
        None where no name of another holds one of this target's.
    """
    pattern = target.pattern
    spellings = {word for other in others for word in other.spellings if other.name != target.name}
    holding = {word for word in spellings if (match := pattern.search(word)) and match.group() != word}
    return _pattern(holding) if holding else None


def named(text: str, pattern: re.Pattern[str], longer: re.Pattern[str] | None = None) -> Span | None:
    """Where a text names a target in its own voice; None where it does not.

    A name within quotation marks is somebody else's, unless the marks hold hardly more than the name.

    Args:
        text: own words of a post.
        pattern: of the target.
        longer: what finds names of other targets that hold one of this target's: see `longer_names`.

    >>> named('He said "Bazel is slow"; I like "Bazel".', Target("Bazel").pattern)
    (33, 38)
    """
    names = _places(text, pattern, longer)
    if not names:  # nearly always
        return None
    quotations = [
        match.span() for match in _QUOTATION.finditer(text) if len(match.group().split()) >= _SPEECH
    ]
    own = (name for name in names if not any(_within(name, quotation) for quotation in quotations))
    return next(own, None)


def _places(text: str, pattern: re.Pattern[str], longer: re.Pattern[str] | None) -> list[Span]:
    """Where a target's names stand, but for those that are part of another target's longer name."""
    names = [match.span() for match in pattern.finditer(text)]
    if not names or longer is None:
        return names
    others = [match.span() for match in longer.finditer(text)]
    return [name for name in names if not any(name != other and _within(name, other) for other in others)]


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def passage(text: str, span: Span | None) -> str:
    """The text, or of a long one the words around a span (its first words without one)."""
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) <= _PASSAGE:
        return text
    place = next((i for i, word in enumerate(words) if span and word[1] > span[0]), 0)
    first = max(0, min(place - _BEFORE, len(words) - _PASSAGE))
    return text[words[first][0] : words[first + _PASSAGE - 1][1]]


def _check_names(targets: Sequence[Target], petitions: Collection[str]) -> None:
    names = [target.name for target in targets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"two targets are called {twice[0]!r}", hint="give each target a name of its own")
    if unknown := sorted(set(petitions) - set(names)):
        raise ConfigError(
            f"a petition states {unknown[0]!r}, which is no target; there are: {', '.join(names) or 'none'}",
            hint="add a target of that name",
        )
