"""What a stance can be about, and which posts are about it.

A post is scored towards a target when it names the target, when it answers a post that names it, or when it
stands in the thread of a petition that states it. Which of the three it was (the `basis`) is kept with every
reading, since they are not equally good evidence: "I disagree" answers the post above it, not always the
target.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..config import TargetKind
from ..errors import ConfigError

Basis = Literal["names", "answers", "thread"]


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
        words = {" ".join(alias.split()) for alias in (self.name, *self.aliases)} - {""}
        if not words:
            raise ConfigError("a target has no name", hint="give every target a name that posts use for it")
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        spellings = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
        return re.compile(rf"(?<!\w)(?:{spellings})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What this room needs of a post: own words, and where they stand."""

    post: str
    thread: str | None
    parent: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A post to be scored towards a target, and why."""

    post: Said
    target: Target
    basis: Basis


def find_mentions(
    posts: Iterable[Said], targets: Sequence[Target], petition_threads: Mapping[str, str]
) -> list[Mention]:
    """Which posts are about which targets, in order of post and target; the strongest basis counts.

    Args:
        posts: each post once; those without own words are never about anything.
        targets: names must differ.
        petition_threads: thread -> name of the target its petition states.

    Raises:
        ConfigError: two targets share a name, or a petition's target is not among them.
    """
    by_name = {target.name: target for target in targets}
    _check_names(targets, petition_threads)
    told = sorted((post for post in posts if post.text.strip()), key=lambda post: post.post)
    found: list[Mention] = []
    for name in sorted(by_name):
        target = by_name[name]
        pattern = target.pattern
        naming = {post.post for post in told if pattern.search(post.text)}
        threads = {thread for thread, stated in petition_threads.items() if stated == name}
        found += [Mention(post, target, basis) for post in told if (basis := _basis(post, naming, threads))]
    return sorted(found, key=lambda mention: (mention.post.post, mention.target.name))


def _basis(post: Said, naming: set[str], threads: set[str]) -> Basis | None:
    if post.post in naming:
        return "names"
    if post.parent in naming:
        return "answers"
    return "thread" if post.thread in threads else None


def _check_names(targets: Sequence[Target], petition_threads: Mapping[str, str]) -> None:
    names = [target.name for target in targets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"two targets are called {twice[0]!r}", hint="give each target a name of its own")
    if unknown := sorted(set(petition_threads.values()) - set(names)):
        raise ConfigError(
            f"a petition states {unknown[0]!r}, which is no target; there are: {', '.join(names) or 'none'}",
            hint="add a target of that name",
        )
