"""A codebook: the concerns somebody decided to look for, each with a definition, examples and cues.

A YAML file that people write and argue over. The one rule of reading it: nothing is guessed. A misspelt key,
a name given twice, a theme nobody could recognise is refused with file and line, because a codebook read
wrongly gives numbers that look right.

    name: our-codebook
    themes:
      - name: cost
        definition: Money, budgets, licences.
        examples:             # sentences that raise the concern, from both sides; 15 or more
          - The licence fees are absurd.
        cues:                 # words that give it away; "budget*" takes any ending
          - too expensive
        counter_examples:     # sentences that look like it and are not
          - Pay attention to the second paragraph.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ..errors import ConfigError

_CODEBOOK_KEYS = ("name", "definition", "themes", "background")
_THEME_KEYS = ("name", "definition", "examples", "cues", "counter_examples")
_QUOTE = "put text with special characters in quotes"
_SHELF = resources.files(__package__ or "forum_pulse.topics") / "codebooks"


@dataclass(frozen=True, slots=True)
class Theme:
    """One concern."""

    name: str
    definition: str
    examples: tuple[str, ...] = ()
    """Sentences that raise it, for or against."""
    cues: tuple[str, ...] = ()
    """Phrases that give it away; a word that ends in `*` takes any ending."""
    counter_examples: tuple[str, ...] = ()
    """Sentences that share its words and don't raise it."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """Themes to look for, in their order."""

    name: str
    themes: tuple[Theme, ...]
    background: tuple[str, ...] = ()
    """Sentences that raise none of the themes, besides those every codebook is held against."""
    definition: str = ""


def load_codebook(source: str | Path) -> Codebook:
    """Read a codebook.

    Args:
        source: the name of a built-in codebook (`builtin_codebooks`), or the path of a YAML file.

    Raises:
        ConfigError: there is none, or it says something impossible.
    """
    if str(source) in builtin_codebooks():
        text = (_SHELF / f"{source}.yaml").read_text(encoding="utf-8")
        return _Reader(f"codebook {source}").codebook(text)
    try:
        text = Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        built_in = ", ".join(builtin_codebooks())
        raise ConfigError(
            f"{source}: no codebook can be read here ({error})",
            hint=f"name a YAML file in UTF-8, or a built-in codebook: {built_in}",
        ) from error
    return _Reader(str(source)).codebook(text)


def builtin_codebooks() -> list[str]:
    """Names of the codebooks that come with the package."""
    names = (entry.name for entry in _SHELF.iterdir())
    return sorted(name[: -len(".yaml")] for name in names if name.endswith(".yaml") and name[0] != "_")


def ordinary_talk() -> tuple[str, ...]:
    """Sentences of any forum that raise no theme of any codebook."""
    import yaml

    text = (_SHELF / "_background.yaml").read_text(encoding="utf-8")
    return tuple(yaml.load(text, Loader=yaml.CSafeLoader)["sentences"])


class _Reader:
    """Turns YAML nodes, which know their line, into a codebook."""

    def __init__(self, where: str) -> None:
        self.where = where

    def codebook(self, text: str) -> Codebook:
        fields = self._mapping(self._compose(text), _CODEBOOK_KEYS, "a codebook")
        nodes = self._items(fields.get("themes"), "themes")
        if not nodes:
            raise ConfigError(f"{self.where}: no themes", hint="write at least one under `themes:`")
        themes = [self._theme(node) for node in nodes]
        for theme, node in zip(themes, nodes, strict=True):
            same = [other for other in themes if other.name.casefold() == theme.name.casefold()]
            if len(same) > 1:
                raise self._refuse(node, f"the theme {theme.name!r} stands here twice", "merge the two")
        return Codebook(
            name=self._text(fields.get("name"), "name") or self.where,
            themes=tuple(themes),
            background=self._texts(fields.get("background"), "background"),
            definition=self._text(fields.get("definition"), "definition"),
        )

    def _compose(self, text: str) -> Any:
        import yaml

        try:
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.line if error.problem_mark else 0
            line = "".join(text.split("\n")[at : at + 1])
            is_tabbed = "\t" in line[: len(line) - len(line.lstrip())]
            why = " ".join(part for part in (error.context, error.problem) if part)
            raise ConfigError(
                f"{self.where}, line {at + 1}: no YAML ({why})",
                hint="indent with spaces, not with tabs" if is_tabbed else _QUOTE,
            ) from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{self.where}: no YAML ({error})", hint=_QUOTE) from error
        if node is None:
            raise ConfigError(
                f"{self.where}: nothing is inside", hint="write `themes:` and at least one theme"
            )
        return node

    def _theme(self, node: Any) -> Theme:
        fields = self._mapping(node, _THEME_KEYS, "a theme")
        theme = Theme(
            name=self._text(fields.get("name"), "name"),
            definition=self._text(fields.get("definition"), "definition"),
            examples=self._texts(fields.get("examples"), "examples"),
            cues=self._texts(fields.get("cues"), "cues"),
            counter_examples=self._texts(fields.get("counter_examples"), "counter_examples"),
        )
        if not theme.name:
            raise self._refuse(node, "a theme without a name", "write `name:`")
        if not theme.examples and not theme.cues:
            raise self._refuse(
                node,
                f"the theme {theme.name!r} is empty",
                "give it examples (sentences), cues (phrases), or both",
            )
        for cue in theme.cues:
            if any(not word.rstrip("*") or "*" in word.rstrip("*") for word in cue.split()):
                raise self._refuse(
                    node, f"the cue {cue!r} of theme {theme.name!r} is too wide", "a * ends a word"
                )
        return theme

    def _mapping(self, node: Any, known: Iterable[str], what: str) -> dict[str, Any]:
        if node.id != "mapping":
            raise self._refuse(node, f"{what} is expected here", f"write keys: {', '.join(known)}")
        fields: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                near = difflib.get_close_matches(name, list(known), n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                raise self._refuse(key, f"{what} has no key {name!r}", hint)
            if name in fields:
                raise self._refuse(key, f"the key {name!r} stands here twice", "merge the two")
            fields[name] = value
        return fields

    def _items(self, node: Any, what: str) -> list[Any]:
        if node is None or (node.id == "scalar" and node.value == ""):
            return []
        if node.id != "sequence":
            raise self._refuse(node, f"{what} is a list", "begin each line with a dash")
        return list(node.value)

    def _texts(self, node: Any, what: str) -> tuple[str, ...]:
        texts = [self._text(item, f"an entry of {what}") for item in self._items(node, what)]
        if not all(texts):
            raise self._refuse(node, f"{what} has an empty entry", "remove it")
        return tuple(dict.fromkeys(texts))

    def _text(self, node: Any, what: str) -> str:
        if node is None:
            return ""
        if node.id != "scalar":
            raise self._refuse(
                node, f"{what} is one text", 'put a text with a colon in quotes: "note: this is one text"'
            )
        return " ".join(str(node.value).split())

    def _refuse(self, node: Any, message: str, hint: str) -> ConfigError:
        return ConfigError(f"{self.where}, line {node.start_mark.line + 1}: {message}", hint=hint)
