"""Which codebook is used, and what it finds.

A codebook finds something in any forum: among ten thousand posts of mathematicians some will look like
complaints about a tool. So unless somebody chose one, a codebook is used only where it fits, and it fits
where its concerns are debated: in threads in which at least `SPEAKERS` people raise them, half of all who
write there, with at least `CONCERNS` of its themes. Chance scatters hits over a forum, a debate gathers them.
Those who write in such threads must be `PEOPLE` or more, and `SHARE` of all people.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from ..corpus.memo import Memo
from ..corpus.store import Store
from ..embeddings import Embedder
from .codebook import builtin_codebooks, load_codebook
from .tables import THEME_SCHEMA, read_themes
from .themes import ThemeHit, ThemeModel

SPEAKERS = 5
HALF = 0.5
CONCERNS = 3
PEOPLE = 20
SHARE = 0.02

FIT_SCHEMA = pa.schema(
    [("codebook", pa.string()), ("people", pa.int64()), ("everybody", pa.int64()), ("fits", pa.bool_()),
     ("used", pa.bool_())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a codebook's concerns are debated in a forum."""

    codebook: str
    people: int
    """Who write in threads that debate them."""
    everybody: int
    """All people."""

    @property
    def fits(self) -> bool:
        """Whether they are debated at all."""
        return self.people >= max(PEOPLE, SHARE * self.everybody)


def match(
    store: Store, posts: pa.Table, codebook: str | None, embedder: Embedder
) -> tuple[pa.Table, pa.Table]:
    """Find the themes of the chosen codebook, else of the built-in one that fits best, if any does.

    Args:
        store: of the workspace, where what was found in a text is kept for the next run.
        posts: columns post_id, thread_id, person_id and own_text.
        codebook: a name or path somebody chose; None to see which of the built-in ones fits.
        embedder: of the sentences.

    Returns:
        A row for each sentence and theme (`THEME_SCHEMA`; none where no codebook fits), and a row for each
        codebook considered (`FIT_SCHEMA`).

    Raises:
        ConfigError: the codebook can't be read.
    """
    considered = [codebook] if codebook else builtin_codebooks()
    with Memo(store, "themes", list[ThemeHit]) as memo:
        found = {name: _find(posts, name, embedder, memo) for name in considered}
    fits = [fit(name, found[name], posts) for name in considered]
    fitting = [one for one in fits if codebook or one.fits]
    used = max(fitting, key=lambda one: one.people).codebook if fitting else None
    rows = [
        {"codebook": one.codebook, "people": one.people, "everybody": one.everybody, "fits": one.fits,
         "used": one.codebook == used}
        for one in fits
    ]  # fmt: skip
    themes = found[used] if used else THEME_SCHEMA.empty_table()
    return themes, pa.Table.from_pylist(rows, schema=FIT_SCHEMA)


def _find(posts: pa.Table, codebook: str, embedder: Embedder, memo: Memo[list[ThemeHit]]) -> pa.Table:
    """The themes of one codebook, in texts not known from the last run and in those that are."""
    model = ThemeModel(load_codebook(codebook), embedder=embedder)
    settings = (model.codebook, model.prevalence, embedder.name, embedder.revision)
    return read_themes(posts, lambda texts: memo.answers(settings, texts, model.read))


def fit(codebook: str, found: pa.Table, posts: pa.Table) -> Fit:
    """See how far a codebook's concerns are debated.

    Args:
        codebook: its name.
        found: its themes in the posts (`THEME_SCHEMA`).
        posts: columns post_id, thread_id and person_id.
    """
    themes: dict[str, set[str]] = defaultdict(set)
    for hit in found.select(["post_id", "theme"]).to_pylist():
        themes[hit["post_id"]].add(hit["theme"])
    threads: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for post in posts.select(["post_id", "thread_id", "person_id"]).to_pylist():
        threads[post["thread_id"]].append((post["person_id"], themes.get(post["post_id"], set())))
    debating = {person for said in threads.values() if _is_debate(said) for person, _ in said}
    return Fit(codebook, len(debating), len({person for said in threads.values() for person, _ in said}))


def _is_debate(said: Sequence[tuple[str, set[str]]]) -> bool:
    raising = {person for person, themes in said if themes}
    if len(raising) < SPEAKERS or len(raising) < HALF * len({person for person, _ in said}):
        return False
    return len(set().union(*(themes for _, themes in said))) >= CONCERNS
