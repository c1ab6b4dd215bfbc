"""A first draft of a codebook, made of the topics of a forum: something to argue over, not something to use.

Each topic becomes a theme: its name, its terms as cues, and sentences of its own as examples. The examples
are quoted from posts, so a draft is for those who may read the forum; nothing of it goes into a report.
"""

from collections.abc import Callable, Sequence

from .codebook import Codebook, Theme
from .model import Topic
from .passages import split_passages

EXAMPLES = 15
CUES = 10
_SHORTEST = 25
_LONGEST = 200


def draft(
    topics: Sequence[Topic], texts: Callable[[str], str], *, name: str, change: Callable[[str], str]
) -> Codebook:
    """Turn topics into themes.

    Args:
        topics: with the ids of their nearest posts.
        texts: the own words of a post, by its id.
        name: of the codebook.
        change: takes names out of a text.

    Returns:
        A codebook to be edited; themes in the order of the topics.
    """
    themes = [_theme(topic, [texts(post) for post in topic.posts], change) for topic in topics]
    return Codebook(
        name=name,
        themes=tuple(theme for theme in themes if theme.cues or theme.examples),
        definition="Drafted from discovered topics: rename, merge, reword before use.",
    )


def _theme(topic: Topic, posts: Sequence[str], change: Callable[[str], str]) -> Theme:
    sentences = dict.fromkeys(
        change(passage.text)
        for passages in split_passages(posts)
        for passage in passages
        if _SHORTEST <= len(passage.text) <= _LONGEST
    )
    cues = tuple(term for term in topic.terms if change(term) == term)[:CUES]
    return Theme(
        name=f"topic_{topic.id}_{'_'.join(topic.terms[0].split()) if topic.terms else 'unnamed'}",
        definition=f"Posts that say: {', '.join(cues)}.",
        examples=tuple(sentences)[:EXAMPLES],
        cues=cues,
    )


def to_yaml(codebook: Codebook) -> str:
    """A codebook as the YAML that `load_codebook` reads."""
    import yaml

    themes = [
        {
            "name": theme.name,
            "definition": theme.definition,
            "examples": list(theme.examples),
            "cues": list(theme.cues),
            "counter_examples": list(theme.counter_examples),
        }
        for theme in codebook.themes
    ]
    content = {"name": codebook.name, "definition": codebook.definition, "themes": themes}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
